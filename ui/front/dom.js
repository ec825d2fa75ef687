// What the modules need of the page. An element that is missing is a mistake in index.html: better loud than null.

/** @param {string} selector */
export const all = (selector) => Array.from(document.querySelectorAll(selector)).filter((found) => found instanceof HTMLElement);

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function one(selector, type) {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new TypeError(`no ${selector}`);
  return found;
}

/**
 * @param {string} id
 * @param {string} words
 */
export function write(id, words) {
  const element = one(`#${id}`, HTMLElement);
  if (element.textContent !== words) element.textContent = words;
}
