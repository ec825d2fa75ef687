//! What the program writes, line by line as it comes, and waiting for it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::Value;

/// How much of the log an error quotes.
const QUOTED: usize = 30;

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number, from 0: tells which of two events came first.
    pub index: usize,
    /// When it was read.
    pub at: Instant,
    /// As it was written.
    pub raw: String,
    value: Value,
}

impl Line {
    /// The event's name; empty for a line that is none.
    #[must_use]
    pub fn event(&self) -> &str {
        self.text("event")
    }

    /// A field; `null` when it is not there.
    #[must_use]
    pub fn field(&self, name: &str) -> &Value {
        &self.value[name]
    }

    /// A text field; empty when it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.value[name].as_str().unwrap_or_default()
    }

    /// A number; an error when it is not there.
    pub fn number(&self, name: &str) -> Result<u64> {
        match self.value[name].as_u64() {
            Some(number) => Ok(number),
            None => bail!("{name} should be a number in {}", self.raw),
        }
    }

    /// Whether every field of `fields` (an object) has the same value here.
    #[must_use]
    pub fn has(&self, fields: &Value) -> bool {
        fields.as_object().is_none_or(|fields| fields.iter().all(|(name, value)| self.field(name) == value))
    }
}

/// A place in the log: what comes after it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(usize);

/// The output of a running program. Clones read the same.
#[derive(Debug, Clone, Default)]
pub struct Log {
    shared: Arc<Shared>,
}

impl Log {
    /// Reads until the end, on a thread of its own.
    pub fn of(output: impl Read + Send + 'static) -> Self {
        let log = Self::default();
        let shared = Arc::clone(&log.shared);
        thread::spawn(move || {
            let mut lines = BufReader::new(output);
            let mut bytes = Vec::new();
            while matches!(lines.read_until(b'\n', &mut bytes), Ok(1..)) {
                let raw = String::from_utf8_lossy(&bytes);
                shared.push(raw.trim_end_matches(['\n', '\r']));
                bytes.clear();
            }
            shared.close();
        });
        log
    }

    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.shared.state().lines.clone()
    }

    /// All lines behind the mark.
    #[must_use]
    pub fn since(&self, mark: Mark) -> Vec<Line> {
        self.shared.state().lines.iter().skip(mark.0).cloned().collect()
    }

    /// All events of this name so far.
    #[must_use]
    pub fn all(&self, event: &str) -> Vec<Line> {
        let mut lines = self.lines();
        lines.retain(|line| line.event() == event);
        lines
    }

    /// The place before the first line.
    #[must_use]
    pub fn start(&self) -> Mark {
        Mark(0)
    }

    /// The place behind the last line.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.shared.state().lines.len())
    }

    /// Waits for the next event of this name whose fields are as in `fields` (an object, or `null` for any).
    ///
    /// Each event is handed out once: asking again waits for the next one of that name. Events of other
    /// names may be asked for in any order.
    pub fn wait_for(&self, event: &str, fields: &Value, within: Duration) -> Result<Line> {
        let from = self.shared.state().handed_out.get(event).copied();
        let line = self.wait_after(Mark(from.unwrap_or(0)), event, fields, within)?;
        let next = line.index + 1;
        self.shared.state().handed_out.insert(event.to_owned(), next);
        Ok(line)
    }

    /// Waits for the first such event behind the mark, and leaves what [`Self::wait_for`] hands out as it is.
    pub fn wait_after(&self, mark: Mark, event: &str, fields: &Value, within: Duration) -> Result<Line> {
        let what = format!("{event} {fields}");
        self.wait_line(mark, &what, within, |line| line.event() == event && line.has(fields))
    }

    /// Waits for the first line behind the mark that is as wished.
    pub fn wait_line(&self, mark: Mark, what: &str, within: Duration, wish: impl Fn(&Line) -> bool) -> Result<Line> {
        let deadline = Instant::now() + within;
        let mut next = mark.0;
        let mut state = self.shared.state();
        loop {
            if let Some(line) = state.lines.iter().skip(next).find(|line| wish(line)) {
                return Ok(line.clone());
            }
            next = next.max(state.lines.len());
            let left = deadline.saturating_duration_since(Instant::now());
            if state.closed {
                bail!("the program ended before {what}; {}", state.quote());
            }
            if left.is_zero() {
                bail!("{what} did not come within {within:?}; {}", state.quote());
            }
            state = self.shared.came.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Fails when there is such an event behind the mark.
    pub fn none_since(&self, mark: Mark, event: &str, fields: &Value) -> Result<()> {
        let state = self.shared.state();
        let found = state.lines.iter().skip(mark.0).find(|line| line.event() == event && line.has(fields));
        ensure!(found.is_none(), "{event} {fields} should not have come; {}", state.quote());
        Ok(())
    }

    /// Watches for that long that no such event comes: for what must not happen there is nothing to wait for.
    pub fn none_for(&self, event: &str, fields: &Value, watched: Duration) -> Result<()> {
        let mark = self.mark();
        let what = format!("{event} {fields}");
        let came = self.wait_line(mark, &what, watched, |line| line.event() == event && line.has(fields));
        ensure!(!self.shared.state().closed, "the program ended; {}", self.shared.state().quote());
        match came {
            Ok(line) => bail!("{what} should not have come: {}", line.raw),
            Err(_) => Ok(()),
        }
    }

    /// Waits until the program has closed this output.
    pub fn wait_end(&self, within: Duration) -> Result<()> {
        let (state, _) = self
            .shared
            .came
            .wait_timeout_while(self.shared.state(), within, |state| !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        ensure!(state.closed, "its output should end; {}", state.quote());
        Ok(())
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.lines();
        lines.iter().map(|line| line.raw.as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Line>,
    closed: bool,
    /// For each event's name, the first line that was not handed out yet.
    handed_out: HashMap<String, usize>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, raw: &str) {
        let mut state = self.state();
        let line = Line {
            index: state.lines.len(),
            at: Instant::now(),
            raw: raw.to_owned(),
            value: serde_json::from_str(raw).unwrap_or(Value::Null),
        };
        state.lines.push(line);
        self.came.notify_all();
    }

    fn close(&self) {
        self.state().closed = true;
        self.came.notify_all();
    }
}

impl State {
    fn quote(&self) -> String {
        let from = self.lines.len().saturating_sub(QUOTED);
        let last: Vec<&str> = self.lines[from..].iter().map(|line| line.raw.as_str()).collect();
        format!("its last lines:\n{}", last.join("\n"))
    }
}
