// The pictures on the welcome: one, or several that take turns. Between two turns nothing moves and nothing is done.

import { one } from "./dom.js";
import * as host from "./host.js";

/** As long as the crossfade in front.css, and a little more. */
const FADE_MS = 1_200;

const motion = window.matchMedia("(prefers-reduced-motion: reduce)");

let count = 0;
let seconds = 0;
let next = 0;
let wanted = false;
let timer = 0;
/** Only the latest turn puts its picture up. */
let turn = 0;

/**
 * @param {number} pictures how many there are
 * @param {number} slide_seconds how long each stays
 */
export function prepare(pictures, slide_seconds) {
  count = pictures;
  seconds = slide_seconds;
  if (wanted) show(true);
}

/**
 * The welcome is shown, or is not any more.
 *
 * @param {boolean} now
 */
export function show(now) {
  wanted = now;
  window.clearTimeout(timer);
  turn += 1;
  if (!now || count === 0) return;
  if (one(".pictures", HTMLElement).childElementCount === 0) change();
  else wait();
}

/** The next turn, where there is one: who wants no motion keeps the picture that is there. */
function wait() {
  if (wanted && count > 1 && !motion.matches) timer = window.setTimeout(change, seconds * 1_000);
}

async function change() {
  const mine = ++turn;
  const frame = one(".pictures", HTMLElement);
  const first = frame.childElementCount === 0;
  if (first) document.body.dataset.pictures = "coming";
  const found = await load();
  if (mine !== turn) return found && URL.revokeObjectURL(found.src);
  if (found) {
    found.className = first ? "shown" : "comes";
    frame.append(found);
    document.body.dataset.pictures = "shown";
    if (!first) {
      // It has to have been there, unseen, before it can come.
      void found.offsetWidth;
      found.classList.add("shown");
    }
    window.setTimeout(() => leaveOnly(found), first ? 0 : FADE_MS);
  } else if (first) {
    document.body.dataset.pictures = "none";
  }
  wait();
}

/** The next picture that can be had, decoded and ready to be seen; null: there is none. */
async function load() {
  for (let tries = 0; tries < count; tries += 1) {
    const index = next;
    next = (next + 1) % count;
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    try {
      image.src = URL.createObjectURL(new Blob([await host.picture(index)]));
      await image.decode();
      return image;
    } catch (error) {
      console.error("front_picture", index, error);
      if (image.src) URL.revokeObjectURL(image.src);
    }
  }
  return null;
}

/** @param {HTMLImageElement} found the picture that is seen now */
function leaveOnly(found) {
  for (const each of Array.from(found.parentElement?.querySelectorAll("img") ?? [])) {
    if (each === found) break;
    each.remove();
    URL.revokeObjectURL(each.src);
  }
}
