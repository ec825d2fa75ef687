//! From the event to the frame in which the composer takes no key any more, while somebody types without a pause.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result, ensure};
use kiosk_tests::Stage;
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK};
use crate::report::Row;
use crate::shift::Shift;
use crate::site::Told;

/// The middle of the composer's frame.
const COMPOSER: (i16, i16) = (640, 400);

/// The composer is in a frame of another origin, as Salesforce's is; the keys are the display server's own.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stage = Stage::named("bench-notice").up()?;
    let setup = peer::setup(&bench.site, &bench.site.url("typing?obey=1"));
    let mut shift = Shift::begin(&stage, &bench.site, setup, &bench.limit)?;
    let (mut frames, mut late, mut times, mut before) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.notices {
        let load = shift.enter()?;
        stage.input.click(COMPOSER.0, COMPOSER.1)?;
        let told = typed(bench, &stage, &load)?;
        ensure!(told.number("painted")? > 0., "the page painted nothing: {}", told.body);
        frames.push(told.number("frames")?);
        late.push(told.number("late")?);
        times.push(told.number("ms")?);
        before.push(told.number("before")?);
        shift.mark()?;
        shift.start_over()?;
    }
    let typed = before.iter().sum::<f64>() / before.len() as f64;
    Ok(vec![
        Row::new("event to no key in the composer", "frames").with(KIOSK, &frames).note(format!(
            "animation frames that began between the event and the composer's last key; {typed:.0} keys came in the half \
             second before"
        )),
        Row::new("event to the composer's last key", "ms").with(KIOSK, &times),
        Row::new("keys in the composer after the event", "n").with(KIOSK, &late),
    ])
}

/// Types until the page has seen the end and what came after it.
fn typed(bench: &Bench, stage: &Stage, load: &str) -> Result<Told> {
    let typing = AtomicBool::new(true);
    thread::scope(|scope| {
        let typist = scope.spawn(|| -> Result<()> {
            while typing.load(Ordering::Relaxed) {
                stage.input.type_text("a")?;
            }
            Ok(())
        });
        bench.site.command(load, json!({"do": "type"}));
        let told = bench.site.next("typed", Some(load));
        typing.store(false, Ordering::Relaxed);
        typist.join().ok().context("the typist fell")??;
        told
    })
}
