// The notice: "the agent ended this chat", over the transcript, in the top layer of the page.
// A modal dialog makes everything else inert for the pointer and for a screen reader; keys are held at the window.

/** @param {Readonly<Record<"accent" | "accent_ink" | "background" | "background_ink", string>>} of */
const colours = (of) => `--accent: ${of.accent}; --accent-ink: ${of.accent_ink}; --background: ${of.background}; --ink: ${of.background_ink};`;

const STYLE = `
  /* The page's own rules for whatever is a "div" would win otherwise. */
  :host { all: initial !important; }
  dialog { ${colours(kiosk.appearance === "dark" ? kiosk.dark : kiosk)} }
  ${kiosk.appearance === "auto" ? `@media (prefers-color-scheme: dark) { dialog { ${colours(kiosk.dark)} } }` : ""}
  dialog {
    all: unset; position: fixed; inset: auto 0 0 0; box-sizing: border-box; display: none; max-height: 100vh; overflow: auto;
    padding: max(24px, 4.4vmin) max(24px, 5vmin);
    border-radius: max(16px, 3vmin) max(16px, 3vmin) 0 0;
    background: var(--background); color: var(--ink); box-shadow: 0 0 max(40px, 6vmin) rgb(0 0 0 / 40%);
    font: max(20px, 2.9vmin)/1.35 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; text-align: start;
    -webkit-user-select: none; user-select: none;
  }
  dialog:lang(ja) { font-family: "Noto Sans CJK JP", "Noto Sans JP", system-ui, sans-serif; word-break: keep-all; overflow-wrap: anywhere; }
  dialog:lang(ar) { font-family: "Noto Sans Arabic", "Noto Kufi Arabic", system-ui, sans-serif; }
  dialog[open] { display: block; }
  /* Nothing to see, and nothing to paint: the page is inert all the same. */
  dialog.shield { width: 0; height: 0; padding: 0; border: 0; box-shadow: none; overflow: hidden; opacity: 0; }
  dialog::backdrop { background: rgb(0 0 0 / 12%); }
  dialog.shield::backdrop { display: none; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: max(16px, 2.8vmin) max(24px, 5vmin); }
  .text { flex: 1 1 20em; }
  h1 { all: unset; display: block; font-size: 1.6em; font-weight: 700; line-height: 1.15; letter-spacing: -.015em; text-wrap: balance; }
  dialog:lang(ar) h1, dialog:lang(ja) h1 { letter-spacing: 0; }
  dialog:lang(ar) h1 { line-height: 1.35; }
  p { all: unset; display: block; margin-top: .4em; text-wrap: balance; }
  p + p { font-weight: 600; font-variant-numeric: tabular-nums; }
  .actions { flex: 0 1 auto; display: flex; flex-direction: column; gap: max(12px, 1.6vmin); }
  button { all: unset; box-sizing: border-box; text-align: center; font-weight: 650; line-height: 1.2;
           min-height: max(60px, 2.6em); min-width: 12em; padding: .4em 1.2em; border-radius: .6em;
           border: max(2px, .08em) solid color-mix(in srgb, var(--ink) 80%, var(--background)); color: var(--ink); }
  button.first { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
  button:focus { outline: max(4px, .12em) solid var(--ink); outline-offset: max(4px, .12em); }
  /* On a tall screen all of it is one column, as wide as a hand finds it without looking. */
  @media (max-aspect-ratio: 6/5) {
    .row { flex-direction: column; align-items: stretch; }
    .text { flex: none; }
    button { min-height: max(64px, 3.2em); }
  }
  /* In a very small window, or at a large zoom, all of it has room beside the transcript's last line. */
  @media (max-height: 25rem) {
    dialog { padding: 14px 20px; font-size: 17px; }
    h1 { font-size: 1.3em; }
    .row { flex-direction: column; align-items: stretch; gap: 12px; }
    .text { flex: none; }
    .actions { flex-direction: row; }
    button { flex: 1; min-height: 44px; min-width: 0; padding-inline: .6em; }
  }
  button[hidden] { display: none; }
  .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

/** How long the shield waits for Rust's word. Rust answers within milliseconds; this is for the case that it cannot. */
const SHIELD_MS = 2000;

/** What comes up or moves under a finger was not meant by it, so a touch counts after this time. */
const SETTLE_MS = 700;

/** @type {any} The notice's elements, built before any script of the page runs. */
let notice = null;
/** @type {"off" | "shield" | "on"} */
let state = "off";
/** @type {number | undefined} */
let timer;
let endsAt = 0;
/** Which button has the focus. */
let current = 0;
let mayKeep = false;
let touchesFrom = 0;
let keysFrom = 0;
/** Whether the time runs, and what is left where it does not. */
let runs = false;
let rest = 0;

/** A finger that stays for longer rests: it presses nothing. */
const REST_MS = 2500;

/** So long after a finger's own press the engine may still make a click of it. */
const ECHO_MS = 700;

/** The finger on a button: which, since when, and until when its click is an echo. */
let fingerOn = -1;
let fingerSince = 0;
let echoUntil = 0;

/**
 * Puts the notice into the page, also before it is needed, so that covering the page later costs next to nothing. Says
 * whether it is there: a page that is being written anew has nothing to stand on for a moment.
 */
function prepare() {
  const page = documentElement(document);
  if (page && !isConnected(notice.host)) {
    // What was taken out of the page is open still, and no longer on top.
    if (isOpen(notice.dialog)) closeDialog(notice.dialog);
    append(page, notice.host);
  }
  return Boolean(page);
}

/**
 * Rust's word is mostly here sooner, and the dialog would hold it up: raising one keeps the page busy for longer than
 * judging an event takes. Still less than half of a frame at sixty a second.
 */
const ANSWER_MS = 6;

/**
 * Covers the page invisibly, until Rust has judged the event, if that takes its time. Until then it is Rust that holds
 * the keys, a millisecond or two after the event.
 */
function shield() {
  if (state !== "off") return;
  state = "shield";
  timer = later(raise, ANSWER_MS);
}

function raise() {
  if (state !== "shield") return;
  timer = later(release, SHIELD_MS);
  setAttribute(notice.dialog, "class", "shield");
  hold();
}

function release() {
  if (state !== "shield") return;
  lower();
}

/** @param {Extract<import("../types/wire").Ask, { ask: "notice" }>} ask */
function showNotice(ask) {
  const fresh = state !== "on";
  state = "on";
  cancel(timer);
  notice.countdown = ask.words.countdown;
  setAttribute(notice.dialog, "lang", ask.words.language);
  setAttribute(notice.dialog, "dir", ask.words.direction);
  setText(notice.title, ask.words.title);
  setText(notice.body, ask.words.body);
  setText(notice.buttons[0], ask.words.start_over);
  setText(notice.buttons[1], ask.words.keep_reading);
  mayKeep = ask.may_keep;
  if (mayKeep) removeAttribute(notice.buttons[1], "hidden");
  else setAttribute(notice.buttons[1], "hidden", "");
  setAttribute(notice.dialog, "class", "");
  const now = clock();
  endsAt = now + ask.seconds * 1000;
  // Somebody looks: nothing comes up or moves, and the touch with which they came is meant.
  const looked = !fresh && !runs && ask.runs;
  rest = ask.seconds;
  runs = ask.runs;
  if (!looked) {
    touchesFrom = now + SETTLE_MS;
    // Before it was up Rust waits for a pause in the typing; now the last key was meant for it, and the next may be a tremble.
    keysFrom = fresh ? now : touchesFrom;
  }
  // A focus that goes elsewhere by itself presses what nobody meant.
  if (fresh || !mayKeep) current = 0;
  tick();
  hold();
  notice.said = -1;
  say(left());
  if (fresh) painted(() => send({ report: "shown" }));
}

/** @param {import("../types/wire").NoticeKey} key */
function noticeKey(key) {
  if (state !== "on") return;
  if (key === "press") {
    if (clock() >= keysFrom) answer(current);
    return;
  }
  if (mayKeep) current = 1 - current;
  focusOn(notice.buttons[current]);
}

/**
 * A touch, before the page's own listeners can swallow it: some stop whatever is outside of a dialog of theirs.
 * @param {MouseEvent} event
 */
function touched(event) {
  if (state !== "on" || !event.isTrusted || eventTarget(event) !== notice.host) return;
  const button = buttonAt(clientX(event), clientY(event));
  if (button < 0) return;
  stopEvent(event);
  if (clock() >= echoUntil) pressed(button);
}

/**
 * A finger on the notice, at which the page's own listeners never get: one that cancels touches would make it deaf. The
 * engine makes no click of a finger that stays for half a second, or that trembles; here it presses where it is lifted.
 * @param {TouchEvent} event
 */
function fingered(event) {
  if (state !== "on" || !event.isTrusted || eventTarget(event) !== notice.host) return;
  stopEvent(event);
  const finger = touchAt(changedTouches(event), 0);
  const button = finger ? buttonAt(touchX(finger), touchY(finger)) : -1;
  const type = eventType(event);
  if (type === "touchstart") {
    fingerOn = button;
    fingerSince = clock();
  } else if (type === "touchend") {
    const rests = clock() - fingerSince >= REST_MS;
    if (button >= 0 && button === fingerOn && !rests) {
      echoUntil = clock() + ECHO_MS;
      if (fingerSince >= touchesFrom) answer(button);
    }
    fingerOn = -1;
  }
}

/** @param {number} x @param {number} y @returns {number} The button in this place; -1: none. */
function buttonAt(x, y) {
  const at = elementAt(notice.root, x, y);
  return at === notice.buttons[0] ? 0 : at === notice.buttons[1] ? 1 : -1;
}

/** @param {number} button */
function pressed(button) {
  if (clock() >= touchesFrom) answer(button);
}

/** @param {number} button */
function answer(button) {
  if (state === "on") send({ report: "notice", answer: button === 0 ? "start_over" : "keep_reading" });
}

function lower() {
  cancel(timer);
  state = "off";
  if (notice && isOpen(notice.dialog)) closeDialog(notice.dialog);
}

/** Up, in the page, on top and with the focus: whatever the page has done to it since. */
function hold() {
  if (!prepare()) return;
  if (state === "on" && isOpen(notice.dialog) && !isOnTop()) closeDialog(notice.dialog);
  if (!isOpen(notice.dialog)) showModal(notice.dialog);
  focusOn(state === "on" ? notice.buttons[current] : notice.dialog);
}

/**
 * Whether it is up, in the page, and the topmost thing: a dialog that the page has opened since lies above, and takes every
 * touch. Looked at where the notice is: the page may have a bar for scrolling along the lower edge.
 */
function isOnTop() {
  const box = boxOf(notice.dialog);
  return pageElementAt(document, (leftOf(box) + rightOf(box)) / 2, bottomOf(box) - 2) === notice.host;
}

function left() {
  if (!runs) return rest;
  const seconds = (endsAt - clock() + 999) / 1000 | 0;
  return seconds > 0 ? seconds : 0;
}

function tick() {
  cancel(timer);
  if (state !== "on") return;
  // First of all: whatever goes wrong below goes right the next time.
  timer = later(tick, 250);
  const seconds = left();
  setText(notice.time, countdown(seconds));
  if (seconds === 10) say(seconds);
  if (!focusIn(notice.root) || !isOnTop()) hold();
}

/** Tells a screen reader how long it is, now and then and not each second. @param {number} seconds */
function say(seconds) {
  if (seconds === notice.said) return;
  notice.said = seconds;
  setText(notice.live, countdown(seconds));
}

/** @param {number} seconds @returns {string} */
function countdown(seconds) {
  return hasOwn(notice.countdown, seconds) ? notice.countdown[seconds] : "";
}

function build() {
  const host = element("div");
  const root = attachShadow(host, { mode: "closed" });
  const sheet = new StyleSheet();
  fillStyle(sheet, STYLE);
  root.adoptedStyleSheets = [sheet];
  /** @param {any} parent @param {string} tag @param {Record<string, string>} [attributes] */
  const add = (parent, tag, attributes = {}) => {
    const child = element(tag);
    for (const name in attributes) if (hasOwn(attributes, name)) setAttribute(child, name, attributes[name]);
    append(parent, child);
    return child;
  };
  const dialog = add(root, "dialog", { "aria-labelledby": "t", "aria-describedby": "b", role: "alertdialog", tabindex: "-1" });
  const row = add(dialog, "div", { class: "row" });
  const words = add(row, "div", { class: "text" });
  const title = add(words, "h1", { id: "t" });
  const body = add(words, "p", { id: "b" });
  const time = add(words, "p", { "aria-hidden": "true" });
  const live = add(words, "div", { class: "live", "aria-live": "assertive" });
  const actions = add(row, "div", { class: "actions" });
  const first = add(actions, "button", { class: "first", type: "button" });
  const second = add(actions, "button", { type: "button" });
  // A screen reader presses without touching a place.
  listen(first, "click", () => pressed(0));
  listen(second, "click", () => pressed(1));
  listen(dialog, "cancel", (/** @type {Event} */ event) => preventDefault(event));
  return { host, root, dialog, title, body, time, live, buttons: { 0: first, 1: second }, countdown: [], said: -1 };
}
