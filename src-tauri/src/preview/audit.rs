//! Only in a development build: instead of a picture of each scene, what a script measures in it. The tests look for what keeps people
//! from reading and reaching a scene, in the real webviews; a release has none of this.

use std::{
    env, fs,
    io::{Write, stdout},
    path::PathBuf,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use kiosk_core::language::Language;
use serde_json::{Value, json};
use tauri::Webview;

/// Names the script. It makes `window.kioskMeasure`, which is called for each scene with its name, and whose answer (or what that
/// promises) becomes a line on standard output.
const SCRIPT: &str = "SUPPORT_KIOSK_AUDIT";
/// How long one scene may take.
const MEASURED: Duration = Duration::from_secs(120);

/// The script, when this is an audit.
pub(super) fn script() -> Option<PathBuf> {
    env::var_os(SCRIPT).map(PathBuf::from)
}

/// The bridge, so that a script can look into the notice.
pub(super) fn opened(bridge: String) -> String {
    if script().is_some() { bridge.replace("mode: \"closed\"", "mode: \"open\"") } else { bridge }
}

/// Measures what is in the view now, and prints it: one JSON object a line, with the scene's name and language.
pub(super) fn measure(view: &Webview, language: Language, name: &str) -> anyhow::Result<()> {
    if ask(view, "typeof window.kioskMeasure")? == "undefined" {
        let script = script().context("no script")?;
        view.eval(fs::read_to_string(&script).with_context(|| script.display().to_string())?)?;
    }
    view.eval(format!(
        "window.kioskMeasured = null; Promise.resolve(window.kioskMeasure({})).then((found) => {{ window.kioskMeasured = found; }}, \
         (error) => {{ window.kioskMeasured = {{ error: String(error) }}; }})",
        json!(name)
    ))?;
    let until = Instant::now() + MEASURED;
    while Instant::now() < until {
        let found = ask(view, "window.kioskMeasured ?? null")?;
        if !found.is_null() {
            let line = json!({ "scene": name, "language": language.code(), "found": found });
            return Ok(writeln!(stdout().lock(), "{line}")?);
        }
        thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("{name} was not measured within {} seconds", MEASURED.as_secs())
}

/// What a script in the view is worth.
fn ask(view: &Webview, script: &str) -> anyhow::Result<Value> {
    let (sender, receiver) = mpsc::channel();
    view.eval_with_callback(script, move |answer| {
        let _ = sender.send(answer);
    })?;
    let answer = receiver.recv_timeout(MEASURED).context("a page does not answer")?;
    serde_json::from_str(&answer).with_context(|| format!("the page said {answer:?}"))
}
