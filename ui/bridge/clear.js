// `clearSession`, called in the page as Salesforce documents it, and what can be seen of its success.

/** How often each sign of a clear was seen so far. */
const seen = { ready: 0, button: 0 };

/** @returns {import("../types/wire").Client} */
function client() {
  return hasOwn(window, "agentforce_messaging") ? "v2" : "v1";
}

/**
 * Calls it once. Rust sees to it that the calls do not overlap.
 * @param {() => any} find Finds the client's object; it may throw, since a page made it.
 * @param {number} attempt
 * @param {boolean} endSession
 * @param {(report: import("../types/wire").Report) => void} tell
 */
function clear(find, attempt, endSession, tell) {
  const before = { ready: seen.ready, button: seen.button, at: clock() };
  const which = client();
  // The second generation drops its connection on `beforeunload`; from then on its clear resolves and does nothing.
  const deaf = which === "v2" && /** @type {any} */ (window).RPCManager === undefined;
  /** @param {import("../types/wire").Settled} settled */
  const answer = (settled) =>
    tell({
      report: "cleared",
      attempt,
      settled,
      ready: seen.ready > before.ready,
      button: seen.button > before.button,
      took_ms: (clock() - before.at) | 0,
      client: which,
      deaf,
    });
  let promise;
  try {
    const bootstrap = find();
    if (!bootstrap) return answer("absent");
    promise = bootstrap.userVerificationAPI.clearSession(endSession);
  } catch {
    return answer("threw");
  }
  then(resolveNow(promise), () => answer("resolved"), () => answer("rejected"));
}
