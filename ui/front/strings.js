// Every sentence of the front, in the language that is spoken now. Rust has made them all ready before this page began.

import { all } from "./dom.js";

/** @typedef {Record<string, string | number>} Args */

/**
 * A language's sentences. `{name}` in one stands for a variable; a list has one for each plural form, and `plural` says which form
 * goes with which number below 200.
 *
 * @typedef {{ language: string, name: string, direction: "ltr" | "rtl", plural: string, messages: Record<string, string | string[]> }} Table
 */

/** @type {{ language: string, languages: Table[] }} */
const words = /** @type {any} */ (window).kioskWords;

/** The languages that a person can choose from. */
export const languages = words.languages;

let table = find(words.language);
/** What is on the page is in this language; none at first. */
let written = "";

/** The language that is spoken now. */
export const language = () => table.language;

/**
 * Speaks this language from now on. What is on the page already, and never changes, is said anew.
 *
 * @param {string} wanted
 */
export function speak(wanted) {
  if (wanted === written) return;
  written = wanted;
  table = find(wanted);
  document.documentElement.lang = table.language;
  document.documentElement.dir = table.direction;
  for (const element of all("[data-text]")) element.textContent = text(element.dataset.text ?? "");
  for (const element of all("[data-lines]")) element.replaceChildren(...sentences(text(element.dataset.lines ?? "")));
  for (const element of all("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label ?? ""));
}

/**
 * @param {string} id
 * @param {Args} [args] the first number chooses the plural
 */
export function text(id, args = {}) {
  const said = table.messages[id];
  if (said === undefined) throw new RangeError(`no message ${id}`);
  const values = Object.entries(args);
  const number = values.find(([, value]) => typeof value === "number")?.[1];
  const template = Array.isArray(said) ? said[form(Number(number ?? 0))] : said;
  return values.reduce((line, [name, value]) => line.replaceAll(`{${name}}`, String(value)), template);
}

/**
 * Each sentence in a line of its own: "Hello!" and then the question.
 *
 * @param {string} words
 */
function sentences(words) {
  return words.split(/(?<=[.!?؟]\s|[。！？])/u).map((sentence) => {
    const line = document.createElement("span");
    line.textContent = sentence;
    return line;
  });
}

/** @param {number} number */
function form(number) {
  const telling = number < table.plural.length ? number : 100 + (number % 100);
  return Number(table.plural[telling] ?? 0);
}

/** @param {string} wanted */
function find(wanted) {
  return words.languages.find((each) => each.language === wanted) ?? words.languages[0];
}
