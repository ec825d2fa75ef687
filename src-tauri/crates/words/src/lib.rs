//! Every sentence for the people at the kiosk, in every language that it speaks.
//!
//! The sentences are Fluent files in `languages/`, compiled in. Nothing here can fail while the kiosk runs: what could be wrong in a file
//! is found by this crate's tests.

mod book;
mod table;
#[cfg(test)]
mod tests;

use kiosk_core::{
    language::Language,
    wire::{Cause, Words},
};

pub use table::{Said, Table};

use book::Book;

/// A sentence without variables.
#[must_use]
pub fn text(language: Language, id: &str) -> String {
    Book::of(language).say(id, None)
}

/// A sentence with one number in it.
#[must_use]
pub fn counted(language: Language, id: &str, number: u32) -> String {
    Book::of(language).say(id, Some(number))
}

/// The notice, by what ended the chat, with its countdown from `seconds` on. On one person's own machine there is no next person.
#[must_use]
pub fn notice(language: Language, cause: Cause, seconds: u32, is_shared: bool) -> Words {
    let (title, body) = match cause {
        Cause::AgentEnd => ("notice-agent-title", "notice-agent-body"),
        _ => ("notice-other-title", "notice-other-body"),
    };
    let countdown = if is_shared { "notice-countdown" } else { "notice-countdown-own" };
    Words {
        language: language.code().to_owned(),
        direction: language.direction(),
        title: text(language, title),
        body: text(language, body),
        countdown: (0..=seconds).map(|left| counted(language, countdown, left)).collect(),
        start_over: text(language, "notice-start-over"),
        keep_reading: text(language, "notice-keep-reading"),
    }
}

/// Title and body of the desktop's notification. Whoever passes can read it, so it says that a chat ended and nothing of it.
#[must_use]
pub fn notification(language: Language, cause: Cause, is_shared: bool) -> (String, String) {
    let title = match cause {
        Cause::AgentEnd => "notification-agent-title",
        _ => "notification-other-title",
    };
    let body = if is_shared { "notification-body" } else { "notification-body-own" };
    (text(language, title), text(language, body))
}
