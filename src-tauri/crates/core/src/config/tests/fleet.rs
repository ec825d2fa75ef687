//! The fleet's section and the metrics' one.

use super::{fleet_with, parse};
use crate::config::Listen;

const KEY: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

#[test]
fn a_fleet_is_read_whole() {
    let config = parse(&fleet_with(&format!(
        "username = \"u\"\npassword_file = \"p\"\nca_file = \"/ca\"\ncert_file = \"c\"\nkey_file = \"k\"\n\
         command_keys = [\"{KEY}\"]\ndiscovery = true\nqueue_events = 100\ntrial_seconds = 10"
    )))
    .unwrap();
    let fleet = config.fleet.unwrap();
    assert_eq!((fleet.site.as_str(), fleet.id.as_str(), fleet.broker.port()), ("berlin-1", "k7", None));
    assert_eq!(fleet.client, Some(("c".into(), "k".into())));
    assert_eq!((fleet.command_keys, fleet.discovery, fleet.queue_events), (vec![KEY.to_owned()], true, 100));
    let least = parse(&fleet_with("")).unwrap().fleet.unwrap();
    assert_eq!((least.queue_events, least.trial.as_secs(), least.command_keys.len()), (5000, 120, 0));
}

#[test]
fn without_encryption_only_on_this_machine() {
    let broker = |broker: &str| parse(&fleet_with("").replace("mqtts://broker.example.com", broker));
    for fine in ["mqtt://localhost:1883", "mqtt://127.0.0.1", "mqtt://[::1]:1883", "mqtts://10.0.0.1"] {
        assert!(broker(fine).is_ok(), "{fine}");
    }
    for bad in [
        "mqtt://broker.example.com",
        "mqtt://127.0.0.1.example.com",
        "http://localhost",
        "mqtts://",
        "mqtts://user@host",
        "mqtts://host/path",
        "mqtts://host?x",
        "broker.example.com:8883",
        "",
    ] {
        assert!(broker(bad).is_err(), "{bad}");
    }
}

#[test]
fn mistakes_have_their_place_and_a_word_on_what_would_be_right() {
    for (text, place, message) in [
        (fleet_with("").replace("id = \"k7\"", ""), (1, 1), "`fleet.id` is missing"),
        (fleet_with("").replace("k7", "a/b"), (4, 6), "`fleet.id` must be 1 to 64 letters"),
        (fleet_with("password_file = \"p\""), (5, 17), "`fleet.password_file` needs `fleet.username`"),
        (fleet_with("cert_file = \"c\""), (5, 13), "belong together"),
        (fleet_with("cert_file = \"c\"\nkey_file = \"k\""), (5, 13), "needs `fleet.ca_file`"),
        (fleet_with("command_keys = [\"ed25519:AAAA\"]"), (5, 17), "not a public key"),
        ("[metrics]\nlisten = \"0.0.0.0:9464\"".to_owned(), (2, 10), "must be on loopback"),
        ("[metrics]\nlisten = \"unix:metrics\"".to_owned(), (2, 10), "begins with /"),
        ("[metrics]\nlisten = \"9464\"".to_owned(), (2, 10), "an address with its port"),
    ] {
        let mistake = parse(&text).unwrap_err();
        assert!(mistake.message.contains(message), "{mistake}");
        assert!(mistake.help.is_some(), "{mistake}");
        assert_eq!((mistake.line, mistake.column), place, "{mistake}");
    }
}

#[test]
fn metrics_are_for_this_machine() {
    let listen = |text: &str| parse(&format!("[metrics]\nlisten = \"{text}\"")).unwrap().metrics.listen.unwrap();
    assert_eq!(listen("[::1]:9464"), Listen::Tcp("[::1]:9464".parse().unwrap()));
    assert_eq!(listen("unix:/run/kiosk/metrics"), Listen::Unix("/run/kiosk/metrics".into()));
}
