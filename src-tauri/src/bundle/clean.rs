//! Secrets, and how they are taken out of a text.

use std::{collections::BTreeSet, env, fs, path::Path};

use url::Url;

/// What stands in a secret's place.
pub(super) const OUT: &str = "(left out)";
/// Shorter texts are no secrets but words, which would be found everywhere.
const SHORTEST: usize = 6;
/// A longer piece of an address's path is no name but a key to something.
const LONGEST_PIECE: usize = 24;
/// No password or key is larger, in bytes.
const LARGEST: u64 = 64 << 10;

/// Everything that must not get out.
#[derive(Debug, Default)]
pub(super) struct Secrets(BTreeSet<String>);

impl Secrets {
    /// One more.
    pub(super) fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() >= SHORTEST {
            self.0.insert(secret.to_owned());
        }
    }

    /// Each line of this file. One that cannot be read cannot have got anywhere by this program.
    pub(super) fn file(&mut self, path: &Path) {
        if fs::metadata(path).is_ok_and(|file| file.len() <= LARGEST) {
            let bytes = fs::read(path).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            text.lines().filter(|line| !line.starts_with("-----")).for_each(|line| self.add(line));
        }
    }

    /// What in an address only some may know: the user, what is behind `?` and `#`, long pieces of the path.
    pub(super) fn address(&mut self, url: &Url) {
        self.add(url.username());
        self.add(url.password().unwrap_or_default());
        self.add(url.query().unwrap_or_default());
        self.add(url.fragment().unwrap_or_default());
        for (_, value) in url.query_pairs() {
            self.add(&value);
        }
        for piece in url.path().split('/').filter(|piece| piece.len() > LONGEST_PIECE) {
            self.add(piece);
        }
    }

    /// The text without them, and how many there were. The home's name is a person's, and goes too.
    pub(super) fn out_of(&self, text: &str) -> (String, usize) {
        let mut text = text.to_owned();
        let mut found = 0;
        // The longest first: one may be a part of another.
        let mut secrets: Vec<&String> = self.0.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            // As JSON and TOML write it, too.
            let escaped = serde_json::to_string(secret).unwrap_or_default();
            let escaped = escaped.get(1..escaped.len() - 1).unwrap_or(secret);
            for form in [secret.as_str(), escaped] {
                let times = text.matches(form).count();
                if times > 0 {
                    found += times;
                    text = text.replace(form, OUT);
                }
            }
        }
        if let Ok(home) = env::var("HOME")
            && home.len() > 1
            && home.starts_with('/')
        {
            text = text.replace(home.trim_end_matches('/'), "~");
        }
        (text, found)
    }
}

/// An address without what only some may know.
pub(super) fn address(url: &Url) -> String {
    let mut url = url.clone();
    // They fail for addresses that have no such part.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let secret = url.query().is_some() || url.fragment().is_some();
    url.set_query(None);
    url.set_fragment(None);
    let pieces: Vec<&str> =
        url.path().split('/').map(|piece| if piece.len() > LONGEST_PIECE { "…" } else { piece }).collect();
    let path = pieces.join("/");
    let origin = &url[..url::Position::BeforePath];
    format!("{origin}{path}{}", if secret { "?…" } else { "" })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_everybody_may_know() {
        for (from, to) in [
            ("https://a.example/chat", "https://a.example/chat"),
            ("https://u:p@a.example/chat?token=1#x", "https://a.example/chat?…"),
            ("https://a.example:8443/k/0123456789abcdef0123456789", "https://a.example:8443/k/…"),
            ("mqtts://b.example:8883", "mqtts://b.example:8883"),
        ] {
            assert_eq!(address(&Url::parse(from).unwrap()), to);
        }
    }

    #[test]
    fn secrets_go_wherever_they_stand_and_words_stay() {
        let mut secrets = Secrets::default();
        secrets.address(&Url::parse("https://a.example/?token=abcdef123&x=1").unwrap());
        secrets.add("with \"quotes\"");
        secrets.add("no");
        let (text, found) = secrets.out_of("abcdef123 in {\"a\":\"with \\\"quotes\\\"\"}, no token=abcdef123&x=1");
        assert_eq!(text, "(left out) in {\"a\":\"(left out)\"}, no (left out)");
        assert_eq!(found, 3);
    }
}
