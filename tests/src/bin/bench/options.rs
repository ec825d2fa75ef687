//! What is measured and how long, as the environment says; `make bench` passes its variables on.

use std::env;
use std::str::FromStr;
use std::time::Duration;

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Options {
    /// Whether all programs run on half a core and one gigabyte.
    pub(crate) slow: bool,
    /// Rounds in which the programs that are compared start in turn.
    pub(crate) rounds: usize,
    /// How long the chat is open until its memory is looked at.
    pub(crate) settle: Duration,
    /// Events that end a session, with and without others among them.
    pub(crate) clears: u64,
    /// Resets after a notice.
    pub(crate) resets: u64,
    /// Web processes that are killed.
    pub(crate) crashes: u64,
    /// Ends while somebody types.
    pub(crate) notices: u64,
    /// Visits with a conversation.
    pub(crate) visits: u64,
    /// After so many of them nobody comes for a while, and the program begins anew; 0: never.
    pub(crate) renew: u64,
    /// How long nobody does anything.
    pub(crate) idle: Duration,
    /// The rows that are wanted; empty: all.
    rows: Vec<String>,
}

impl Options {
    /// From the environment.
    pub(crate) fn read() -> Self {
        let slow = env::var_os("BENCH_SLOW").is_some();
        let or = |usual: u64, on_slow: u64| if slow { on_slow } else { usual };
        Self {
            slow,
            rounds: number("ROUNDS", 7),
            settle: Duration::from_secs(number("SETTLE", 30)),
            clears: number("CLEARS", or(10_000, 200)),
            resets: number("RESETS", or(50, 15)),
            crashes: number("CRASHES", or(15, 7)),
            notices: number("NOTICES", or(50, 15)),
            visits: number("VISITS", or(2_000, 100)),
            renew: number("RENEW", 500),
            idle: Duration::from_secs(number("IDLE", or(600, 120))),
            rows: text("ROWS").split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Whether a row is wanted. Nobody holds criterion back, so a small machine has nothing to say of the core.
    pub(crate) fn wants(&self, row: &str) -> bool {
        let is_named = self.rows.iter().any(|wanted| wanted == row);
        is_named || (self.rows.is_empty() && !(self.slow && row == "core"))
    }
}

/// A number; what is no number counts as not said.
fn number<T: FromStr>(name: &str, usual: T) -> T {
    text(name).parse().unwrap_or(usual)
}

fn text(name: &str) -> String {
    env::var(format!("BENCH_{name}")).unwrap_or_default()
}
