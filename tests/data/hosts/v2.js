// Behaves like the second generation of Salesforce's host script, failures included.
'use strict';
(() => {
  const { params, tell, tellNow, pause, load } = Control;
  const mode = params.get('clear') ?? 'well';
  const ready = params.get('ready') ?? '50';
  let frame = null;
  let isReady = false;
  let calls = 0;

  const say = (name) => dispatchEvent(new CustomEvent(`onEmbeddedMessaging${name}`, { detail: {} }));

  // The only way to the frame. It is dropped when a navigation starts, and nothing brings it back when the page stays.
  const waiting = new Map();
  window.RPCManager = {
    call(rpc, id) {
      return new Promise((answer) => {
        waiting.set(id, answer);
        frame.contentWindow.postMessage({ rpc, id }, '*');
      });
    },
  };
  addEventListener('beforeunload', () => {
    window.RPCManager = undefined;
    tell('deaf');
  });
  addEventListener('message', ({ data, source }) => {
    if (!frame || source !== frame.contentWindow || window.RPCManager === undefined) return;
    if (data?.rpc === 'cleared') waiting.get(data.id)?.(true);
    if (data?.rpc === 'event') dispatchEvent(new CustomEvent(data.name, { detail: data.detail }));
  });

  async function clearSession(shouldEndSession = false) {
    calls += 1;
    const call = calls;
    tellNow('clear.called', { call, end: shouldEndSession });
    if (mode === 'throw') throw new TypeError('clearSession is broken');
    if (mode === 'reject') return Promise.reject('a string');
    if (!isReady) throw new Error('Embedded Messaging is not initialized.');
    if (window.RPCManager === undefined) {
      await pause(5);
      tell('clear.settled', { call });
      return undefined;
    }
    // After five seconds it says that all is well, whatever the frame did. What the frame still does comes late.
    await Promise.race([window.RPCManager.call('clear', call), pause(5000)]);
    say('Ready');
    say('ButtonCreated');
    tell('clear.settled', { call });
    return undefined;
  }

  function launch() {
    if (frame) return;
    const query = new URLSearchParams(params);
    query.set('load', load);
    frame = document.createElement('iframe');
    frame.src = `FRAME_ORIGIN/frame.html?${query}`;
    frame.title = 'Chat with us';
    document.getElementById('place').append(frame);
  }

  const api = {
    settings: {},
    async init(orgId, name, siteUrl) {
      Object.assign(api.settings, { orgId, siteURL: siteUrl, eswConfigDevName: name });
      if (ready === 'never') return;
      await pause(Number(ready));
      isReady = true;
      say('Ready');
      say('ButtonCreated');
      launch();
    },
    utilAPI: { launchChat: async () => launch() },
    userVerificationAPI: { clearSession, setIdentityToken: () => true },
  };

  window.agentforce_messaging = { version: 2 };
  // No `has` trap: `'userVerificationAPI' in embeddedservice_bootstrap` is false although it is there.
  window.embeddedservice_bootstrap = new Proxy({}, {
    get: (_, name) => api[name],
    set: (_, name, value) => { api[name] = value; return true; },
  });
})();
