// The bridge between the chat page and Rust: hears the events of interest, and does what Rust asks.
// It decides nothing. Rust puts `kiosk` ({ key, colours }) and the other files of this folder in front of this one.

const EVENTS = {
  onEmbeddedMessagingReady() {
    seen.ready += 1;
    // The screen is uncovered at this report, so it comes when what is behind the cover has been painted.
    painted(() => {
      send({ report: "ready", client: client() });
      if (seen.ready === 1) rehearse();
      prepare();
    });
  },
  onEmbeddedMessagingButtonCreated() {
    seen.button += 1;
  },
  onEmbeddedMessagingInitError() {
    send({ report: "init_error" });
  },
  /** @param {Event} event */
  onEmbeddedMessagingSessionStatusUpdate(event) {
    const report = readStatus(event);
    send(report);
    // The composer is covered in this very frame, while Rust judges whether it was an end.
    if (report.report === "status" && report.status === "Ended" && report.previous !== "Ended") shield();
  },
  onEmbeddedMessagingConversationStarted() {
    send({ report: "conversation", step: "started" });
  },
  onEmbeddedMessagingConversationOpened() {
    send({ report: "conversation", step: "started" });
  },
  /** @param {Event} event */
  onEmbeddedMessageSent(event) {
    send({ report: "message", role: readSender(event) });
  },
  onEmbeddedMessagingConversationClosed() {
    send({ report: "conversation", step: "closed" });
  },
};

/** What runs for the first time runs slowly; let that not be at an agent's end. Nothing of it leaves this function. */
function rehearse() {
  const detail = { conversationEntry: { entryPayload: '{"entryType":"","sessionStatus":"","sessionId":""}' } };
  readStatus(new CustomEventNow("", { detail }));
  clear(() => ({ userVerificationAPI: { clearSession() {} } }), 0, false, () => {});
  if (state !== "off") return;
  shield();
  release();
}

/** The longest wait for a frame: an engine that paints nothing must not keep the page from its service. */
const FRAME_MS = 4000;

/** Calls back once, after two frames. @param {() => void} done */
function painted(done) {
  let waits = true;
  const once = () => {
    if (waits) done();
    waits = false;
  };
  nextFrame(() => nextFrame(once));
  later(once, FRAME_MS);
}

/** @param {import("../types/wire").Ask} ask */
function obey(ask) {
  switch (ask.ask) {
    case "clear":
      return clear(() => /** @type {any} */ (window).embeddedservice_bootstrap, ask.attempt, ask.end_session, send);
    case "notice":
      return showNotice(ask);
    case "release":
      return release();
    case "key":
      return noticeKey(ask.key);
    case "ping":
      // A page that stops all timers has stopped the notice's too.
      if (state === "on") tick();
      return send({ report: "pong", beat: ask.beat });
    case "turn":
      return turn(ask.number);
  }
}

/** @type {{ name: string, hears: (event: any) => void, capture: boolean }[]} What the window is asked for. */
const HEARD = [
  // A navigation that starts and does not leave (a download, a 204) must not make the chat client believe that the
  // page goes away: the second generation would drop its connection for good.
  { name: "beforeunload", hears: (event) => stopEvent(event), capture: true },
  { name: "click", hears: touched, capture: true },
  { name: "touchstart", hears: fingered, capture: true },
  { name: "touchmove", hears: fingered, capture: true },
  { name: "touchend", hears: fingered, capture: true },
  { name: "touchcancel", hears: fingered, capture: true },
  // A frame that takes the focus would be heard by a screen reader instead of the notice.
  { name: "blur", hears: () => state !== "off" && later(() => state !== "off" && hold(), 0), capture: false },
];

/** To ask twice is to ask once. A page that writes itself anew (`document.open`) has silenced the window as well. */
function hear() {
  for (let at = 0; at < HEARD.length; at += 1) listen(window, HEARD[at].name, HEARD[at].hears, HEARD[at].capture);
}

function start() {
  // Rust calls this; the page sees the name but not the key, and cannot replace it.
  Object.defineProperty(window, "__supportKiosk", {
    /** @param {string} key @param {import("../types/wire").Ask} ask */
    value: (key, ask) => {
      if (key === kiosk.key) obey(ask);
    },
  });
  for (const [name, hears] of Object.entries(EVENTS)) HEARD.push({ name, hears, capture: true });
  notice = build();
  hear();
  observe(new MutationObserverNow(hear), document, { childList: true });
  if (line) line((text) => obey(parseJson(text)));
  send({ report: "hello" });
}

if (/^https?:$/.test(location.protocol) && !("__supportKiosk" in window)) start();
