//! Timers as data: a small table of deadlines.

use std::time::Duration;

/// A moment: the time since the program started, by a clock that never jumps.
pub type Now = Duration;

/// What the machine can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The proof of a new visit's store must be in.
    Proof,
    /// The page of a new visit must be ready.
    Ready,
    /// Nobody has touched anything.
    Idle,
    /// The visit is too long.
    TooLong,
    /// "Still there?" must be answered.
    Answer,
    /// The notice's countdown.
    Notice,
    /// `clearSession` must settle.
    Clear,
    /// The next attempt at `clearSession`.
    ClearAgain,
    /// The next try out of "out of service".
    Retry,
    /// The next heartbeat is due.
    Beat,
    /// The heartbeat must be answered.
    BeatAnswer,
    /// The spare is to be made, or must have come further.
    Spare,
    /// Something must cover the chat that is being cleared.
    Cover,
    /// Nobody has touched the staff scene.
    Staff,
    /// After wrong PINs, the next one is taken.
    Unlock,
    /// Which kiosk this is has been shown for long enough.
    Identify,
    /// Nobody was there for long enough that the program may begin anew.
    Renewal,
}

const COUNT: usize = Timer::Renewal as usize + 1;

const ALL: [Timer; COUNT] = [
    Timer::Proof,
    Timer::Ready,
    Timer::Idle,
    Timer::TooLong,
    Timer::Answer,
    Timer::Notice,
    Timer::Clear,
    Timer::ClearAgain,
    Timer::Retry,
    Timer::Beat,
    Timer::BeatAnswer,
    Timer::Spare,
    Timer::Cover,
    Timer::Staff,
    Timer::Unlock,
    Timer::Identify,
    Timer::Renewal,
];

/// The deadlines that are set.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers([Option<Now>; COUNT]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Now) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// All of the visit that is on: not the spare's, and not those of what lies above whatever the visit does.
    pub(super) fn stop_all(&mut self) {
        let others = [Timer::Spare, Timer::Staff, Timer::Unlock, Timer::Identify];
        for timer in ALL.into_iter().filter(|timer| !others.contains(timer)) {
            self.stop(timer);
        }
    }

    /// How much time is left.
    pub(super) fn rest(&self, timer: Timer, now: Now) -> Option<Duration> {
        self.0[timer as usize].map(|at| at.saturating_sub(now))
    }

    pub(super) fn next(&self) -> Option<Now> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes the timer that is due first, if one is.
    pub(super) fn take_due(&mut self, now: Now) -> Option<Timer> {
        let due = ALL
            .into_iter()
            .filter_map(|timer| self.0[timer as usize].map(|at| (at, timer)))
            .filter(|(at, _)| *at <= now)
            .min_by_key(|(at, _)| *at)?;
        self.stop(due.1);
        Some(due.1)
    }

    /// What is set, as the time that is left: for comparing states.
    #[cfg(test)]
    pub(super) fn left(&self, now: Now) -> [Option<Duration>; COUNT] {
        self.0.map(|at| at.map(|at| at.saturating_sub(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_timer_in_its_place() {
        for (index, timer) in ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, index);
        }
    }
}
