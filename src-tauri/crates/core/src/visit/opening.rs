//! A new visit on its way: its proof, its page; and what happens when it does not come.

use std::{collections::VecDeque, time::Duration};

use super::{Behind, Effect, Machine, Note, Now, Opening, Phase, Stage, Timer, Told, millis, seconds};
use crate::{
    language::Language,
    receipt::{self, Receipt},
    wire::{Cause, Scene, Trouble},
};

/// How long making a webview and listing its store may take: 1 to 40 ms were measured.
pub(super) const PROOF: Duration = Duration::from_secs(10);
/// So many new visits in a row may turn out not to be empty.
const UNPROVEN: u32 = 3;
/// So many deaths in [`DEATHS_WITHIN`] are answered with a fresh visit at once.
const DEATHS: usize = 5;
const DEATHS_WITHIN: Duration = Duration::from_secs(60);
/// So many visits in a row may end by the page's word alone, each sooner than [`SHORT`] and with no hand seen. In a row, and not in
/// so much time: most of the time between two of them is the notice's.
const SHORT_VISITS: u32 = 5;
const SHORT: Duration = Duration::from_secs(10);
/// The first pause out of service, and the longest; it doubles in between.
const FIRST_PAUSE: Duration = Duration::from_secs(3);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A visit that was in service for so long ends a row of troubles.
const QUIET: Duration = Duration::from_secs(60);

impl Machine {
    /// Begins the next visit behind the front, in the kiosk's own language.
    pub(super) fn open(&mut self, now: Now) {
        if let Some(spare) = self.spare.take() {
            return self.adopt(now, &spare);
        }
        self.open_in(now, self.settings.language, Behind::Moment);
    }

    /// Begins the next visit in a language.
    pub(super) fn open_in(&mut self, now: Now, language: Language, behind: Behind) {
        self.timers.stop_all();
        self.timers.stop(Timer::Spare);
        self.last += 1;
        self.visit = self.last;
        self.language = language;
        self.forget_messages();
        self.hold_keys(true);
        if matches!(self.phase, Phase::OutOfService(_)) {
            // Who was there when it went out of service has read it.
            self.speak(language);
        }
        // Whoever brings it back into service sees it come up; a trouble is over only when the page is there.
        if behind == Behind::Welcome {
            self.show(Scene::Welcome);
        } else if !matches!(self.phase, Phase::OutOfService(trouble) if trouble != Trouble::Staff) {
            let cause = self.ended.as_ref().map(|ended| ended.receipt.cause);
            self.show(Scene::OneMoment { cause });
        } else if let Scene::OutOfService { reason, note, .. } = self.scene.clone() {
            self.show(Scene::OutOfService { reason, note, retry_seconds: None });
        }
        self.phase = Phase::Opening(Opening { since: now, stage: Stage::Listing, behind, told: Told::default() });
        self.effects.push_back(Effect::WipeClipboard);
        self.effects.push_back(Effect::Open { visit: self.visit, language });
        self.timers.set(Timer::Proof, now + PROOF);
    }

    /// The new visit's store was listed; `None`: it could not be.
    pub(super) fn on_listed(&mut self, now: Now, records: Option<u32>) {
        let Phase::Opening(opening) = &mut self.phase else { return };
        if opening.stage != Stage::Listing {
            return;
        }
        self.timers.stop(Timer::Proof);
        if records == Some(0) {
            opening.stage = Stage::Loading;
            self.tries.unproven = 0;
            self.effects.push_back(Effect::Load { visit: self.visit });
            self.timers.set(Timer::Ready, now + self.settings.ready);
            return;
        }
        self.log(Note::Unproven { visit: self.visit, records });
        self.discard(now, Cause::Unproven);
        self.tries.unproven += 1;
        if self.tries.unproven < UNPROVEN {
            self.open(now);
        } else {
            self.tries.unproven = 0;
            self.out_of_service(now, Trouble::Unproven);
        }
    }

    /// The client in the page is ready: after a clear it says so too, and only a new visit waits for it.
    pub(super) fn on_ready(&mut self, now: Now) {
        let Phase::Opening(opening) = &self.phase else { return };
        if opening.stage != Stage::Loading {
            return;
        }
        let (behind, told, took) = (opening.behind, opening.told, now.saturating_sub(opening.since));
        self.in_service(now, took, behind, told);
    }

    /// A session has ended in a page that nobody has seen yet: whatever it went on with, nobody should find it.
    pub(super) fn on_early_end(&mut self, now: Now, cause: Cause) {
        if !matches!(&self.phase, Phase::Opening(opening) if opening.stage == Stage::Loading) {
            return;
        }
        self.discard(now, cause);
        if self.tries.too_many_short_visits(Duration::ZERO, false) {
            self.out_of_service(now, Trouble::PageFailed);
        } else {
            self.open(now);
        }
    }

    pub(super) fn on_load_failed(&mut self, now: Now, trouble: Trouble) {
        // A load that fails in service is a part of the page, not the page: the heartbeat watches over that.
        if matches!(&self.phase, Phase::Opening(opening) if opening.stage == Stage::Loading) {
            let cause = if trouble == Trouble::NeverReady { Cause::NeverReady } else { Cause::LoadFailed };
            self.discard(now, cause);
            self.out_of_service(now, trouble);
        }
    }

    /// Throws away a visit that never was in service.
    pub(super) fn discard(&mut self, now: Now, cause: Cause) {
        let Phase::Opening(opening) = &self.phase else { return };
        self.discarded(self.visit, now.saturating_sub(opening.since), cause);
    }

    /// The receipt of a visit that was thrown away.
    pub(super) fn discarded(&mut self, visit: u64, took: Duration, cause: Cause) {
        if let Some(ended) = &mut self.ended
            && cause == Cause::Unproven
        {
            ended.receipt.discarded += 1;
        }
        self.effects.push_back(Effect::Receipt(Receipt {
            end: receipt::End::Discarded,
            reset_ms: millis(took),
            ..Receipt::of(visit, cause)
        }));
    }

    /// No chat for now; tries again by itself.
    pub(super) fn out_of_service(&mut self, now: Now, reason: Trouble) {
        let pause = self.tries.pause();
        self.leave_service(now, reason, Some(pause), None);
        self.timers.set(Timer::Retry, now + pause);
    }

    /// No chat until staff says so.
    pub(super) fn out_of_service_by_staff(&mut self, now: Now, note: Option<String>) {
        self.speak(self.settings.language);
        self.leave_service(now, Trouble::Staff, None, note);
    }

    fn leave_service(&mut self, now: Now, reason: Trouble, pause: Option<Duration>, note: Option<String>) {
        let cause = self.ended.as_ref().map_or(Cause::Staff, |ended| ended.receipt.cause);
        self.discard_spare(now, cause);
        self.timers.stop_all();
        self.phase = Phase::OutOfService(reason);
        self.hold_keys(true);
        self.show(Scene::OutOfService { reason, retry_seconds: pause.map(seconds), note });
        self.effects.push_back(Effect::Close { visit: self.visit });
        self.effects.push_back(Effect::WipeClipboard);
        self.settle_receipt(now, receipt::End::OutOfService, None);
        self.plan_renewal(now);
    }

    pub(super) fn on_retry(&mut self, now: Now) {
        if matches!(self.phase, Phase::OutOfService(_)) {
            self.open(now);
        }
    }

    pub(super) fn on_network_back(&mut self, now: Now) {
        if matches!(self.phase, Phase::OutOfService(trouble) if trouble != Trouble::Staff && trouble != Trouble::Crashed)
        {
            self.on_retry(now);
        }
    }
}

/// What has gone wrong lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Tries {
    unproven: u32,
    deaths: VecDeque<Now>,
    /// Visits in a row that their page ended soon, and that nobody touched.
    short: u32,
    pauses: u32,
    random: u64,
}

impl Tries {
    pub(super) fn seed(&mut self, seed: u64) {
        self.random = seed;
    }

    /// A visit was in service for so long, up to what ended it.
    pub(super) fn served(&mut self, time: Duration, touched: bool) {
        if time >= QUIET {
            self.pauses = 0;
        }
        if touched || time >= SHORT {
            self.short = 0;
        }
    }

    /// What of it tells two states apart.
    #[cfg(test)]
    pub(super) fn key(&self, now: Now) -> String {
        let deaths = self.deaths.iter().filter(|at| now.saturating_sub(**at) < DEATHS_WITHIN).count();
        format!("{} {deaths} {} {}", self.unproven, self.short, self.pauses.min(5))
    }

    /// Counts a death, and says whether there were too many; then the count begins anew.
    pub(super) fn too_many_deaths(&mut self, now: Now) -> bool {
        self.deaths.retain(|at| now.saturating_sub(*at) < DEATHS_WITHIN);
        self.deaths.push_back(now);
        let too_many = self.deaths.len() > DEATHS;
        if too_many {
            self.deaths.clear();
        }
        too_many
    }

    /// Counts a visit that its page ended, if nobody touched it, and says whether the page keeps the kiosk resetting. Words of a
    /// visitor do not speak for a page: it can make them up.
    pub(super) fn too_many_short_visits(&mut self, lasted: Duration, touched: bool) -> bool {
        if touched || lasted >= SHORT {
            return false;
        }
        self.short += 1;
        let too_many = self.short > SHORT_VISITS;
        if too_many {
            self.short = 0;
        }
        too_many
    }

    /// The next pause: it grows, and differs by up to a fifth, so that a row of kiosks does not come back in step.
    fn pause(&mut self) -> Duration {
        let pause = (FIRST_PAUSE * 2u32.saturating_pow(self.pauses.min(8))).min(LONGEST_PAUSE);
        self.pauses = self.pauses.saturating_add(1);
        // SplitMix64 (Steele, Lea, Flood 2014): no dependency for a few bits that nobody attacks.
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let permille = u32::try_from((bits ^ (bits >> 31)) % 400).unwrap_or(0) + 800;
        pause * permille / 1000
    }
}
