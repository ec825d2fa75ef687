//! The log: named events with fields, in the system's journal when the program is a service of its, else on standard error
//! as text or as JSON lines; and where somebody wants files, in files too.
//!
//! Only this program's own events are written: what libraries log can hold addresses and payloads. All ways out have the
//! same filter.

#[cfg(unix)]
mod journal;

use std::io::IsTerminal;

use kiosk_core::config::{Log, LogFormat};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_appender::{
    non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard},
    rolling::{InitError, Rotation},
};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry::{LookupSpan, Registry},
    util::SubscriberInitExt,
};

use crate::tap::Tap;

/// So many lines wait for a disk that takes none. The library makes room for all of them at once, by itself for 128,000: 4 MB.
const WAITING: usize = 4096;
/// What the journal's entries are called by: `journalctl -t support-kiosk`.
pub(crate) const IDENTIFIER: &str = "support-kiosk";
/// What stands before the name of an event's field in the journal.
pub(crate) const FIELD: &str = "KIOSK_";
/// How the files in `log.folder` are called: `support-kiosk.2026-11-22.log`.
pub(crate) const FILE: (&str, &str) = ("support-kiosk", "log");

/// The running log.
pub(crate) struct Started(Option<WorkerGuard>);

impl Started {
    /// What is on its way to a file gets there. Gives the exit code of a program that ends well.
    pub(crate) fn finish(self) -> i32 {
        drop(self.0);
        0
    }
}

/// Starts the log, and lets `tap` hear what is worth a line at "info". A second call changes nothing.
pub(crate) fn start(log: &Log, tap: Option<Tap>) -> Started {
    let level = log.level.name().parse().unwrap_or(LevelFilter::INFO);
    let filter =
        || Targets::new().with_targets(["support_kiosk", "kiosk_core", "kiosk_sandbox"].map(|own| (own, level)));
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = Vec::new();
    match journal_layer() {
        Some(journal) => layers.push(journal.with_filter(filter()).boxed()),
        None => {
            let color = std::io::stderr().is_terminal();
            layers.push(lines(log.format, std::io::stderr, color).with_filter(filter()).boxed());
        }
    }
    let mut guard = None;
    let mut failed = None;
    match files(log) {
        Ok(Some((writer, worker))) => {
            layers.push(lines(log.format, writer, false).with_filter(filter()).boxed());
            guard = Some(worker);
        }
        Ok(None) => {}
        Err(error) => failed = Some(error),
    }
    let tap = tap.map(|tap| tap.with_filter(Targets::new().with_target("support_kiosk", LevelFilter::INFO)));
    let _ = tracing_subscriber::registry().with(layers).with(tap).try_init();
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic can hold the value that broke it; the place is enough to find it.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(event = "panic", place);
    }));
    if let Some(error) = failed {
        tracing::error!(event = "log.failed", reason = %error, "no files are written to the folder in `log.folder`");
    }
    Started(guard)
}

fn lines<S, W>(format: LogFormat, writer: W, color: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // A disk that is full must not fill standard error.
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(color).log_internal_errors(false);
    match format {
        LogFormat::Json => layer.json().flatten_event(true).with_target(false).boxed(),
        LogFormat::Text => layer.with_target(false).boxed(),
    }
}

/// A file a day, written by a thread of its own: a slow disk holds up nobody.
fn files(log: &Log) -> Result<Option<(NonBlocking, WorkerGuard)>, InitError> {
    let Some(folder) = &log.folder else { return Ok(None) };
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix(FILE.0)
        .filename_suffix(FILE.1)
        .max_log_files(log.files)
        .build(folder)?;
    Ok(Some(NonBlockingBuilder::default().buffered_lines_limit(WAITING).finish(appender)))
}

#[cfg(unix)]
fn journal_layer() -> Option<journal::Journal> {
    journal::Journal::of_this_service()
}

#[cfg(not(unix))]
fn journal_layer() -> Option<tracing_subscriber::layer::Identity> {
    None
}
