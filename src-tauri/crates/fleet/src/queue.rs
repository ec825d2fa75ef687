//! What could not be told yet: in order, bounded, on disk, one JSON object a line in files of a few hundred.
//!
//! At least the newest `bound` events are kept. When more come, the oldest file goes as a whole, and the number of its
//! events is told in their place; the gap in the numbers shows it too. An event that was told is taken out when the broker has
//! acknowledged it; after a crash the last few may be told again, under the same number.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use crate::disk::Disk;

/// The beginning of the files' names.
const PREFIX: &str = "queue-";
/// The file with the number of the newest event that was acknowledged.
const TOLD: &str = "told";
/// A longer event is not one of this program's.
const LONGEST: usize = 8192;
/// The event that stands for those that are lost.
pub const LOST: &str = "events.lost";

/// The queue.
#[derive(Debug)]
pub struct Queue {
    bound: usize,
    waiting: VecDeque<(u64, Value)>,
    /// The number of the next event.
    next: u64,
    /// The newest file: its first event's number, and how many it holds.
    file: Option<(u64, usize)>,
    /// How many were lost in all, in this process.
    lost: u64,
    /// How many of them are not told yet.
    untold: u64,
    /// The disk took the last one.
    stored: bool,
}

impl Queue {
    /// What an earlier process left, for at least `bound` events.
    #[must_use]
    pub fn open(disk: &dyn Disk, bound: usize) -> Self {
        let told = disk.read(TOLD).and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse::<u64>().ok());
        let mut waiting = VecDeque::new();
        let mut newest = told.unwrap_or(0);
        for name in disk.names().iter().filter(|name| is_file(name)) {
            for line in disk.read(name).unwrap_or_default().split(|byte| *byte == b'\n') {
                // A line that a power cut left half is no event, and cannot be told.
                let Ok(event) = serde_json::from_slice::<Value>(line) else { continue };
                let Some(number) = event["n"].as_u64() else { continue };
                if number > newest {
                    newest = number;
                    waiting.push_back((number, event));
                }
            }
        }
        Self { bound: bound.max(1), waiting, next: newest + 1, file: None, lost: 0, untold: 0, stored: true }
    }

    /// Puts an event in. `at` is in seconds since 1970.
    pub fn push(&mut self, disk: &mut dyn Disk, at: i64, name: &str, fields: Map<String, Value>) {
        if self.untold > 0 {
            let count = std::mem::take(&mut self.untold);
            self.put(disk, at, LOST, Map::from_iter([("count".to_owned(), json!(count))]));
        }
        self.put(disk, at, name, fields);
        self.make_room(disk);
    }

    fn put(&mut self, disk: &mut dyn Disk, at: i64, name: &str, mut event: Map<String, Value>) {
        let number = self.next;
        event.insert("n".to_owned(), json!(number));
        event.insert("at".to_owned(), json!(at));
        event.insert("event".to_owned(), json!(name));
        let event = Value::Object(event);
        let line = format!("{event}\n");
        if line.len() > LONGEST {
            self.lose(1);
            return;
        }
        self.next += 1;
        let (first, count) = self.file.filter(|(_, count)| *count < self.per_file()).unwrap_or((number, 0));
        // A disk that is full does not stop the telling: what is in memory goes out as long as the process lives.
        self.stored = disk.append(&file_name(first), line.as_bytes()).is_ok();
        self.file = Some((first, count + 1));
        self.waiting.push_back((number, event));
    }

    /// The next events to tell that come after `after`.
    pub fn after(&self, after: u64) -> impl Iterator<Item = &(u64, Value)> {
        let start = self.waiting.partition_point(|(number, _)| *number <= after);
        self.waiting.range(start..)
    }

    /// All events up to this number have been told.
    pub fn told(&mut self, disk: &mut dyn Disk, number: u64) {
        let before = self.waiting.len();
        while self.waiting.front().is_some_and(|(waiting, _)| *waiting <= number) {
            self.waiting.pop_front();
        }
        if self.waiting.len() == before {
            return;
        }
        // Should this fail, they are told again after a restart, under their numbers.
        let _ = disk.write(TOLD, number.to_string().as_bytes());
        self.remove_before(disk, self.waiting.front().map_or(self.next, |(number, _)| *number));
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many were lost beyond the bound, since the process began.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether the disk took the last one.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.stored
    }

    fn per_file(&self) -> usize {
        (self.bound / 8).clamp(1, 512)
    }

    fn make_room(&mut self, disk: &mut dyn Disk) {
        if self.waiting.len() < self.bound + self.per_file() {
            return;
        }
        let surplus = self.waiting.len() - self.bound;
        // What stood for others that are lost, and was never told itself, is told again by the next one.
        let again: u64 = self.waiting.drain(..surplus).filter_map(|(_, event)| stands_for(&event)).sum();
        self.lose(surplus as u64);
        self.untold += again;
        let first = self.waiting.front().map_or(self.next, |(number, _)| *number);
        // What was counted as lost does not come back after a restart.
        let _ = disk.write(TOLD, first.saturating_sub(1).to_string().as_bytes());
        self.remove_before(disk, first);
    }

    fn lose(&mut self, count: u64) {
        self.lost += count;
        self.untold += count;
    }

    /// Takes away the files that hold nothing from this number on.
    fn remove_before(&mut self, disk: &mut dyn Disk, number: u64) {
        let files: Vec<(u64, String)> =
            disk.names().into_iter().filter_map(|name| Some((first_in(&name)?, name))).collect();
        for (index, (_, name)) in files.iter().enumerate() {
            let next = files.get(index + 1).map_or(self.next, |(first, _)| *first);
            if next <= number {
                disk.remove(name);
                if index + 1 == files.len() {
                    self.file = None;
                }
            }
        }
    }
}

/// How many lost events this one tells of, where it does.
fn stands_for(event: &Value) -> Option<u64> {
    event["count"].as_u64().filter(|_| event["event"] == LOST)
}

fn file_name(first: u64) -> String {
    format!("{PREFIX}{first:020}.jsonl")
}

fn is_file(name: &str) -> bool {
    first_in(name).is_some()
}

fn first_in(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.strip_suffix(".jsonl")?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::disk::Memory;

    fn push(queue: &mut Queue, disk: &mut Memory, value: u64) {
        queue.push(disk, 0, "e", Map::from_iter([("v".to_owned(), json!(value))]));
    }

    fn values(queue: &Queue) -> Vec<u64> {
        queue.after(0).filter_map(|(_, event)| event["v"].as_u64()).collect()
    }

    #[test]
    fn a_restart_loses_nothing_and_keeps_the_order() {
        let mut disk = Memory::default();
        let mut queue = Queue::open(&disk, 100);
        (0..50).for_each(|value| push(&mut queue, &mut disk, value));
        queue.told(&mut disk, 20);
        let mut queue = Queue::open(&disk, 100);
        assert_eq!(values(&queue), (20..50).collect::<Vec<_>>());
        push(&mut queue, &mut disk, 50);
        assert_eq!(queue.after(0).last().unwrap().0, 51, "numbers go on");
        queue.told(&mut disk, 51);
        assert!(queue.is_empty());
        assert!(!disk.names().iter().any(|name| is_file(name)), "{:?}", disk.names());
        assert_eq!(Queue::open(&disk, 100).next, 52, "a number is never used twice");
    }

    #[test]
    fn beyond_the_bound_the_oldest_go_and_their_number_is_told() {
        let mut disk = Memory::default();
        let mut queue = Queue::open(&disk, 80);
        (0..1000).for_each(|value| push(&mut queue, &mut disk, value));
        let kept = values(&queue);
        assert_eq!(*kept.last().unwrap(), 999);
        assert!(queue.len() >= 80 && queue.len() < 91, "{}", queue.len());
        push(&mut queue, &mut disk, 1000);
        let told: u64 = queue.after(0).filter_map(|(_, event)| stands_for(event)).sum();
        assert!(disk.names().len() <= 12, "{:?}", disk.names());
        let (first, _) = queue.waiting.front().unwrap();
        assert_eq!(queue.lost(), first - 1);
        assert_eq!(told, queue.lost(), "those too that were told by one that is lost itself");
    }

    #[test]
    fn half_a_line_spoils_nothing_but_itself() {
        let mut disk = Memory::default();
        let mut queue = Queue::open(&disk, 100);
        push(&mut queue, &mut disk, 1);
        disk.append(&file_name(1), b"{\"n\":2,\"v").unwrap();
        let mut queue = Queue::open(&disk, 100);
        push(&mut queue, &mut disk, 2);
        assert_eq!(values(&Queue::open(&disk, 100)), [1, 2]);
    }

    #[test]
    fn a_full_disk_does_not_stop_the_telling() {
        let mut disk = Memory { full: true, ..Memory::default() };
        let mut queue = Queue::open(&disk, 100);
        push(&mut queue, &mut disk, 1);
        assert!(!queue.is_stored());
        assert_eq!(values(&queue), [1]);
        disk.full = false;
        push(&mut queue, &mut disk, 2);
        assert!(queue.is_stored());
        queue.told(&mut disk, 2);
        assert!(queue.is_empty());
    }

    proptest! {
        /// However pushes, acknowledgements and restarts come: in order, nothing twice, nothing missing but what was counted.
        #[test]
        fn in_order_and_complete(steps in prop::collection::vec(0..12_u8, 0..200), bound in 1..40_usize) {
            let mut disk = Memory::default();
            let mut queue = Queue::open(&disk, bound);
            let mut pushed = 0_u64;
            let mut told = Vec::new();
            for step in steps {
                match step {
                    0 => queue = { let untold = queue.untold; let lost = queue.lost; let mut next = Queue::open(&disk, bound); next.lost = lost; next.untold = untold; next },
                    1..=2 => {
                        let some: Vec<(u64, Value)> = queue.after(0).take(usize::from(step) * 3).cloned().collect();
                        if let Some((number, _)) = some.last() {
                            told.extend(some.iter().cloned());
                            queue.told(&mut disk, *number);
                        }
                    }
                    _ => { push(&mut queue, &mut disk, pushed); pushed += 1; }
                }
                prop_assert!(queue.len() <= bound + queue.per_file());
            }
            let all: Vec<(u64, Value)> = told.into_iter().chain(queue.after(0).cloned()).collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0), "order or doubles");
            let events = all.iter().filter(|(_, event)| event["event"] == "e").count() as u64;
            let markers = all.iter().filter(|(_, event)| event["event"] == LOST).count() as u64;
            // A marker can be lost too, so the count is of all that had a number.
            prop_assert!(events + queue.lost() >= pushed, "{events} told, {} lost, {pushed} pushed", queue.lost());
            prop_assert!(events + markers < queue.next);
        }

        #[test]
        fn no_file_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut disk = Memory::default();
            disk.write(&file_name(1), &bytes).unwrap();
            disk.write(TOLD, &bytes).unwrap();
            let mut queue = Queue::open(&disk, 10);
            push(&mut queue, &mut disk, 1);
        }
    }
}
