// Between a page and the test: tells what it saw, and does what it is asked to.
// Loaded as <script src="control.js" data-where="page|frame">, before all else of the page.
'use strict';
const Control = (() => {
  const where = document.currentScript.dataset.where;
  const params = new URLSearchParams(location.search);
  const load = params.get('load') ?? Math.random().toString(36).slice(2);
  let count = 0;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const observed = (kind, fields) =>
    JSON.stringify({ ...fields, kind, where, load, n: count++, clock: performance.now() });

  function tell(kind, fields = {}) {
    fetch('/observed', { method: 'POST', body: observed(kind, fields), keepalive: true }).catch(() => {});
  }

  // What may be the last of this page: it, and all that it has under way, is gone a moment after its clear has failed.
  function tellNow(kind, fields = {}) {
    const asked = new XMLHttpRequest();
    asked.open('POST', '/observed', false);
    try {
      asked.send(observed(kind, fields));
    } catch {
      // There may be no server any more.
    }
  }

  // Short questions, each with its own end: a navigation that starts and does not leave cuts a long one off for ever.
  async function obey(commands) {
    let next = 0;
    for (;;) {
      const asked = fetch(`/commands?load=${load}&where=${where}&next=${next}`, { cache: 'no-store' })
        .then((answer) => answer.json())
        .catch(() => null);
      const answer = await Promise.race([asked, pause(1000)]);
      for (const { number, what } of answer?.commands ?? []) {
        try {
          commands[what.do](what);
        } catch (error) {
          tell('failed', { what: what.do, error: String(error) });
        }
        tell('took', { command: number });
      }
      next = answer?.next ?? next;
      await pause(20);
    }
  }

  return { tell, tellNow, obey, pause, params, load, script: ({ script }) => new Function(script)() };
})();
