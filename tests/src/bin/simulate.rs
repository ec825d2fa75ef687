//! The simulator: many kiosks of a fleet in one process, against one real broker.
//!
//!     simulate [KIOSKS] [plain]
//!
//! Prints a table and writes `target/simulation.json`. It fails when something was lost that should not be.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use kiosk_tests::simulation::{Plan, run};

fn main() -> Result<()> {
    let mut plan = Plan::default();
    for argument in std::env::args().skip(1) {
        if argument == "plain" {
            plan.guarded = false;
        } else {
            plan.kiosks = argument.parse().context("simulate [KIOSKS] [plain]")?;
        }
    }
    let mut out = std::io::stdout().lock();
    let figures = run(plan, &mut |part| drop(writeln!(std::io::stderr(), "{part} …")))?;
    writeln!(out, "\n{figures}")?;
    fs::create_dir_all("target")?;
    fs::write("target/simulation.json", format!("{:#}\n", serde_json::to_value(&figures)?))?;
    ensure!(figures.proof.missing == 0 && figures.proof.out_of_order == 0, "events were lost or out of order");
    Ok(())
}
