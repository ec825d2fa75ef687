// What one visit can leave for the next: looked for first, then planted. The same in the page and in the cross-origin frame.
// Loaded as <script src="leaks.js" data-where="page|frame">.
'use strict';
const Leaks = (() => {
  const where = document.currentScript.dataset.where;
  const params = new URLSearchParams(location.search);
  const load = params.get('load') ?? Math.random().toString(36).slice(2);
  const marker = params.get('marker');
  const soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error('slow')), 4000))]);

  const tell = (kind, fields) =>
    fetch('/told', { method: 'POST', body: JSON.stringify({ kind, where, load, ...fields }), keepalive: true });

  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open('planted', 1);
    let old = 1;
    asked.onupgradeneeded = ({ oldVersion }) => {
      old = oldVersion;
      asked.result.createObjectStore('store');
    };
    asked.onsuccess = () => done({ base: asked.result, old });
    asked.onerror = () => failed(asked.error);
  });

  const worker = () => new Promise((done) => {
    const shared = new SharedWorker('/shared.js', 'planted');
    shared.port.onmessage = ({ data }) => done(data);
  });

  const request = (url, ...login) => new Promise((done) => {
    const asked = new XMLHttpRequest();
    asked.open('GET', url, true, ...login);
    asked.onloadend = () => done(asked.status);
    asked.send();
  });

  // Each says `null` when there is nothing of an earlier visit, and otherwise what there is.
  const look = {
    cookie: () => document.cookie || null,
    http_only_cookie: async () => (await (await fetch('/cookies', { cache: 'no-store' })).text()) || null,
    local_storage: () => localStorage.getItem('planted'),
    session_storage: () => sessionStorage.getItem('planted'),
    indexed_db: async () => {
      const { base, old } = await open();
      base.close();
      await new Promise((done) => { indexedDB.deleteDatabase('planted').onsuccess = done; });
      return old === 0 ? null : `version ${old}`;
    },
    cache_api: async () => ((await caches.keys()).length ? (await caches.keys()).join() : null),
    service_worker: async () =>
      (await navigator.serviceWorker.getRegistrations()).length || navigator.serviceWorker.controller ? 'registered' : null,
    shared_worker: async () => ((await worker()) === 1 ? null : 'still running'),
    http_cache: async () => ((await (await fetch(`/cached?${where}`)).text()) === load ? null : 'an old answer'),
    http_etag: async () => ((await (await fetch(`/etag?${where}`)).text()) || null),
    http_credentials: async () => ((await request('/private')) === 200 ? 'let in' : null),
    window_name: () => window.name || null,
    history: () => (history.length > (where === 'page' ? 2 : 3) || history.state ? `${history.length} entries` : null),
    referrer: () => (where === 'page' && document.referrer) || null,
    zoom: () => (devicePixelRatio === 1 && (where === 'frame' || innerWidth === 1280) ? null : `${devicePixelRatio} ${innerWidth}`),
  };

  const plant = {
    cookie: () => { document.cookie = `planted=${marker}; max-age=86400`; },
    http_only_cookie: () => fetch(`/set-cookie?${marker}`, { cache: 'no-store' }),
    local_storage: () => localStorage.setItem('planted', marker),
    session_storage: () => sessionStorage.setItem('planted', marker),
    indexed_db: async () => {
      const { base } = await open();
      await new Promise((done, failed) => {
        const change = base.transaction('store', 'readwrite');
        change.objectStore('store').put(marker, 'planted');
        change.oncomplete = done;
        change.onerror = failed;
      });
      base.close();
    },
    cache_api: async () => (await caches.open('planted')).put('/planted', new Response(marker)),
    service_worker: async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; },
    shared_worker: () => worker(),
    http_cache: () => fetch(`/cached?${where}&kept`).then((answer) => answer.text()),
    http_etag: () => fetch(`/etag?${where}&kept`).then((answer) => answer.text()),
    http_credentials: () => request('/private', 'visitor', marker),
    window_name: () => { window.name = marker; },
    history: () => { for (let n = 0; n < 5; n++) history.pushState({ marker }, '', `#${n}`); },
  };

  // What was planted can be found by the same eyes in the same visit: else the trial would be worth nothing.
  const again = {
    ...look,
    indexed_db: async () => {
      const { base, old } = await open();
      base.close();
      return old === 0 ? null : 'there';
    },
    http_cache: async () => ((await (await fetch(`/cached?${where}`)).text()) === load ? 'kept' : null),
    referrer: () => null,
    zoom: () => null,
  };

  async function all(of) {
    const found = {};
    for (const [name, one] of Object.entries(of)) {
      try {
        found[name] = (await soon(Promise.resolve(one()))) ?? null;
      } catch (error) {
        found[name] = `error: ${error}`;
      }
    }
    return found;
  }

  async function run() {
    // The token of this load: an answer that carries another one is from an earlier visit.
    await fetch(`/load?${where}=${load}`, { cache: 'no-store' });
    await tell('found', { found: await all(look) });
    await all(plant);
    await tell('planted', { found: await all(again) });
    new EventSource(`STREAMS/?load=${load}&where=${where}`);
  }

  return { tell, run, load, where, params };
})();
