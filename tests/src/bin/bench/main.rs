//! The benchmark: the kiosk beside what a shop would use instead and beside the bare engine, on the same page, in one
//! run, in turn.
//!
//! Prints a table and writes `target/bench.json`. Nothing here passes or fails by a figure: figures belong to the machine
//! they were taken on.

mod limit;
mod machine;
mod options;
mod peer;
mod report;
mod rows;
mod shift;
mod site;
mod stats;
mod tree;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use kiosk_tests::{Stage, program};

use limit::Limit;
use options::Options;
use peer::Peer;
use report::{Report, Row};
use site::Site;

/// What all rows need.
struct Bench {
    options: Options,
    peers: Vec<Peer>,
    site: Site,
    limit: Limit,
}

/// A group of rows that are measured together.
type Group = (&'static str, fn(&Bench) -> Result<Vec<Row>>);

const GROUPS: [Group; 8] = [
    ("start", rows::start::measure),
    ("clear", rows::clear::measure),
    ("reset", rows::reset::measure),
    ("notice", rows::notice::measure),
    ("crash", rows::crash::measure),
    ("core", rows::core::measure),
    ("growth", rows::growth::measure),
    ("idle", rows::idle::measure),
];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(io::stderr(), "{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether everything that was wanted could be measured.
fn run() -> Result<bool> {
    let options = Options::read();
    let (peers, left_out) = Peer::all()?;
    let limit = Limit::find(options.slow)?;
    let facts = machine::facts(&peers, &left_out, &limit)?;
    let file = if options.slow { "target/bench-slow.json" } else { "target/bench.json" };
    // Better now than after hours.
    fs::create_dir_all("target").context("the figures are kept in a folder \"target\" where this is started")?;
    let mut out = io::stdout();
    writeln!(out, "{}", program::path()?.display())?;
    writeln!(out, "limit: {}", limit.sentence())?;
    for name in &left_out {
        writeln!(out, "left out, as it is not installed: {name}")?;
    }
    let bench = Bench { options, peers, site: Site::start()?, limit };
    let mut report = Report::new(file, facts);
    for (name, measure) in GROUPS {
        if bench.options.wants(name) {
            writeln!(out, "\n{name} …")?;
            report.add(name, measure(&bench))?;
        }
    }
    if bench.options.wants("size") {
        report.add("size", rows::size::measure())?;
    }
    report.print()?;
    Ok(report.is_whole())
}

/// Keeps what a display shows, so that somebody can look at what was measured.
fn picture(stage: &Stage, name: &str) -> Result<()> {
    let folder = Path::new("target/bench-pictures");
    fs::create_dir_all(folder)?;
    Ok(stage.screen.look()?.save(folder.join(name).with_extension("png"))?)
}
