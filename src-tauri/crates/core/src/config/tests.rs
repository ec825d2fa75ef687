//! The defaults file is complete and right, and a file means what it says.

#![allow(clippy::unwrap_used, clippy::panic)]

mod any_text;
mod fleet;
mod mistakes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::{language::Language, origin::Origin};

/// The defaults file with every setting that is commented out taken in: `#key = …` and `#[section]`, without a blank.
fn uncommented() -> String {
    let is_setting = |line: &&str| {
        line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['))
    };
    let lines: Vec<&str> = DEFAULTS.lines().map(|line| if is_setting(&line) { &line[1..] } else { line }).collect();
    lines.join("\n")
}

fn org(more: &str) -> String {
    format!(
        "[salesforce]\norg_id = \"00D000000000001\"\ndeployment = \"Support_Web\"\n\
         site_url = \"https://example.my.site.com/ESW\"\nscrt_url = \"https://example.my.salesforce-scrt.com\"\n{more}"
    )
}

fn fleet_with(more: &str) -> String {
    format!("[fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin-1\"\nid = \"k7\"\n{more}")
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn origins(texts: &[&str]) -> Vec<Origin> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let expected = Config {
        profile: Profile::Kiosk,
        language: Language::En,
        languages: Language::ALL.to_vec(),
        source: Source::Sandbox,
        chat: Chat { allow: Vec::new(), frames: Vec::new(), ready: seconds(30), memory: Some(1500 << 20) },
        allow: Allow::default(),
        brand: Brand {
            name: "Support".to_owned(),
            greetings: BTreeMap::new(),
            logo: None,
            accent: "#0b5cab".parse().unwrap(),
            background: Color::WHITE,
            appearance: Appearance::Light,
            dark_background: "#0f1419".parse().unwrap(),
            pictures: Vec::new(),
            slide: seconds(10),
        },
        notice: Notice { after: seconds(20), keep_reading_times: 10 },
        clear: Clear { end_session: false, timeout: seconds(10), attempts: 3 },
        idle: Idle {
            after: Some(seconds(60)),
            in_conversation: seconds(180),
            answer: seconds(30),
            waiting_cap: seconds(900),
        },
        visit: Visit { max: Some(seconds(30 * 60)), daily_reset: None, renew_after: Some(500), spare: true },
        staff: Staff { pin_hash: None, gesture: true, key: Some("ctrl+alt+shift+s".parse().unwrap()) },
        window: Window {
            full_screen: true,
            width: 1024,
            height: 768,
            cursor: Cursor::Auto,
            keyboard: ScreenKeyboard::Auto,
            keep_on: true,
            bar: Bar::None,
            acceleration: Acceleration::Auto,
        },
        notification: Notification { enabled: true, messages: true },
        desktop: Desktop { autostart: false, close_to_tray: true, links: Links::Ask },
        log: Log { level: LogLevel::Info, format: LogFormat::Text, folder: None, files: 14 },
        sandbox: Sandbox { page_port: 0, frame_port: 0, console_port: 0 },
        fleet: None,
        metrics: Metrics { listen: None },
    };
    assert_eq!(parse("").unwrap(), expected);
    assert_eq!(parse(DEFAULTS).unwrap(), expected, "a copy of the file changes nothing");
}

#[test]
fn the_defaults_file_covers_every_key() {
    let paths = |document: &Value| -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for (key, value) in document.as_object().unwrap() {
            match value {
                Value::Object(section) => paths.extend(section.keys().map(|inner| format!("{key}.{inner}"))),
                _ => drop(paths.insert(key.clone())),
            }
        }
        paths
    };
    let written: Value = toml::from_str(&uncommented()).unwrap();
    let mut known = BTreeSet::new();
    for (key, schema) in schema()["properties"].as_object().unwrap() {
        match schema["properties"].as_object() {
            Some(section) => known.extend(section.keys().map(|inner| format!("{key}.{inner}"))),
            None => drop(known.insert(key.clone())),
        }
    }
    assert_eq!(paths(&written), known);
}

#[test]
fn the_commented_settings_are_right_and_are_the_defaults_they_name() {
    let all = uncommented();
    let (with_url, with_org): (Vec<&str>, Vec<&str>) = {
        let salesforce = |line: &&str| !line.starts_with("url = ");
        let page = all.split_once("\n[salesforce]").unwrap();
        let after = page.1.split_once("# How the kiosk looks").unwrap().1;
        (page.0.lines().chain(after.lines().skip(1)).collect(), all.lines().filter(salesforce).collect())
    };
    let page = parse(&with_url.join("\n")).unwrap();
    let org = parse(&with_org.join("\n")).unwrap();
    assert!(matches!(page.source, Source::Url(_)));
    let Source::Salesforce(salesforce) = &org.source else { panic!("{org:?}") };
    assert_eq!((salesforce.port, salesforce.language.as_str()), (4747, "en_US"));
    let defaults = parse("").unwrap();
    assert_eq!(org.allow.downloads.map(|downloads| (downloads.keep, downloads.most)), Some((false, 100 << 20)));
    assert_eq!((&org.idle, org.visit.max, &org.window), (&defaults.idle, defaults.visit.max, &defaults.window));
}

#[test]
fn a_profile_decides_what_is_not_set() {
    let of = |profile: &str| parse(&format!("profile = \"{profile}\"")).unwrap();
    let seen = |config: &Config| (config.window.full_screen, config.idle.after, config.visit.max);
    assert_eq!(["kiosk", "terminal", "desktop"].map(|profile| of(profile).window.keep_on), [true, true, false]);
    let bars = ["kiosk", "terminal", "desktop"].map(|profile| of(profile).window.bar);
    assert_eq!(bars, [Bar::None, Bar::Top, Bar::None]);
    assert_eq!(parse("profile = \"terminal\"\n[window]\nbar = \"bottom\"").unwrap().window.bar, Bar::Bottom);
    assert_eq!(seen(&of("kiosk")), (true, Some(seconds(60)), Some(seconds(1800))));
    assert_eq!(seen(&of("terminal")), (true, Some(seconds(60)), Some(seconds(1800))));
    assert_eq!(seen(&of("desktop")), (false, None, None));

    let text =
        "profile = \"terminal\"\n[window]\nfull_screen = false\n[idle]\nafter_seconds = 0\n[visit]\nmax_minutes = 0";
    assert_eq!(seen(&parse(text).unwrap()), (false, None, None));
    let text =
        "profile = \"desktop\"\n[window]\nfull_screen = true\n[idle]\nafter_seconds = 5\n[visit]\nmax_minutes = 2";
    assert_eq!(seen(&parse(text).unwrap()), (true, Some(seconds(5)), Some(seconds(120))));
}

#[test]
fn what_is_set_wins_over_the_defaults() {
    let config = parse(
        "[chat]\nurl = \"https://support.example.com/chat?a=b\"\nallow = [\"https://login.example.com\", \"https://support.example.com\"]\n\
         frames = [\"https://example.my.site.com\"]\n[brand]\nname = \"Exämple\"\nlogo = \"logo.svg\"\naccent = \"#F40\"\n\
         [notice]\nseconds = 0\n[clear]\nend_session = true\n[visit]\ndaily_reset_hour = 0\n[log]\nformat = \"json\"\n[sandbox]\npage_port = 0x1F90",
    )
    .unwrap();
    assert_eq!(config.chat.allow, origins(&["https://support.example.com", "https://login.example.com"]));
    assert_eq!(config.chat.frames, origins(&["https://example.my.site.com"]));
    assert_eq!(config.brand.name, "Exämple");
    assert_eq!(config.brand.logo, Some(PathBuf::from("logo.svg")));
    assert_eq!(config.brand.accent.to_string(), "#ff4400");
    assert_eq!(config.notice, Notice { after: Duration::ZERO, keep_reading_times: 10 });
    assert!(config.clear.end_session);
    assert_eq!(config.visit.daily_reset, Some(0));
    assert_eq!(config.log, Log { level: LogLevel::Info, format: LogFormat::Json, folder: None, files: 14 });
    assert_eq!(config.sandbox.page_port, 8080);
}

#[test]
fn an_org_brings_its_own_origins() {
    let config =
        parse(&org("port = 5000\nlanguage = \"de\"\n[chat]\nframes = [\"https://pay.example.com\"]\n")).unwrap();
    let Source::Salesforce(org) = &config.source else { panic!("{config:?}") };
    assert_eq!((org.port, org.language.as_str()), (5000, "de"));
    assert_eq!(config.chat.allow, origins(&["http://localhost:5000"]));
    assert_eq!(config.chat.frames, origins(&["https://example.my.site.com", "https://pay.example.com"]));
}

#[test]
fn without_encryption_only_on_this_machine() {
    for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"] {
        assert!(parse(&format!("[chat]\nurl = \"http://{host}/chat\"")).is_ok(), "{host}");
    }
    for host in ["support.example.com", "localhost.example.com", "127.0.0.2", "0.0.0.0", "192.168.1.5"] {
        assert!(parse(&format!("[chat]\nurl = \"http://{host}/chat\"")).is_err(), "{host}");
        assert!(parse(&format!("[chat]\nframes = [\"http://{host}\"]")).is_err(), "{host}");
    }
}

#[test]
fn the_schema_knows_defaults_ranges_and_what_is_required() {
    let schema = schema();
    let seconds = &schema["properties"]["notice"]["properties"]["seconds"];
    assert_eq!((&seconds["default"], &seconds["minimum"], &seconds["maximum"]), (&20.into(), &0.into(), &600.into()));
    let org = &schema["properties"]["salesforce"];
    assert_eq!(org["required"], serde_json::json!(["org_id", "deployment", "site_url", "scrt_url"]));
    assert_eq!(org["additionalProperties"], false);
    let text = schema.to_string();
    assert!(!text.contains("null") && !text.contains("$ref"));
    for (key, section) in schema["properties"].as_object().unwrap() {
        assert!(section["description"].is_string(), "{key}");
        for (inner, property) in section["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{key}.{inner}");
        }
    }
}

/// Every value that the schema lets through at the ends of its range fits the program's type too.
#[test]
fn the_ends_of_each_range_are_inside() {
    for (section, schema) in schema()["properties"].as_object().unwrap() {
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            let (Some(least), Some(most)) = (schema["minimum"].as_i64(), schema["maximum"].as_i64()) else {
                assert_ne!(schema["type"], "integer", "{section}.{key} has no range");
                continue;
            };
            let text = |value: i64| {
                if section == "salesforce" {
                    org(&format!("{key} = {value}"))
                } else if section == "fleet" {
                    fleet_with(&format!("{key} = {value}"))
                } else {
                    format!("[{section}]\n{key} = {value}")
                }
            };
            parse(&text(least)).unwrap();
            parse(&text(most)).unwrap();
            for outside in [least - 1, most + 1, i64::MIN, i64::MAX] {
                let mistake = parse(&text(outside)).unwrap_err();
                assert_eq!(mistake.message, format!("`{section}.{key}` must be from {least} to {most}"));
            }
        }
    }
}

#[test]
fn what_is_opened_is_what_the_file_names() {
    let allow = parse(
        "[allow]\npermissions = [\"camera\", \"clipboard\", \"camera\"]\nuploads = \"/srv/./up/\"\ndownloads = \"/srv/down\"\n\
         downloads_keep = true\ndownloads_mb = 1\nprinting = \"Front_Desk\"",
    )
    .unwrap()
    .allow;
    let expected = Allow {
        permissions: vec![Permission::Camera, Permission::Clipboard],
        uploads: Some("/srv/up".into()),
        downloads: Some(Downloads { folder: "/srv/down".into(), keep: true, most: 1 << 20 }),
        printing: Some("Front_Desk".to_owned()),
    };
    assert_eq!(allow, expected);
    assert_eq!(parse("[window]\ncursor = \"hidden\"").unwrap().window.cursor, Cursor::Hidden);
}

#[test]
fn the_keyboard_on_the_screen_is_for_fingers_unless_somebody_says_otherwise() {
    let keyboard = |text: &str| parse(text).unwrap().window.keyboard;
    assert_eq!(keyboard("profile = \"terminal\""), ScreenKeyboard::Auto);
    assert_eq!(keyboard("profile = \"desktop\""), ScreenKeyboard::Off);
    assert_eq!(keyboard("profile = \"desktop\"\n[window]\nkeyboard = \"auto\""), ScreenKeyboard::Auto);
    assert_eq!(keyboard("[window]\nkeyboard = \"built-in\""), ScreenKeyboard::BuiltIn);
    assert_eq!(keyboard("[window]\nkeyboard = \"system\""), ScreenKeyboard::System);
    assert_eq!(keyboard("[window]\nkeyboard = \"off\""), ScreenKeyboard::Off);
    assert!(parse("[window]\nkeyboard = \"builtin\"").is_err());
}
