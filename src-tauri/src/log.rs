//! The log: named events with fields, on standard error, as text or as JSON lines.
//!
//! Only this program's own events are written: what libraries log can hold addresses and payloads.

use std::io::IsTerminal;

use kiosk_core::config::{Log, LogFormat};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::tap::Tap;

/// Starts the log, and lets `tap` hear what is worth a line at "info". A second call changes nothing.
pub(crate) fn start(log: &Log, tap: Option<Tap>) {
    let level = log.level.name();
    let filter = EnvFilter::new(format!("off,support_kiosk={level},kiosk_core={level},kiosk_sandbox={level}"));
    let layer =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let layer = match log.format {
        LogFormat::Json => layer.json().flatten_event(true).with_target(false).boxed(),
        LogFormat::Text => layer.with_target(false).boxed(),
    };
    let tap = tap.map(|tap| tap.with_filter(EnvFilter::new("off,support_kiosk=info")));
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).with(tap).try_init();
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic can hold the value that broke it; the place is enough to find it.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(event = "panic", place);
    }));
}
