//! Holds a file to the schema: every key is known, every value is of its type and in its range.
//!
//! The schema is the one that `schema` prints, made from [`super::file`]. So what an editor marks with it and what the program refuses
//! are the same. What a schema cannot say (an address, a colour, two keys that exclude each other) is checked in [`super::convert`], and so is
//! what is missing: a misspelt key is better news than the lack of the right one.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Mistake;

/// A longer key is no misspelling of a known one, and comparing it would only cost time.
const LONGEST_KEY: usize = 64;

/// How alike two words must be, 0 to 1, for one to be proposed for the other.
const ALIKE: f64 = 0.8;

/// The first mistake in the document, in the order of the text.
pub(super) fn document(source: &str, document: &DeTable<'_>, schema: &Value) -> Result<(), Mistake> {
    let mut check = Check { source, schema, first: None };
    check.table(None, document, schema);
    check.first.map_or(Ok(()), |(_, mistake)| Err(mistake))
}

struct Check<'a> {
    source: &'a str,
    schema: &'a Value,
    first: Option<(usize, Mistake)>,
}

/// Where a value stands: its section, none for what stands before all sections, and its key.
#[derive(Clone, Copy)]
struct Name<'a> {
    section: Option<&'a str>,
    key: &'a str,
}

impl Name<'_> {
    /// `notice.seconds`, or `[notice]` for the section itself.
    fn full(self, schema: &Value) -> String {
        match self.section {
            Some(section) => format!("`{section}.{}`", self.key),
            None if is_section(schema) => format!("`[{}]`", self.key),
            None => format!("`{}`", self.key),
        }
    }

    /// A line that would be right.
    fn example(self, schema: &Value) -> Option<String> {
        let key = self.key;
        if is_section(schema) {
            return Some(format!("write `[{key}]` on a line of its own, and its keys on the lines below"));
        }
        let example = schema["examples"].get(0)?;
        Some(format!("for example `{key} = {example}`"))
    }
}

impl Check<'_> {
    fn table(&mut self, section: Option<&str>, table: &DeTable<'_>, schema: &Value) {
        for (key, value) in table {
            let name = Name { section, key: key.get_ref() };
            match schema["properties"].get(name.key) {
                Some(schema) => self.value(name, value, schema),
                None => self.unknown(name, key.span(), value.get_ref(), schema),
            }
        }
    }

    fn value(&mut self, name: Name<'_>, value: &Spanned<DeValue<'_>>, schema: &Value) {
        let span = value.span();
        let kind = schema["type"].as_str();
        let choices = choices(schema);
        match (value.get_ref(), kind) {
            (DeValue::Table(table), Some("object")) => self.table(Some(name.key), table, schema),
            (DeValue::Boolean(_), Some("boolean")) => {}
            (DeValue::Integer(integer), Some("integer")) => {
                let integer = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
                self.range(name, integer, span, schema);
            }
            (DeValue::Array(items), Some("array")) => {
                for item in items {
                    if !item.get_ref().is_str() {
                        let found = kind_of(item.get_ref());
                        let message = || format!("{} must be a list of texts, but {found} is in it", name.full(schema));
                        self.note(item.span(), name.example(schema), message);
                    }
                }
            }
            (DeValue::String(text), _) if !choices.is_empty() => self.choice(name, text, span, schema),
            (DeValue::String(text), Some("string")) => self.length(name, text, span, schema),
            (found, _) => {
                let wanted = wanted(kind, &choices);
                let message = || format!("{} must be {wanted}, not {}", name.full(schema), kind_of(found));
                self.note(span, name.example(schema), message);
            }
        }
    }

    fn range(&mut self, name: Name<'_>, integer: Option<i128>, span: Range<usize>, schema: &Value) {
        let (lowest, highest) = (&schema["minimum"], &schema["maximum"]);
        let least = lowest.as_i64().map_or(0, i128::from);
        let most = highest.as_i64().map_or(i128::from(i64::MAX), i128::from);
        if !integer.is_some_and(|integer| (least..=most).contains(&integer)) {
            let help = name.example(schema);
            self.note(span, help, || format!("{} must be from {least} to {most}", name.full(schema)));
        }
    }

    fn length(&mut self, name: Name<'_>, text: &str, span: Range<usize>, schema: &Value) {
        let length = text.chars().count();
        let limit = |key: &str| schema[key].as_u64().and_then(|limit| usize::try_from(limit).ok());
        if limit("minLength").is_some_and(|least| length < least) {
            let help = name.example(schema);
            self.note(span, help, || format!("{} must not be empty", name.full(schema)));
        } else if let Some(most) = limit("maxLength").filter(|most| length > *most) {
            self.note(span, None, || {
                format!("{} must have at most {most} characters, these are {length}", name.full(schema))
            });
        }
    }

    fn choice(&mut self, name: Name<'_>, text: &str, span: Range<usize>, schema: &Value) {
        let choices = choices(schema);
        if choices.contains(&text) {
            return;
        }
        let help = match nearest(text, choices.iter().copied()) {
            Some(near) => Some(format!("did you mean \"{near}\"?")),
            None => name.example(schema),
        };
        self.note(span, help, || format!("{} must be {}", name.full(schema), one_of(&choices)));
    }

    /// A key that is not known: perhaps misspelt, perhaps in the wrong section.
    fn unknown(&mut self, name: Name<'_>, span: Range<usize>, value: &DeValue<'_>, schema: &Value) {
        let key = name.key;
        let is_table = value.is_table();
        let message = match name.section {
            Some(section) => format!("`[{section}]` has no key `{}`", short(key)),
            None if is_table => format!("there is no section `[{}]`", short(key)),
            None => format!("there is no key `{}` before the first section", short(key)),
        };
        let known = || {
            let properties = properties(schema);
            // A table can only be meant for a section, a value only for a key.
            properties.filter(|(_, schema)| is_section(schema) == is_table).map(|(key, _)| key)
        };
        let mark = |key: &str| if is_table { format!("`[{key}]`") } else { format!("`{key}`") };
        let help = if let Some(near) = nearest(key, known()) {
            format!("did you mean {}?", mark(near))
        } else if let Some(section) = self.home_of(key) {
            format!("`{key}` is a key of {section}")
        } else if is_table && name.section.is_some() {
            "a section has no further sections in it".to_owned()
        } else {
            let known: Vec<String> = known().map(mark).collect();
            format!("what can stand here: {}", known.join(", "))
        };
        self.note(span, Some(help), || message);
    }

    /// The place where a key of this very name belongs, for a person to read.
    fn home_of(&self, key: &str) -> Option<String> {
        properties(self.schema).find_map(|(name, schema)| {
            if name == key && !is_section(schema) {
                return Some("the top of the file, before the first section".to_owned());
            }
            schema["properties"].get(key).map(|_| format!("`[{name}]`"))
        })
    }

    /// Keeps the mistake if none before it in the text is known yet.
    fn note(&mut self, span: Range<usize>, help: Option<String>, message: impl FnOnce() -> String) {
        if self.first.as_ref().is_none_or(|(start, _)| span.start < *start) {
            let start = span.start;
            let mistake = Mistake { help, ..Mistake::at(self.source, span, message()) };
            self.first = Some((start, mistake));
        }
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, schema)| (key.as_str(), schema))
}

fn is_section(schema: &Value) -> bool {
    schema["type"] == "object"
}

/// The texts that a value can be, when they are counted.
fn choices(schema: &Value) -> Vec<&str> {
    let variants = schema["oneOf"].as_array().into_iter().flatten().map(|variant| &variant["const"]);
    variants.filter_map(Value::as_str).collect()
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_KEY {
        return None;
    }
    let word = word.to_lowercase();
    known
        .map(|known| (strsim::jaro_winkler(&word, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (two, _)| one.total_cmp(two))
        .map(|(_, known)| known)
}

fn wanted(kind: Option<&str>, choices: &[&str]) -> String {
    if !choices.is_empty() {
        return one_of(choices);
    }
    match kind {
        Some("object") => "a section",
        Some("boolean") => "true or false",
        Some("integer") => "a whole number",
        Some("array") => "a list of texts",
        _ => "a text in quotes",
    }
    .to_owned()
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// `"a", "b" or "c"`
fn one_of(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn short(key: &str) -> String {
    if key.chars().count() <= LONGEST_KEY {
        return key.to_owned();
    }
    let start: String = key.chars().take(LONGEST_KEY).collect();
    format!("{start}…")
}
