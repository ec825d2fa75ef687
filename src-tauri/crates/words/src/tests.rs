//! Every language says everything, with the same variables and in every plural form; and everything that is said is used.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, PatternElement, VariantKey},
    parser,
};
use intl_pluralrules::PluralCategory;
use kiosk_core::{
    language::Language,
    wire::{Cause, Trouble},
};

use super::*;
use crate::book::source;

/// What is the same in English and in another language, and right.
const ALIKE: [&str; 11] = [
    "staff-ok",
    "staff-pin",
    "staff-version",
    "staff-config",
    "staff-megabytes",
    "staff-count-hours",
    "staff-count-minutes",
    "staff-count-seconds",
    "staff-cancel",
    "staff-engine",
    "staff-never",
];

/// The variables of each message.
fn variables(language: Language) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let book = Book::of(language);
    book.sentences().map(|sentence| (sentence.id, sentence.variables.into_iter().collect())).collect()
}

#[test]
fn every_file_can_be_read_to_its_end() {
    for language in Language::ALL {
        let resource = match parser::parse(source(language)) {
            Ok(resource) => resource,
            Err((_, errors)) => panic!("{language}.ftl: {errors:?}"),
        };
        let mut seen = BTreeSet::new();
        for entry in &resource.body {
            match entry {
                Entry::Message(message) => {
                    assert!(seen.insert(message.id.name), "{language}.ftl: {} is there twice", message.id.name);
                    assert!(message.value.is_some(), "{language}.ftl: {} says nothing", message.id.name);
                    assert!(message.attributes.is_empty(), "{language}.ftl: {} has attributes", message.id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Term(_) | Entry::Junk { .. } => panic!("{language}.ftl: {entry:?}"),
            }
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let english = variables(Language::En);
    for language in Language::ALL {
        let other = variables(language);
        let missing: Vec<_> = english.keys().filter(|id| !other.contains_key(*id)).collect();
        let unknown: Vec<_> = other.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{language}.ftl: missing {missing:?}, not in English {unknown:?}"
        );
        for (id, variables) in &other {
            assert_eq!(variables, &english[id], "{language}.ftl: the variables of {id}");
        }
    }
}

#[test]
fn nothing_is_left_in_english() {
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        let (english, other) = (Table::of(Language::En), Table::of(language));
        for (id, said) in &other.messages {
            assert!(ALIKE.contains(id) || *said != english.messages[id], "{language}.ftl: {id} is not translated");
        }
    }
}

#[test]
fn every_plural_form_of_a_language_is_there_and_no_other() {
    for language in Language::ALL {
        let book = Book::of(language);
        let occurring: BTreeSet<String> = (0..10_000).map(|number| name(book.plural(number)).to_owned()).collect();
        if language == Language::Ar {
            assert_eq!(occurring.len(), 6);
        }
        let resource = parser::parse(source(language)).unwrap();
        for entry in &resource.body {
            let Entry::Message(message) = entry else { continue };
            for element in &message.value.as_ref().unwrap().elements {
                let PatternElement::Placeable { expression: Expression::Select { variants, .. } } = element else {
                    continue;
                };
                let forms: BTreeSet<String> = variants
                    .iter()
                    .map(|variant| match variant.key {
                        VariantKey::Identifier { name } => name.to_owned(),
                        VariantKey::NumberLiteral { value } => {
                            panic!("{language}.ftl: {} has [{value}]", message.id.name)
                        }
                    })
                    .collect();
                assert_eq!(forms, occurring, "{language}.ftl: the plural forms of {}", message.id.name);
            }
        }
    }
}

#[test]
fn the_pages_say_of_every_number_what_the_shell_says() {
    for language in Language::ALL {
        let (book, table) = (Book::of(language), Table::of(language));
        for sentence in book.sentences() {
            let (Some(name), Said::Counted(forms)) = (sentence.counts, &table.messages[sentence.id]) else { continue };
            for number in 0..2_000u32 {
                let telling = if number < 200 { number } else { 100 + number % 100 };
                let form = usize::from(table.plural.as_bytes()[telling as usize] - b'0');
                let said = forms[form].replace(&format!("{{{name}}}"), &number.to_string());
                assert_eq!(said, counted(language, sentence.id, number), "{language} {number}");
                assert!(!said.contains(['{', '}']), "{said}");
            }
        }
        for number in 2_000..20_000 {
            assert_eq!(book.plural(number), book.plural(100 + number % 100), "{language} {number}");
        }
    }
}

#[test]
fn the_countdown_is_right_in_arabic() {
    let words = notice(Language::Ar, Cause::AgentEnd, 120, true);
    for (seconds, wanted) in [
        (1, "ثانية واحدة"),
        (2, "ثانيتين"),
        (3, "3 ثوانٍ"),
        (10, "10 ثوانٍ"),
        (11, "11 ثانية"),
        (100, "100 ثانية"),
        (103, "103 ثوانٍ"),
    ] {
        assert!(words.countdown[seconds].contains(wanted), "{}", words.countdown[seconds]);
    }
    assert_eq!((words.direction.name(), words.language.as_str(), words.countdown.len()), ("rtl", "ar", 121));
}

#[test]
fn what_the_shell_says_is_there() {
    for language in Language::ALL {
        for cause in [Cause::AgentEnd, Cause::OtherEnd] {
            let words = notice(language, cause, 20, true);
            let (title, body) = notification(language, cause, true);
            for said in [&words.title, &words.body, &words.start_over, &words.keep_reading, &title, &body] {
                assert!(!said.contains('-') || said.contains(' '), "{language}: {said} is an id");
            }
        }
        let table = Table::of(language);
        use Trouble::*;
        for trouble in [Network, NeverReady, PageFailed, Unproven, Crashed, Maintenance, Certificate, OtherPage, Staff]
        {
            for part in ["title", "text"] {
                let id = format!("trouble-{}-{part}", trouble.name().replace('_', "-"));
                assert!(table.messages.contains_key(id.as_str()), "{id} is missing");
            }
        }
    }
}

#[test]
fn every_message_is_used_and_every_message_that_is_used_is_there() {
    let known: BTreeSet<&str> = variables(Language::En).into_keys().collect();
    let families: BTreeSet<&str> = known.iter().map(|id| id.split('-').next().unwrap()).collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut whole, mut parts) = (BTreeSet::new(), Vec::new());
    for (folder, strict) in
        [("../../../ui/front", true), ("../../../ui/chat", true), ("src", true), ("../../src", false)]
    {
        for text in sources(&here.join(folder)) {
            for quoted in quoted(&text) {
                match quoted.split_once("${") {
                    Some((start, rest)) => {
                        let end = rest.rsplit_once('}').map_or("", |(_, end)| end).to_owned();
                        parts.push((start.to_owned(), end, strict));
                    }
                    None => drop(whole.insert((quoted, strict))),
                }
            }
        }
    }
    let is_id = |text: &str| {
        text.contains('-')
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && text.split('-').next().is_some_and(|family| families.contains(family))
    };
    for (text, strict) in &whole {
        assert!(!strict || !is_id(text) || known.contains(text.as_str()), "no file has the message {text}");
    }
    let in_part = |id: &str| {
        parts.iter().any(|(start, end, _)| {
            // `staff-${name}` would be every message of the staff.
            let telling = start.matches('-').count() > 1 || !end.is_empty();
            telling
                && start.ends_with('-')
                && families.contains(start.split('-').next().unwrap())
                && id.starts_with(start)
                && id.ends_with(end)
        })
    };
    let unused: Vec<_> =
        known.iter().filter(|id| !whole.iter().any(|(text, _)| text == **id) && !in_part(id)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

/// The texts of a folder's sources, but for this file.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| ["js", "html", "rs"].iter().any(|known| kind == *known))
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

/// What stands between quotes in a line.
fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        for mark in ['"', '`', '\''] {
            // Both the odd and the even pieces: a quote of another kind may stand in between.
            found.extend(line.split(mark).map(str::to_owned));
        }
    }
    found
}

#[allow(clippy::needless_pass_by_value, reason = "it is an enum without fields that cannot be copied")]
fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    }
}
