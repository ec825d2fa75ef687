//! The program begins anew, with everything that it has in memory, as soon as nobody is there.
//!
//! A fresh visit has a new page and a new process; the program around it lives on. What the engine never gives back in it
//! is bounded by this, and a program whose files were replaced below it does not meet the next visitor.

use std::time::Duration;

use super::{Behind, Cover, Effect, Exit, Machine, Note, Now, Opening, Phase, Readiness, Renewal, Serving, Timer};
use crate::wire::{Cause, Trouble};

/// So long nobody was there: who has just gone may come back, and the next in the queue be on the way.
const QUIET: Duration = Duration::from_secs(30);
/// Where nobody can be served nobody is kept waiting, and the next try may come soon.
const OUT_OF_SERVICE: Duration = Duration::from_secs(1);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    why: Renewal,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Until nobody is there.
    Waiting,
    /// Until it is known whether the program would come up.
    Checking,
    /// Until a page that talks by itself is cleared.
    Clearing,
}

impl Machine {
    /// A reason to begin anew, now or when the visit that is on is over.
    pub(super) fn on_renew(&mut self, now: Now, why: Renewal) {
        if !self.settings.shared {
            // One person's window does not go and come back by itself.
            if why == Renewal::Daily {
                self.on_reload(now);
            }
            return;
        }
        if matches!(self.phase, Phase::Off) || self.renewal.is_some() {
            return;
        }
        self.log(Note::RenewalDue { why });
        self.renewal = Some(Due { why, step: Step::Waiting });
        self.plan_renewal(now);
    }

    /// A visit is in service, and one that was used may be over.
    pub(super) fn count_used(&mut self, now: Now) {
        if !self.ended.as_ref().is_some_and(|ended| ended.receipt.used) {
            return;
        }
        self.used += 1;
        if self.settings.renew_after.is_some_and(|most| self.used >= most) {
            self.used = 0;
            self.on_renew(now, Renewal::Visits);
        }
    }

    /// The time in which nobody is there begins: a visit is in service, or none can be, or hands are gone that were not the visitor's.
    pub(super) fn plan_renewal(&mut self, now: Now) {
        if let Some(due) = &mut self.renewal {
            due.step = Step::Waiting;
            let quiet = if matches!(self.phase, Phase::OutOfService(_)) { OUT_OF_SERVICE } else { QUIET };
            self.timers.set(Timer::Renewal, now + quiet);
        }
    }

    /// It was quiet for long enough, or somebody has come meanwhile: then it is planned again with the visit's end.
    pub(super) fn on_renewal(&mut self, now: Now) {
        if self.is_overlaid() {
            self.plan_renewal(now);
        } else if self.renewal.is_some_and(|due| self.is_nobody_there(due.why)) {
            self.check_program(now);
        }
    }

    /// A page died. One that does not fit to the program any more dies again and again, and it is never quiet.
    pub(super) fn renew_after_death(&mut self, now: Now) {
        if self.renewal.is_some_and(|due| due.why == Renewal::Replaced) {
            self.on_renewal(now);
        }
    }

    fn check_program(&mut self, now: Now) {
        let Some(due) = &mut self.renewal else { return };
        due.step = Step::Checking;
        self.effects.push_back(Effect::CheckProgram);
        // Should the answer be lost, it is asked again.
        self.timers.set(Timer::Renewal, now + QUIET);
    }

    pub(super) fn on_program_checked(&mut self, now: Now, readiness: Readiness) {
        let Some(Due { why, step: Step::Checking }) = self.renewal else { return };
        match readiness {
            Readiness::Broken => {
                self.renewal = None;
                self.timers.stop(Timer::Renewal);
                self.log(Note::NotRenewed { why });
            }
            // Somebody may have come in between.
            Readiness::Ready if self.is_nobody_there(why) && !self.is_overlaid() => self.renew(now, why),
            Readiness::Ready | Readiness::Later => self.plan_renewal(now),
        }
    }

    fn renew(&mut self, now: Now, why: Renewal) {
        self.log(Note::Renews { why });
        if matches!(&self.phase, Phase::Serving(serving) if serving.life.is_used()) {
            self.renewal = Some(Due { why, step: Step::Clearing });
            return self.clear(now, Cause::Schedule);
        }
        self.depart(now, Exit::Renew(why));
    }

    /// A visit has ended. Whether the program does so, too: only what its page had begun by itself was waited for.
    pub(super) fn leaves(&mut self, now: Now) -> bool {
        let Some(Due { why, step: Step::Clearing }) = self.renewal else { return false };
        self.renewal = Some(Due { why, step: Step::Waiting });
        let leaves = !self.is_overlaid();
        if leaves {
            // Its end is on record; it does not end once more.
            self.phase = Phase::Off;
            self.depart(now, Exit::Renew(why));
        }
        leaves
    }

    fn is_nobody_there(&self, why: Renewal) -> bool {
        match &self.phase {
            Phase::Serving(Serving { life, cover }) => {
                // Somebody may be in the queue whose hands are not seen: then it is the idle time that tells, where there is one.
                let is_told = life.is_used() && self.settings.idle.is_some();
                let at_rest = *cover == Cover::Welcome || (*cover == Cover::None && !is_told);
                // Who has chosen a language reads, and touches it soon.
                at_rest && !life.is_somebodys() && self.language == self.settings.language
            }
            // What staff has closed, staff brings back.
            Phase::OutOfService(trouble) => *trouble != Trouble::Staff,
            Phase::Opening(Opening { behind, .. }) => why == Renewal::Replaced && *behind == Behind::Moment,
            Phase::Off | Phase::Noticing(_) | Phase::Clearing(_) => false,
        }
    }
}
