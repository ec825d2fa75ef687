// What the tests measure in each scene: axe-core's findings, and where everything lies. `axe` and `AUDIT` stand in front of this.

/** Smaller than this, in CSS pixels, a control is missed by fingers. */
const TARGET = 44;
/** What rounding may make of two edges that touch. */
const SLACK = 1;

/** @param {Element} root */
function parts(root) {
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) found.push(...parts(element.shadowRoot));
    else found.push(element);
  }
  return found;
}

/** Seen by somebody: it has a size, and nothing above it hides it. */
function isSeen(element) {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  if (element.closest(".heard, .live, [inert]")) return false;
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0;
}

function named(element) {
  const id = element.id ? `#${element.id}` : element.className && typeof element.className === "string" ? `.${element.className.trim().replaceAll(/\s+/g, ".")}` : "";
  const words = (element.textContent ?? "").trim().slice(0, 40);
  return `${element.localName}${id}${words ? ` "${words}"` : ""}`;
}

const round = (number) => Math.round(number * 10) / 10;
const box = ({ left, top, right, bottom }) => ({ left: round(left), top: round(top), right: round(right), bottom: round(bottom) });
const cut = (one, other) =>
  Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > SLACK;

/** The place of the words themselves, line by line, not of the box around them. */
function lines(element) {
  const places = [];
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE || !node.textContent?.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    places.push(...range.getClientRects());
  }
  // A font may ask for more height than its line has; nothing is drawn there.
  const own = element.getBoundingClientRect();
  for (const [index, { left, right, top, bottom }] of places.entries()) {
    places[index] = new DOMRect(left, Math.max(top, own.top), right - left, Math.min(bottom, own.bottom) - Math.max(top, own.top));
  }
  return places.filter(({ width, height }) => width > 0 && height > 0);
}

/** The colour's parts from 0 to 1, with its opacity: `rgb(…)`, or `color(srgb …)` where colours were mixed. */
function channels(colour) {
  const numbers = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const scale = colour.startsWith("color(") ? 1 : 255;
  return { rgb: numbers.slice(0, 3).map((number) => number / scale), opacity: numbers[3] ?? 1 };
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of an element's words on what is painted flat behind them: axe does not say where there is a gradient or a shadow root. */
function contrast(element, place) {
  // Not only what it stands in: the brand's name lies on a stage that is its neighbour. Off the screen nothing is hit.
  const hit = element.getRootNode().elementsFromPoint((place.left + place.right) / 2, (place.top + place.bottom) / 2);
  const from = hit.findIndex((one) => one === element);
  const below = from < 0 ? around(element) : hit.slice(from);
  const opaque = below.map((one) => channels(getComputedStyle(one).backgroundColor)).find(({ opacity }) => opacity === 1);
  const behind = opaque?.rgb;
  const one = luminance(channels(getComputedStyle(element).color).rgb);
  const other = luminance(behind ?? [1, 1, 1]);
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** An element and all that it stands in, the innermost first. */
function around(element) {
  const all = [];
  for (let one = element; one; one = one.parentElement ?? one.getRootNode().host) all.push(one);
  return all;
}

/** @param {string} scene */
function geometry(scene) {
  const faults = [];
  const fault = (what, element, more = {}) => faults.push({ what, element: named(element), ...box(element.getBoundingClientRect()), ...more });
  // What lies behind a modal dialog can be seen, and nobody can use it.
  const modal = parts(document.documentElement).find((element) => element.matches(":modal"));
  // The chat client's own button on our page is not ours to place.
  const all = parts(modal ?? document.body).filter((element) => isSeen(element) && !element.closest("#embedded-messaging"));
  const controls = all.filter((element) => element.matches("button, a[href], input, select, textarea, [tabindex]:not([tabindex='-1'])"));
  const texts = all.flatMap((element) => lines(element).map((place) => ({ element, place })));
  const page = document.scrollingElement;
  const reach = { width: innerWidth, height: Math.max(innerHeight, page.scrollHeight - page.scrollTop) };

  for (const control of controls) {
    const place = control.getBoundingClientRect();
    if (place.width < TARGET || place.height < TARGET) fault("small", control);
    if (place.left < -SLACK || place.right > reach.width + SLACK) fault("beside the screen", control);
    if (place.top < -SLACK - page.scrollTop || place.bottom > reach.height + SLACK) fault("out of reach", control);
    // On a screen that stands upright hands come from below.
    if (AUDIT.low && innerHeight > innerWidth && !control.matches("input") && place.top < innerHeight / 2 - SLACK) fault("too high", control);
    if (place.bottom > innerHeight + SLACK && AUDIT.whole) fault("below the screen", control);
  }
  for (const [index, one] of controls.entries()) {
    for (const other of controls.slice(index + 1)) if (cut(one.getBoundingClientRect(), other.getBoundingClientRect())) fault("overlap", one, { other: named(other) });
  }
  for (const { element, place } of texts) {
    const ratio = contrast(element, place);
    if (ratio < 4.5) fault("contrast", element, { ratio });
    if (place.left < -SLACK || place.right > reach.width + SLACK) fault("words beside the screen", element);
    const around = element.closest("button") ?? element;
    const edge = around.getBoundingClientRect();
    if (around.matches("button") && (place.left < edge.left - SLACK || place.right > edge.right + SLACK || place.top < edge.top - SLACK - 4 || place.bottom > edge.bottom + SLACK + 4)) {
      fault("words out of their button", around);
    }
    // Words may scroll away under what stays at the bottom, where all of it cannot be on the screen at once.
    if (AUDIT.whole || page.scrollHeight <= innerHeight) {
      for (const control of controls) if (!control.contains(element) && cut(place, control.getBoundingClientRect())) fault("words under a control", element, { other: named(control) });
      if (place.bottom > innerHeight + SLACK || place.top < -SLACK) fault("words off the screen", element);
    }
  }
  if (page.scrollWidth > innerWidth + SLACK) faults.push({ what: "scrolls sideways", element: scene, width: page.scrollWidth });
  return { faults, controls: controls.map((control) => ({ element: named(control), ...box(control.getBoundingClientRect()) })), scrolls: page.scrollHeight - innerHeight };
}

async function findings() {
  const options = { runOnly: { type: "tag", values: AUDIT.tags }, rules: Object.fromEntries(AUDIT.off.map((id) => [id, { enabled: false }])), resultTypes: ["violations", "incomplete"] };
  const found = await axe.run(document, options);
  const flat = (results) =>
    results.flatMap(({ id, impact, nodes }) => nodes.map(({ target, html, failureSummary }) => ({ id, impact, target: target.flat().join(" "), html: html.slice(0, 160), why: failureSummary?.slice(0, 400) })));
  return { violations: flat(found.violations), incomplete: flat(found.incomplete), rules: found.passes?.length ?? 0 };
}

/** A view is as large as its window only when it is shown. */
async function settled() {
  for (let tries = 0; tries < 100 && (innerWidth !== AUDIT.size[0] || innerHeight !== AUDIT.size[1]); tries += 1) await new Promise((done) => setTimeout(done, 50));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

/** Faults on purpose: whoever measures must see them. */
async function planted(scene) {
  const bad = document.createElement("div");
  const [button, words] = ["button", "p"].map((tag) => bad.appendChild(document.createElement(tag)));
  words.textContent = "faint";
  // One by one: the page's policy lets no attribute and no sheet in.
  const style = (element, properties) => Object.entries(properties).forEach(([name, value]) => element.style.setProperty(name, value, "important"));
  style(button, { all: "unset", position: "fixed", top: "0", left: "0", width: "20px", height: "20px" });
  style(words, { position: "fixed", "z-index": "9", top: "30px", left: "0", color: "#ddd", background: "#fff" });
  style(bad, { width: "300vw", height: "1px" });
  document.body.append(bad);
  await new Promise((done) => requestAnimationFrame(done));
  const seen = [...(await findings()).violations.map(({ id }) => id), ...geometry(scene).faults.map(({ what }) => what)];
  bad.remove();
  return seen;
}

window.kioskMeasure = async (scene) => {
  if (AUDIT.text) document.documentElement.style.fontSize = AUDIT.text;
  await settled();
  return {
    size: [innerWidth, innerHeight],
    language: document.documentElement.lang,
    reduced: matchMedia("(prefers-reduced-motion: reduce)").matches,
    moving: document.getAnimations().length,
    ...geometry(scene),
    ...(AUDIT.axe.includes(document.documentElement.lang) ? await findings() : {}),
    ...(AUDIT.axe.length > 0 && scene === "welcome" ? { planted: await planted(scene) } : {}),
  };
};
