//! How often a wrong PIN may be tried: three times, then after growing pauses. It outlives the program.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::kept;

/// So many wrong PINs in a row cost nothing.
const FREE: u32 = 2;
/// The pause after the next; each further wrong PIN doubles it.
const FIRST: Duration = Duration::from_secs(30);
/// The longest: nobody is locked out for ever.
const LONGEST: Duration = Duration::from_secs(3600);

/// A moment by both clocks: the one on the wall outlives the program and may be set, the other is the other way round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Milliseconds since 1970.
    wall: u64,
    steady: Instant,
}

impl Moment {
    pub(super) fn now() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { wall: millis(wall), steady: Instant::now() }
    }
}

/// What is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    /// Wrong PINs since the last right one.
    wrong: u32,
    /// When this was written, in milliseconds since 1970.
    at: u64,
    /// Until when no PIN is taken.
    until: u64,
}

/// The attempts at the PIN.
pub(super) struct LockOut {
    path: PathBuf,
    /// What could not be written. While it is there it goes before the file.
    unwritten: Option<Record>,
    /// The end of the pause, by the clock that nobody sets.
    deadline: Option<Instant>,
}

impl LockOut {
    pub(super) fn new(state: &Path) -> Self {
        Self { path: path(state), unwritten: None, deadline: None }
    }

    /// How long no PIN is taken; `None`: one may be tried.
    pub(super) fn rest(&mut self, now: &Moment) -> Option<Duration> {
        let mut record = self.read(now);
        if now.wall < record.at {
            // The clock was set back, or the machine has none while it is off: what was left is left.
            let left = record.until.saturating_sub(record.at);
            record = Record { at: now.wall, until: now.wall.saturating_add(left), ..record };
            self.write(record);
        }
        let by_wall = Duration::from_millis(record.until.saturating_sub(now.wall)).min(LONGEST);
        if self.deadline.is_none() && !by_wall.is_zero() {
            // Of an earlier life: from now on the clock that nobody sets counts it as well.
            self.deadline = Some(now.steady + by_wall);
        }
        let by_steady = self.deadline.map_or(Duration::ZERO, |at| at.saturating_duration_since(now.steady));
        Some(by_wall.max(by_steady)).filter(|rest| !rest.is_zero())
    }

    /// An attempt begins, and counts as a wrong one until [`Self::forget`].
    ///
    /// # Errors
    /// How long none may begin.
    pub(super) fn begin(&mut self, now: &Moment) -> Result<(), Duration> {
        if let Some(rest) = self.rest(now) {
            return Err(rest);
        }
        let wrong = self.read(now).wrong.saturating_add(1);
        let mut pause = pause(wrong);
        if !self.write(record(wrong, pause, now)) {
            // A restart would forget it, so it must not pay: no attempt is free.
            pause = pause.max(FIRST);
            self.unwritten = Some(record(wrong, pause, now));
        }
        self.deadline = Some(now.steady + pause);
        Ok(())
    }

    /// The PIN was right.
    pub(super) fn forget(&mut self) {
        self.deadline = None;
        self.unwritten = kept::remove(&self.path).is_err().then(Record::default);
    }

    fn read(&mut self, now: &Moment) -> Record {
        if let Some(record) = self.unwritten {
            return record;
        }
        let read = kept::read_small(&self.path).map(|bytes| bytes.map(|bytes| serde_json::from_slice(&bytes)));
        match read {
            Ok(Some(Ok(record))) => record,
            Ok(None) => {
                // Nobody has tried, or an administrator has set a new PIN.
                self.deadline = None;
                Record::default()
            }
            Ok(Some(Err(_))) | Err(_) => {
                tracing::error!(event = "staff.attempts_unreadable", "as after three wrong PINs");
                let record = record(FREE + 1, FIRST, now);
                self.write(record);
                record
            }
        }
    }

    fn write(&mut self, record: Record) -> bool {
        let text = serde_json::to_vec(&record).unwrap_or_default();
        match kept::write_private(&self.path, &text) {
            Ok(()) => {
                self.unwritten = None;
                true
            }
            Err(error) => {
                tracing::error!(event = "staff.attempts_unwritten", reason = %error.kind(), "no wrong PIN is free now");
                self.unwritten = Some(record);
                false
            }
        }
    }
}

/// A new PIN: the attempts at the old one do not count any more.
pub(super) fn forget(state: &Path) -> std::io::Result<()> {
    kept::remove(&path(state))
}

fn path(state: &Path) -> PathBuf {
    state.join("staff-attempts.json")
}

fn pause(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE + 1) {
        None => Duration::ZERO,
        Some(more) => FIRST.saturating_mul(2u32.saturating_pow(more.min(10))).min(LONGEST),
    }
}

fn record(wrong: u32, pause: Duration, now: &Moment) -> Record {
    Record { wrong, at: now.wall, until: now.wall.saturating_add(millis(pause)) }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    /// Both clocks, so many seconds after an odd moment in 2026.
    fn after(start: Instant, seconds: u64) -> Moment {
        Moment { wall: 1_790_000_000_000 + seconds * 1000, steady: start + Duration::from_secs(seconds) }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_third_wrong_pin_locks_and_each_further_one_longer() {
        let folder = kept::Folder::new("lock");
        let start = Instant::now();
        let mut attempts = LockOut::new(&folder.0);
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            attempts.begin(&after(start, now)).unwrap();
            let rest = attempts.rest(&after(start, now)).unwrap_or_default().as_secs();
            if rest > 0 {
                assert_eq!(attempts.begin(&after(start, now + rest - 1)), Err(seconds(1)));
            }
            pauses.push(rest);
            now += rest;
        }
        assert_eq!(pauses, [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        attempts.begin(&after(start, now)).unwrap();
        attempts.forget();
        assert_eq!(attempts.rest(&after(start, now)), None);
        assert!(fs::read_dir(&folder.0).unwrap().next().is_none(), "nothing is left of it");
    }

    #[test]
    fn a_restart_forgets_nothing() {
        let folder = kept::Folder::new("restart");
        let start = Instant::now();
        for _ in 0..3 {
            LockOut::new(&folder.0).begin(&after(start, 0)).unwrap();
        }
        assert_eq!(LockOut::new(&folder.0).rest(&after(start, 10)), Some(seconds(20)));
        assert_eq!(LockOut::new(&folder.0).begin(&after(start, 10)), Err(seconds(20)));
        assert_eq!(LockOut::new(&folder.0).rest(&after(start, 30)), None);
    }

    #[test]
    fn a_clock_that_is_set_saves_nobody_an_attempt_and_locks_nobody_out() {
        let folder = kept::Folder::new("clock");
        let start = Instant::now();
        let mut attempts = LockOut::new(&folder.0);
        for _ in 0..3 {
            attempts.begin(&after(start, 100_000)).unwrap();
        }
        // Back by a day, in the next life of the program: the whole pause is left, and then it is over.
        let mut next = LockOut::new(&folder.0);
        assert_eq!(next.rest(&after(start, 10)), Some(seconds(30)));
        assert_eq!(next.rest(&after(start, 25)), Some(seconds(15)));
        assert_eq!(next.rest(&after(start, 40)), None);
        // Forward by an hour, in the same life: the steady clock knows better.
        let ahead = Moment { wall: after(start, 103_600).wall, steady: start + seconds(100_010) };
        assert_eq!(attempts.rest(&ahead), Some(seconds(20)));
        // Back, in the next life, and then forward by an hour, as where the network sets a clock that no battery keeps.
        let mut next = LockOut::new(&folder.0);
        assert_eq!(next.rest(&after(start, 10)), Some(seconds(30)));
        let ahead = Moment { wall: after(start, 103_600).wall, steady: start + seconds(15) };
        assert_eq!(next.rest(&ahead), Some(seconds(25)));
        // A moment from the far future in the file is cut to the longest pause.
        kept::write_private(&path(&folder.0), br#"{"wrong":9,"at":0,"until":18446744073709551615}"#).unwrap();
        assert_eq!(LockOut::new(&folder.0).rest(&after(start, 0)), Some(LONGEST));
    }

    #[test]
    fn a_broken_file_locks_for_a_while_and_not_for_ever() {
        let folder = kept::Folder::new("broken");
        let start = Instant::now();
        for text in ["", "x", "{\"wrong\":-1}", "[]", &"9".repeat(10_000)] {
            kept::write_private(&path(&folder.0), text.as_bytes()).unwrap();
            let mut attempts = LockOut::new(&folder.0);
            assert_eq!(attempts.rest(&after(start, 0)), Some(FIRST), "{text:.20}");
            assert_eq!(attempts.rest(&after(start, 30)), None, "{text:.20}");
            attempts.begin(&after(start, 30)).unwrap();
            assert_eq!(attempts.rest(&after(start, 30)), Some(seconds(60)), "it counts as three");
        }
    }

    #[test]
    fn where_nothing_can_be_written_no_attempt_is_free() {
        let start = Instant::now();
        let mut attempts = LockOut::new(Path::new("/proc/nowhere"));
        assert_eq!(attempts.rest(&after(start, 0)), None, "the right PIN still gets in");
        attempts.begin(&after(start, 0)).unwrap();
        assert_eq!(attempts.rest(&after(start, 0)), Some(FIRST));
        assert_eq!(attempts.rest(&after(start, 30)), None, "and nobody is locked out for ever");
        attempts.begin(&after(start, 30)).unwrap();
        attempts.forget();
        assert_eq!(attempts.rest(&after(start, 30)), None);
    }

    #[test]
    fn a_new_pin_ends_a_lock_even_in_a_running_kiosk() {
        let folder = kept::Folder::new("new-pin");
        let start = Instant::now();
        let mut attempts = LockOut::new(&folder.0);
        for _ in 0..3 {
            attempts.begin(&after(start, 0)).unwrap();
        }
        forget(&folder.0).unwrap();
        assert_eq!(attempts.rest(&after(start, 1)), None);
    }
}
