//! Waiting for what cannot tell us by itself.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// As long as one step of a visit may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Looks until there is an answer; an error of `look` ends the wait at once.
pub fn until<T>(what: &str, within: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("waited {within:?} in vain: {what}");
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

/// As [`until`], for a plain yes or no.
pub fn until_true(what: &str, within: Duration, mut look: impl FnMut() -> bool) -> Result<()> {
    until(what, within, || Ok(look().then_some(())))
}

/// The first line that a program writes: how X servers and bus daemons say where they listen.
pub fn first_line(from: impl Read + Send + 'static, within: Duration) -> Result<String> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(from).read_line(&mut line).map(|_| line);
        // Nobody listens any more when the deadline has passed.
        drop(tell.send(read));
    });
    let line = told.recv_timeout(within).context("it did not say in time where it listens")??;
    let line = line.trim();
    if line.is_empty() {
        bail!("it ended without saying where it listens");
    }
    Ok(line.to_owned())
}
