// Fingers on buttons. The engine makes no click of a finger that stays for half a second, trembles or slides a little. So a
// button is pressed where a finger is lifted from it, and what the engine makes of the same finger counts no more.

/** A finger that stays for longer rests: it presses nothing. */
const REST_MS = 2_500;

/** The engine's click comes so soon after the finger, and so near. */
const ECHO_MS = 700;
const ECHO_PX = 24;

/** @type {Map<number, { button: Element, since: number }>} The fingers that are on buttons. */
const down = new Map();

let echo = { until: 0, x: 0, y: 0 };

export function listen() {
  document.addEventListener("touchstart", (event) => {
    for (const finger of Array.from(event.changedTouches)) {
      const button = buttonAt(finger);
      if (button) down.set(finger.identifier, { button, since: performance.now() });
      else down.delete(finger.identifier);
    }
  });
  document.addEventListener("touchend", (event) => {
    for (const finger of Array.from(event.changedTouches)) lift(finger);
  });
  document.addEventListener("touchcancel", (event) => {
    for (const finger of Array.from(event.changedTouches)) down.delete(finger.identifier);
  });
  window.addEventListener("click", (event) => event.isTrusted && isEcho(event) && event.stopImmediatePropagation(), true);
}

/** @param {Touch} finger */
function lift(finger) {
  const began = down.get(finger.identifier);
  down.delete(finger.identifier);
  const button = buttonAt(finger);
  if (!began || button !== began.button || performance.now() - began.since >= REST_MS) return;
  echo = { until: performance.now() + ECHO_MS, x: finger.clientX, y: finger.clientY };
  /** @type {HTMLElement} */ (button).click();
}

/** @param {MouseEvent} click */
function isEcho(click) {
  return performance.now() < echo.until && Math.hypot(click.clientX - echo.x, click.clientY - echo.y) < ECHO_PX;
}

/** @param {Touch} finger */
function buttonAt(finger) {
  return document.elementFromPoint(finger.clientX, finger.clientY)?.closest("button") ?? null;
}
