// Behaves like the first generation of Salesforce's host script, failures included.
'use strict';
(() => {
  const { params, tell, tellNow, pause, load } = Control;
  const mode = params.get('clear') ?? 'well';
  const ready = params.get('ready') ?? '50';
  const button = document.createElement('button');
  button.id = 'chat';
  button.setAttribute('aria-label', 'Chat');
  let frame = null;
  // One place for the promise's answer: a second call takes it, and the first is never settled.
  let settle = null;
  let calls = 0;

  const say = (name) => dispatchEvent(new CustomEvent(`onEmbeddedMessaging${name}`, { detail: {} }));

  const bootstrap = {
    settings: {},
    init(orgId, name, siteUrl) {
      this.settings = { ...this.settings, orgId, siteURL: siteUrl, eswConfigDevName: name };
      if (ready === 'never') return;
      pause(Number(ready)).then(start);
    },
    utilAPI: {
      launchChat: async () => launch(),
      showChatButton: () => document.body.append(button),
      hideChatButton: () => button.remove(),
    },
  };
  // Until Ready there is no `userVerificationAPI`: whoever calls it gets a TypeError at once.
  window.embeddedservice_bootstrap = bootstrap;

  function start() {
    bootstrap.userVerificationAPI = { clearSession, setIdentityToken: () => true };
    say('Ready');
    showButton();
    launch();
  }

  function showButton() {
    document.body.append(button);
    say('ButtonCreated');
  }

  function launch() {
    if (frame) return;
    const token = params.get('token') ?? 'jwt';
    const stored = JSON.stringify({ [bootstrap.settings.orgId]: { JWT: token } });
    localStorage.setItem(`${bootstrap.settings.orgId}_WEB_STORAGE`, stored);
    sessionStorage.setItem(`${bootstrap.settings.orgId}_WEB_STORAGE`, stored);
    const query = new URLSearchParams(params);
    query.set('load', load);
    frame = document.createElement('iframe');
    frame.src = `FRAME_ORIGIN/frame.html?${query}`;
    frame.title = 'Chat with us';
    document.getElementById('place').append(frame);
    button.remove();
  }

  function clearSession(shouldEndSession = false) {
    calls += 1;
    const call = calls;
    tellNow('clear.called', { call, end: shouldEndSession });
    if (mode === 'throw') throw new TypeError('clearSession is broken');
    if (mode === 'reject') return Promise.reject('a string');
    return new Promise((resolve) => {
      settle = () => {
        tell('clear.settled', { call });
        resolve(undefined);
      };
      if (frame) frame.contentWindow.postMessage({ rpc: 'clear', id: call }, '*');
      else finish();
    });
  }

  async function finish() {
    localStorage.removeItem(`${bootstrap.settings.orgId}_WEB_STORAGE`);
    sessionStorage.removeItem(`${bootstrap.settings.orgId}_WEB_STORAGE`);
    frame?.remove();
    frame = null;
    const done = settle;
    settle = null;
    // Ready comes first: who clears again inside its handler comes back in here, deeper and deeper.
    say('Ready');
    if (mode === 'no-agent') await pause(30000);
    showButton();
    done?.();
    // Who is still typing opens a new chat with the next Space.
    button.focus();
  }

  button.addEventListener('click', () => {
    tell('button');
    launch();
  });

  addEventListener('message', ({ data, source }) => {
    if (!frame || source !== frame.contentWindow) return;
    if (data?.rpc === 'cleared') finish();
    if (data?.rpc === 'event') dispatchEvent(new CustomEvent(data.name, { detail: data.detail }));
  });
})();
