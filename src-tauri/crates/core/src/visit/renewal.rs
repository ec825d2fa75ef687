//! The program begins anew, with everything that it has in memory, as soon as nobody is there.
//!
//! A fresh visit has a new page and a new process; the program around it lives on. What the engine never gives back in it
//! is bounded by this, and a program whose files were replaced below it does not meet the next visitor.

use std::time::Duration;

use super::{Cover, Effect, Exit, Machine, Note, Now, Phase, Renewal, Serving, Timer};

/// So long nobody was there: who has just gone may come back, and the next in the queue be on the way.
const QUIET: Duration = Duration::from_secs(30);
/// Where nobody can be served nobody is kept waiting, and the next try may come soon.
const OUT_OF_SERVICE: Duration = Duration::from_secs(1);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    why: Renewal,
    /// The configuration is being read: with a mistake in it, the program would not come up.
    checking: bool,
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
        self.renewal = Some(Due { why, checking: false });
        self.plan_renewal(now);
    }

    /// A visit is in service, or none can be: nobody is there yet.
    pub(super) fn plan_renewal(&mut self, now: Now) {
        let counted = self.settings.renew_after.map(|visits| self.renewed_at.saturating_add(visits));
        if self.renewal.is_none() && counted.is_some_and(|last| self.visit > last) {
            self.renewed_at = self.visit;
            return self.on_renew(now, Renewal::Visits);
        }
        if self.renewal.is_some() {
            let quiet = if matches!(self.phase, Phase::OutOfService(_)) { OUT_OF_SERVICE } else { QUIET };
            self.timers.set(Timer::Renewal, now + quiet);
        }
    }

    /// It was quiet for long enough, or somebody has come meanwhile: then it is planned again with the visit's end.
    pub(super) fn on_renewal(&mut self, now: Now) {
        if self.is_overlaid() {
            return self.plan_renewal(now);
        }
        let nobody = self.is_nobody_there();
        if let Some(due) = self.renewal.as_mut().filter(|due| nobody && !due.checking) {
            due.checking = true;
            self.effects.push_back(Effect::CheckConfig);
        }
    }

    /// Whether the answer was asked for here, and the program ends by it.
    pub(super) fn renews(&mut self, now: Now, checked: &Result<(), String>) -> bool {
        let Some(Due { why, checking: true }) = self.renewal else { return false };
        let nobody = self.is_nobody_there() && !self.is_overlaid();
        if checked.is_err() {
            self.renewal = None;
            self.log(Note::NotRenewed { why });
            return false;
        }
        self.renewal = Some(Due { why, checking: false });
        if nobody {
            self.log(Note::Renews { why });
            self.depart(now, Exit::Restart);
        } else {
            // Somebody came in between; what lies above may be gone before the visit is.
            self.plan_renewal(now);
        }
        nobody
    }

    fn is_nobody_there(&self) -> bool {
        match &self.phase {
            Phase::Serving(Serving { life, cover }) => !life.is_somebodys() && *cover != Cover::Asking,
            Phase::OutOfService(_) => true,
            Phase::Off | Phase::Opening(_) | Phase::Noticing(_) | Phase::Clearing(_) => false,
        }
    }
}
