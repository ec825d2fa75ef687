//! How many lines session events may have: all that conversations need, and a bounded number of what a page in a loop
//! makes up.

use std::time::{Duration, Instant};

/// So many lines of one outcome come in a row; a long conversation has a dozen.
const ROOM: u32 = 60;
/// In so much time there is room for one more.
const PAUSE: Duration = Duration::from_secs(10);

/// The outcomes that were read in a visit. As many as there are outcomes, so it cannot grow.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    outcomes: Vec<Outcome>,
}

#[derive(Debug)]
struct Outcome {
    name: &'static str,
    room: u32,
    /// Up to when room has come back.
    since: Instant,
    silent: u64,
}

impl Reads {
    /// So many events the line of this one stands for; `None`: it has no line of its own.
    pub(super) fn admit(&mut self, now: Instant, name: &'static str) -> Option<u64> {
        let at = self.outcomes.iter().position(|outcome| outcome.name == name).unwrap_or_else(|| {
            self.outcomes.push(Outcome { name, room: ROOM, since: now, silent: 0 });
            self.outcomes.len() - 1
        });
        let outcome = &mut self.outcomes[at];
        while outcome.room < ROOM && now.saturating_duration_since(outcome.since) >= PAUSE {
            outcome.room += 1;
            outcome.since += PAUSE;
        }
        if outcome.room == ROOM {
            outcome.since = now;
        }
        outcome.silent += 1;
        outcome.room = outcome.room.checked_sub(1)?;
        Some(std::mem::take(&mut outcome.silent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_has_a_line_for_each_event_and_a_loop_has_few() {
        let (mut reads, begun) = (Reads::default(), Instant::now());
        for minute in 0..200 {
            let now = begun + Duration::from_secs(60 * minute);
            assert!((0..6).all(|_| reads.admit(now, "ignored") == Some(1)));
        }
        // Fifty a second, all day.
        let begun = begun + Duration::from_secs(86_400);
        let (mut lines, mut told) = (0, 0);
        for number in 0..50 * 86_400_u64 {
            let now = begun + Duration::from_millis(20 * number);
            if let Some(count) = reads.admit(now, "ignored") {
                (lines, told) = (lines + 1, told + count);
            }
            // What decides has its own room.
            if number == 40 * 86_400 {
                assert_eq!(reads.admit(now, "reset"), Some(1));
            }
        }
        assert!(lines < 10_000, "{lines} lines");
        assert!(told > 50 * 86_400 - 501, "{told} events");
    }
}
