// The staff scene: the PIN pad, and behind it what staff can do. Rust decides; this shows it and says what was pressed.

import * as countdown from "./countdown.js";
import { all, one, write } from "./dom.js";
import * as host from "./host.js";
import { text } from "./strings.js";

/** @typedef {import("./host.js").StaffView} StaffView */

/** The words to choose from for a screen that is closed; the first is none. */
const NOTES = ["none", "soon", "cleaning", "desk", "elsewhere"];

const AGAIN_SECONDS = 5;

/** The second press of Enter after the PIN is not meant for the menu that has come up. */
const SETTLE_MS = 700;

/** Which part is shown. */
let part = "";
/** Rust takes a PIN now. */
let open = false;
let refresh = 0;
/** When the menu came up behind the pad. */
let opened = 0;

/** Puts in what the page does not spell out: the keys and the notes. */
export function prepare() {
  const keys = one("#staff_keys", HTMLElement);
  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = key === "enter" ? "key primary" : "key";
    button.dataset.key = key;
    button.textContent = key === "erase" ? "⌫" : key;
    if (key === "enter") button.dataset.text = "staff-ok";
    if (key === "erase") button.dataset.label = "staff-erase";
    keys.append(button);
  }
  const notes = one("#staff_choices", HTMLElement);
  for (const note of NOTES) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = note === "none" ? "primary" : "secondary";
    button.dataset.note = note;
    button.dataset.text = `staff-note-${note}`;
    notes.append(button);
  }
  keys.dataset.label = "staff-keys";
}

export function listen() {
  const pin = input("#staff_pin");
  const words = input("#staff_words");
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("#staff button") : null;
    if (button instanceof HTMLElement && button.getAttribute("aria-disabled") !== "true") press(button);
  });
  // The focus stays in the field, so that keys and fingers can take turns.
  one("#staff_keys", HTMLElement).addEventListener("mousedown", (event) => event.preventDefault());
  pin.addEventListener("keydown", (event) => {
    if (event.key === "Enter") submit();
  });
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") close(words.value);
  });
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.scene !== "staff" || event.key !== "Escape" || event.repeat) return;
    if (part === "pad" || part === "menu") act({ act: "cancel" });
    else turn("menu");
  });
}

/**
 * @param {StaffView} view
 * @returns {string} what a screen reader says
 */
export function render(view) {
  forget();
  if (view.view === "pad") {
    open = view.said !== "checking" && view.locked_seconds === null;
    input("#staff_pin").readOnly = !open;
    for (const key of all("#staff_keys button")) key.setAttribute("aria-disabled", String(!open));
    const words = view.said === "checking" ? "staff-checking" : view.locked_seconds !== null ? "staff-locked" : view.said === "wrong" ? "staff-wrong" : "staff-ask";
    write("staff_said", text(words));
    write("staff_left", "");
    if (view.locked_seconds !== null) {
      countdown.start(view.locked_seconds, (left) => {
        const minutes = left >= 100;
        write("staff_left", minutes ? text("staff-minutes", { minutes: Math.ceil(left / 60) }) : text("staff-seconds", { seconds: left }));
      });
    }
    turn("pad");
    return "";
  }
  for (const [act, there] of /** @type {[string, boolean][]} */ ([["fresh", !view.closed], ["in_service", view.closed]])) {
    const button = one(`[data-staff="${act}"]`, HTMLElement);
    button.hidden = !there;
  }
  for (const button of all("#staff_menu button")) button.setAttribute("aria-disabled", String(view.reading && button.dataset.staff !== "cancel"));
  write("staff_mistake", view.reading ? text("staff-reading") : view.mistake === null ? "" : `${text("staff-mistake")} ${view.mistake}`);
  if (part !== "menu") {
    opened = performance.now();
    turn("menu");
  }
  return "";
}

/** The scene is gone: nothing of what was typed stays. */
export function leave() {
  forget();
  input("#staff_words").value = "";
  open = false;
  part = "";
}

function forget() {
  input("#staff_pin").value = "";
}

/** @param {string} to */
function turn(to) {
  part = to;
  window.clearTimeout(refresh);
  for (const each of all("#staff > div")) each.hidden = each.id !== `staff_${to}`;
  if (to === "health") {
    one("#staff_facts", HTMLElement).replaceChildren();
    examine();
  }
  focus();
}

/** The field for the PIN, else the first button of the part that is shown. */
export function focus() {
  const first = part === "pad" ? input("#staff_pin") : document.querySelector(`#staff_${part} button:not([hidden])`);
  const held = document.activeElement;
  const inside = held instanceof HTMLElement && held.closest(`#staff_${part}`) && held.offsetParent !== null;
  if (first instanceof HTMLElement && !inside) first.focus({ preventScroll: true });
}

/** @param {HTMLElement} button */
function press(button) {
  const { key, staff, turn: to, note } = button.dataset;
  if (part === "menu" && staff !== "cancel" && performance.now() - opened < SETTLE_MS) return;
  if (key) type(key);
  else if (to) turn(to);
  else if (note) close(note === "none" ? null : text(`staff-note-${note}`));
  else if (staff === "words") close(input("#staff_words").value);
  else if (staff) act({ act: /** @type {"cancel" | "fresh" | "in_service" | "reload" | "leave"} */ (staff) });
}

/** @param {string} key */
function type(key) {
  const pin = input("#staff_pin");
  if (key === "enter") submit();
  else if (key === "erase") pin.value = pin.value.slice(0, -1);
  else if (pin.value.length < pin.maxLength) pin.value += key;
  pin.focus({ preventScroll: true });
}

function submit() {
  const pin = input("#staff_pin").value;
  if (!open || pin === "") return;
  forget();
  host.staffPin(pin).catch((error) => console.error("staff_pin", error));
}

/** @param {string | null} note */
function close(note) {
  act({ act: "out_of_service", note });
}

/** @param {import("./host.js").StaffAct} what */
function act(what) {
  host.staffAct(what).catch((error) => console.error("staff_act", error));
}

async function examine() {
  const list = one("#staff_facts", HTMLElement);
  try {
    const health = await host.staffHealth();
    if (part !== "health" || health === null) return;
    const facts = /** @type {[string, string][]} */ ([
      ["staff-version", health.version],
      ["staff-engine", health.engine ?? text("staff-unknown")],
      ["staff-up", span(health.up_seconds)],
      ["staff-visits", String(health.visits)],
      ["staff-reset", health.reset === null ? text("staff-never") : text("staff-reset-fact", { ago: span(health.reset.ago_seconds), cause: health.reset.cause.replaceAll("_", " "), ms: health.reset.ms })],
      ["staff-proof", health.proof_ago_seconds === null ? text("staff-never") : text("staff-ago", { ago: span(health.proof_ago_seconds) })],
      ["staff-memory", text("staff-megabytes", { count: health.memory_mb })],
      ["staff-network", text(`staff-network-${health.network}`)],
      ...(health.kiosk === null ? [] : /** @type {[string, string][]} */ ([["staff-kiosk", health.kiosk]])),
      ["staff-config", health.config ?? text("staff-defaults")],
    ]);
    list.replaceChildren(
      ...facts.flatMap(([name, value]) => {
        const term = document.createElement("dt");
        term.textContent = text(name);
        const fact = document.createElement("dd");
        // In a line of its own direction, at the start of the row whatever that is.
        const own = document.createElement("bdi");
        own.textContent = value;
        fact.append(own);
        return [term, fact];
      }),
    );
  } catch (error) {
    console.error("staff_health", error);
  }
  refresh = window.setTimeout(() => part === "health" && examine(), AGAIN_SECONDS * 1000);
}

/**
 * A time in its largest unit, and the next.
 *
 * @param {number} seconds
 */
function span(seconds) {
  const units = /** @type {[string, number][]} */ ([["days", 86_400], ["hours", 3_600], ["minutes", 60], ["seconds", 1]]);
  const from = Math.max(0, units.findIndex(([, size]) => seconds >= size));
  const [unit, size] = seconds < 1 ? /** @type {[string, number]} */ (["seconds", 1]) : /** @type {[string, number]} */ (units[from]);
  const parts = [text(`staff-count-${unit}`, { count: Math.floor(seconds / size) })];
  const next = units[from + 1];
  const rest = next && seconds >= 1 ? Math.floor((seconds % size) / next[1]) : 0;
  if (next && rest > 0) parts.push(text(`staff-count-${next[0]}`, { count: rest }));
  return parts.join(" ");
}

/** @param {string} selector */
function input(selector) {
  return one(selector, HTMLInputElement);
}
