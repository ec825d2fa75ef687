//! The configuration with secrets out: settings that are known, written anew. Comments and what is not known stay out.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value as Schema;
use toml::{Table, Value};
use url::Url;

use super::{
    Part,
    clean::{OUT, Secrets, address},
};
use crate::config;

/// Settings whose value is a secret.
const SECRET: [&str; 1] = ["pin_hash"];
/// Settings that name a file with a secret in it.
const SECRET_FILES: [&str; 2] = ["password_file", "key_file"];
/// What a secret looks like wherever it stands: a hash, a secret key.
const SIGNS: [&str; 3] = ["$argon2", "ed25519-secret:", "-----BEGIN"];
/// A longer text is no setting.
const LONGEST: usize = 300;

/// What of a configuration was left out.
#[derive(Default)]
struct Cleaning {
    secrets: Secrets,
    unknown: u64,
}

/// The configuration that the kiosk would use, and all secrets that it leads to.
pub(super) fn part(explicit: Option<&Path>) -> (Part, Secrets) {
    const NAME: &str = "configuration.toml";
    let Some(path) = file(explicit) else {
        let about = "there is no configuration file; the built-in defaults are used";
        return (Part::new(NAME, String::new(), about), Secrets::default());
    };
    let text = fs::read(&path).unwrap_or_default();
    // What cannot be read as settings cannot be cleaned either.
    let Some(table) = String::from_utf8(text).ok().and_then(|text| text.parse::<Table>().ok()) else {
        let about = "left out: it cannot be read, or is no TOML; `support-kiosk check` says where";
        return (Part::new(NAME, String::new(), about), Secrets::default());
    };
    let mut cleaning = Cleaning::default();
    let schema = serde_json::to_value(kiosk_core::config::schema()).unwrap_or_default();
    let cleaned = cleaning.table(table, &schema, path.parent().unwrap_or(Path::new("")));
    let about = match cleaning.unknown {
        0 => "the configuration without secrets and comments".to_owned(),
        unknown => format!("the configuration without secrets and comments; {unknown} unknown settings were left out"),
    };
    (Part::new(NAME, cleaned.to_string(), about), cleaning.secrets)
}

/// The file that the kiosk would read.
pub(super) fn file(explicit: Option<&Path>) -> Option<PathBuf> {
    match explicit {
        Some(path) => Some(path.to_owned()),
        None => config::candidates(|name| env::var_os(name)).into_iter().find(|path| path.is_file()),
    }
}

impl Cleaning {
    fn table(&mut self, table: Table, schema: &Schema, folder: &Path) -> Table {
        let mut cleaned = Table::new();
        for (key, value) in table {
            let known = &schema["properties"][&key];
            // An unknown one may be a known one misspelt, with a secret behind it.
            let is_secret = SECRET.iter().any(|secret| key.contains(secret)) || known.is_null();
            match value {
                Value::Table(inner) if !known.is_null() => {
                    let inner = self.table(inner, known, folder);
                    cleaned.insert(key, Value::Table(inner));
                }
                value if is_secret => {
                    self.secret(&value);
                    if known.is_null() {
                        self.unknown += 1;
                    } else {
                        cleaned.insert(key, OUT.into());
                    }
                }
                Value::String(text) => {
                    if SECRET_FILES.contains(&key.as_str()) {
                        self.secrets.file(&folder.join(&text));
                    }
                    cleaned.insert(key, self.text(&text).into());
                }
                Value::Array(items) => {
                    let items = items.into_iter().map(|item| match item {
                        Value::String(text) => self.text(&text).into(),
                        _ => OUT.into(),
                    });
                    let items = items.collect();
                    cleaned.insert(key, Value::Array(items));
                }
                Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
                    cleaned.insert(key, value);
                }
                Value::Datetime(_) | Value::Table(_) => {
                    cleaned.insert(key, OUT.into());
                }
            }
        }
        cleaned
    }

    fn text(&mut self, text: &str) -> String {
        if text.len() > LONGEST || SIGNS.iter().any(|sign| text.contains(sign)) {
            self.secrets.add(text);
            return OUT.to_owned();
        }
        match Url::parse(text) {
            Ok(url) if url.has_host() => {
                self.secrets.address(&url);
                address(&url)
            }
            _ => text.to_owned(),
        }
    }

    /// Every text in it.
    fn secret(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.secrets.add(text),
            Value::Array(items) => items.iter().for_each(|item| self.secret(item)),
            Value::Table(table) => table.values().for_each(|item| self.secret(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn settings_stay_and_secrets_go() {
        let text = "profile = \"kiosk\"\npasswort = \"planted-unknown\"\n\
                    [chat]\nurl = \"https://a.example/chat?key=planted-query\"\nready_seconds = 30\n\
                    [staff]\npin_hash = \"$argon2id$planted-hash\"\ngesture = true\n\
                    [brand]\nname = \"$argon2id$planted-elsewhere\"\n[odd]\nx = [\"planted-list\"]\n";
        let schema = serde_json::to_value(kiosk_core::config::schema()).unwrap();
        let mut cleaning = Cleaning::default();
        let cleaned = cleaning.table(text.parse().unwrap(), &schema, Path::new("")).to_string();
        assert!(!cleaned.contains("planted"), "{cleaned}");
        for kept in
            ["profile = \"kiosk\"", "url = \"https://a.example/chat?…\"", "ready_seconds = 30", "gesture = true"]
        {
            assert!(cleaned.contains(kept), "{cleaned}");
        }
        assert_eq!(cleaning.unknown, 2);
        for secret in ["planted-unknown", "planted-query", "$argon2id$planted-hash", "planted-list"] {
            assert_eq!(cleaning.secrets.out_of(secret).0, OUT, "{secret}");
        }
    }
}
