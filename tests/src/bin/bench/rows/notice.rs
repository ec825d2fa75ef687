//! From the event to the frame in which the composer takes no key any more, while somebody types without a pause.

use anyhow::Result;
use kiosk_tests::{Stage, visitor};
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK, Peer};
use crate::report::Row;
use crate::shift::Shift;
use crate::site::Told;

/// The middle of the composer's frame.
const COMPOSER: (i16, i16) = (640, 400);
/// Ends that nothing answers.
const CONTROLS: usize = 5;

/// What became of the keys, for each end.
#[derive(Default)]
struct Keys {
    frames: Vec<f64>,
    times: Vec<f64>,
    late: Vec<f64>,
    before: Vec<f64>,
}

impl Keys {
    fn take(&mut self, told: &Told) -> Result<()> {
        // A page that painted nothing all the while says nothing about frames, but its keys count.
        if told.number("painted")? > 0. {
            self.frames.push(told.number("frames")?);
        }
        self.times.push(told.number("ms")?);
        self.late.push(told.number("late")?);
        self.before.push(told.number("before")?);
        Ok(())
    }
}

/// The composer is in a frame of another origin, as Salesforce's is; the keys are the display server's own.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stage = Stage::named("bench-notice").up()?;
    let setup = peer::setup(&bench.site, &bench.site.url("typing?obey=1"));
    let mut shift = Shift::begin(&stage, &bench.site, setup, &bench.limit)?;
    let mut keys = Keys::default();
    for _ in 0..bench.options.notices {
        let load = shift.enter()?;
        stage.input.click(COMPOSER.0, COMPOSER.1)?;
        keys.take(&typed(bench, &stage, &load)?)?;
        shift.mark()?;
        shift.start_over()?;
    }
    drop(shift);
    let typed = keys.before.iter().sum::<f64>() / keys.before.len() as f64;
    let (control, unheld) = control(bench, &stage)?;
    Ok(vec![
        Row::new("event to no key in the composer", "frames").with(KIOSK, &keys.frames).with(control, &unheld.frames).note(format!(
            "animation frames that began between the event and the composer's last key; {typed:.0} keys came in the half \
             second before. Nothing stops keys in the other program: it shows that they would have been seen"
        )),
        Row::new("event to the composer's last key", "ms").with(KIOSK, &keys.times).with(control, &unheld.times),
        Row::new("keys in the composer after the event", "n").with(KIOSK, &keys.late).with(control, &unheld.late),
    ])
}

/// The same in a program that stops no key. Its page looks for 0.7 s, so it finds as many frames as there are in that.
fn control(bench: &Bench, stage: &Stage) -> Result<(&'static str, Keys)> {
    let mut keys = Keys::default();
    let Some(peer) = bench.peers.iter().find(|peer| !matches!(peer, Peer::Kiosk)) else {
        return Ok(("", keys));
    };
    bench.site.forget();
    let _running = peer.start(stage, &bench.site, &bench.site.url("typing?obey=1"), &bench.limit)?;
    let load = bench.site.next("ready", None)?.load;
    for _ in 0..CONTROLS {
        stage.input.click(COMPOSER.0, COMPOSER.1)?;
        keys.take(&typed(bench, stage, &load)?)?;
    }
    Ok((peer.name(), keys))
}

/// Types until the page has seen the end and what came after it.
fn typed(bench: &Bench, stage: &Stage, load: &str) -> Result<Told> {
    visitor::types_while(stage, || {
        bench.site.command(load, json!({"do": "type"}));
        bench.site.next("typed", Some(load))
    })
}
