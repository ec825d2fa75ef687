// The notice: "the agent ended this chat", over the transcript, in the top layer of the page.
// A modal dialog makes everything else inert for the pointer and for a screen reader; keys are held at the window.

const STYLE = `
  :host { all: initial; }
  dialog {
    all: unset; position: fixed; inset: auto 0 0 0; box-sizing: border-box; display: none;
    padding: clamp(20px, 3.2vmin, 48px) clamp(24px, 5vmin, 80px);
    background: ${kiosk.background}; color: ${kiosk.background_ink};
    border-top: 6px solid ${kiosk.accent}; box-shadow: 0 -12px 48px rgb(0 0 0 / 28%);
    font: clamp(20px, 2.9vmin, 48px)/1.35 system-ui, "Noto Sans", "DejaVu Sans", sans-serif;
  }
  dialog:lang(ja) { font-family: "Noto Sans CJK JP", "Noto Sans JP", system-ui, sans-serif; word-break: keep-all; overflow-wrap: anywhere; }
  dialog:lang(ar) { font-family: "Noto Sans Arabic", "Noto Kufi Arabic", system-ui, sans-serif; }
  dialog[open] { display: block; }
  /* Nothing to see, and nothing to paint: the page is inert all the same. */
  dialog.shield { width: 0; height: 0; padding: 0; border: 0; box-shadow: none; overflow: hidden; opacity: 0; }
  dialog::backdrop { background: rgb(0 0 0 / 12%); }
  dialog.shield::backdrop { display: none; }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: clamp(16px, 2.6vmin, 48px);
         max-width: 1500px; margin: 0 auto; }
  .text { flex: 1 1 22em; }
  h1 { all: unset; display: block; font-size: 1.45em; font-weight: 700; line-height: 1.2; }
  p { all: unset; display: block; margin-top: .35em; }
  .actions { display: flex; flex-wrap: wrap; gap: 16px; }
  button { all: unset; box-sizing: border-box; cursor: pointer; text-align: center; font-weight: 600;
           min-height: max(60px, 6vmin); min-width: 8em; padding: .4em 1.2em; border-radius: 12px;
           border: 3px solid ${kiosk.accent}; color: ${kiosk.background_ink}; }
  button.first { background: ${kiosk.accent}; color: ${kiosk.accent_ink}; }
  button:focus { outline: 4px solid ${kiosk.background_ink}; outline-offset: 4px; }
  button[hidden] { display: none; }
  .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

/** How long the shield waits for Rust's word. Rust answers within milliseconds; this is for the case that it cannot. */
const SHIELD_MS = 2000;

/** @type {any} The notice's elements, once built. */
let notice = null;
/** @type {"off" | "shield" | "on"} */
let state = "off";
/** @type {number | undefined} */
let timer;
let endsAt = 0;
let current = 0;

/** Builds the notice before it is needed, so that covering the page later costs next to nothing. */
function prepare() {
  notice ??= build();
  if (!isConnected(notice.host)) append(document.documentElement, notice.host);
}

/** Covers the page at once, invisibly, until Rust has judged the event. */
function shield() {
  if (state !== "off") return;
  state = "shield";
  notice ??= build();
  notice.dialog.className = "shield";
  hold();
  timer = later(release, SHIELD_MS);
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
  notice ??= build();
  notice.countdown = ask.words.countdown;
  setAttribute(notice.dialog, "lang", ask.words.language);
  setAttribute(notice.dialog, "dir", ask.words.direction);
  setText(notice.title, ask.words.title);
  setText(notice.body, ask.words.body);
  setText(notice.buttons[0], ask.words.start_over);
  setText(notice.buttons[1], ask.words.keep_reading);
  notice.buttons[1].hidden = !ask.may_keep;
  notice.dialog.className = "";
  endsAt = clock() + ask.seconds * 1000;
  current = 0;
  hold();
  say(left());
  tick();
  if (fresh) painted(() => send({ report: "shown" }));
}

/** @param {import("../types/wire").NoticeKey} key */
function noticeKey(key) {
  if (state !== "on") return;
  if (key === "press") return press(notice.buttons[current]);
  if (!notice.buttons[1].hidden) current = 1 - current;
  focusOn(notice.buttons[current]);
}

function lower() {
  cancel(timer);
  state = "off";
  if (isOpen(notice.dialog)) closeDialog(notice.dialog);
}

/** Up, in the page, and with the focus: whatever the page has done to it since. */
function hold() {
  if (!isConnected(notice.host)) append(document.documentElement, notice.host);
  if (!isOpen(notice.dialog)) showModal(notice.dialog);
  focusOn(state === "on" ? notice.buttons[current] : notice.dialog);
}

function left() {
  const seconds = (endsAt - clock() + 999) / 1000 | 0;
  return seconds > 0 ? seconds : 0;
}

function tick() {
  cancel(timer);
  if (state !== "on") return;
  const seconds = left();
  setText(notice.time, countdown(seconds));
  if (seconds === 10) say(seconds);
  if (!isConnected(notice.host) || !isOpen(notice.dialog)) hold();
  timer = later(tick, 250);
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
  listen(first, "click", () => state === "on" && send({ report: "notice", answer: "start_over" }));
  listen(second, "click", () => state === "on" && send({ report: "notice", answer: "keep_reading" }));
  listen(dialog, "cancel", (/** @type {Event} */ event) => preventDefault(event));
  // A frame that takes the focus would be heard by a screen reader instead of the notice.
  listen(window, "blur", () => state !== "off" && later(() => state !== "off" && hold(), 0));
  return { host, dialog, title, body, time, live, buttons: { 0: first, 1: second }, countdown: [], said: -1 };
}
