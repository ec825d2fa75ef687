// The languages on the welcome, each by its own name. The choice holds for one visit; Rust says when it is over.

import { all, one } from "./dom.js";
import * as host from "./host.js";
import * as strings from "./strings.js";

/** Puts the buttons in. One language alone is no choice. */
export function prepare() {
  if (strings.languages.length < 2) return;
  const group = one("#welcome_languages", HTMLElement);
  for (const { language, name, direction } of strings.languages) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.language = language;
    button.lang = language;
    button.dir = direction;
    button.textContent = name;
    button.addEventListener("click", () => choose(language));
    group.append(button);
  }
}

/** Marks the one that is spoken. */
export function mark() {
  for (const button of all("#welcome_languages button")) {
    button.setAttribute("aria-current", String(button.dataset.language === strings.language()));
  }
}

/** @param {string} language */
function choose(language) {
  if (language === strings.language()) return;
  host.act({ language }).catch((error) => console.error("front_action", "language", error));
}
