// The host-page script of the stand-in org, in the shape of Salesforce's: one global, `embeddedservice_bootstrap`, a chat
// button, a frame from the site's origin, and events on the window. It behaves like v1 where v1 and v2 differ, the
// inconvenient parts included: nothing but `settings` and `init` exists before Ready, a second clear orphans the first
// one's promise, and a clear waits for the frame for ever.
(() => {
  'use strict';

  /**
   * @typedef {object} Faults
   * @property {'ok'|'hang'|'lie'|'reject_string'|'resolve_without_clearing'|'slow'|'throw'} clear
   * @property {number} clear_delay_ms
   * @property {boolean} frame_dead
   * @property {'ok'|'never'|'slow'} ready
   * @property {number} ready_delay_ms
   * @property {boolean} init_error
   */

  /** @type {{settings: Record<string, any>, init: Function, [api: string]: any}} */
  const bootstrap = { settings: { language: 'en_US', displayMode: 'overlay' }, init };
  /** @type {any} */ (window).embeddedservice_bootstrap = bootstrap;

  /** @type {{orgId: string, deployment: string, siteUrl: string, origin: string}} */
  let org;
  /** @type {HTMLElement | undefined} */
  let place;
  /** @type {HTMLButtonElement | undefined} */
  let button;
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  /** Resolves when the frame's script listens. */
  let frameReady = Promise.resolve();
  /** @type {(() => void) | undefined} */
  let frameSaysHello;
  /** Who waits for an answer of the frame. @type {Map<string, {resolve: Function, reject: Function}>} */
  const waiting = new Map();
  /** The one clear whose promise will settle. @type {((nothing: undefined) => void) | undefined} */
  let settleClear;
  let buttonAllowed = true;
  let hiddenPrechatFields = {};
  let autoResponseParameters = {};
  /** @type {unknown} */
  let identityToken;

  /**
   * What a customer's page calls.
   * @param {string} orgId @param {string} deployment @param {string} siteUrl @param {{scrt2URL: string}} urls
   */
  async function init(orgId, deployment, siteUrl, urls) {
    if (!orgId || !deployment || !siteUrl || !urls?.scrt2URL) {
      throw new Error('init(orgId, deploymentName, siteUrl, { scrt2URL }) needs all four');
    }
    org = { orgId, deployment, siteUrl, origin: new URL(siteUrl).origin };
    addEventListener('message', fromFrame);
    // As in the real client: when this one request fails, neither Ready nor InitError ever comes.
    const response = await fetch(`${org.origin}/sandbox/faults`, { cache: 'no-store' });
    /** @type {Faults} */
    const faults = await response.json();
    if (faults.init_error) {
      dispatch('onEmbeddedMessagingInitError', {});
      return;
    }
    if (faults.ready === 'never') return;
    if (faults.ready === 'slow') await pause(faults.ready_delay_ms);
    await build();
    announce();
    // A conversation that a reload interrupted goes on by itself. The frame knows of it even when the page forgot.
    createFrame();
    const resumed = await ask({ type: 'launch', resumeOnly: true, token: storedToken() });
    if (resumed) show();
    else if (bootstrap.settings.displayMode === 'inline') await launchChat();
  }

  async function build() {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = `${org.siteUrl}/assets/styles/bootstrap.css`;
    document.head.append(style);
    place = document.createElement('div');
    place.id = 'embedded-messaging';
    place.dataset.display = bootstrap.settings.displayMode;
    place.dataset.test = 'embedded-messaging';
    (bootstrap.settings.targetElement ?? document.body).append(place);
  }

  /** Ready, then the button: at the start, and again after each clear. */
  function announce() {
    bootstrap.userVerificationAPI = { clearSession, setIdentityToken };
    bootstrap.utilAPI = { launchChat, showChatButton, hideChatButton };
    bootstrap.prechatAPI = { setHiddenPrechatFields, removeHiddenPrechatFields, setVisiblePrechatFields() {} };
    bootstrap.autoResponseAPI = { setAutoResponseParameters, removeAutoResponseParameters };
    dispatch('onEmbeddedMessagingReady', {});
    button?.remove();
    button = document.createElement('button');
    button.id = 'chat-button';
    button.type = 'button';
    button.dataset.test = 'chat-button';
    button.textContent = bootstrap.settings.chatButtonLabel ?? 'Start a chat';
    button.addEventListener('click', () => launchChat().catch((error) => console.warn('chat:', error)));
    button.hidden = !buttonAllowed || bootstrap.settings.displayMode === 'inline';
    place?.prepend(button);
    dispatch('onEmbeddedMessagingButtonCreated', { buttonVisibility: button.hidden ? 'Hide' : 'Show' });
  }

  // The APIs.

  /** @param {{shouldStartNewConversation?: boolean}} [options] */
  async function launchChat(options = {}) {
    createFrame();
    show();
    const opened = await ask({
      type: 'launch',
      startNew: options.shouldStartNewConversation === true,
      token: storedToken(),
      hiddenPrechatFields,
      autoResponseParameters,
    });
    if (!opened) hide('onEmbeddedMessagingWindowClosed');
  }

  function showChatButton() {
    buttonAllowed = true;
    if (button && !isOpen()) button.hidden = bootstrap.settings.displayMode === 'inline';
    return Boolean(button);
  }

  function hideChatButton() {
    buttonAllowed = false;
    if (button) button.hidden = true;
    return Boolean(button);
  }

  /** @param {Record<string, string>} fields */
  function setHiddenPrechatFields(fields) {
    hiddenPrechatFields = { ...hiddenPrechatFields, ...fields };
  }

  /** @param {string[]} names */
  function removeHiddenPrechatFields(names = []) {
    const gone = new Set(names);
    hiddenPrechatFields = Object.fromEntries(Object.entries(hiddenPrechatFields).filter(([name]) => !gone.has(name)));
  }

  /** @param {Record<string, string>} parameters */
  function setAutoResponseParameters(parameters) {
    autoResponseParameters = { ...autoResponseParameters, ...parameters };
  }

  function removeAutoResponseParameters() {
    autoResponseParameters = {};
  }

  /** @param {unknown} token */
  function setIdentityToken(token) {
    identityToken = token;
  }

  // Not `async`: with the fault `throw` it must throw before there is a promise.
  /** @param {boolean} [shouldEndSession] */
  function clearSession(shouldEndSession = false) {
    const faults = faultsNow();
    const report = reporter({ end_session: shouldEndSession, storage_before: storageKeys() });
    switch (faults?.clear) {
      case 'throw':
        throw new Error('clearSession threw, on purpose');
      case 'hang':
        return new Promise(() => {});
      case 'reject_string':
        return Promise.reject('clearSession was rejected, on purpose');
      case 'resolve_without_clearing':
        return Promise.resolve();
      case 'lie':
        return Promise.resolve().then(announce);
    }
    const settled = new Promise((resolve) => {
      settleClear = resolve;
    });
    const delay = faults?.clear === 'slow' ? faults.clear_delay_ms : 0;
    void (delay ? pause(delay).then(() => clear(shouldEndSession, report)) : clear(shouldEndSession, report));
    return settled;
  }

  /** @param {boolean} endSession @param {(done: object) => void} report */
  async function clear(endSession, report) {
    localStorage.removeItem(storageKey());
    sessionStorage.removeItem(storageKey());
    hiddenPrechatFields = {};
    autoResponseParameters = {};
    identityToken = undefined;
    if (frame) await ask({ type: 'clear', endSession });
    removeFrame();
    report({ storage_after: storageKeys() });
    announce();
    // v1 does this too, and whoever is still typing opens the next chat with a space.
    button?.focus();
    settleClear?.(undefined);
    settleClear = undefined;
  }

  // The frame.

  function createFrame() {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.id = 'chat-frame';
    frame.title = 'Chat';
    frame.dataset.test = 'chat-frame';
    frame.hidden = true;
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-downloads');
    frame.src = `${org.siteUrl}/frame?parent=${encodeURIComponent(location.origin)}&language=${encodeURIComponent(bootstrap.settings.language)}`;
    frameReady = new Promise((resolve) => {
      frameSaysHello = resolve;
    });
    place?.append(frame);
  }

  function removeFrame() {
    frame?.remove();
    frame = undefined;
    waiting.clear();
    if (place) delete place.dataset.open;
  }

  function isOpen() {
    return place?.dataset.open === 'true';
  }

  function show() {
    if (!frame || !place || isOpen()) return;
    frame.hidden = false;
    place.dataset.open = 'true';
    if (button) button.hidden = true;
    dispatch('onEmbeddedMessagingWindowMaximized', {});
    frame.focus();
  }

  /** @param {'onEmbeddedMessagingWindowMinimized'|'onEmbeddedMessagingWindowClosed'} name */
  function hide(name) {
    if (!frame || !place || !isOpen()) return;
    frame.hidden = true;
    delete place.dataset.open;
    if (button) button.hidden = !buttonAllowed;
    dispatch(name, {});
    button?.focus();
  }

  /**
   * Tells the frame something and waits for the answer, however long.
   * @param {Record<string, unknown>} command
   */
  async function ask(command) {
    const to = frame;
    await frameReady;
    return new Promise((resolve, reject) => {
      if (!to?.contentWindow || to !== frame) return;
      const id = randomId();
      waiting.set(id, { resolve, reject });
      to.contentWindow.postMessage({ ...command, id }, org.origin);
    });
  }

  /** @param {MessageEvent} message */
  function fromFrame(message) {
    if (!frame || message.source !== frame.contentWindow || message.origin !== org.origin) return;
    const said = message.data;
    if (!said || typeof said !== 'object') return;
    switch (said.type) {
      case 'hello':
        frameSaysHello?.();
        break;
      case 'answer': {
        const asked = waiting.get(said.id);
        waiting.delete(said.id);
        if (said.error) asked?.reject(new Error(String(said.error)));
        else asked?.resolve(said.value);
        break;
      }
      case 'event':
        if (typeof said.name === 'string' && /^onEmbeddedMess[A-Za-z]+$/.test(said.name)) dispatch(said.name, said.detail);
        break;
      case 'token':
        store(said.token);
        break;
      case 'minimize':
        hide('onEmbeddedMessagingWindowMinimized');
        break;
      case 'close':
        hide('onEmbeddedMessagingWindowClosed');
        break;
    }
  }

  // The page's storage.

  function storageKey() {
    return `${org.orgId}_WEB_STORAGE`;
  }

  /** @param {unknown} token */
  function store(token) {
    for (const storage of [localStorage, sessionStorage]) {
      if (typeof token === 'string') storage.setItem(storageKey(), JSON.stringify({ JWT: token }));
      else storage.removeItem(storageKey());
    }
  }

  function storedToken() {
    for (const storage of [sessionStorage, localStorage]) {
      try {
        const token = JSON.parse(storage.getItem(storageKey()) ?? 'null')?.JWT;
        if (typeof token === 'string') return token;
      } catch {
        // Somebody else's, or damaged: as good as none.
      }
    }
    return undefined;
  }

  function storageKeys() {
    return { local: Object.keys(localStorage), session: Object.keys(sessionStorage) };
  }

  // Small things.

  /** @param {string} name @param {unknown} detail */
  function dispatch(name, detail) {
    window.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // Synchronous, as `clearSession` must know before it returns whether it is to throw.
  /** @returns {Faults | undefined} */
  function faultsNow() {
    try {
      const request = new XMLHttpRequest();
      request.open('GET', `${org.origin}/sandbox/faults`, false);
      request.send();
      return JSON.parse(request.responseText);
    } catch {
      return undefined;
    }
  }

  /**
   * Tells the org that `clearSession` was called, and gives what tells it that it is done. As plain text: a preflight might
   * not outlive the page.
   * @param {object} called
   */
  function reporter(called) {
    const id = randomId();
    /** @param {object} what */
    const tell = (what) => {
      const body = JSON.stringify({ id, ...what });
      fetch(`${org.origin}/sandbox/clears`, { method: 'POST', body, keepalive: true }).catch(() => {});
    };
    tell(called);
    return tell;
  }

  function randomId() {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, '0')).join('');
  }

  /** @param {number} ms */
  function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
})();
