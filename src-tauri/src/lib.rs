//! Support Kiosk: a person walks up, chats with support, and whoever comes next finds nothing of it.
//!
//! This crate is the shell. It turns the world (window, webviews, session bus, files) into inputs of the visit machine
//! in `kiosk-core`, and the machine's effects into the world. It decides nothing.

mod app;
mod brand;
mod bridge;
mod bundle;
mod capability;
mod chat_page;
mod check;
mod cli;
mod commands;
mod config;
mod ctl;
mod desktop;
mod doctor;
mod driver;
mod environment;
mod files;
mod fleet;
mod front;
mod intake;
mod kept;
mod languages;
mod ledger;
mod log;
mod metrics;
mod notify;
mod pictures;
mod platform;
mod preview;
mod receipts;
mod refusals;
mod renewal;
mod replay;
mod single;
mod source;
mod staff;
mod stage;
mod tap;
mod watch;
mod window;
mod words;

use std::{io::Write, process::ExitCode};

use clap::{CommandFactory, Parser};

/// The definition of the command line, for its manual and the shells' completions.
pub fn command_line() -> clap::Command {
    <cli::Cli as CommandFactory>::command()
}

/// Runs the command line. Exit codes: 0 well, 1 it did not work, 2 the command line or the configuration is wrong.
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match dispatch(&cli) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "support-kiosk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: &cli::Cli) -> anyhow::Result<ExitCode> {
    match cli.command() {
        cli::Command::Run => match config::load_or_report(cli.config.as_deref()) {
            Some(loaded) => app::run(loaded, cli.config.clone()).map(|()| ExitCode::SUCCESS),
            None => Ok(ExitCode::from(2)),
        },
        cli::Command::Ctl(ctl) => ctl::run(&ctl),
        cli::Command::Check => Ok(check::run(cli.config.as_deref())?),
        cli::Command::Doctor { attack, only, json } => {
            doctor::run(&doctor::Options { config: cli.config.clone(), attack, only, json })
        }
        cli::Command::SupportBundle { out } => {
            bundle::run(cli.config.as_deref(), out.as_deref()).map(|()| ExitCode::SUCCESS)
        }
        cli::Command::Replay { file, independent } => replay::run(&file, independent).map(|()| ExitCode::SUCCESS),
        cli::Command::Pin { print, remove } => staff::run(print, remove).map(|()| ExitCode::SUCCESS),
        cli::Command::Receipts { json } => receipts::run(json).map(|()| ExitCode::SUCCESS),
        cli::Command::Preview { out, language, size, appearance } => {
            match config::look_or_report(cli.config.as_deref()) {
                Some(loaded) => preview::run(loaded, &preview::Options { out, language, sizes: size, appearance }),
                None => Ok(ExitCode::from(2)),
            }
        }
        cli::Command::Schema => {
            let schema = serde_json::to_string_pretty(&kiosk_core::config::schema())?;
            match writeln!(std::io::stdout().lock(), "{schema}") {
                // Whoever read it has read enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
                done => done?,
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
