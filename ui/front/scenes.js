// What each scene says.

import * as countdown from "./countdown.js";
import { all, one, write } from "./dom.js";
import * as staff from "./staff.js";
import { text } from "./strings.js";

/** @typedef {import("./host.js").Scene} Scene */

/** After this long the animation has stopped (front.css), and words take its place. */
const SLOW_MS = 9_600;

/** The second warning for those who cannot see the countdown. */
const SOON = 10;

/** From here on minutes are enough. */
const MINUTES_FROM = 100;

/** @type {Readonly<Record<string, string>>} */
const MOMENTS = {
  done: "one-moment-thanks",
  visitor_close: "one-moment-thanks",
  died: "one-moment-broken",
  interrupted: "one-moment-broken",
  hung: "one-moment-broken",
  network: "one-moment-lost",
  never_ready: "one-moment-ready",
  load_failed: "one-moment-ready",
  unproven: "one-moment-ready",
  schedule: "one-moment-ready",
  start: "one-moment-ready",
};

const REASONS = ["network", "never_ready", "page_failed", "unproven", "crashed", "maintenance", "certificate", "other_page", "staff"];

let slow = 0;
/** What was said last: the same trouble after the next failed try is no news. */
let said = "";

/**
 * Shows exactly this scene. Timers of the one before are gone when it returns.
 *
 * @param {Scene} scene
 */
export function render(scene) {
  const section = document.getElementById(scene.scene);
  if (scene.scene !== "none" && !(section instanceof HTMLElement && section.matches("main > section"))) {
    throw new TypeError(`no scene ${JSON.stringify(scene.scene)}`);
  }
  countdown.stop();
  window.clearTimeout(slow);

  write("urgent", "");
  const before = document.body.dataset.scene;
  if (scene.scene !== "staff") staff.leave();
  const announcement = fill(scene);
  document.body.dataset.scene = scene.scene;
  for (const each of all("main > section")) each.hidden = each !== section;
  if (scene.scene !== before) window.scrollTo(0, 0);
  if (scene.scene === "staff") staff.focus();
  else focus(section);
  say(announcement);
}

/**
 * @param {Scene} scene
 * @returns {string} what a screen reader says
 */
function fill(scene) {
  switch (scene.scene) {
    case "none":
      return "";
    case "welcome":
      return one("#welcome_greeting", HTMLElement).textContent ?? "";
    case "one_moment":
      return oneMoment(scene.cause);
    case "still_there":
      return stillThere(scene.seconds, scene.why);
    case "leaving":
      return leaving(scene.seconds);
    case "out_of_service":
      return outOfService(scene.reason, scene.retry_seconds, scene.note);
    case "identify":
      return identify(scene.name, scene.site, scene.id);
    case "staff":
      return staff.render(scene.view);
  }
}

/** @param {string | null} cause null: the program has just started */
function oneMoment(cause) {
  const id = MOMENTS[cause ?? "start"] ?? "one-moment";
  // On one's own desktop there is no next person.
  const isOwn = document.body.dataset.shared === "false" && (id === "one-moment" || id === "one-moment-thanks");
  const words = text(isOwn ? "one-moment-own" : id);
  write("one_moment_text", words);
  write("one_moment_slow", "");
  slow = window.setTimeout(() => write("one_moment_slow", text("one-moment-slow")), SLOW_MS);
  return `${text("one-moment-title")}. ${words}`;
}

/**
 * @param {number} seconds
 * @param {"idle" | "too_long"} why
 */
function stillThere(seconds, why) {
  write("still_there_text", text(why === "too_long" ? "still-there-too-long" : "still-there-idle"));
  const number = one("#still_there_timer .number", HTMLElement);
  const unit = one("#still_there_timer .unit", HTMLElement);
  const rest = one(".countdown .rest", SVGElement);
  countdown.start(seconds, (left) => {
    number.textContent = String(left);
    unit.textContent = text("still-there-unit", { seconds: left });
    rest.setAttribute("stroke-dashoffset", String(seconds > 0 ? 100 - (100 * left) / seconds : 100));
    if (left === SOON && seconds > SOON) write("urgent", text("still-there-soon", { seconds: left }));
  });
  // The focus goes into an alertdialog: its title and description are read because of that, once.
  return "";
}

/** @param {number | null} seconds null: it waits for an answer, on one person's desktop */
function leaving(seconds) {
  write("leaving_text", text(seconds === null ? "leaving-text-own" : "leaving-text"));
  write("leaving_next", "");
  if (seconds !== null) {
    countdown.start(seconds, (left) => {
      write("leaving_next", text("leaving-in-seconds", { seconds: left }));
      if (left === SOON && seconds > SOON) write("urgent", text("leaving-in-seconds", { seconds: left }));
    });
  }
  // An alertdialog: read because the focus goes into it.
  return "";
}

/**
 * @param {string} reason
 * @param {number | null} retrySeconds
 * @param {string | null} note
 */
function outOfService(reason, retrySeconds, note) {
  const id = (REASONS.includes(reason) ? reason : "page_failed").replaceAll("_", "-");
  const title = text(`trouble-${id}-title`);
  const words = text(`trouble-${id}-text`);
  one("#out_of_service", HTMLElement).dataset.reason = id;
  write("out_of_service_title", title);
  write("out_of_service_text", words);
  write("out_of_service_note", note ?? "");

  // While a try runs the button keeps its place, unseen, so that nothing jumps.
  const button = one('[data-action="retry"]', HTMLElement);
  button.hidden = reason === "staff" && retrySeconds === null;
  button.classList.toggle("unseen", retrySeconds === null);
  if (retrySeconds === null) {
    write("out_of_service_next", text(reason === "staff" ? "retry-staff" : "retry-now"));
  } else {
    countdown.start(retrySeconds, (left) => {
      if (left === 0) write("out_of_service_next", text("retry-now"));
      else if (left < MINUTES_FROM) write("out_of_service_next", text("retry-in-seconds", { seconds: left }));
      else write("out_of_service_next", text("retry-in-minutes", { minutes: Math.ceil(left / 60) }));
    });
  }
  return `${title}. ${words} ${note ?? ""}`.trim();
}

/**
 * Names alone: no sentence, in whatever language.
 *
 * @param {string} name
 * @param {string | null} site
 * @param {string | null} id null without a fleet: then the name is all there is
 */
function identify(name, site, id) {
  const title = id ?? name;
  const letters = one("#identify_id", HTMLElement);
  letters.textContent = title;
  letters.style.setProperty("--letters", String([...title].length));
  write("identify_site", site ?? "");
  write("identify_name", id === null ? "" : name);
  return [name, site, id].filter(Boolean).join(", ");
}

/** @param {HTMLElement | null} section */
function focus(section) {
  const held = document.activeElement;
  if (section && held instanceof HTMLElement && section.contains(held) && held.offsetParent) return;
  const primary = section?.querySelector("button.primary:not([hidden])");
  if (primary instanceof HTMLElement) primary.focus({ preventScroll: true });
  else if (held instanceof HTMLElement) held.blur();
}

/** @param {string} words */
function say(words) {
  if (words === said) return;
  said = words;
  write("polite", words);
}
