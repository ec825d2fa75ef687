// Touches, clicks and keys become actions: one for each showing of a scene.

import { all } from "./dom.js";
import * as host from "./host.js";

/** @typedef {import("./host.js").Action} Action */

/**
 * Scenes where any touch and any key is an answer, and which.
 *
 * @type {Readonly<Record<string, Action>>}
 */
const ANYWHERE = { welcome: "start", still_there: "continue" };

/** "I am done" throws a chat away: a finger that was on its way when the question appeared must not hit it. */
const SETTLE_MS = 700;

/** A press that Rust did not answer with another scene may be made again. */
const AGAIN_MS = 3_000;

let shown = 0;
let sent = false;
let again = 0;

/** To be called when a scene is shown. */
export function arm() {
  shown = performance.now();
  window.clearTimeout(again);
  ready(true);
}

export function listen() {
  document.addEventListener("click", (event) => {
    const button = buttonAt(event.target);
    if (button?.dataset.action) press(button);
    else if (isBeside(event.target)) anywhere();
  });
  // A long press, or a touch that moves, makes no click. (On a button: see fingers.js.)
  for (const type of ["pointerup", "pointercancel", "touchend", "touchcancel"]) {
    document.addEventListener(type, (event) => {
      if (isBeside(event.target)) anywhere();
    });
  }
  document.addEventListener("keydown", (event) => {
    // A key that is held down counts once: it would press what has come under it meanwhile.
    if (event.repeat && (event.key === "Enter" || event.key === " ") && buttonAt(event.target)) return event.preventDefault();
    if (event.key === "Escape" && document.body.dataset.scene === "leaving") return void send("continue");
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || QUIET.has(event.key)) return;
    if ((event.key === "Enter" || event.key === " ") && buttonAt(event.target)) return;
    anywhere();
  });
  // A press beside the buttons takes the focus from none of them.
  document.addEventListener("mousedown", (event) => {
    if (!buttonAt(event.target) && !(event.target instanceof HTMLInputElement)) event.preventDefault();
  });
  for (const type of ["contextmenu", "dragstart", "selectstart"]) document.addEventListener(type, (event) => event.preventDefault());
}

/** Keys that move the focus, or do nothing alone. */
const QUIET = new Set(["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "ScrollLock", "Fn", "Dead", "Unidentified"]);

function anywhere() {
  const action = ANYWHERE[document.body.dataset.scene ?? ""];
  if (action) send(action);
}

/** @param {HTMLElement} button */
function press(button) {
  const action = /** @type {Action} */ (button.dataset.action);
  if (action !== "done" || performance.now() - shown >= SETTLE_MS) return void send(action);
  // The second press of a double one is no answer to "End this chat?" either.
  if (document.body.dataset.scene !== "leaving") send("continue");
}

/** @param {Action} action */
async function send(action) {
  if (sent) return;
  ready(false);
  again = window.setTimeout(() => ready(true), AGAIN_MS);
  try {
    await host.act(action);
  } catch (error) {
    console.error("front_action", action, error);
    ready(true);
  }
}

/** @param {boolean} now */
function ready(now) {
  sent = !now;
  for (const button of all("button[data-action]")) button.setAttribute("aria-disabled", String(!now));
}

/**
 * Beside every button. Between those of a group nobody knows which was meant.
 *
 * @param {EventTarget | null} target
 */
function isBeside(target) {
  return !(target instanceof Element && target.closest("button, [role='group']"));
}

/** @param {EventTarget | null} target */
function buttonAt(target) {
  const button = target instanceof Element ? target.closest("button") : null;
  return button instanceof HTMLElement ? button : null;
}
