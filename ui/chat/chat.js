/// <reference path="./salesforce.d.ts" />
// Hosts Salesforce's documented snippet under the company's brand. It listens and calls; it patches nothing of theirs.

/**
 * @typedef {{ accent: string, accent_ink: string, background: string, background_ink: string }} Colours
 * @typedef {Colours & { name: string, logo: string | null, appearance: "light" | "dark" | "auto", dark: Colours }} Brand
 * @typedef {{ org_id: string, deployment: string, site_url: string, scrt_url: string, language: string,
 *   languages: Record<string, Spoken>, brand: Brand }} Config
 * @typedef {{ salesforce: string, direction: string, greeting: string, words: Record<string, string> }} Spoken what Salesforce calls the language,
 *   and what this page says in it
 *
 * loading: no chat yet. ready: none was opened. fresh: none was opened since a clear. launching: asked for.
 * open: the window is there. minimised: it waits behind its button. closed: out of business hours. failed: there will be none.
 * @typedef {"loading" | "ready" | "fresh" | "launching" | "open" | "minimised" | "closed" | "failed"} Stage
 */

/** @type {Record<Stage, { button: string, said: string, enabled: boolean }>} */
const STAGES = {
  loading: { button: "chat-start", said: "chat-loading", enabled: false },
  ready: { button: "chat-start", said: "", enabled: true },
  fresh: { button: "chat-start", said: "", enabled: true },
  launching: { button: "chat-start", said: "chat-launching", enabled: false },
  open: { button: "chat-start", said: "chat-open", enabled: false },
  minimised: { button: "chat-resume", said: "", enabled: true },
  closed: { button: "chat-start", said: "chat-closed", enabled: false },
  failed: { button: "chat-start", said: "chat-failed", enabled: false },
};

/** A logo that is at least this much wider than high is taken for a wordmark: the name is in it already. */
const WORDMARK = 1.8;

/** A launch while the network stalls never settles. */
const LAUNCH_MS = 20_000;

const scheme = window.matchMedia("(prefers-color-scheme: dark)");
const page = one(".kiosk", HTMLElement);
const button = one(".kiosk-start", HTMLElement);

/** @type {Record<string, string>} */
let words = {};

/** @type {Stage} */
let stage = "loading";
/** A chat was open on this page before: the next one after a clear must not resume it. */
let opened = false;

enter("loading");
listen();
button.addEventListener("click", launch);
page.addEventListener("contextmenu", (event) => event.preventDefault());
begin();

async function begin() {
  try {
    const answer = await fetch("/config.json");
    if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
    /** @type {Config} */
    const config = await answer.json();
    const { salesforce } = speak(config);
    brand(config.brand);
    await load(`${config.site_url}/assets/js/bootstrap.min.js`);
    embeddedservice_bootstrap.settings.language = salesforce;
    embeddedservice_bootstrap.init(config.org_id, config.deployment, config.site_url, { scrt2URL: config.scrt_url });
  } catch (error) {
    fail(error);
  }
}

/**
 * Speaks the language in the page's address, else the kiosk's own.
 *
 * @param {Config} config
 */
function speak(config) {
  const wanted = new URLSearchParams(location.search).get("language") ?? "";
  const language = Object.hasOwn(config.languages, wanted) ? wanted : config.language;
  const spoken = config.languages[language];
  words = spoken.words;
  document.documentElement.lang = language;
  document.documentElement.dir = spoken.direction;
  one(".kiosk-greeting", HTMLElement).textContent = spoken.greeting;
  enter(stage);
  return spoken;
}

/**
 * @param {string} url
 * @returns {Promise<void>}
 */
function load(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("the chat's script could not be loaded"));
    document.body.append(script);
  });
}

function listen() {
  /**
   * @param {string} name
   * @param {() => void} handle
   */
  const on = (name, handle) => window.addEventListener(`onEmbeddedMessaging${name}`, handle);

  // Ready comes again after each clear, whatever was open before. A launch that fails brings it too: that is the launch's to tell.
  on("Ready", () => stage !== "launching" && start());
  on("ButtonCreated", () => ["loading", "failed"].includes(stage) && start());
  on("InitError", () => fail("onEmbeddedMessagingInitError"));

  for (const name of ["WindowMaximized", "ConversationOpened", "ConversationStarted"]) on(name, open);
  on("WindowMinimized", () => enter("minimised"));
  on("WindowClosed", start);

  on("BusinessHoursEnded", () => ["ready", "fresh"].includes(stage) && enter("closed"));
  on("BusinessHoursStarted", () => stage === "closed" && start());
}

function start() {
  enter(opened ? "fresh" : "ready");
}

function open() {
  opened = true;
  enter("open");
}

async function launch() {
  if (!STAGES[stage].enabled) return;
  const from = stage;
  enter("launching");
  try {
    const { utilAPI } = embeddedservice_bootstrap;
    const launched = from === "fresh" ? utilAPI.launchChat({ shouldStartNewConversation: true }) : utilAPI.launchChat();
    await Promise.race([launched, late(LAUNCH_MS)]);
    if (stage === "launching") open();
  } catch (error) {
    console.error("launchChat", String(error));
    if (stage !== "launching") return;
    enter(from);
    say("chat-refused");
  }
}

/**
 * @param {number} ms
 * @returns {Promise<never>}
 */
function late(ms) {
  return new Promise((_, reject) => window.setTimeout(() => reject(new Error("no answer")), ms));
}

/** @param {unknown} error */
function fail(error) {
  console.error("chat page", String(error));
  enter("failed");
}

/** @param {Stage} next */
function enter(next) {
  stage = next;
  const { button: label, said, enabled } = STAGES[next];
  page.dataset.chat = next;
  button.textContent = words[label] ?? "";
  button.setAttribute("aria-disabled", String(!enabled));
  say(said);
}

/** @param {string} id of a message; none: nothing */
function say(id) {
  const said = one(".kiosk-said", HTMLElement);
  const text = words[id] ?? "";
  if (said.textContent !== text) said.textContent = text;
}

/**
 * In the colours of now: the desktop's own scheme can change at any time.
 *
 * @param {Brand} brand
 */
function paint(brand) {
  const dark = brand.appearance === "dark" || (brand.appearance === "auto" && scheme.matches);
  const of = dark ? brand.dark : brand;
  const colours = { accent: of.accent, "accent-ink": of.accent_ink, background: of.background, ink: of.background_ink, plate: brand.background };
  for (const [name, value] of Object.entries(colours)) {
    if (CSS.supports("color", value)) document.documentElement.style.setProperty(`--kiosk-${name}`, value);
  }
  page.dataset.look = dark ? "dark" : "light";
}

/** @param {Brand} brand */
function brand(brand) {
  paint(brand);
  scheme.onchange = () => paint(brand);
  document.title = brand.name;

  const name = one(".kiosk-name", HTMLElement);
  name.textContent = brand.name;
  if (brand.logo === null) return;
  const logo = one(".kiosk-logo", HTMLImageElement);
  logo.onload = () => {
    const wordmark = logo.naturalWidth >= logo.naturalHeight * WORDMARK;
    logo.alt = wordmark ? brand.name : "";
    name.hidden = wordmark;
    logo.hidden = false;
    one(".kiosk-mark", SVGElement).setAttribute("hidden", "");
  };
  logo.src = brand.logo;
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
function one(selector, type) {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new TypeError(`no ${selector}`);
  return found;
}

export {};
