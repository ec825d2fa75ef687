// Behaves like the first generation of the client, as fast as it can.

/** @param {string} name */
function dispatch(name) {
  dispatchEvent(new CustomEvent(name, { detail: {} }));
}

function announce() {
  window.embeddedservice_bootstrap.userVerificationAPI = {
    async clearSession() {
      announce();
    },
  };
  dispatch("onEmbeddedMessagingReady");
  dispatch("onEmbeddedMessagingButtonCreated");
}

window.embeddedservice_bootstrap = {};
announce();

// A composer in a frame of another origin, and how long it still gets keys after an end.
if (location.pathname === "/typing") {
  /** When keys came in, and when frames began, on the clock that both documents share. */
  const keys = [];
  const frames = [];
  const clock = () => performance.timeOrigin + performance.now();
  const frame = document.createElement("iframe");
  frame.src = `http://127.0.0.1:${location.port}/composer`;
  document.body.append(frame);
  addEventListener("message", (message) => {
    if (message.source === frame.contentWindow) keys.push(message.data);
  });
  const count = () => {
    frames.push(clock());
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);

  window.watchTyping = async (end, tell) => {
    // Keys come all the time, and the end comes at any moment between two frames.
    while (keys.filter((at) => at > clock() - 500).length < 5) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    const at = clock();
    end();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const late = keys.filter((key) => key > at);
    const last = late.length ? Math.max(...late) : at;
    tell("typed", {
      frames: frames.filter((frame) => frame > at && frame <= last).length,
      late: late.length,
      ms: last - at,
      before: keys.filter((key) => key > at - 500 && key <= at).length,
      painted: frames.filter((frame) => frame > at && frame <= at + 700).length,
    });
  };
}
