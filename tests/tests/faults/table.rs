//! Which cell ended how, and in which time.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cells::{Fault, Step};

#[derive(Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    fault: String,
    step: String,
    ended: String,
    within: Duration,
    pub(crate) bound: Duration,
    verdict: Result<()>,
}

impl Row {
    pub(crate) fn good(fault: &str, step: &str, ended: &str, within: Duration) -> Self {
        let bound = Duration::from_secs(10);
        Self { fault: fault.to_owned(), step: step.to_owned(), ended: ended.to_owned(), within, bound, verdict: Ok(()) }
    }
}

impl Table {
    pub(crate) fn put(&mut self, fault: Fault, step: Step, cell: Result<Row>) {
        self.rows.push(cell.unwrap_or_else(|error| {
            let mut row = Row::good(&format!("{fault:?}"), &format!("{step:?}"), "-", Duration::ZERO);
            row.verdict = Err(error);
            row
        }));
    }

    /// Past the test runner, which would keep it to itself.
    pub(crate) fn print(&self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{:<24} | {:<9} | {:<34} | {:>7} | verdict", "fault", "step", "ended", "within")?;
        for row in &self.rows {
            writeln!(out, "{row}")?;
        }
        Ok(())
    }

    pub(crate) fn expect_good(self) -> Result<()> {
        let bad: Vec<String> = self
            .rows
            .into_iter()
            .filter_map(|row| row.verdict.err().map(|error| format!("{} at {}: {error:#}", row.fault, row.step)))
            .collect();
        ensure!(bad.is_empty(), "{}", bad.join("\n\n"));
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match &self.verdict {
            Ok(()) if self.within > self.bound => "held, on a busy machine",
            Ok(()) => "held",
            Err(_) => "BROKEN",
        };
        let within = format!("{:.1} s", self.within.as_secs_f32());
        write!(f, "{:<24} | {:<9} | {:<34} | {within:>7} | {verdict}", self.fault, self.step, self.ended)
    }
}
