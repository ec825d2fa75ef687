//! What our pages get to know of languages: every sentence in each language that a person can choose.

use std::collections::BTreeMap;

use kiosk_core::{
    config::{Brand, Config},
    language::Language,
};
use kiosk_words::{Said, Table};
use serde_json::json;

/// The script for the front, before its own: it has all words before it begins, and can say something whatever happens.
pub(crate) fn for_front(config: &Config) -> String {
    let languages = if config.languages.is_empty() { vec![config.language] } else { config.languages.clone() };
    let tables: Vec<Table> = languages
        .into_iter()
        .map(|language| {
            let mut table = Table::of(language);
            table.set("welcome-greeting", &greeting(&config.brand, language));
            table
        })
        .collect();
    let words = json!({ "language": config.language, "languages": tables });
    format!("Object.defineProperty(window, 'kioskWords', {{ value: {words} }});")
}

/// What our own chat page says, by the ids of the messages.
pub(crate) fn for_chat(language: Language) -> BTreeMap<&'static str, Said> {
    Table::of(language).messages.into_iter().filter(|(id, _)| id.starts_with("chat-")).collect()
}

/// The sentence on the welcome: the company's own, else ours.
pub(crate) fn greeting(brand: &Brand, language: Language) -> String {
    brand.greetings.get(&language).cloned().unwrap_or_else(|| kiosk_words::text(language, "welcome-greeting"))
}
