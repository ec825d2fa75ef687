//! A visit in service: its events, idleness, the notice.

use std::time::Duration;

use super::{
    Behind, Clearing, Closed, Cover, Effect, Input, Life, Machine, Note, Noticing, Now, Opening, Phase, Serving, Staff,
    Stage, Talk, Timer, Told,
};
use super::{millis, seconds, staff::tidy};
use crate::{
    event::{Status, Unreadable},
    language::Language,
    receipt,
    rule::{self, Outcome, Reason},
    wire::{Answer, Ask, Asking, Cause, Scene, Step, Trouble},
};

/// "Keep reading" gives at least this long, however short the first countdown was (WCAG 2.2.1 asks for 20 s).
const SHORTEST_EXTENSION: Duration = Duration::from_secs(20);
/// So long a page that nobody touches stays without the welcome where a language can be chosen.
const UNTOUCHED: Duration = Duration::from_secs(10);

impl Machine {
    /// A session status event came, readable or not.
    pub(super) fn on_status(&mut self, now: Now, reading: &Result<Status, Unreadable>) {
        let verdict = self.judge.judge(reading);
        self.log(Note::Read { visit: self.visit, verdict });
        match verdict.outcome {
            Outcome::Reset => self.on_end(now, Cause::AgentEnd),
            Outcome::OtherEnd if self.settings.shared => self.on_end(now, Cause::OtherEnd),
            Outcome::OtherEnd => {
                if let Some(told) = self.told() {
                    told.talk = Talk::None;
                }
                self.release();
            }
            Outcome::Ignore => {
                if let Reason::NotEnded(phase) = verdict.reason {
                    self.on_talk(now, |_| match phase {
                        rule::Phase::New | rule::Phase::Waiting => Talk::Queued,
                        rule::Phase::Active | rule::Phase::Inactive | rule::Phase::Other => Talk::Talking,
                    });
                }
                self.release_after_end(reading);
            }
            Outcome::Invalid => self.release_after_end(reading),
        }
    }

    /// A session has ended, and this screen must become fresh.
    fn on_end(&mut self, now: Now, cause: Cause) {
        let language = self.language;
        let Phase::Serving(serving) = &mut self.phase else { return self.on_early_end(now, cause) };
        // Where a session ended there was one, whether or not a hand was seen.
        serving.life.told.any = true;
        serving.life.ended_at = Some(now);
        if serving.is_nobodys_behind_the_welcome() {
            // Nobody reads it, and nobody is to find it uncovered.
            return self.clear_then(now, cause, language, Behind::Welcome);
        }
        self.begin_notice(now, cause);
    }

    /// The bridge shields the composer as soon as an event says "Ended"; no reset follows, so it may go.
    fn release_after_end(&mut self, reading: &Result<Status, Unreadable>) {
        if reading.as_ref().is_ok_and(|status| status.status.text() == Some("Ended")) {
            self.release();
        }
    }

    fn release(&mut self) {
        if matches!(self.phase, Phase::Serving(_)) {
            self.ask(Ask::Release);
        }
    }

    /// Where it is kept what the page tells: in the visit in service, or in the one whose page loads. A page that opens its
    /// chat by itself, or goes on with a known visitor's, says so before it is ready.
    fn told(&mut self) -> Option<&mut Told> {
        match &mut self.phase {
            Phase::Opening(Opening { stage: Stage::Loading, told, .. }) => Some(told),
            Phase::Serving(Serving { life, .. }) => Some(&mut life.told),
            _ => None,
        }
    }

    /// The page tells of a conversation.
    pub(super) fn on_talk(&mut self, now: Now, talk: impl FnOnce(Talk) -> Talk) {
        let Some(told) = self.told() else { return };
        let is_news = !told.any;
        *told = Told { any: true, talk: talk(told.talk) };
        let Phase::Serving(Serving { life, .. }) = &self.phase else { return };
        // What a page says by itself puts off neither the welcome nor the end of a language that was chosen there.
        if life.is_somebodys() || !self.timers.is_set(Timer::Idle) {
            self.restart_idle(now);
        }
        if is_news {
            self.log(Note::Told { visit: self.visit });
        }
    }

    pub(super) fn on_step(&mut self, now: Now, step: Step) {
        match (&mut self.phase, step) {
            (_, Step::Started) => self.on_talk(now, Talk::goes_on),
            (Phase::Serving(serving), Step::Closed) if self.settings.shared => {
                serving.life.told.any = true;
                self.clear(now, Cause::VisitorClose);
            }
            // Nobody has seen it: it is over, and there was one.
            (Phase::Opening(Opening { stage: Stage::Loading, told, .. }), Step::Closed) if self.settings.shared => {
                *told = Told { any: true, talk: Talk::None };
            }
            // Whoever closes the chat has read enough.
            (Phase::Noticing(noticing), Step::Closed) => {
                let cause = noticing.cause;
                self.clear(now, cause);
            }
            _ => {}
        }
    }

    /// Somebody is there.
    pub(super) fn on_touched(&mut self, now: Now) {
        if let Phase::Opening(opening) = &mut self.phase
            && opening.behind == Behind::Welcome
        {
            opening.behind = Behind::Touched;
            return self.show(Scene::OneMoment { cause: None });
        }
        // Not every window manager tells of the focus.
        self.on_attended(now, true);
        let Phase::Serving(serving) = &mut self.phase else {
            // Who comes while the last page is cleared finds the next one.
            return self.plan_renewal(now);
        };
        if serving.is_nobodys_behind_the_welcome() && serving.life.is_used() {
            // A conversation that began there, or before, is not the newcomer's, whoever's else it may be.
            let language = self.language;
            return self.clear_then(now, Cause::Idle, language, Behind::Touched);
        }
        let first = !serving.life.touched;
        serving.life.touched = true;
        if serving.cover != Cover::None {
            serving.cover = Cover::None;
            self.timers.stop(Timer::Answer);
            self.show(Scene::None);
        }
        if (first || !self.timers.is_set(Timer::TooLong))
            && let Some(longest) = self.settings.longest
        {
            self.timers.set(Timer::TooLong, now + longest);
        }
        // A page at rest is asked rarely; from now on often.
        if first && !self.timers.is_set(Timer::BeatAnswer) {
            self.timers.set(Timer::Beat, now + super::BEAT);
        }
        self.restart_idle(now);
    }

    /// Starts the idle time anew, as long as the state of the conversation asks for.
    pub(super) fn restart_idle(&mut self, now: Now) {
        let Phase::Serving(serving) = &self.phase else { return };
        if serving.cover == Cover::Asking {
            return;
        }
        let Some(idle) = self.settings.idle else { return };
        let is_somebodys = serving.life.is_somebodys();
        let patience = match serving.life.told.talk {
            Talk::Talking if is_somebodys => self.settings.idle_in_conversation.max(idle),
            Talk::Queued | Talk::Unanswered if is_somebodys => self.settings.idle_waiting.max(idle),
            Talk::None | Talk::Talking | Talk::Queued | Talk::Unanswered => idle,
        };
        // In a page nobody can choose a language: whoever comes to one, and touches nothing, soon finds the welcome, where that can be done.
        let choice = self.settings.languages.len() > 1 && serving.cover == Cover::None && !is_somebodys;
        let patience = if choice { patience.min(UNTOUCHED) } else { patience };
        self.timers.set(Timer::Idle, now + patience);
    }

    pub(super) fn on_idle(&mut self, now: Now) {
        let Phase::Serving(serving) = &mut self.phase else { return };
        if serving.life.is_somebodys() {
            self.ask_whether_there(now, Asking::Idle);
        } else if self.language != self.settings.language {
            self.forget_language(now);
        } else {
            // Nobody was in this visit, so nothing is to be reset: a fresh page waits behind the welcome. If it talks by itself,
            // the next one would as well; it is cleared when somebody comes.
            serving.cover = Cover::Welcome;
            self.show(Scene::Welcome);
            if !self.timers.is_set(Timer::Renewal) {
                self.plan_renewal(now);
            }
        }
    }

    pub(super) fn on_too_long(&mut self, now: Now) {
        self.ask_whether_there(now, Asking::TooLong);
    }

    fn ask_whether_there(&mut self, now: Now, why: Asking) {
        let Phase::Serving(serving) = &mut self.phase else { return };
        if serving.cover == Cover::Asking {
            return;
        }
        serving.cover = Cover::Asking;
        // A question is for the person, who must see it.
        self.end_identify(now);
        self.timers.stop(Timer::Idle);
        self.timers.stop(Timer::TooLong);
        self.timers.set(Timer::Answer, now + self.settings.answer);
        self.show(Scene::StillThere { seconds: seconds(self.settings.answer), why });
    }

    pub(super) fn on_no_answer(&mut self, now: Now) {
        let cause = match &self.scene {
            Scene::StillThere { why: Asking::TooLong, .. } => Cause::TooLong,
            Scene::Leaving { .. } => Cause::Done,
            _ => Cause::Idle,
        };
        if matches!(self.phase, Phase::Serving(_)) {
            self.clear(now, cause);
        }
    }

    /// "I am done", on the front.
    pub(super) fn on_done(&mut self, now: Now) {
        match &self.phase {
            Phase::Serving(_) => self.clear(now, Cause::Done),
            Phase::Noticing(_) => self.on_notice_over(now),
            _ => {}
        }
    }

    /// "I am done", from outside the pages. A conversation that is running is not thrown away by one touch; whoever
    /// then walks away meant it.
    pub(super) fn on_leave(&mut self, now: Now) {
        let Phase::Serving(serving) = &mut self.phase else { return self.on_done(now) };
        serving.life.touched = true;
        // Who was asked already has answered.
        if serving.life.told.talk == Talk::None || serving.cover == Cover::Asking {
            return self.clear(now, Cause::Done);
        }
        serving.cover = Cover::Asking;
        for timer in [Timer::Idle, Timer::TooLong] {
            self.timers.stop(timer);
        }
        let answer = self.settings.shared.then_some(self.settings.answer);
        if let Some(answer) = answer {
            self.timers.set(Timer::Answer, now + answer);
        }
        self.show(Scene::Leaving { seconds: answer.map(seconds) });
    }

    pub(super) fn on_staff(&mut self, now: Now, staff: Staff) {
        match (staff, &self.phase) {
            (Staff::Fresh, Phase::Serving(_) | Phase::Noticing(_)) => self.clear(now, Cause::Staff),
            // Staff closed it for a reason that whoever asks for a fresh visit may not know.
            (Staff::Fresh, Phase::OutOfService(Trouble::Staff)) => self.log(Note::StaffRefused { reason: "closed" }),
            (Staff::Fresh | Staff::InService, Phase::OutOfService(trouble)) => {
                if *trouble == Trouble::Staff {
                    self.effects.push_back(Effect::Remember(None));
                }
                self.on_retry(now);
            }
            (Staff::OutOfService(note), _) => {
                let note = note.as_deref().and_then(tidy);
                self.effects.push_back(Effect::Remember(Some(Closed { note: note.clone() })));
                self.end_without_clear(now, Cause::Staff);
                self.out_of_service_by_staff(now, note);
            }
            _ => {}
        }
    }

    /// A fresh page: only when nobody is there.
    pub(super) fn on_reload(&mut self, now: Now) {
        if matches!(&self.phase, Phase::Serving(serving) if !serving.life.is_somebodys()) {
            self.clear(now, Cause::Schedule);
        }
    }

    pub(super) fn on_network_lost(&mut self, now: Now) {
        if matches!(self.phase, Phase::Serving(_) | Phase::Noticing(_) | Phase::Clearing(_) | Phase::Opening(_)) {
            self.end_without_clear(now, Cause::Network);
            self.out_of_service(now, Trouble::Network);
        }
    }

    /// The program ends: the visit leaves its receipt.
    pub(super) fn on_stop(&mut self, now: Now) {
        self.discard_spare(now, Cause::Stopped);
        self.end_without_clear(now, Cause::Stopped);
        self.settle_receipt(now, receipt::End::OutOfService, None);
        self.drop_panel();
        self.timers.stop(Timer::Identify);
        self.timers.stop_all();
        self.phase = Phase::Off;
    }

    fn begin_notice(&mut self, now: Now, cause: Cause) {
        let Phase::Serving(Serving { life, .. }) = &self.phase else { return };
        let life = *life;
        if self.settings.notice.is_zero() {
            self.clear(now, cause);
            return self.notify(cause);
        }
        for timer in [Timer::Idle, Timer::TooLong, Timer::Answer] {
            self.timers.stop(timer);
        }
        self.end_identify(now);
        self.hold_keys(true);
        let noticing = Noticing { life, cause, extended: 0, shown: false };
        self.phase = Phase::Noticing(noticing);
        self.count_down(now, self.settings.notice);
        self.notify(cause);
        self.show(Scene::None);
    }

    /// (Re)starts the notice's countdown.
    pub(super) fn count_down(&mut self, now: Now, duration: Duration) {
        if !matches!(self.phase, Phase::Noticing(_)) {
            return;
        }
        // Nobody reads in a window that is out of sight: there the time begins when somebody looks.
        if self.is_attended() {
            self.timers.set(Timer::Notice, now + duration);
        }
        self.put_notice_up(duration);
    }

    /// A page's bridge begins. The page may have moved on under the notice, and the new one has none.
    pub(super) fn on_hello(&mut self, now: Now) {
        let left = self.timers.rest(Timer::Notice, now);
        self.put_notice_up(left.unwrap_or(self.settings.notice));
    }

    fn put_notice_up(&mut self, left: Duration) {
        let Phase::Noticing(noticing) = &self.phase else { return };
        self.effects.push_back(Effect::Notice {
            visit: self.visit,
            cause: noticing.cause,
            seconds: seconds(left),
            may_keep: noticing.extended < self.settings.keep_reading,
            runs: self.timers.is_set(Timer::Notice),
        });
    }

    pub(super) fn on_shown(&mut self, now: Now) {
        if let Phase::Noticing(noticing) = &mut self.phase
            && !noticing.shown
        {
            noticing.shown = true;
            let cause = noticing.cause;
            self.log(Note::NoticeShown { visit: self.visit, cause });
            self.plan_spare(now);
        }
    }

    pub(super) fn on_answer(&mut self, now: Now, answer: Answer) {
        let Phase::Noticing(noticing) = &mut self.phase else { return };
        match answer {
            Answer::StartOver => self.on_notice_over(now),
            Answer::KeepReading if noticing.extended < self.settings.keep_reading => {
                noticing.extended += 1;
                self.count_down(now, self.settings.notice.max(SHORTEST_EXTENSION));
            }
            Answer::KeepReading => {}
        }
    }

    pub(super) fn on_notice_over(&mut self, now: Now) {
        if let Phase::Noticing(noticing) = &self.phase {
            let cause = noticing.cause;
            self.clear(now, cause);
        }
    }

    /// From a visit in service, or its notice, to the call of `clearSession`.
    pub(super) fn clear(&mut self, now: Now, cause: Cause) {
        let life = match &self.phase {
            Phase::Serving(Serving { life, .. }) | Phase::Noticing(Noticing { life, .. }) => *life,
            _ => return,
        };
        for timer in [Timer::Idle, Timer::TooLong, Timer::Answer, Timer::Notice] {
            self.timers.stop(timer);
        }
        self.hold_keys(true);
        self.phase = Phase::Clearing(Clearing { life, cause, since: now, attempt: 0, next: None });
        if life.is_used() {
            // The call before the cover: changing what is visible keeps the main loop busy for some milliseconds.
            self.call_clear(now);
        }
        if self.spare_is_ready() {
            self.cover_later(now);
        } else {
            self.show(Scene::OneMoment { cause: Some(cause) });
        }
        if !life.is_used() {
            self.finish(now, receipt::Clear::NotNeeded);
        }
    }

    /// Clears a used page, and then the next visit comes up in this way.
    pub(super) fn clear_then(&mut self, now: Now, cause: Cause, language: Language, behind: Behind) {
        self.clear(now, cause);
        if let Phase::Clearing(clearing) = &mut self.phase {
            clearing.next = Some((language, behind));
        }
    }
}

/// Whole seconds of a visit, for its receipt.
pub(super) fn lasted(life: &Life, now: Now) -> u64 {
    millis(now.saturating_sub(life.fresh_at)) / 1000
}

impl Input {
    /// The visit that an input comes from, if it comes from one.
    pub fn visit(&self) -> Option<u64> {
        match self {
            Self::Listed { visit, .. }
            | Self::NotListed { visit }
            | Self::LoadFailed { visit, .. }
            | Self::Report { visit, .. }
            | Self::Died { visit, .. } => Some(*visit),
            _ => None,
        }
    }
}
