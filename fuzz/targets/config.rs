//! The configuration: any text is read or refused with its place, and what is accepted is what the program relies on.
#![no_main]

use std::time::Duration;

use kiosk_core::{
    address::{Policy, Verdict},
    config::{self, Config, Mistake, Profile, Source},
    origin::Origin,
    visit::{Input, Machine, Settings},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match config::parse(text) {
        Ok(config) => {
            assert_eq!(config::parse(text).as_ref(), Ok(&config), "the same text, the same meaning");
            holds_what_it_says(&config);
            let mut machine = Machine::new(Settings::of(&config));
            machine.handle(Duration::ZERO, Input::Start { seed: 1 });
            assert!(machine.poll_effect().is_some());
        }
        Err(mistake) => is_in_its_place(text, &mistake),
    }
});

/// A mistake has a place in the text and a sentence of bounded length; what is TOML is judged in our own words.
fn is_in_its_place(text: &str, mistake: &Mistake) {
    let span = mistake.span.clone().expect("every mistake has a place");
    assert!(span.start <= span.end && text.get(span.clone()).is_some(), "{span:?}");
    assert_eq!(mistake.line, text[..span.start].matches('\n').count() + 1);
    assert!(mistake.column >= 1 && mistake.text.chars().count() <= 80);
    assert!(mistake.to_string().len() < 2000, "{mistake}");
    if toml::de::DeTable::parse(text).is_ok() {
        assert!(!mistake.message.starts_with("this is not TOML"), "{mistake}");
    }
}

/// The promises in the types' own comments.
fn holds_what_it_says(config: &Config) {
    let seconds = Duration::from_secs;
    assert!(config.chat.ready >= seconds(1));
    assert!(config.notice.keep_reading_times >= 10);
    assert!(config.clear.timeout >= seconds(1) && config.clear.attempts >= 1);
    assert!(config.idle.in_conversation >= seconds(10) && config.idle.answer >= seconds(20));
    assert!(config.idle.waiting_cap >= seconds(60));
    assert!(config.visit.daily_reset.is_none_or(|hour| hour < 24));
    assert!(config.window.full_screen || config.profile != Profile::Kiosk);
    assert!(!config.brand.name.is_empty() && config.brand.greetings.values().all(|greeting| !greeting.is_empty()));
    assert!(config::contrast::pairs(&config.brand).iter().all(config::contrast::Pair::is_enough), "{:?}", config.brand);
    if let Some(downloads) = &config.allow.downloads {
        assert!(downloads.folder.is_absolute() && config.allow.uploads.as_ref() != Some(&downloads.folder));
    }
    assert!(config.allow.uploads.as_ref().is_none_or(|folder| folder.is_absolute()));

    let policy = Policy::new(config.chat.allow.clone(), config.chat.frames.clone());
    match &config.source {
        Source::Url(url) => {
            assert_eq!(policy.page(url.as_str()), Verdict::Allow, "{url}");
            assert!(Origin::of(url).is_some_and(|origin| origin.is_private()), "{url}");
        }
        Source::Salesforce(org) => {
            assert!(org.org_id.starts_with("00D") && matches!(org.org_id.len(), 15 | 18));
            let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            assert!(is_word(&org.org_id) && is_word(&org.deployment) && is_word(&org.language));
            assert_eq!(policy.page(&format!("http://localhost:{}/", org.port)), Verdict::Allow);
            assert_eq!(policy.frame(org.site_url.as_str()), Verdict::Allow, "{}", org.site_url);
        }
        Source::Sandbox => {}
    }
    assert!(config.chat.allow.iter().chain(&config.chat.frames).all(Origin::is_private));
}
