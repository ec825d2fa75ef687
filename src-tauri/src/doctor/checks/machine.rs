//! The machine itself: clock, memory, user, fonts, and what keeps the engine's processes apart.

use std::{env, fs, os::unix::fs::MetadataExt, process::Command};

use kiosk_core::config::{Config, Source};

use super::{Finding, listed};
use crate::platform::probe;

/// A clock before this year was never set, and every certificate is from its future.
const THIS_PROGRAM: i16 = 2025;
/// The kiosk with one page takes about a quarter of this, in MB.
const ENOUGH: u64 = 1000;
/// With less free memory than this the page is the first to go, in MB.
const TOO_LITTLE: u64 = 300;

pub(super) fn check(config: Option<&Config>) -> Vec<Finding> {
    let language = |text: &str| text.split(['_', '-', '.']).next().unwrap_or_default().to_lowercase();
    let own = env::var("LC_ALL").or_else(|_| env::var("LANG")).map(|text| language(&text)).unwrap_or_default();
    let chats = match config.map(|config| &config.source) {
        Some(Source::Salesforce(org)) => language(&org.language),
        _ => String::new(),
    };
    let mut languages: Vec<String> = vec!["en".to_owned(), own, chats];
    // Whoever walks up can choose these.
    languages.extend(config.into_iter().flat_map(|config| &config.languages).map(ToString::to_string));
    languages
        .retain(|language| matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_lowercase()));
    languages.sort();
    languages.dedup();
    let number = |file: &str| fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
    let is_here = |program: &str| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    vec![
        clock(jiff::Zoned::now().year(), probe::clock_is_kept()),
        memory(&fs::read_to_string("/proc/meminfo").unwrap_or_default()),
        user(fs::metadata("/proc/self").ok().map(|own| own.uid())),
        sandbox(
            env::var_os("WEBKIT_FORCE_SANDBOX").is_some_and(|value| value == "1"),
            number("/proc/sys/user/max_user_namespaces") != Some(0u64)
                && number("/proc/sys/kernel/unprivileged_userns_clone") != Some(0u64),
            is_here("bwrap") && is_here("xdg-dbus-proxy"),
        ),
        fonts(&languages, has_font),
    ]
}

fn clock(year: i16, kept: Option<bool>) -> Finding {
    const ID: &str = "clock";
    let advice = "Switch the clock's synchronisation on: `timedatectl set-ntp true`, or install chrony.";
    if year < THIS_PROGRAM {
        let sentence = format!("The clock says that it is {year}: no certificate is valid then, so no page opens.");
        return Finding::problem(ID, sentence, advice);
    }
    match kept {
        Some(true) => Finding::ok(ID, "The clock is kept right by the network."),
        Some(false) => Finding::warning(
            ID,
            "Nobody keeps the clock right: certificates, the daily hour and the receipts' times depend on it.",
            advice,
        ),
        None => Finding::unknown(ID, "Whether somebody keeps the clock right is not known."),
    }
}

/// Judges `/proc/meminfo`.
fn memory(text: &str) -> Finding {
    const ID: &str = "memory";
    let megabytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
    };
    let (Some(all), Some(free)) = (megabytes("MemTotal"), megabytes("MemAvailable")) else {
        return Finding::unknown(ID, "How much memory there is, is not known.");
    };
    let advice =
        "End what the kiosk does not need, set `memory_mb` under [chat] lower, or give the machine more memory.";
    if free < TOO_LITTLE {
        return Finding::problem(
            ID,
            format!("Only {free} MB of {all} MB of memory are free: pages will be ended."),
            advice,
        );
    }
    if free < ENOUGH {
        let sentence = format!("{free} MB of {all} MB of memory are free: enough for one page, with little to spare.");
        return Finding::warning(ID, sentence, advice);
    }
    Finding::ok(ID, format!("{free} MB of {all} MB of memory are free."))
}

fn user(id: Option<u32>) -> Finding {
    const ID: &str = "user";
    match id {
        Some(0) => Finding::warning(
            ID,
            "This runs as root. A kiosk that runs as root gives whoever breaks out of it the whole machine.",
            "Run the kiosk as an ordinary user of its own, without a password and without `sudo`.",
        ),
        Some(_) => Finding::ok(ID, "This runs as an ordinary user."),
        None => Finding::unknown(ID, "As which user this runs is not known."),
    }
}

fn sandbox(is_asked_for: bool, has_namespaces: bool, has_tools: bool) -> Finding {
    const ID: &str = "sandbox";
    let missing: Vec<String> = [
        (has_namespaces, "user namespaces are off in the kernel"),
        (has_tools, "bwrap or xdg-dbus-proxy is not installed"),
    ]
    .into_iter()
    .filter(|(there, _)| !there)
    .map(|(_, what)| what.to_owned())
    .collect();
    match (is_asked_for, missing.is_empty()) {
        (true, true) => Finding::ok(ID, "WEBKIT_FORCE_SANDBOX is set, and the engine's sandbox finds what it needs."),
        (false, true) => Finding::ok(
            ID,
            "The engine's sandbox would find what it needs; it is used when WEBKIT_FORCE_SANDBOX=1 is set.",
        ),
        (true, false) => Finding::problem(
            ID,
            format!("WEBKIT_FORCE_SANDBOX is set, but {}: no page opens.", listed(&missing)),
            "Install bubblewrap and xdg-dbus-proxy and allow user namespaces (user.max_user_namespaces), or do not set it.",
        ),
        (false, false) => Finding::ok(
            ID,
            format!("The engine's sandbox is not asked for; it could not be used, because {}.", listed(&missing)),
        ),
    }
}

/// Whether a font has the letters of a language; `None` when nobody can be asked.
fn has_font(language: &str) -> Option<bool> {
    let asked = Command::new("fc-list").arg(format!(":lang={language}")).arg("family").output().ok()?;
    asked.status.success().then_some(!asked.stdout.is_empty())
}

fn fonts(languages: &[String], has: impl Fn(&str) -> Option<bool>) -> Finding {
    const ID: &str = "fonts";
    let mut missing = Vec::new();
    for language in languages {
        match has(language) {
            Some(true) => {}
            Some(false) => missing.push(language.clone()),
            None => return Finding::unknown(ID, "The fonts are not known: fontconfig's fc-list is not installed."),
        }
    }
    let advice =
        "Install fonts-noto-core; for Chinese, Japanese and Korean fonts-noto-cjk; for emoji fonts-noto-color-emoji.";
    if !missing.is_empty() {
        let sentence = format!("No font has the letters of: {}. People see empty boxes.", listed(&missing));
        return Finding::problem(ID, sentence, advice);
    }
    if has("und-zsye") == Some(false) {
        return Finding::warning(
            ID,
            "There is no font with emoji: agents and visitors send them, and empty boxes are seen.",
            advice,
        );
    }
    Finding::ok(ID, format!("There are fonts for the letters of {}, and for emoji.", listed(languages)))
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_clock_is_judged() {
        assert_eq!(clock(1970, Some(true)).verdict, Verdict::Problem);
        assert_eq!(clock(2030, Some(true)).verdict, Verdict::Ok);
        assert_eq!(clock(2030, Some(false)).verdict, Verdict::Warning);
        assert_eq!(clock(2030, None).verdict, Verdict::Unknown);
    }

    #[test]
    fn memory_is_judged() {
        let of =
            |free: u64| memory(&format!("MemTotal:  4096000 kB\nMemFree: 1 kB\nMemAvailable:   {} kB\n", free * 1024));
        assert_eq!(of(100).verdict, Verdict::Problem);
        assert_eq!(of(600).verdict, Verdict::Warning);
        assert_eq!(of(2000), Finding::ok("memory", "2000 MB of 4000 MB of memory are free."));
        assert_eq!(memory("MemTotal: much").verdict, Verdict::Unknown);
    }

    #[test]
    fn root_is_warned_of() {
        assert_eq!(
            [Some(0), Some(1000), None].map(|id| user(id).verdict),
            [Verdict::Warning, Verdict::Ok, Verdict::Unknown]
        );
    }

    #[test]
    fn a_sandbox_that_is_asked_for_must_work() {
        assert_eq!(sandbox(true, false, true).verdict, Verdict::Problem);
        assert_eq!(sandbox(true, true, false).verdict, Verdict::Problem);
        assert_eq!(sandbox(true, true, true).verdict, Verdict::Ok);
        assert_eq!(sandbox(false, false, false).verdict, Verdict::Ok);
    }

    #[test]
    fn letters_without_a_font_are_a_problem() {
        let languages = ["en".to_owned(), "ja".to_owned()];
        assert_eq!(fonts(&languages, |_| Some(true)).verdict, Verdict::Ok);
        assert!(fonts(&languages, |language| Some(language != "ja")).sentence.contains("letters of: ja."));
        assert_eq!(fonts(&languages, |language| Some(language != "und-zsye")).verdict, Verdict::Warning);
        assert_eq!(fonts(&languages, |_| None).verdict, Verdict::Unknown);
    }
}
