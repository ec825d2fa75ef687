//! What a visitor's stream has carried: kept for a while, so that who comes back with `Last-Event-ID` misses nothing.

use std::{collections::VecDeque, sync::Arc};

/// One event on a visitor's stream.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Where it stands in this log. An event that is sent again stands there twice, under one `id`.
    pub(crate) position: u64,
    /// Its `id:`.
    pub(crate) id: u64,
    /// Its `event:`.
    pub(crate) name: &'static str,
    /// Its `data:`.
    pub(crate) data: Arc<str>,
}

/// The last events for one visitor, bounded in number and in bytes.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: VecDeque<Event>,
    bytes: usize,
    next: u64,
}

impl EventLog {
    /// Adds one and forgets what no longer fits. The newest always stays.
    pub(crate) fn push(&mut self, id: u64, name: &'static str, data: Arc<str>) {
        self.bytes += data.len();
        self.events.push_back(Event { position: self.next, id, name, data });
        self.next += 1;
        while self.events.len() > MOST_EVENTS || (self.bytes > MOST_BYTES && self.events.len() > 1) {
            let Some(gone) = self.events.pop_front() else {
                break;
            };
            self.bytes -= gone.data.len();
        }
    }

    /// Sends the last `count` once more.
    pub(crate) fn repeat(&mut self, count: usize) {
        let from = self.events.len().saturating_sub(count);
        let again: Vec<Event> = self.events.iter().skip(from).cloned().collect();
        for event in again {
            self.push(event.id, event.name, event.data);
        }
    }

    /// What stands at `position` and later.
    pub(crate) fn from(&self, position: u64) -> Vec<Event> {
        let earlier = self.events.partition_point(|event| event.position < position);
        self.events.iter().skip(earlier).cloned().collect()
    }

    /// Where somebody goes on who saw `last`: nobody has an id that is not a number, so such a one gets everything.
    pub(crate) fn after(&self, last: Option<&str>) -> u64 {
        let Some(last) = last else {
            return self.next;
        };
        let Ok(last) = last.parse::<u64>() else {
            return 0;
        };
        self.events
            .iter()
            .rev()
            .find(|event| event.id == last)
            .map(|event| event.position + 1)
            .or_else(|| self.events.iter().find(|event| event.id > last).map(|event| event.position))
            .unwrap_or(self.next)
    }
}

const MOST_EVENTS: usize = 500;
const MOST_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn log(ids: &[u64]) -> EventLog {
        let mut log = EventLog::default();
        for id in ids {
            log.push(*id, "CONVERSATION_MESSAGE", Arc::from("{}"));
        }
        log
    }

    fn ids(events: &[Event]) -> Vec<u64> {
        events.iter().map(|event| event.id).collect()
    }

    #[test]
    fn going_on_after_an_id_misses_nothing_and_repeats_nothing() {
        let log = log(&[3, 7, 9]);
        for (last, expected) in [
            (Some("0"), vec![3, 7, 9]),
            (Some("3"), vec![7, 9]),
            (Some("5"), vec![7, 9]),
            (Some("9"), vec![]),
            (Some("99"), vec![]),
            (Some("junk"), vec![3, 7, 9]),
            (None, vec![]),
        ] {
            assert_eq!(ids(&log.from(log.after(last))), expected, "{last:?}");
        }
    }

    #[test]
    fn a_repeated_event_keeps_its_id_and_is_not_sent_a_third_time() {
        let mut log = log(&[1, 2]);
        let here = log.after(Some("2"));
        log.repeat(2);
        assert_eq!(ids(&log.from(here)), [1, 2]);
        assert_eq!(ids(&log.from(log.after(Some("2")))), [0; 0]);
    }

    #[test]
    fn it_is_bounded_in_number_and_in_bytes() {
        let mut log = log(&(0..2_000).collect::<Vec<_>>());
        assert_eq!(log.from(0).len(), MOST_EVENTS);
        let big: Arc<str> = Arc::from("x".repeat(MOST_BYTES));
        log.push(3_000, "CONVERSATION_MESSAGE", Arc::clone(&big));
        log.push(3_001, "CONVERSATION_MESSAGE", big);
        assert_eq!(ids(&log.from(0)), [3_001]);
    }
}
