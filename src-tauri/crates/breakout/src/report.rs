//! What came of each attempt: a table for people, JSON for programs.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::catalogue::{Attempt, Class};

/// Whether the kiosk held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that must hold after an attempt held.
    Safe,
    /// Something did not.
    Unsafe,
}

/// One attempt's line.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The attempt's name.
    pub id: String,
    /// Its kind.
    pub class: Class,
    /// What was tried.
    pub attempt: String,
    /// What happened.
    pub happened: String,
    /// Whether that is safe.
    pub verdict: Verdict,
    /// How long it took, the look around included.
    pub ms: u64,
}

impl Row {
    pub(crate) fn new(attempt: &Attempt, happened: String, verdict: Verdict, took: Duration) -> Self {
        Self::made(&attempt.id, attempt.class, &attempt.words, happened, verdict, took)
    }

    pub(crate) fn last(happened: String, verdict: Verdict, took: Duration) -> Self {
        Self::made("last-reset", Class::Person, "after everything: a fresh visit", happened, verdict, took)
    }

    pub(crate) fn made(
        id: &str,
        class: Class,
        words: &str,
        happened: String,
        verdict: Verdict,
        took: Duration,
    ) -> Self {
        Self { id: id.to_owned(), class, attempt: words.to_owned(), happened, verdict, ms: millis(took) }
    }
}

/// All lines of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// In the order in which they were tried.
    pub rows: Vec<Row>,
}

impl Report {
    /// One sentence over all.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = self.unsafe_rows().count();
        let seconds = self.rows.iter().map(|row| row.ms).sum::<u64>() / 1000;
        format!("{} attempts in {seconds} s, {count} unsafe", self.rows.len())
    }

    /// The lines that say unsafe.
    pub fn unsafe_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.verdict == Verdict::Unsafe)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        writeln!(f, "{}", self.summary())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Safe => "safe  ",
            Verdict::Unsafe => "UNSAFE",
        };
        write!(f, "{verdict} {:>6} ms  {:<28} {:<64} {}", self.ms, self.id, shortened(&self.attempt), self.happened)
    }
}

/// A long description would push the rest of the line away.
fn shortened(words: &str) -> String {
    match words.char_indices().nth(61) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
