// Seconds for the eye. The deadline itself is Rust's: when this one reaches nothing, nothing happens here.

let timer = 0;

/**
 * Calls `tick` now and once a second with the whole seconds that are left, down to 0.
 *
 * @param {number} seconds
 * @param {(left: number) => void} tick
 */
export function start(seconds, tick) {
  stop();
  const end = performance.now() + seconds * 1000;
  const step = () => {
    const rest = Math.max(0, end - performance.now());
    // A timer may be a little early: 29,001 ms are 29 seconds, not 30.
    const left = Math.ceil((rest - 20) / 1000);
    tick(Math.max(0, left));
    if (left > 0) timer = window.setTimeout(step, rest - (left - 1) * 1000);
  };
  step();
}

export function stop() {
  window.clearTimeout(timer);
}
