//! A language as our pages get it: every sentence is ready, and a page only puts values into it.

use std::collections::BTreeMap;

use intl_pluralrules::PluralCategory;
use kiosk_core::language::{Direction, Language};
use serde::Serialize;

use crate::book::{Book, TELLING};

/// All sentences of a language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its tag.
    pub language: Language,
    /// What those who speak it call it.
    pub name: &'static str,
    /// The direction that it is written in.
    pub direction: Direction,
    /// For each number below 200 a digit: which form of [`Said::Counted`] goes with it. A larger number is treated as 100 and its last two
    /// digits.
    pub plural: String,
    /// The sentences by their ids.
    pub messages: BTreeMap<&'static str, Said>,
}

/// A sentence. `{name}` in it stands for a variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Said {
    /// It is the same for every number.
    Text(String),
    /// One for each plural form.
    Counted(Vec<String>),
}

impl Table {
    /// A language's sentences.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let book = Book::of(language);
        let mut forms: Vec<(PluralCategory, u32)> = Vec::new();
        let mut plural = String::new();
        for number in 0..TELLING {
            let category = book.plural(number);
            let form = forms.iter().position(|(known, _)| *known == category).unwrap_or_else(|| {
                forms.push((category, number));
                forms.len() - 1
            });
            plural.push_str(&form.to_string());
        }
        let said = |sentence: &crate::book::Sentence<'_>| match sentence.counts {
            None => Said::Text(book.template(sentence, 0)),
            Some(_) => Said::Counted(forms.iter().map(|(_, number)| book.template(sentence, *number)).collect()),
        };
        Self {
            language,
            name: language.own_name(),
            direction: language.direction(),
            plural,
            messages: book.sentences().map(|sentence| (sentence.id, said(&sentence))).collect(),
        }
    }

    /// Replaces a sentence.
    pub fn set(&mut self, id: &'static str, text: &str) {
        self.messages.insert(id, Said::Text(text.to_owned()));
    }
}
