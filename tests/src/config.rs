//! The configuration that a test gives the program.

use std::collections::BTreeMap;

use serde_json::Value;

/// Keys and values; what is not set has the program's own default.
#[derive(Debug, Clone, Default)]
pub struct Config {
    sections: BTreeMap<String, BTreeMap<String, Value>>,
    raw: Option<String>,
}

impl Config {
    /// JSON lines on standard error, and no reset for idleness: a test is not a person.
    #[must_use]
    pub fn new() -> Self {
        // "debug" tells when a scene is painted.
        Self::default().set("log.format", "json").set("log.level", "debug").set("idle.after_seconds", 0)
    }

    /// The file's exact text, instead of all keys.
    #[must_use]
    pub fn raw(text: &str) -> Self {
        Self { raw: Some(text.to_owned()), ..Self::default() }
    }

    /// Sets a key by its dotted name; one without a dot stands above all sections.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
        self.sections.entry(section.to_owned()).or_default().insert(name.to_owned(), value.into());
        self
    }

    /// Where the chat page is, and which origins frames in it may have.
    #[must_use]
    pub fn chat(self, url: &str, frames: &[&str]) -> Self {
        self.set("chat.url", url).set("chat.frames", frames.to_vec())
    }

    /// The file's text. Strings, numbers, booleans and lists look the same in JSON and in TOML.
    #[must_use]
    pub fn text(&self) -> String {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut text = String::new();
        for (section, keys) in &self.sections {
            if !section.is_empty() {
                text.push_str(&format!("[{section}]\n"));
            }
            for (name, value) in keys {
                text.push_str(&format!("{name} = {value}\n"));
            }
        }
        text
    }
}
