//! What keeps people from reading and reaching a scene: measured by a script in the built program's own webviews, through
//! `support-kiosk preview` of a development build.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::config::Config;
use crate::home::Home;
use crate::program;

/// All scenes in all languages on a loaded machine.
const WITHIN: Duration = Duration::from_secs(600);
/// Beside the pages, where `scripts/check-pages` puts it.
const AXE: &str = "node_modules/axe-core/axe.min.js";

/// What is measured, and on which screen.
#[derive(Debug, Clone)]
pub struct Audit {
    size: (u32, u32),
    language: Option<&'static str>,
    settings: Value,
    toolkit: Option<&'static str>,
}

/// One scene in one language.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The picture's name in a preview.
    pub scene: String,
    /// Its code.
    pub language: String,
    /// What the script in `tests/data/audit.js` answers.
    pub found: Value,
}

impl Audit {
    /// Where everything lies, in every language, on a screen of this size.
    #[must_use]
    pub fn on(width: u32, height: u32) -> Self {
        let settings = json!({"size": [width, height], "axe": [], "tags": [], "off": [], "low": false, "whole": false, "text": ""});
        Self { size: (width, height), language: None, settings, toolkit: None }
    }

    /// One language only.
    #[must_use]
    pub fn in_language(mut self, language: &'static str) -> Self {
        self.language = Some(language);
        self
    }

    /// Another setting of the script's.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.settings[name] = value.into();
        self
    }

    /// A line of the toolkit's own settings, as a person's desktop has them.
    #[must_use]
    pub fn toolkit(mut self, line: &'static str) -> Self {
        self.toolkit = Some(line);
        self
    }

    /// Measures every scene, the notice and the chat page of this configuration.
    pub fn run(&self, test: &str, config: &Config) -> Result<Vec<Measured>> {
        let home = Home::make(test)?;
        program::write_config(&home, &config.text())?;
        if let Some(line) = self.toolkit {
            home.toolkit(line)?;
        }
        let top = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let axe = fs::read_to_string(top.join(AXE)).with_context(|| format!("{AXE}: run scripts/check-pages"))?;
        let script = fs::read_to_string(top.join("tests/data/audit.js"))?;
        let file = home.root().join("audit.js");
        fs::write(&file, format!("{axe};(() => {{ const AUDIT = {};\n{script}\n}})();", self.settings))?;

        let size = format!("{}x{}", self.size.0, self.size.1);
        let mut arguments = vec!["preview", "--size", &size];
        arguments.extend(self.language.iter().flat_map(|language| ["--language", language]));
        let ran = program::run_with(&home, &arguments, "", WITHIN, |command| {
            command.env("SUPPORT_KIOSK_AUDIT", &file).env("NO_AT_BRIDGE", "1");
        })?;
        ensure!(ran.code() == Some(0), "{}\n{}", ran.stdout, ran.stderr);
        ran.stdout.lines().map(read).collect()
    }
}

fn read(line: &str) -> Result<Measured> {
    let value: Value =
        serde_json::from_str(line).with_context(|| format!("a development build says more than {line:?}"))?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let measured = Measured { scene: text("scene"), language: text("language"), found: value["found"].clone() };
    let error = &measured.found["error"];
    ensure!(error.is_null(), "{} in {}: {error}", measured.scene, measured.language);
    Ok(measured)
}

impl Measured {
    /// A list in the answer, each with the scene and the language in front of it.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let all = self.found[name].as_array().into_iter().flatten();
        all.map(|one| format!("{} ({}): {one}", self.scene, self.language)).collect()
    }
}
