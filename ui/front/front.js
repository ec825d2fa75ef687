// The kiosk's own pages: Rust says which scene, this shows it.

import * as actions from "./actions.js";
import * as brand from "./brand.js";
import * as fingers from "./fingers.js";
import * as host from "./host.js";
import * as languages from "./languages.js";
import * as pictures from "./pictures.js";
import * as scenes from "./scenes.js";
import * as staff from "./staff.js";
import * as strings from "./strings.js";

/** @typedef {import("./host.js").Scene} Scene */

const RETRY_MS = 1_000;

/** Rust has said what to show. */
let told = false;

const kiosk = Object.freeze({
  /**
   * @param {Scene} scene
   * @param {string} language
   */
  show(scene, language) {
    strings.speak(language);
    languages.mark();
    scenes.render(scene);
    pictures.show(scene.scene === "welcome");
    told = true;
    actions.arm();
  },
  brand: brand.apply,
});

Object.defineProperty(window, "kiosk", { value: kiosk });

staff.prepare();
languages.prepare();
strings.speak(strings.language());
fingers.listen();
actions.listen();
staff.listen();
begin();

async function begin() {
  try {
    const state = await host.state();
    brand.apply(state.brand);
    pictures.prepare(state.brand.pictures, state.brand.slide_seconds);
    // What Rust pushed meanwhile is newer than the answer.
    if (!told) kiosk.show(state.scene, state.language);
  } catch (error) {
    console.error("front_state", error);
    if (!told) scenes.render({ scene: "one_moment", cause: "start" });
    window.setTimeout(begin, RETRY_MS);
  }
}
