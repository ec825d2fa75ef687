//! The table and the JSON. Ratios first: they travel from machine to machine better than times do.

use std::fs;
use std::io::Write;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::peer::KIOSK;
use crate::stats::{Slope, Spread};

/// Everything that was measured so far.
#[derive(Debug)]
pub(crate) struct Report {
    file: &'static str,
    facts: Value,
    rows: Vec<Row>,
    failed: Map<String, Value>,
}

/// One thing that was measured, of one program or of several.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    unit: &'static str,
    figures: Vec<(String, Figure)>,
    note: String,
}

/// What was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Figure {
    /// Many times the same.
    Spread(Spread),
    /// Once.
    Once(f64),
    /// What each step adds.
    Slope(Slope),
}

impl Figure {
    /// What stands for it in a ratio.
    fn middle(&self) -> Option<f64> {
        match self {
            Self::Spread(spread) => Some(spread.median),
            Self::Once(value) => Some(*value),
            Self::Slope(_) => None,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Spread(spread) => json!({
                "median": spread.median, "p95": spread.p95, "p99": spread.p99,
                "least": spread.least, "most": spread.most, "n": spread.n,
            }),
            Self::Once(value) => json!({ "value": value }),
            Self::Slope(slope) => json!({
                "per_thousand_visits": slope.per_step * 1000., "confidence_95": slope.half * 1000.,
                "flat": slope.is_flat(), "n": slope.n,
            }),
        }
    }
}

impl Row {
    /// A row without figures yet.
    pub(crate) fn new(what: impl Into<String>, unit: &'static str) -> Self {
        Self { what: what.into(), unit, figures: Vec::new(), note: String::new() }
    }

    /// With a figure of a program; of no values there is none.
    pub(crate) fn with(mut self, who: impl Into<String>, values: &[f64]) -> Self {
        if let Some(spread) = Spread::of(values) {
            self.figures.push((who.into(), Figure::Spread(spread)));
        }
        self
    }

    /// With a figure that was found once.
    pub(crate) fn once(mut self, who: impl Into<String>, value: f64) -> Self {
        self.figures.push((who.into(), Figure::Once(value)));
        self
    }

    /// With what each visit adds.
    pub(crate) fn slope(mut self, who: impl Into<String>, points: &[(f64, f64)]) -> Self {
        if let Some(slope) = Slope::of(points) {
            self.figures.push((who.into(), Figure::Slope(slope)));
        }
        self
    }

    /// With a sentence on how it was measured.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The kiosk against another: its figure divided by the other's.
    fn ratio(&self, to: &Figure) -> Option<f64> {
        let (_, own) = self.figures.iter().find(|(who, _)| who == KIOSK)?;
        Some(own.middle()? / to.middle()?).filter(|ratio| ratio.is_finite())
    }

    fn json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|(who, figure)| (who.clone(), figure.json())).collect();
        let others = self.figures.iter().filter(|(who, _)| who != KIOSK);
        let ratios: Map<String, Value> =
            others.filter_map(|(who, figure)| Some((who.clone(), self.ratio(figure)?.into()))).collect();
        json!({"what": self.what, "unit": self.unit, "kiosk_to": ratios, "figures": figures, "note": self.note})
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        for (who, figure) in &self.figures {
            let ratio = if who == KIOSK { None } else { self.ratio(figure) };
            let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
            let what = format!("{}, {}", self.what, self.unit);
            write!(out, "{what:<52} {ratio:>6}  {who:<24}")?;
            match figure {
                Figure::Spread(s) => {
                    writeln!(out, "{:>11} {:>11} {:>11} {:>6}", round(s.median), round(s.p95), round(s.p99), s.n)?;
                }
                Figure::Once(value) => writeln!(out, "{:>11}", round(*value))?,
                Figure::Slope(slope) => {
                    let flat = match slope.is_flat() {
                        true => "flat",
                        false if slope.per_step < 0. => "shrinks",
                        false => "GROWS",
                    };
                    let (each, half) = (round(slope.per_step * 1000.), round(slope.half * 1000.));
                    writeln!(out, "{each:>11} ± {half} a thousand visits: {flat} ({} looks)", slope.n)?;
                }
            }
        }
        Ok(())
    }
}

impl Report {
    /// Nothing yet; it goes into this file.
    pub(crate) fn new(file: &'static str, facts: Value) -> Self {
        Self { file, facts, rows: Vec::new(), failed: Map::new() }
    }

    /// Takes the rows of a group, or why there are none, and writes down what there is so far.
    pub(crate) fn add(&mut self, group: &str, rows: Result<Vec<Row>>) -> Result<()> {
        let mut out = std::io::stdout().lock();
        match rows {
            Ok(rows) => {
                rows.iter().try_for_each(|row| row.print(&mut out))?;
                self.rows.extend(rows);
            }
            Err(error) => {
                writeln!(out, "{group}: not measured: {error:#}")?;
                self.failed.insert(group.to_owned(), format!("{error:#}").into());
            }
        }
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let all = json!({"machine": self.facts, "rows": rows, "not_measured": self.failed});
        Ok(fs::write(self.file, format!("{all:#}\n"))?)
    }

    /// The whole table, and the notes.
    pub(crate) fn print(&self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "\n{:<52} {:>6}  {:<24}{:>11} {:>11} {:>11} {:>6}",
            "what", "ratio", "who", "median", "95th", "99th", "n"
        )?;
        self.rows.iter().try_for_each(|row| row.print(&mut out))?;
        writeln!(out, "\nratio: the kiosk's figure divided by the one in this line.")?;
        for row in self.rows.iter().filter(|row| !row.note.is_empty()) {
            writeln!(out, "{}: {}", row.what, row.note)?;
        }
        Ok(writeln!(out, "all figures: {}", self.file)?)
    }

    /// Whether every group gave its rows.
    pub(crate) fn is_whole(&self) -> bool {
        self.failed.is_empty()
    }
}

/// Three digits that say something.
fn round(value: f64) -> String {
    match value.abs() {
        0. => "0".to_owned(),
        ..0.1 => format!("{value:.4}"),
        ..10. => format!("{value:.2}"),
        ..100. => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
