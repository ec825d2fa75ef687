// The doorway to Rust: the front's commands, and nothing else of Tauri.

/**
 * @typedef {{ scene: "none" }
 *   | { scene: "one_moment", cause: string }
 *   | { scene: "welcome" }
 *   | { scene: "still_there", seconds: number, why: "idle" | "too_long" }
 *   | { scene: "leaving", seconds: number | null }
 *   | { scene: "out_of_service", reason: string, retry_seconds: number | null, note: string | null }
 *   | { scene: "identify", name: string, site: string | null, id: string | null }
 *   | { scene: "staff", view: StaffView }} Scene
 *
 * @typedef {import("../types/wire.d.ts").StaffView} StaffView
 * @typedef {import("../types/wire.d.ts").StaffAct} StaffAct
 *
 * @typedef {{ version: string, engine: string | null, up_seconds: number, visits: number,
 *   reset: { ago_seconds: number, cause: string, ms: number } | null, proof_ago_seconds: number | null,
 *   memory_mb: number, network: "practice" | "reached" | "lost" | "unknown", kiosk: string | null, config: string | null }} Health
 *
 * @typedef {{ accent: string, accent_ink: string, background: string, background_ink: string }} Colours
 *
 * @typedef {Colours & { name: string, logo: string | null, shared: boolean, appearance: "light" | "dark" | "auto", dark: Colours,
 *   pictures: number, slide_seconds: number }} Brand
 *
 * @typedef {"start" | "continue" | "done" | "retry" | { language: string }} Action
 *
 * @typedef {{ scene: Scene, language: string, brand: Brand }} State
 */

/** @returns {Promise<State>} */
export const state = () => invoke("front_state");

/** @param {Action} action */
export const act = (action) => invoke("front_action", { action });

/**
 * The bytes of one of the welcome's pictures. It fails when the file is no longer what it was.
 *
 * @param {number} index
 * @returns {Promise<ArrayBuffer>}
 */
export const picture = (index) => invoke("front_picture", { index });

/** @param {string} pin */
export const staffPin = (pin) => invoke("staff_pin", { pin });

/** @param {StaffAct} act */
export const staffAct = (act) => invoke("staff_act", { act });

/** @returns {Promise<Health | null>} */
export const staffHealth = () => invoke("staff_health");

/**
 * @param {string} command
 * @param {Record<string, unknown>} [args]
 * @returns {Promise<any>}
 */
async function invoke(command, args) {
  const tauri = /** @type {{ __TAURI_INTERNALS__: { invoke(command: string, args?: object): Promise<unknown> } }} */ (/** @type {unknown} */ (window));
  return tauri.__TAURI_INTERNALS__.invoke(command, args);
}
