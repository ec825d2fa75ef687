//! One language's sentences, read from its file.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, PatternElement};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use kiosk_core::language::Language;
use unic_langid::LanguageIdentifier;

/// Stands for the number while a sentence is made: the number itself chooses the plural, and is written later.
const NUMBER: &str = "{#}";

/// The rules of plurals of all our languages look at a whole number below a million as it is, or at its last two digits. So numbers
/// below this stand for all others.
pub(crate) const TELLING: u32 = 200;

/// One language's sentences.
pub(crate) struct Book {
    language: Language,
    resource: FluentResource,
    bundle: FluentBundle<FluentResource>,
    rules: Option<PluralRules>,
}

/// A message as it can be said.
pub(crate) struct Sentence<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// The variable that chooses the plural, if there is one.
    pub(crate) counts: Option<&'a str>,
    /// All its variables, in the order of the file; some may come more than once.
    pub(crate) variables: Vec<&'a str>,
}

impl Book {
    /// The book of a language; it is read once.
    pub(crate) fn of(language: Language) -> &'static Self {
        static BOOKS: [LazyLock<Book>; 6] = [
            LazyLock::new(|| Book::read(Language::En)),
            LazyLock::new(|| Book::read(Language::De)),
            LazyLock::new(|| Book::read(Language::Fr)),
            LazyLock::new(|| Book::read(Language::Es)),
            LazyLock::new(|| Book::read(Language::Ja)),
            LazyLock::new(|| Book::read(Language::Ar)),
        ];
        &BOOKS[language as usize]
    }

    fn read(language: Language) -> Self {
        // What a file has that cannot be read is left out here, and found by the tests.
        let parse = || FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(readable, _)| readable);
        let tag: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag.clone()]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| matches!(value, FluentValue::Number(_)).then(|| NUMBER.to_owned())));
        bundle.add_resource_overriding(parse());
        Self { language, resource: parse(), bundle, rules: PluralRules::create(tag, PluralRuleType::CARDINAL).ok() }
    }

    /// A sentence, with its number if it has one. What is missing is said by its id.
    pub(crate) fn say(&self, id: &str, number: Option<u32>) -> String {
        let mut args = FluentArgs::new();
        if let (Some(number), Some(name)) = (number, self.sentence(id).and_then(|sentence| sentence.counts)) {
            args.set(name, self.telling(number));
        }
        let said = self.format(id, &args);
        match number {
            Some(number) => said.replace(NUMBER, &number.to_string()),
            None => said,
        }
    }

    /// A sentence with the names of its variables in braces, in the plural form that goes with `number`.
    pub(crate) fn template(&self, sentence: &Sentence<'_>, number: u32) -> String {
        let mut args = FluentArgs::new();
        for name in &sentence.variables {
            args.set(*name, format!("{{{name}}}"));
        }
        let Some(counts) = sentence.counts else { return self.format(sentence.id, &args) };
        args.set(counts, self.telling(number));
        self.format(sentence.id, &args).replace(NUMBER, &format!("{{{counts}}}"))
    }

    /// The plural form that goes with a number.
    pub(crate) fn plural(&self, number: u32) -> PluralCategory {
        self.rules.as_ref().and_then(|rules| rules.select(self.telling(number)).ok()).unwrap_or(PluralCategory::OTHER)
    }

    /// A number with the same plural form for which the library's rules are right. In its rules for Arabic (7.0.2) the "modulo 100"
    /// is missing, so that 103 is not spoken of as 3 is.
    fn telling(&self, number: u32) -> u32 {
        match (self.language, number, number % 100) {
            (Language::Ar, 100.., 0..=2) => 100,
            (Language::Ar, 100.., rest) => rest,
            _ => number,
        }
    }

    /// All sentences.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        self.messages().filter_map(|message| {
            let mut sentence = Sentence { id: message.id.name, counts: None, variables: Vec::new() };
            for element in &message.value.as_ref()?.elements {
                if let PatternElement::Placeable { expression } = element {
                    sentence.read(expression);
                }
            }
            Some(sentence)
        })
    }

    fn sentence(&self, id: &str) -> Option<Sentence<'_>> {
        self.sentences().find(|sentence| sentence.id == id)
    }

    fn messages(&self) -> impl Iterator<Item = &Message<&str>> {
        self.resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message),
            _ => None,
        })
    }

    fn format(&self, id: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }
}

impl<'a> Sentence<'a> {
    /// Notes the variables of an expression, and whether a number chooses in it.
    fn read(&mut self, expression: &Expression<&'a str>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(inline),
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    self.counts = Some(id.name);
                }
                self.read_inline(selector);
                for variant in variants {
                    for element in &variant.value.elements {
                        if let PatternElement::Placeable { expression } = element {
                            self.read(expression);
                        }
                    }
                }
            }
        }
    }

    fn read_inline(&mut self, inline: &InlineExpression<&'a str>) {
        match inline {
            InlineExpression::VariableReference { id } => self.variables.push(id.name),
            InlineExpression::Placeable { expression } => self.read(expression),
            _ => {}
        }
    }
}

/// The text of a language's file.
pub(crate) fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("../languages/en.ftl"),
        Language::De => include_str!("../languages/de.ftl"),
        Language::Fr => include_str!("../languages/fr.ftl"),
        Language::Es => include_str!("../languages/es.ftl"),
        Language::Ja => include_str!("../languages/ja.ftl"),
        Language::Ar => include_str!("../languages/ar.ftl"),
    }
}
