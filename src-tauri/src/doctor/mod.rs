//! `support-kiosk doctor`: what is wrong with this machine, and what to do.

mod attack;
mod checks;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What to examine, and for whom the answer is.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The configuration file that was named.
    pub(crate) config: Option<PathBuf>,
    /// Runs the breakout suite against this machine.
    pub(crate) attack: bool,
    /// Only attempts whose name contains this.
    pub(crate) only: Option<String>,
    /// Prints JSON.
    pub(crate) json: bool,
}

/// What the examination of this machine says: for people, and for programs.
///
/// # Errors
/// An answer that cannot be written as JSON.
pub(crate) fn answer(config: Option<&Path>) -> anyhow::Result<(String, String)> {
    let findings = checks::run(config);
    Ok((checks::as_text(&findings), checks::as_json(&findings)?))
}

/// Examines. Success means that nothing is wrong.
///
/// # Errors
/// When the examination itself cannot be made.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.attack {
        return attack::run(options);
    }
    let findings = checks::run(options.config.as_deref());
    checks::print(&findings, options.json)?;
    Ok(if checks::is_well(&findings) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
