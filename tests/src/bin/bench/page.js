// Behaves like the first generation of the client, as fast as it can, and measures.
let ended = 0;

window.embeddedservice_bootstrap = {
  userVerificationAPI: {
    async clearSession() {
      const called = performance.now();
      const body = JSON.stringify({ event_to_clear_ms: called - ended });
      await fetch("/measured", { method: "POST", body });
      dispatchEvent(new CustomEvent("onEmbeddedMessagingReady", { detail: {} }));
      dispatchEvent(new CustomEvent("onEmbeddedMessagingButtonCreated", { detail: {} }));
    },
  },
};

addEventListener("pointerdown", () => {
  const entryPayload = JSON.stringify({
    entryType: "SessionStatusChanged",
    sessionId: crypto.randomUUID(),
    sessionStatus: "Ended",
    sessionStatusPrev: "Active",
    sessionEndedByRole: "Agent",
  });
  const detail = { conversationEntry: { entryType: "SessionStatusChanged", entryPayload } };
  ended = performance.now();
  dispatchEvent(new CustomEvent("onEmbeddedMessagingSessionStatusUpdate", { detail }));
});

addEventListener("load", () => {
  dispatchEvent(new CustomEvent("onEmbeddedMessagingReady", { detail: {} }));
  requestAnimationFrame(() => requestAnimationFrame(() => fetch("/painted", { method: "POST" })));
});
