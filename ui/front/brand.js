// The company's name, logo and colours.

import { one } from "./dom.js";

/** @typedef {import("./host.js").Brand} Brand */

/** A logo that is at least this much wider than high is taken for a wordmark: the name is in it already. */
const WORDMARK = 1.8;

/** @param {Brand} brand */
export function apply(brand) {
  document.title = brand.name;
  document.body.dataset.shared = String(brand.shared);
  colour("--accent", brand.accent);
  colour("--accent-ink", brand.accent_ink);
  colour("--background", brand.background);
  colour("--ink", brand.background_ink);

  const name = one(".brand .name", HTMLElement);
  name.textContent = brand.name;

  const mark = one(".brand .mark", SVGElement);
  const logo = one(".brand .logo", HTMLImageElement);
  /** @param {"mark" | "symbol" | "wordmark"} kind */
  const arrange = (kind) => {
    mark.toggleAttribute("hidden", kind !== "mark");
    logo.hidden = kind === "mark";
    logo.alt = kind === "wordmark" ? brand.name : "";
    name.hidden = kind === "wordmark";
  };
  arrange("mark");
  logo.onload = () => arrange(logo.naturalWidth >= logo.naturalHeight * WORDMARK ? "wordmark" : "symbol");
  logo.onerror = () => arrange("mark");
  if (brand.logo?.startsWith("data:image/")) logo.src = brand.logo;
  else logo.removeAttribute("src");
}

/**
 * @param {string} property
 * @param {string} value
 */
function colour(property, value) {
  if (CSS.supports("color", value)) document.documentElement.style.setProperty(property, value);
}
