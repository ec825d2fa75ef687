//! The reset: `clearSession`, and the end of a visit.

use std::time::Duration;

use super::{Clearing, Death, Ended, Life, Machine, Note, Noticing, Now, Phase, Serving, Timer, millis, serving};
use crate::{
    receipt::{self, Owed, Receipt},
    wire::{Ask, Cause, Cleared, Client, Settled, Trouble},
};

/// The pause before the second call; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// The second generation of the client resolves after 5.0 s when its chat frame did not answer, and says nothing else
/// of it (read in the published script). A real clear takes milliseconds.
const FRAME_SILENT_MS: u32 = 4_900;

impl Machine {
    /// Calls `clearSession`: the first time, or again.
    pub(super) fn call_clear(&mut self, now: Now) {
        let Phase::Clearing(clearing) = &mut self.phase else { return };
        clearing.attempt += 1;
        let attempt = clearing.attempt;
        self.ask(Ask::Clear { attempt, end_session: self.settings.end_session });
        self.timers.set(Timer::Clear, now + self.settings.clear_timeout);
    }

    pub(super) fn on_cleared(&mut self, now: Now, cleared: Cleared) {
        let running = self.timers.is_set(Timer::Clear);
        match &self.phase {
            Phase::Clearing(clearing) if running && clearing.attempt == cleared.attempt => {}
            // The answer of a call that was given up, or of no call of ours.
            _ => return self.log(Note::Late { visit: self.visit }),
        }
        self.timers.stop(Timer::Clear);
        let answer = judge(&cleared);
        self.log_settled(answer.name());
        match answer {
            Answer::Confirmed => self.finish(now, receipt::Clear::Confirmed),
            Answer::Failed(_) => self.clear_again(now),
            Answer::Hopeless(_) => self.finish(now, receipt::Clear::Unconfirmed),
        }
    }

    pub(super) fn on_clear_timed_out(&mut self, now: Now) {
        self.log_settled("timed_out");
        self.clear_again(now);
    }

    fn log_settled(&mut self, result: &'static str) {
        if let Phase::Clearing(clearing) = &self.phase {
            let attempt = clearing.attempt;
            self.log(Note::ClearSettled { visit: self.visit, attempt, result });
        }
    }

    fn clear_again(&mut self, now: Now) {
        let Phase::Clearing(clearing) = &self.phase else { return };
        if clearing.attempt >= self.settings.clear_attempts {
            return self.finish(now, receipt::Clear::Unconfirmed);
        }
        let pause = FIRST_PAUSE * 2u32.saturating_pow((clearing.attempt - 1).min(6));
        self.timers.set(Timer::ClearAgain, now + pause);
    }

    /// The clear is over, well or not: the webview goes, the next one comes.
    pub(super) fn finish(&mut self, now: Now, clear: receipt::Clear) {
        let Phase::Clearing(Clearing { life, cause, since, attempt, next }) = &self.phase else { return };
        let (life, cause, since, attempt, next) = (*life, *cause, *since, *attempt, *next);
        self.end(life, cause, since, clear, attempt);
        if self.leaves(now) {
            return;
        }
        let by_page = matches!(cause, Cause::AgentEnd | Cause::OtherEnd | Cause::VisitorClose);
        if by_page && self.tries.too_many_short_visits(life.served(since), life.touched) {
            // A page that says "ended" again and again would keep the kiosk busy with itself.
            return self.out_of_service(now, Trouble::PageFailed);
        }
        match next {
            Some((language, behind)) => self.open_in(now, language, behind),
            None => self.open(now),
        }
    }

    /// The page is gone or does not answer: nothing can be cleared in it.
    pub(super) fn on_died(&mut self, now: Now, death: Death) {
        if matches!(self.phase, Phase::Off | Phase::OutOfService(_)) {
            return;
        }
        self.log(Note::Died { visit: self.visit, death });
        // What took this page's process, or the one that all share, may have taken the next one's.
        self.discard_spare(now, Cause::Died);
        let cause = if death == Death::Hung { Cause::Hung } else { Cause::Died };
        self.end_without_clear(now, cause);
        if self.leaves(now) {
            return;
        }
        if self.tries.too_many_deaths(now) {
            self.out_of_service(now, Trouble::Crashed);
        } else {
            self.open(now);
        }
        self.renew_after_death(now);
    }

    /// Ends the running visit, in whatever phase it is, with no call of `clearSession` from here on.
    pub(super) fn end_without_clear(&mut self, now: Now, cause: Cause) {
        match &self.phase {
            Phase::Serving(Serving { life, .. }) => {
                let life = *life;
                self.end(life, cause, now, receipt::Clear::NotPossible, 0);
            }
            Phase::Noticing(Noticing { life, cause, .. }) => {
                let (life, cause) = (*life, *cause);
                self.end(life, cause, now, receipt::Clear::NotPossible, 0);
            }
            Phase::Clearing(Clearing { life, cause, since, attempt, .. }) => {
                let (life, cause, since, attempt) = (*life, *cause, *since, *attempt);
                self.end(life, cause, since, receipt::Clear::Unconfirmed, attempt);
            }
            Phase::Opening(_) => self.discard(now, cause),
            Phase::Off | Phase::OutOfService(_) => {}
        }
    }

    pub(super) fn end(&mut self, life: Life, cause: Cause, since: Now, clear: receipt::Clear, attempts: u32) {
        self.tries.served(life.served(since), life.touched);
        self.ended = Some(Ended {
            since,
            receipt: Receipt {
                used: life.is_used(),
                lasted_seconds: serving::lasted(&life, since),
                clear,
                attempts,
                ..Receipt::of(self.visit, cause)
            },
        });
        self.timers.stop_all();
    }

    /// The program is there again, and the last visit of its life before was never told to have ended. Its webview went with
    /// the program; that the next person finds nothing is proven as ever.
    pub(super) fn on_interrupted(&mut self, now: Now, owed: Owed) {
        if !matches!(self.phase, Phase::Off) || self.ended.is_some() {
            return;
        }
        self.ended = Some(Ended {
            since: now,
            receipt: Receipt {
                used: owed.used,
                clear: receipt::Clear::NotPossible,
                ..Receipt::of(owed.visit, Cause::Interrupted)
            },
        });
    }

    /// Whatever ends the program from here on, the receipt of the visit that is on will be written.
    pub(super) fn settle_owed(&mut self) {
        let life = match &self.phase {
            Phase::Serving(Serving { life, .. })
            | Phase::Noticing(Noticing { life, .. })
            | Phase::Clearing(Clearing { life, .. }) => life,
            Phase::Off | Phase::Opening(_) | Phase::OutOfService(_) => return,
        };
        let owed = Owed { visit: self.visit, used: life.is_used() };
        if self.owed != Some(owed) {
            self.owed = Some(owed);
            self.effects.push_back(super::Effect::Owe(owed));
        }
    }

    /// Writes the receipt of the visit that ended, now that its reset has.
    pub(super) fn settle_receipt(&mut self, now: Now, end: receipt::End, next: Option<u64>) {
        let Some(ended) = self.ended.take() else { return };
        self.effects.push_back(super::Effect::Receipt(Receipt {
            end,
            next,
            records: next.map(|_| 0),
            reset_ms: millis(now.saturating_sub(ended.since)),
            ..ended.receipt
        }));
    }
}

/// What an answer of the page to a call of `clearSession` is worth.
enum Answer {
    /// All that the client's version can confirm is there.
    Confirmed,
    /// It failed; another call may do better.
    Failed(&'static str),
    /// It failed, and another call cannot do better.
    Hopeless(&'static str),
}

impl Answer {
    fn name(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Failed(name) | Self::Hopeless(name) => name,
        }
    }
}

/// Settled is not cleared: a promise that resolved is believed only with the signs that go with it.
fn judge(cleared: &Cleared) -> Answer {
    match cleared.settled {
        Settled::Threw => Answer::Failed("threw"),
        Settled::Rejected => Answer::Failed("rejected"),
        Settled::Absent => Answer::Failed("absent"),
        Settled::Resolved if cleared.deaf => Answer::Hopeless("deaf"),
        Settled::Resolved if cleared.client == Client::V2 && cleared.took_ms >= FRAME_SILENT_MS => {
            Answer::Hopeless("frame_silent")
        }
        Settled::Resolved if !cleared.ready || !cleared.button => Answer::Failed("not_confirmed"),
        Settled::Resolved => Answer::Confirmed,
    }
}
