//! Twenty kiosks in one process, the fleet's own code, one real broker as the package configures it: nothing is lost that
//! could be kept, and what could not is counted.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::simulation::{Plan, run};

#[test]
fn nothing_is_lost_over_a_restart_and_beyond_the_bound_it_is_counted() -> Result<()> {
    let kiosks = 20;
    let plan = Plan { kiosks, visits: 5, queue: 40, rest: Duration::ZERO, ..Plan::default() };
    let figures = run(plan, &mut |_| {})?;
    let proof = &figures.proof;
    ensure!(proof.missing == 0 && proof.out_of_order == 0, "{figures}");
    ensure!(proof.received + proof.told_lost == proof.numbers, "{figures}");
    // The kiosks count what they drop; a few of those were on their way and came all the same.
    ensure!(proof.told_lost > 0 && proof.told_lost <= figures.lost_by_kiosks, "{figures}");
    ensure!(figures.commands.len() == 3, "each command was answered by all: {figures}");
    // A kiosk's share of the library was 19 MB once.
    ensure!(figures.memory.kiosk < 2048., "{figures}");
    // A visit is one event, and not a message for each of its steps.
    let per_visit = figures.visit.events + figures.visit.reported;
    ensure!(figures.visit.events >= 1. && per_visit <= 6., "{figures}");
    Ok(())
}
