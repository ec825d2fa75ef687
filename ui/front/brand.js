// The company's name, logo and colours, light or dark.

import { one } from "./dom.js";

/** @typedef {import("./host.js").Brand} Brand */

/** A logo that is at least this much wider than high is taken for a wordmark: the name is in it already. */
const WORDMARK = 1.8;

const scheme = window.matchMedia("(prefers-color-scheme: dark)");

/** @param {Brand} brand */
export function apply(brand) {
  document.title = brand.name;
  document.body.dataset.shared = String(brand.shared);
  paint(brand);
  scheme.onchange = () => paint(brand);

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
 * In the colours of now: the desktop's own scheme can change at any time.
 *
 * @param {Brand} brand
 */
function paint(brand) {
  const dark = brand.appearance === "dark" || (brand.appearance === "auto" && scheme.matches);
  const colours = dark ? brand.dark : brand;
  colour("--accent", colours.accent);
  colour("--accent-ink", colours.accent_ink);
  colour("--background", colours.background);
  colour("--ink", colours.background_ink);
  // What the logo was made for.
  colour("--plate", brand.background);
  const root = document.documentElement;
  root.dataset.look = dark ? "dark" : "light";
  root.dataset.ink = colours.accent_ink === "#000000" ? "dark" : "light";
}

/**
 * @param {string} property
 * @param {string} value
 */
function colour(property, value) {
  if (CSS.supports("color", value)) document.documentElement.style.setProperty(property, value);
}
