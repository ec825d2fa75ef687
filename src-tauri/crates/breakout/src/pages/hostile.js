// Before anything else of the page: every native that a bridge could lean on is replaced. The suite keeps its own.
(() => {
  window.__own = {
    fetch: window.fetch.bind(window), text: JSON.stringify.bind(JSON), later: window.setTimeout.bind(window),
    Promise, listen: window.addEventListener.bind(window), make: (async () => {}).constructor, race: Promise.race.bind(Promise),
  };
  const lie = () => { throw new Error("replaced"); };
  for (const [owner, names] of [
    // Not what the framework looks up late for its own messages: a page without that is never ready, so never uncovered.
    [JSON, ["parse"]],
    [EventTarget.prototype, ["addEventListener", "removeEventListener"]],
    [String.prototype, ["slice", "split", "charCodeAt"]],
    [Document.prototype, ["createElement"]],
    [Event.prototype, ["stopImmediatePropagation", "preventDefault"]],
    [window, ["requestAnimationFrame", "clearTimeout"]],
  ]) {
    for (const name of names) {
      try { owner[name] = lie; } catch { /* some cannot be replaced */ }
    }
  }
})();
