//! What is wrong with a configuration, and where.

use std::fmt;
use std::ops::Range;

/// How much of the offending text is quoted, in characters.
const QUOTED: usize = 80;

/// One mistake in a configuration: what is wrong, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The place in the text, in bytes; always on character boundaries within it. `None` when no place is to blame.
    pub span: Option<Range<usize>>,
    /// The line of the place, from 1.
    pub line: usize,
    /// The column of the place, from 1, in characters.
    pub column: usize,
    /// The offending text itself, its first line, shortened. It may be empty (at the end of the file).
    pub text: String,
}

impl Mistake {
    /// A mistake at `span` of `source`. A span that does not fit the source is moved to where it does.
    #[must_use]
    pub fn at(source: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = floor(source, span.start);
        let end = floor(source, span.end).max(start);
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        // A byte order mark is not something that a person sees in a column.
        let seen = before[line_start..].trim_start_matches('\u{feff}');
        Self {
            message: message.into(),
            help: None,
            line: before.matches('\n').count() + 1,
            column: seen.chars().count() + 1,
            text: source[start..end].lines().next().unwrap_or_default().chars().take(QUOTED).collect(),
            span: Some(start..end),
        }
    }

    /// A mistake that has no place in the text.
    pub(super) fn nowhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, span: None, line: 1, column: 1, text: String::new() }
    }

    /// What the TOML parser says.
    pub(super) fn syntax(source: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(source.len()..source.len());
        Self::at(source, span, format!("this is not TOML: {}", error.message())).help(
            "a line is `key = value`, `[section]` or `# a comment`; text stands in quotes, for example `name = \"Support\"`",
        )
    }

    /// The same with a word on what would be right.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// `line 3, column 1: what is wrong (what would be right)`
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.span.is_some() {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// The last character boundary of `source` at or before `at`.
fn floor(source: &str, at: usize) -> usize {
    let at = at.min(source.len());
    (0..=at).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters() {
        let source = "\u{feff}# ä\nnäme = 1\n";
        let at = |span| Mistake::at(source, span, "");
        assert_eq!((at(3..4).line, at(3..4).column), (1, 1));
        assert_eq!((at(16..17).line, at(16..17).column, at(16..17).text.as_str()), (2, 8, "1"));
        assert_eq!((at(18..18).line, at(18..18).column), (3, 1));
    }

    #[test]
    fn a_span_outside_or_inside_a_character_is_moved() {
        let mistake = Mistake::at("ä", 1..900, "");
        assert_eq!((mistake.span, mistake.text.as_str()), (Some(0..2), "ä"));
        let reversed = Range { start: 2, end: 0 };
        assert_eq!(Mistake::at("ä", reversed, "").span, Some(2..2));
    }
}
