// Beside the scripts of a page: tells the benchmark's server what happens in the page, and when, and does what the
// server asks for. All programs that are compared get the same.
//   ?open=1   opens the chat as soon as it can be opened
//   ?obey=1   asks the server what to do

const load = crypto.randomUUID();
const wants = new URLSearchParams(location.search);
let ended = 0;
let rate = 0;

/** @param {string} kind @param {object} [more] */
function tell(kind, more) {
  const body = JSON.stringify({ load, kind, ...more });
  return fetch("/told", { method: "POST", keepalive: body.length < 60_000, body }).catch(() => {});
}

/** @param {() => void} then */
function secondFrame(then) {
  requestAnimationFrame(() => requestAnimationFrame(then));
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A session status event, as the client of the page would dispatch it. @param {string} status */
function statusEvent(status) {
  const entryPayload = JSON.stringify({
    entryType: "SessionStatusChanged",
    id: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    sessionStatus: status,
    sessionStatusPrev: status === "Ended" ? "Active" : "Waiting",
    sessionEndedByRole: status === "Ended" ? "Agent" : undefined,
  });
  const conversationEntry = { entryType: "SessionStatusChanged", entryPayload, sender: { role: "System" } };
  return { detail: { conversationId: crypto.randomUUID(), conversationEntry } };
}

/** How long nothing of ours is under way before a command is carried out. */
const QUIET_MS = 30;

const STATUS = "onEmbeddedMessagingSessionStatusUpdate";

const does = {
  open() {
    const api = window.embeddedservice_bootstrap.utilAPI;
    api.launchChat().then(
      () => tell("opened"),
      (error) => tell("failed", { why: String(error) }),
    );
  },

  end() {
    const event = new CustomEvent(STATUS, statusEvent("Ended"));
    ended = performance.now();
    dispatchEvent(event);
  },

  // Other events, so many a second, for a while; then the end, in the middle of them.
  async among({ per_second, ms }) {
    const start = performance.now();
    let sent = 0;
    let over = false;
    const timer = setInterval(() => {
      const due = ((performance.now() - start) * per_second) / 1000;
      for (; sent < due; sent += 1) dispatchEvent(new CustomEvent(STATUS, statusEvent("Active")));
      if (!over && performance.now() - start >= ms) {
        over = true;
        rate = (sent * 1000) / (performance.now() - start);
        does.end();
      }
    }, 4);
    await pause(ms + 2000);
    clearInterval(timer);
  },

  // The floor: the same rule in the page itself.
  floor({ count }) {
    const times = [];
    let called = 0;
    addEventListener("floor", (event) => {
      const payload = JSON.parse(event.detail.conversationEntry.entryPayload);
      const resets =
        payload.entryType === "SessionStatusChanged" &&
        payload.sessionStatus === "Ended" &&
        payload.sessionStatusPrev === "Active" &&
        payload.sessionEndedByRole === "Agent";
      if (resets) called = performance.now();
    });
    for (let i = 0; i < count; i += 1) {
      const event = new CustomEvent("floor", statusEvent("Ended"));
      const from = performance.now();
      dispatchEvent(event);
      times.push(called - from);
    }
    tell("floor", { times });
  },

  // Tells which process shows this page: the one that is busy now.
  spin({ ms }) {
    const until = performance.now() + ms;
    while (performance.now() < until);
    tell("spun");
  },

  type: () => window.watchTyping(does.end, tell),
};

async function obey() {
  for (;;) {
    try {
      const answer = await fetch(`/commands/${load}`);
      if (answer.status === 200) {
        const command = await answer.json();
        // In a task of its own: to ask for the next command is the work of the benchmark and not of a page.
        setTimeout(() => does[command.do](command), QUIET_MS);
      }
    } catch {
      await pause(200);
    }
  }
}

secondFrame(() => tell("painted", { isolated: window.crossOriginIsolated }));
addEventListener("onEmbeddedMessagingReady", () => {
  const api = window.embeddedservice_bootstrap.userVerificationAPI;
  const clearSession = api.clearSession;
  api.clearSession = (endSession) => {
    const ms = performance.now() - ended;
    const told = tell("cleared", { ms, per_second: rate });
    // The stub clears at once, and the page's process would be gone before the word of it was out.
    return location.pathname === "/stub" ? told.then(() => clearSession(endSession)) : clearSession(endSession);
  };
});
let first = true;
addEventListener("onEmbeddedMessagingButtonCreated", () => {
  if (!first) return;
  first = false;
  secondFrame(() => tell("ready"));
  // As a person would: after the client has asked whether there is a conversation to go on with.
  if (wants.has("open")) setTimeout(does.open, 1000);
});
addEventListener("pointerdown", () => tell("touched"), { capture: true });
if (wants.has("obey")) obey();
