//! The next visit, made in advance while the notice is read: born, proven and loaded like every other, behind the one
//! that ends. When its turn comes it is taken as far as it has come; a spare with any trouble is thrown away, and the
//! next visit begins as if there had been none.

use std::time::Duration;

use super::{
    Behind, Cover, Death, Effect, Input, Life, Machine, Note, Now, Opening, Phase, Serving, Stage, Timer, Told, opening,
};
use crate::{
    receipt,
    wire::{Cause, Report, Scene},
};

/// The notice is up and read before anything else keeps the machine busy.
const AFTER_NOTICE: Duration = Duration::from_secs(1);
/// A shorter notice leaves no time for it.
const SHORTEST_NOTICE: Duration = Duration::from_secs(3);
/// How long a clear may take before something covers the chat that is being cleared, when the next one waits already.
const COVER_AFTER: Duration = Duration::from_millis(250);

/// The visit after this one.
#[derive(Clone, Debug)]
pub(super) struct Spare {
    pub(super) visit: u64,
    pub(super) since: Now,
    pub(super) stage: SpareStage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpareStage {
    /// On its way, like any visit.
    Opening(Stage),
    /// Proven, and its page is ready.
    Ready,
}

impl Machine {
    /// The notice is painted: a spare will be made.
    pub(super) fn plan_spare(&mut self, now: Now) {
        if self.settings.spare && self.settings.notice >= SHORTEST_NOTICE && self.spare.is_none() {
            self.timers.set(Timer::Spare, now + AFTER_NOTICE);
        }
    }

    /// It is time to make it; or it should have come further by now.
    pub(super) fn on_spare_due(&mut self, now: Now) {
        if self.spare.is_some() {
            return self.discard_spare(now, Cause::NeverReady);
        }
        if matches!(self.phase, Phase::Noticing(_)) {
            self.last += 1;
            let visit = self.last;
            self.spare = Some(Spare { visit, since: now, stage: SpareStage::Opening(Stage::Listing) });
            self.effects.push_back(Effect::Prepare { visit });
            self.timers.set(Timer::Spare, now + opening::PROOF);
        }
    }

    /// Something came from the spare.
    pub(super) fn on_spare(&mut self, now: Now, input: Input) {
        let Some(spare) = &mut self.spare else { return };
        let visit = spare.visit;
        match (input, spare.stage) {
            (Input::Listed { records: 0, .. }, SpareStage::Opening(Stage::Listing)) => {
                spare.stage = SpareStage::Opening(Stage::Loading);
                self.effects.push_back(Effect::Load { visit });
                self.timers.set(Timer::Spare, now + self.settings.ready);
            }
            (Input::Listed { .. } | Input::NotListed { .. }, stage) if stage != SpareStage::Opening(Stage::Listing) => {
            }
            (Input::Listed { records, .. }, _) => self.unproven_spare(now, visit, Some(records)),
            (Input::NotListed { .. }, _) => self.unproven_spare(now, visit, None),
            (Input::Report { report: Report::Ready { .. }, .. }, SpareStage::Opening(Stage::Loading)) => {
                spare.stage = SpareStage::Ready;
                self.timers.stop(Timer::Spare);
            }
            (Input::Report { report: Report::Ready { .. } | Report::Hello | Report::InitError, .. }, _) => {}
            (Input::Died { death, .. }, _) => {
                self.log(Note::Died { visit, death });
                self.discard_spare(now, if death == Death::Hung { Cause::Hung } else { Cause::Died });
            }
            // Nobody has been there: a page that tells of a conversation, or does not load, is not what somebody should find.
            _ => self.discard_spare(now, Cause::LoadFailed),
        }
    }

    fn unproven_spare(&mut self, now: Now, visit: u64, records: Option<u32>) {
        self.log(Note::Unproven { visit, records });
        self.discard_spare(now, Cause::Unproven);
    }

    /// Throws the spare away, if there is one.
    pub(super) fn discard_spare(&mut self, now: Now, cause: Cause) {
        self.timers.stop(Timer::Spare);
        if let Some(spare) = self.spare.take() {
            self.effects.push_back(Effect::Close { visit: spare.visit });
            self.discarded(spare.visit, now.saturating_sub(spare.since), cause);
        }
    }

    /// Whether the next visit waits, ready, so that nothing has to cover the change.
    pub(super) fn spare_is_ready(&self) -> bool {
        self.spare.as_ref().is_some_and(|spare| spare.stage == SpareStage::Ready)
    }

    /// The chat is being cleared under the notice, and the next one waits: covers it only if that takes long.
    pub(super) fn cover_later(&mut self, now: Now) {
        self.timers.set(Timer::Cover, now + COVER_AFTER);
    }

    pub(super) fn on_cover_due(&mut self) {
        if let Phase::Clearing(clearing) = &self.phase {
            let cause = clearing.cause;
            self.show(Scene::OneMoment { cause: Some(cause) });
        }
    }

    /// The spare is the next visit, as far as it has come.
    pub(super) fn adopt(&mut self, now: Now, spare: &Spare) {
        let rest = self.timers.rest(Timer::Spare, now).unwrap_or_default();
        self.timers.stop_all();
        self.timers.stop(Timer::Spare);
        self.visit = spare.visit;
        self.language = self.settings.language;
        self.forget_messages();
        self.hold_keys(true);
        self.effects.push_back(Effect::WipeClipboard);
        match spare.stage {
            SpareStage::Opening(stage) => {
                let cause = self.ended.as_ref().map(|ended| ended.receipt.cause);
                self.show(Scene::OneMoment { cause });
                self.effects.push_back(Effect::Adopt { visit: spare.visit });
                self.phase =
                    Phase::Opening(Opening { since: now, stage, behind: Behind::Moment, told: Told::default() });
                let timer = if stage == Stage::Listing { Timer::Proof } else { Timer::Ready };
                self.timers.set(timer, now + rest);
            }
            SpareStage::Ready => {
                self.effects.push_back(Effect::Adopt { visit: spare.visit });
                self.in_service(now, Duration::ZERO, Behind::Moment, Told::default());
            }
        }
    }

    /// The visit is in service: proven, ready, and the front lifts. What its page has told meanwhile is as good as told now.
    pub(super) fn in_service(&mut self, now: Now, took: Duration, behind: Behind, told: Told) {
        self.timers.stop_all();
        let life = Life { fresh_at: now, touched: false, wrote: false, told, ended_at: None };
        let (cover, scene) = match behind {
            Behind::Welcome => (Cover::Welcome, Scene::Welcome),
            Behind::Moment | Behind::Touched => (Cover::None, Scene::None),
        };
        self.phase = Phase::Serving(Serving { life, cover });
        self.count_used(now);
        // A visit is called fresh when nothing can take its receipt from it any more, nor that of the one before.
        self.settle_receipt(now, receipt::End::Fresh, Some(self.visit));
        self.settle_owed();
        self.log(Note::Fresh { visit: self.visit, ms: super::millis(took) });
        if told.any {
            self.log(Note::Told { visit: self.visit });
        }
        self.hold_keys(false);
        self.speak(self.language);
        self.show(scene);
        self.restart_idle(now);
        self.timers.set(Timer::Beat, now + super::BEAT);
        self.plan_renewal(now);
        if behind == Behind::Touched {
            self.on_touched(now);
        }
    }
}
