//! `support-kiosk doctor`: what is wrong with this machine. So far it knows one examination, the attack.

mod attack;

use std::process::ExitCode;

/// What to examine, and for whom the answer is.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Runs the breakout suite against this machine.
    pub(crate) attack: bool,
    /// Only attempts whose name contains this.
    pub(crate) only: Option<String>,
    /// Prints JSON.
    pub(crate) json: bool,
}

/// Examines. Success means that nothing is wrong.
///
/// # Errors
/// When the examination itself cannot be made.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.attack {
        return attack::run(options);
    }
    anyhow::bail!("so far the doctor knows one examination: `support-kiosk doctor --attack`")
}
