// The kiosk's own pages: Rust says which scene, this shows it and says when it is on the screen.

import * as actions from "./actions.js";
import * as brand from "./brand.js";
import * as host from "./host.js";
import * as languages from "./languages.js";
import * as pictures from "./pictures.js";
import * as scenes from "./scenes.js";
import * as staff from "./staff.js";
import * as strings from "./strings.js";

/** @typedef {import("./host.js").Scene} Scene */

const RETRY_MS = 1_000;

/** Counts the scenes, so that only the latest reports itself painted. */
let showing = 0;

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
    const mine = ++showing;
    actions.arm();
    // The first frame has the change in it, the second one begins when the first is on its way to the screen.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (mine === showing) host.painted(scene.scene).catch((error) => console.error("front_painted", error));
      }),
    );
  },
  brand: brand.apply,
});

Object.defineProperty(window, "kiosk", { value: kiosk });

staff.prepare();
languages.prepare();
strings.speak(strings.language());
actions.listen();
staff.listen();
begin();

async function begin() {
  try {
    const state = await host.state();
    brand.apply(state.brand);
    pictures.prepare(state.brand.pictures, state.brand.slide_seconds);
    // What Rust pushed meanwhile is newer than the answer.
    if (showing === 0) kiosk.show(state.scene, state.language);
  } catch (error) {
    console.error("front_state", error);
    if (showing === 0) scenes.render({ scene: "one_moment", cause: "start" });
    window.setTimeout(begin, RETRY_MS);
  }
}
