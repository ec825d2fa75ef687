//! A monkey at the kiosk: keys, buttons, wheel and drags at random, for a minute, and for an hour in `make soak`. Every
//! few hundred inputs everything that the breakout suite looks at is looked at.

use std::env;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};
use kiosk_breakout::{desk::Desk, kiosk::Start, monkey::Monkey, runner::Runner};
use kiosk_tests::{Stage, program};

#[test]
fn a_minute_of_random_input() -> Result<()> {
    plays("monkey", Duration::from_secs(60))
}

#[test]
#[ignore = "an hour: make soak"]
fn an_hour_of_random_input() -> Result<()> {
    plays("monkey-soak", Duration::from_secs(3600))
}

fn plays(name: &str, long: Duration) -> Result<()> {
    // `KIOSK_SEED=1` plays the same game again.
    let seed = env::var("KIOSK_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |now| u64::from(now.subsec_nanos()))
    });
    let stage = Stage::named(name).up()?;
    let environment = vec![
        ("DISPLAY".to_owned(), stage.display.name().to_owned()),
        ("DBUS_SESSION_BUS_ADDRESS".to_owned(), stage.bus.address().to_owned()),
    ];
    let start = Start { program: program::path()?, environment };
    let mut runner = Runner::new(start, Some(Desk::on(stage.display.name())?), true)?;
    let mut monkey = Monkey::seeded(seed);
    let begun = Instant::now();
    let mut rounds = 0;
    while begun.elapsed() < long {
        runner.play(&mut monkey, 300).with_context(|| format!("round {rounds} of the seed {seed}"))?;
        rounds += 1;
    }
    writeln!(std::io::stderr(), "the monkey made {} inputs in {rounds} rounds, seed {seed}", rounds * 300)?;
    Ok(())
}
