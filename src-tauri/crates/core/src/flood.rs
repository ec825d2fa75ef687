//! How much one page may report, and how fast hands may be. A page that floods costs a bounded amount of everything, and an end gets
//! through all the same; so does a keyboard that floods.
//!
//! Each kind of report has an allowance of its own, so that no other kind can use it up: a flood of messages does not stand in the way
//! of the agent's end, and a flood of forged ends does not stand in the way of the heartbeat. Inside a kind the page can only harm
//! itself: whoever forges agent's ends gets the reset that they ask for.

use std::time::Duration;

use crate::wire::Report;

/// The longest message of a page that is read at all, in bytes. The longest report that the bridge sends, five texts of 256 characters
/// with each of them escaped, is below it.
pub const LONGEST_MESSAGE: usize = 16 * 1024;

/// The kinds that do not share an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A status that says: ended, by the agent.
    AgentsEnd,
    /// A status that says: ended.
    OtherEnd,
    /// What the machine asked for or waits for: ready, cleared, the notice, the heartbeat.
    Answer,
    /// Everything else, and what cannot be read.
    Talk,
}

/// An allowance: so many at once, and one more each time.
struct Allowance {
    most: u32,
    every: Duration,
}

impl Kind {
    fn of(report: Option<&Report>) -> Self {
        match report {
            Some(Report::Status(status)) if status.status.text() == Some("Ended") => {
                if status.ended_by.text() == Some("Agent") { Self::AgentsEnd } else { Self::OtherEnd }
            }
            Some(
                Report::Ready { .. } | Report::Cleared(_) | Report::Notice { .. } | Report::Shown | Report::Pong { .. },
            ) => Self::Answer,
            Some(
                Report::Hello
                | Report::InitError
                | Report::Status(_)
                | Report::Unreadable { .. }
                | Report::Conversation { .. }
                | Report::Message { .. },
            )
            | None => Self::Talk,
        }
    }

    /// A busy conversation tells of a few events a second; a stream that comes back after a gap tells of dozens at once.
    fn allowance(self) -> Allowance {
        let (most, every) = match self {
            Self::AgentsEnd | Self::OtherEnd => (32, 250),
            Self::Answer => (64, 100),
            Self::Talk => (256, 20),
        };
        Allowance { most, every: Duration::from_millis(every) }
    }
}

/// The allowances of one visit's page: token buckets, in the caller's time.
#[derive(Clone, Debug, Default)]
pub struct Flood {
    buckets: [Bucket; 4],
}

/// What was taken, as the time until it is all back.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    full_at: Duration,
}

impl Flood {
    /// Whether a report may pass at this time. `None` is one that could not be read. A clock that goes back does no harm.
    #[must_use]
    pub fn admits(&mut self, now: Duration, report: Option<&Report>) -> bool {
        let kind = Kind::of(report);
        self.buckets[kind as usize].take(now, &kind.allowance())
    }
}

/// What all hands together may press: keys, buttons and notches of a wheel, in the caller's time.
///
/// Nobody types ten keys a second for long, a held key repeats thirty times, and a scanner types a whole label at once; a device
/// that presses thousands (one that is stuck, or that was plugged in to type) would keep the toolkit so busy that nothing else of
/// the program runs, the reset with it.
#[derive(Clone, Debug, Default)]
pub struct Strokes {
    bucket: Bucket,
    keys: Lost,
    buttons: Lost,
}

/// Those whose press did not pass, a bit for each code: what else is told of that press does not either.
#[derive(Clone, Copy, Debug, Default)]
struct Lost([u64; 4]);

impl Strokes {
    const ALLOWANCE: Allowance = Allowance { most: 128, every: Duration::from_millis(10) };

    /// Whether a notch of a wheel, or a press whose code fits into no byte, may pass at this time.
    #[must_use]
    pub fn admit(&mut self, now: Duration) -> bool {
        self.bucket.take(now, &Self::ALLOWANCE)
    }

    /// Whether a key's press may pass at this time, by its code.
    #[must_use]
    pub fn admit_key(&mut self, now: Duration, code: u8) -> bool {
        let admits = self.admit(now);
        self.keys.note(code, !admits);
        admits
    }

    /// Whether the release of a key is of a press that had passed.
    #[must_use]
    pub fn admit_release(&mut self, code: u8) -> bool {
        self.keys.note(code, false)
    }

    /// The same as for a key, for a button of a mouse.
    #[must_use]
    pub fn admit_button(&mut self, now: Duration, button: u8) -> bool {
        let admits = self.admit(now);
        self.buttons.note(button, !admits);
        admits
    }

    /// Whether a button's press that is told once more, as the second or third of a row, had passed the first time.
    #[must_use]
    pub fn admit_row(&self, button: u8) -> bool {
        !self.buttons.has(button)
    }

    /// Whether the release of a button is of a press that had passed.
    #[must_use]
    pub fn admit_button_release(&mut self, button: u8) -> bool {
        self.buttons.note(button, false)
    }
}

impl Lost {
    /// Whether this one is lost from now on; gives whether it was not until now.
    fn note(&mut self, code: u8, is_lost: bool) -> bool {
        let was = self.has(code);
        let (word, bit) = Self::place(code);
        if is_lost {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
        !was
    }

    fn has(self, code: u8) -> bool {
        let (word, bit) = Self::place(code);
        self.0[word] & bit != 0
    }

    fn place(code: u8) -> (usize, u64) {
        (usize::from(code / 64), 1 << (code % 64))
    }
}

impl Bucket {
    fn take(&mut self, now: Duration, allowance: &Allowance) -> bool {
        let full_at = self.full_at.max(now) + allowance.every;
        let admits = full_at.saturating_sub(now) <= allowance.every * allowance.most;
        if admits {
            self.full_at = full_at;
        }
        admits
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        event::{Field, Status},
        wire::{Answer, Client},
    };

    fn status(status: &str, ended_by: &str) -> Report {
        let text = |text: &str| Field::Text(text.to_owned());
        Report::Status(Status { status: text(status), ended_by: text(ended_by), ..Status::default() })
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// How many of so many reports at once get through.
    fn admitted(flood: &mut Flood, now: Duration, report: &Report, count: usize) -> usize {
        (0..count).filter(|_| flood.admits(now, Some(report))).count()
    }

    #[test]
    fn an_agents_end_passes_at_once_under_a_flood_of_anything_else() {
        let floods = [
            status("Active", ""),
            status("Ended", "EndUser"),
            Report::Hello,
            Report::Pong { beat: 1 },
            Report::Notice { answer: Answer::KeepReading },
        ];
        let mut flood = Flood::default();
        for report in &floods {
            admitted(&mut flood, millis(5), report, 100_000);
        }
        assert!(flood.admits(millis(5), Some(&status("Ended", "Agent"))));
    }

    #[test]
    fn hands_are_never_too_fast_and_a_device_is() {
        let mut strokes = Strokes::default();
        // A minute of a held key, and the longest label of a scanner in the middle of it.
        assert!((0..1800).all(|n| strokes.admit_key(millis(n * 33), 38)));
        assert!((0..120).all(|_| strokes.admit(millis(1800 * 33))));
        // A device that goes on gets one each time.
        let passed = (0..10_000).filter(|n| strokes.admit(millis(1_000_000 + n / 2))).count();
        assert_eq!(passed, 128 + 4999 / 10);
    }

    #[test]
    fn a_key_that_was_not_pressed_is_not_released() {
        let mut strokes = Strokes::default();
        assert!((0..128).all(|n| strokes.admit_key(millis(0), n)));
        assert!(!strokes.admit_key(millis(0), 200));
        assert!(strokes.admit_release(0) && strokes.admit_release(127));
        assert!(!strokes.admit_release(200));
        // Once: what comes later is another press.
        assert!(strokes.admit_key(millis(50), 200));
        assert!(strokes.admit_release(200));
    }

    #[test]
    fn what_is_told_of_a_buttons_press_passes_with_it() {
        let mut strokes = Strokes::default();
        assert!((0..128).all(|_| strokes.admit_button(millis(0), 1) && strokes.admit_row(1)));
        assert!(strokes.admit_button_release(1));
        assert!(!strokes.admit_button(millis(0), 1));
        assert!(!strokes.admit_row(1), "the second of a row");
        // A key of the same code is another thing.
        assert!(strokes.admit_release(1));
        assert!(!strokes.admit_button_release(1));
        assert!(strokes.admit_button_release(1), "it was lost once");
        assert!(strokes.admit_button(millis(50), 1) && strokes.admit_row(1) && strokes.admit_button_release(1));
    }

    #[test]
    fn the_heartbeat_passes_under_a_flood_of_events() {
        let mut flood = Flood::default();
        admitted(&mut flood, millis(0), &status("Active", ""), 100_000);
        admitted(&mut flood, millis(0), &status("Ended", "Agent"), 100_000);
        assert!(flood.admits(millis(0), Some(&Report::Pong { beat: 7 })));
        assert!(flood.admits(millis(0), Some(&Report::Ready { client: Client::V2 })));
    }

    #[test]
    fn a_flood_gets_its_allowance_and_then_one_each_time() {
        let mut flood = Flood::default();
        let busy = status("Active", "");
        assert_eq!(admitted(&mut flood, millis(0), &busy, 10_000), 256);
        assert_eq!(admitted(&mut flood, millis(19), &busy, 10), 0);
        assert_eq!(admitted(&mut flood, millis(20), &busy, 10), 1);
        assert_eq!(admitted(&mut flood, millis(1020), &busy, 1000), 50);
        // After a pause all of it is there again, and no more than that.
        assert_eq!(admitted(&mut flood, millis(1_000_000), &busy, 10_000), 256);
    }

    #[test]
    fn what_cannot_be_read_is_counted_too() {
        let mut flood = Flood::default();
        assert_eq!((0..10_000).filter(|_| flood.admits(millis(0), None)).count(), 256);
    }

    #[test]
    fn the_longest_report_of_the_bridge_is_short_enough() {
        let field = Field::Text("\u{1}".repeat(256));
        let longest = Status {
            entry_type: field.clone(),
            status: field.clone(),
            previous: field.clone(),
            ended_by: field.clone(),
            session: field,
        };
        let text = serde_json::to_string(&Report::Status(longest)).unwrap();
        assert!(text.len() + 1024 < LONGEST_MESSAGE, "{}", text.len());
    }

    proptest! {
        #[test]
        fn no_pace_gets_more_than_the_allowance(steps in prop::collection::vec(0u64..200, 1..400)) {
            let mut flood = Flood::default();
            let (mut now, mut passed) = (0, 0u64);
            for step in steps {
                now += step;
                passed += u64::from(flood.admits(millis(now), Some(&Report::Hello)));
                prop_assert!(passed <= 256 + now / 20);
            }
        }
    }
}
