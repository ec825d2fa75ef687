//! From what a person wrote of the fleet and of metrics to what the program needs.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use url::{Host, Url};

use super::error::Mistake;
use super::file::{self, Text};
use super::machine::{Fleet, Listen, Metrics};

/// At least a week of a busy kiosk.
const QUEUE_EVENTS: u32 = 5000;
/// Seconds: the page's 30 for its first try, and room for a few more.
const TRIAL: u64 = 120;
/// The longest name of a site or a kiosk.
const LONGEST_NAME: usize = 64;
/// What stands before a public key's 32 bytes.
const KEY: &str = "ed25519:";

pub(super) fn fleet(source: &str, fleet: Spanned<file::Fleet>) -> Result<Fleet, Mistake> {
    let section = fleet.span();
    let fleet = fleet.into_inner();
    let needed = |name: &str, value: Option<Text>| {
        value.ok_or_else(|| {
            Mistake::at(source, section.clone(), format!("`fleet.{name}` is missing"))
                .help("`[fleet]` needs all of `broker`, `site` and `id`")
        })
    };
    let broker = broker(source, &needed("broker", fleet.broker)?)?;
    let site = name(source, "fleet.site", needed("site", fleet.site)?)?;
    let id = name(source, "fleet.id", needed("id", fleet.id)?)?;
    if let (Some(password), None) = (&fleet.password_file, &fleet.username) {
        let message = "`fleet.password_file` needs `fleet.username`";
        return Err(Mistake::at(source, password.span(), message).help("a password alone is nobody's"));
    }
    let client = match (fleet.cert_file, fleet.key_file) {
        (Some(cert), Some(key)) => {
            if fleet.ca_file.is_none() {
                let message = "`fleet.cert_file` needs `fleet.ca_file`";
                let help = "name the file with the certificates that may sign the broker's";
                return Err(Mistake::at(source, cert.span(), message).help(help));
            }
            Some((path(cert), path(key)))
        }
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => {
            let message = "`fleet.cert_file` and `fleet.key_file` belong together";
            return Err(Mistake::at(source, one.span(), message).help("set both or none"));
        }
    };
    Ok(Fleet {
        broker,
        site,
        id,
        username: fleet.username,
        password_file: fleet.password_file.map(path),
        ca_file: fleet.ca_file.map(path),
        client,
        command_keys: keys(source, fleet.command_keys.unwrap_or_default())?,
        discovery: fleet.discovery.unwrap_or(false),
        queue_events: usize::try_from(fleet.queue_events.unwrap_or(QUEUE_EVENTS)).unwrap_or(usize::MAX),
        trial: Duration::from_secs(fleet.trial_seconds.unwrap_or(TRIAL)),
    })
}

pub(super) fn metrics(source: &str, metrics: file::Metrics) -> Result<Metrics, Mistake> {
    let Some(listen) = metrics.listen else { return Ok(Metrics { listen: None }) };
    let wrong = |message: &str| {
        Mistake::at(source, listen.span(), message)
            .help("for example \"127.0.0.1:9464\" or \"unix:/run/support-kiosk/metrics\"")
    };
    if let Some(socket) = listen.get_ref().strip_prefix("unix:") {
        if !socket.starts_with('/') {
            return Err(wrong("`metrics.listen` must have a path that begins with / behind `unix:`"));
        }
        return Ok(Metrics { listen: Some(Listen::Unix(socket.into())) });
    }
    let address: SocketAddr = listen
        .get_ref()
        .parse()
        .map_err(|_| wrong("`metrics.listen` must be an address with its port, or `unix:` and a path"))?;
    if !address.ip().is_loopback() {
        return Err(wrong("`metrics.listen` must be on loopback: nothing in it is protected"));
    }
    Ok(Metrics { listen: Some(Listen::Tcp(address)) })
}

fn broker(source: &str, text: &Text) -> Result<Url, Mistake> {
    let wrong =
        |message: &str| mistake(source, text.span(), message, "for example \"mqtts://broker.example.com:8883\"");
    let url = Url::parse(text.get_ref()).map_err(|_| wrong("`fleet.broker` is not an address"))?;
    if !matches!(url.scheme(), "mqtts" | "mqtt") {
        return Err(wrong("`fleet.broker` must begin with mqtts://"));
    }
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !bare || !matches!(url.path(), "" | "/") {
        return Err(wrong("`fleet.broker` must be host and port alone: user and password have keys of their own"));
    }
    let here = match url.host() {
        None => return Err(wrong("`fleet.broker` has no host")),
        // The scheme is none that the web knows, so an address is not read as one.
        Some(Host::Domain(domain)) => matches!(domain, "localhost" | "127.0.0.1"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
    };
    if url.scheme() == "mqtt" && !here {
        let message = "`fleet.broker` has an address with mqtt: anybody on the way could read and change what is said";
        return Err(mistake(
            source,
            text.span(),
            message,
            "write mqtts://; mqtt is only for localhost, 127.0.0.1 and [::1]",
        ));
    }
    Ok(url)
}

fn name(source: &str, key: &str, text: Text) -> Result<String, Mistake> {
    let name = text.get_ref();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = name.len() <= LONGEST_NAME
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().all(plain);
    if fits {
        return Ok(text.into_inner());
    }
    let message = format!(
        "`{key}` must be 1 to {LONGEST_NAME} letters, digits, `-`, `_` and `.`, and begin with a letter or a digit"
    );
    Err(mistake(source, text.span(), message, "for example \"berlin-1\""))
}

/// Their form; whether they are points of the curve is for the one who knows the curve.
fn keys(source: &str, keys: Vec<Text>) -> Result<Vec<String>, Mistake> {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    for key in &keys {
        let digits = key.get_ref().strip_prefix(KEY).and_then(|bytes| bytes.strip_suffix('='));
        if !digits.is_some_and(|digits| digits.len() == 43 && digits.bytes().all(is_base64)) {
            let message = "`fleet.command_keys` has something in it that is not a public key";
            let help = "`support-kiosk ctl keys public` prints it: `ed25519:` and 44 characters";
            return Err(mistake(source, key.span(), message, help));
        }
    }
    Ok(keys.into_iter().map(Spanned::into_inner).collect())
}

fn path(text: Spanned<String>) -> PathBuf {
    PathBuf::from(text.into_inner())
}

fn mistake(source: &str, span: Range<usize>, message: impl Into<String>, help: &str) -> Mistake {
    Mistake::at(source, span, message).help(help)
}
