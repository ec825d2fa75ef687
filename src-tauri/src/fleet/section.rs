//! What `[fleet]` names: read and judged when the configuration is, so that whoever checks it finds what the start would.

use std::{fmt, fs, ops::Range, path::Path};

use kiosk_core::config::{self, Config, Mistake};
use kiosk_fleet::{
    key::PublicKey,
    mqtt::{Broker, Tls},
    topic::{Name, NotAName, Place},
};
use serde::Deserialize;
use toml::Spanned;

/// A password is short.
const LONGEST_PASSWORD: usize = 1024;
const MQTT_PORT: u16 = 1883;
const MQTTS_PORT: u16 = 8883;

/// What `[fleet]` names, read and judged.
pub(crate) struct Named {
    pub(super) place: Place,
    pub(super) keys: Vec<PublicKey>,
    pub(super) broker: Broker,
}

/// Without the password.
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Named {}", self.place)
    }
}

/// Something in `[fleet]` that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`fleet.{key}` {why}")]
pub(crate) struct Unusable {
    key: &'static str,
    /// Which one of several, from 0.
    number: usize,
    why: String,
}

/// Reads what `[fleet]` names. `None`: this kiosk is on its own.
///
/// # Errors
/// A key that is none or a file that cannot be used, where it is named.
pub(crate) fn named(config: &Config, text: &str, path: Option<&Path>) -> Result<Option<Named>, Mistake> {
    let Some(fleet) = &config.fleet else { return Ok(None) };
    read(fleet, path).map(Some).map_err(|unusable| {
        let help = if unusable.key == "command_keys" {
            "`support-kiosk ctl keys public` prints it: `ed25519:` and 44 characters"
        } else {
            "who checks must be allowed to read it, as the kiosk's user must; a path that does not begin with / is looked up \
             beside the configuration file"
        };
        let place = place_of(&unusable, text).unwrap_or_default();
        Mistake::at(text, place, unusable.to_string()).help(help)
    })
}

fn read(fleet: &config::Fleet, path: Option<&Path>) -> Result<Named, Unusable> {
    let name = |key: &'static str, text: &str| {
        text.parse::<Name>().map_err(|NotAName| Unusable::new(key, NotAName.to_string()))
    };
    let place = Place { site: name("site", &fleet.site)?, id: name("id", &fleet.id)? };
    let mut keys = Vec::new();
    for (number, key) in fleet.command_keys.iter().enumerate() {
        let key = key.parse::<PublicKey>().map_err(|why| Unusable {
            key: "command_keys",
            number,
            why: format!("has {key} in it, which cannot be used: {why}"),
        })?;
        keys.push(key);
    }
    let broker = broker(fleet, &place, path)?;
    Ok(Named { place, keys, broker })
}

fn place_of(unusable: &Unusable, text: &str) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Outer {
        fleet: Section,
    }
    #[derive(Deserialize)]
    struct Section {
        password_file: Option<Spanned<String>>,
        ca_file: Option<Spanned<String>>,
        cert_file: Option<Spanned<String>>,
        key_file: Option<Spanned<String>>,
        #[serde(default)]
        command_keys: Vec<Spanned<String>>,
    }
    let section = toml::from_str::<Outer>(text).ok()?.fleet;
    let found = match unusable.key {
        "password_file" => section.password_file.as_ref(),
        "ca_file" => section.ca_file.as_ref(),
        "cert_file" => section.cert_file.as_ref(),
        "key_file" => section.key_file.as_ref(),
        "command_keys" => section.command_keys.get(unusable.number),
        // The rest has been judged with the text.
        _ => None,
    };
    found.map(Spanned::span)
}

/// The broker that a configuration names, with the files that it names beside `path`.
///
/// # Errors
/// A file that cannot be used.
pub(crate) fn broker(fleet: &config::Fleet, place: &Place, path: Option<&Path>) -> Result<Broker, Unusable> {
    let beside = path.and_then(Path::parent).unwrap_or_else(|| Path::new(""));
    let read = |key: &'static str, path: &Path| {
        let path = beside.join(path);
        fs::read(&path).map_err(|error| Unusable::new(key, format!("cannot be read: {}: {error}", path.display())))
    };
    let login = match (&fleet.username, &fleet.password_file) {
        (None, _) => None,
        (Some(user), None) => Some((user.clone(), String::new())),
        (Some(user), Some(file)) => {
            let wrong = |why: &str| Unusable::new("password_file", why.to_owned());
            let password =
                String::from_utf8(read("password_file", file)?).map_err(|_| wrong("names a file that is not UTF-8"))?;
            let password = password.trim_end_matches(['\n', '\r']);
            if password.len() > LONGEST_PASSWORD {
                return Err(wrong("names a file that holds more than a password"));
            }
            Some((user.clone(), password.to_owned()))
        }
    };
    let tls = if fleet.broker.scheme() == "mqtts" {
        let ca = fleet.ca_file.as_deref().map(|path| read("ca_file", path)).transpose()?;
        let client = match &fleet.client {
            Some((cert, key)) => Some((read("cert_file", cert)?, read("key_file", key)?)),
            None => None,
        };
        Some(Tls { ca, client })
    } else {
        None
    };
    let host = fleet.broker.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = fleet.broker.port().unwrap_or(if tls.is_some() { MQTTS_PORT } else { MQTT_PORT });
    Ok(Broker { host, port, tls, client: format!("kiosk-{}-{}", place.site, place.id), login })
}

impl Unusable {
    fn new(key: &'static str, why: String) -> Self {
        Self { key, number: 0, why }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::env;

    use kiosk_fleet::key::SecretKey;

    use super::*;
    use crate::config::parse_as;

    const FLEET: &str = "[fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin\"\nid = \"k1\"\n";

    #[test]
    fn what_cannot_be_used_is_a_mistake_where_it_is_named() {
        let folder = env::temp_dir().join(format!("support-kiosk-fleet-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config.toml");
        fs::write(folder.join("password"), "planted\n").unwrap();
        fs::write(folder.join("odd"), b"\xff").unwrap();
        fs::write(folder.join("long"), "x".repeat(LONGEST_PASSWORD + 1)).unwrap();
        fs::write(folder.join("ca.pem"), "").unwrap();
        let read = |more: &str| {
            let text = format!("{FLEET}{more}");
            named(&parse_as(&text, Some(&path))?.config, &text, Some(&path))
        };
        let key = SecretKey::from_seed(&[1; 32]).public();
        // The neutral element: anybody can sign for it.
        let weak = format!("ed25519:AQ{}=", "A".repeat(41));

        let good = "username = \"u\"\npassword_file = \"password\"\nca_file = \"ca.pem\"\ncert_file = \"ca.pem\"\n";
        let found = read(&format!("{good}key_file = \"ca.pem\"\ncommand_keys = [\"{key}\"]\n")).unwrap().unwrap();
        assert_eq!(found.keys, std::slice::from_ref(&key));
        assert_eq!(found.broker.login, Some(("u".to_owned(), "planted".to_owned())));
        assert!(!format!("{found:?}").contains("planted"), "{found:?}");
        assert!(named(&parse_as("", None).unwrap().config, "", None).unwrap().is_none());

        let keys = format!("command_keys = [\"{key}\",\n\"{weak}\"]");
        for (more, line, at, message) in [
            ("username = \"u\"\npassword_file = \"none\"", 6, "none", "`fleet.password_file` cannot be read"),
            ("username = \"u\"\npassword_file = \"odd\"", 6, "odd", "a file that is not UTF-8"),
            ("username = \"u\"\npassword_file = \"long\"", 6, "long", "a file that holds more than a password"),
            ("ca_file = \"none\"", 5, "none", "`fleet.ca_file` cannot be read"),
            ("ca_file = \".\"", 5, ".", "`fleet.ca_file` cannot be read"),
            ("ca_file = \"ca.pem\"\ncert_file = \"none\"\nkey_file = \"ca.pem\"", 6, "none", "`fleet.cert_file`"),
            ("ca_file = \"ca.pem\"\ncert_file = \"ca.pem\"\nkey_file = \"none\"", 7, "none", "`fleet.key_file`"),
            (keys.as_str(), 6, weak.as_str(), "no usable Ed25519 key"),
        ] {
            let mistake = read(more).unwrap_err();
            assert!(mistake.message.contains(message), "{mistake}");
            assert_eq!((mistake.line, mistake.text.trim_matches('"')), (line, at), "{mistake}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
