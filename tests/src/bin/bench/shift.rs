//! The kiosk in service on one of our pages, one visit after the other.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kiosk_tests::log::Mark;
use kiosk_tests::process::Process;
use kiosk_tests::{Kiosk, Setup, Stage, wait};
use serde_json::json;

use crate::limit::Limit;
use crate::peer::Running;
use crate::site::{PATIENCE, Site, Told};
use crate::tree::{self, Look};

/// Where a hand touches: nothing of ours and nothing of the page's is there.
const TOUCH: (i16, i16) = (1240, 300);
const BETWEEN_TOUCHES: Duration = Duration::from_millis(8);
/// Who has not worked for so long is at rest: several times the kernel's unit of CPU time.
const STILL: Duration = Duration::from_millis(60);

/// The kiosk, and the visit that it is in.
pub(crate) struct Shift<'a> {
    pub(crate) stage: &'a Stage,
    site: &'a Site,
    running: Running,
    visit: u64,
    mark: Mark,
}

impl<'a> Shift<'a> {
    /// Starts the kiosk.
    pub(crate) fn begin(stage: &'a Stage, site: &'a Site, setup: Setup, limit: &Limit) -> Result<Self> {
        site.forget();
        let running = Running::kiosk(stage, setup, limit)?;
        let mark = running.as_kiosk()?.log.start();
        Ok(Self { stage, site, running, visit: 0, mark })
    }

    /// The next visit: fresh, its page ready, and touched, as only a person can. Gives the page's load.
    pub(crate) fn enter(&mut self) -> Result<String> {
        self.visit += 1;
        let log = &self.kiosk()?.log;
        log.wait_after(self.mark, "visit.fresh", &json!({"visit": self.visit}), PATIENCE)?;
        self.site.forget();
        let told = self.touch(None).with_context(|| format!("visit {} takes no touch", self.visit))?;
        Ok(told.load)
    }

    /// Whether it has had so many visits since the program began.
    pub(crate) fn has_had(&self, visits: u64) -> bool {
        self.visit == visits
    }

    /// Leaves it alone until the program has begun anew, which it does for the number of its visits.
    pub(crate) fn renew(&mut self) -> Result<()> {
        let log = &self.kiosk()?.log;
        log.wait_after(self.mark, "renewal", &json!({"why": "visits"}), PATIENCE)?;
        self.mark = log.mark();
        self.visit = 0;
        Ok(())
    }

    /// Touches again and again until a page hears of it that is not the one of this load, and gives what it told.
    pub(crate) fn touch(&self, but: Option<&str>) -> Result<Told> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.stage.input.click(TOUCH.0, TOUCH.1)?;
            let heard = self.site.first("touched", BETWEEN_TOUCHES, |told| {
                told.kind == "touched" && but.is_none_or(|but| but != told.load)
            });
            if heard.is_ok() || Instant::now() > deadline {
                return heard;
            }
        }
    }

    /// Waits until none of its processes works: the last visit's have ended, and the fresh one's have nothing left to do.
    pub(crate) fn rest(&self) -> Result<()> {
        let (mut seen, mut since) = (Vec::new(), Instant::now());
        wait::until("the kiosk should come to rest", PATIENCE, || {
            let now: Vec<_> = self.processes()?.iter().map(|one| (one.pid, tree::ticks(one.pid))).collect();
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            Ok((since.elapsed() >= STILL).then_some(()))
        })
    }

    /// What is logged from now on belongs to the next visit.
    pub(crate) fn mark(&mut self) -> Result<()> {
        self.mark = self.kiosk()?.log.mark();
        Ok(())
    }

    /// How long the kiosk itself says that the reset of this visit took, in milliseconds.
    pub(crate) fn receipt(&self) -> Result<f64> {
        let visit = json!({"visit": self.visit});
        let receipt = self.kiosk()?.log.wait_after(self.mark, "receipt", &visit, PATIENCE)?;
        Ok(receipt.number("reset_ms")? as f64)
    }

    /// Asks for a fresh visit, as staff would.
    pub(crate) fn start_over(&self) -> Result<()> {
        self.kiosk()?.signal("USR2")
    }

    /// Looks at all its processes.
    pub(crate) fn look(&self) -> Result<Look> {
        self.running.look()
    }

    /// All its processes.
    pub(crate) fn processes(&self) -> Result<Vec<Process>> {
        self.running.processes()
    }

    /// The kiosk.
    pub(crate) fn kiosk(&self) -> Result<&Kiosk> {
        self.running.as_kiosk()
    }
}
