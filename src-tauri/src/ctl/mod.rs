//! `ctl`: the fleet from an administrator's terminal.

mod keys;
mod link;
mod list;
mod push;
mod send;
mod watch;

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, Subcommand};
use kiosk_fleet::{key::SecretKey, topic::Target};

/// The fleet: what there is, what happens, commands, configurations, keys.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct Ctl {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

/// How to get to the broker.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct BrokerArgs {
    /// The fleet's broker, for example mqtts://broker.example.com:8883.
    #[arg(long, value_name = "URL", global = true)]
    broker: Option<String>,
    /// The user that the broker knows you as.
    #[arg(long, value_name = "NAME", global = true)]
    username: Option<String>,
    /// The file with that user's password.
    #[arg(long, value_name = "FILE", global = true)]
    password_file: Option<PathBuf>,
    /// The certificates that may sign the broker's, in PEM. Without it: those that the system trusts.
    #[arg(long, value_name = "FILE", global = true)]
    ca_file: Option<PathBuf>,
    /// Your certificate, in PEM.
    #[arg(long, value_name = "FILE", global = true)]
    cert_file: Option<PathBuf>,
    /// The key of your certificate, in PEM.
    #[arg(long, value_name = "FILE", global = true)]
    key_file: Option<PathBuf>,
}

/// Your signature, and whether you are asked.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct Signing {
    /// The file with the secret key that signs (see `keys new`).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Does not ask first.
    #[arg(long)]
    yes: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
enum Command {
    /// Makes a key that signs commands and configurations, or shows the public half of one.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Lists the kiosks with their health. Exit code 1 when one is away or out of service.
    List {
        /// Only these: SITE/ID, SITE/* or */*.
        #[arg(default_value = "*/*")]
        target: Target,
        /// Prints one JSON object a line, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Shows what happens, line by line, until you end it.
    Watch {
        /// Only these: SITE/ID, SITE/* or */*.
        #[arg(default_value = "*/*")]
        target: Target,
    },
    /// Sends a signed command to one kiosk, a site or all, and waits for the answers.
    Send(send::Send),
    /// Gives kiosks another configuration: a share of them first, then the rest if those are well.
    Push(push::Push),
}

/// Does what the command line says.
///
/// # Errors
/// What did not work.
pub(crate) fn run(ctl: &Ctl) -> anyhow::Result<ExitCode> {
    if let Command::Keys(keys) = &ctl.command {
        return keys::run(keys).map(|()| ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut link = link::Link::open(&ctl.broker).await?;
        let well = match &ctl.command {
            Command::Keys(_) => true,
            Command::List { target, json } => list::run(&mut link, target, *json).await?,
            Command::Watch { target } => watch::run(&mut link, target).await?,
            Command::Send(send) => send::run(&mut link, send).await?,
            Command::Push(push) => push::run(&mut link, push).await?,
        };
        link.close().await;
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

impl Signing {
    fn secret(&self) -> anyhow::Result<SecretKey> {
        let name = self.key.display();
        let text = std::fs::read_to_string(&self.key).with_context(|| format!("the key {name} cannot be read"))?;
        SecretKey::from_file(&text).with_context(|| format!("{name} is not a key's file"))
    }

    /// Asks, unless told not to.
    fn confirm(&self, question: &str) -> anyhow::Result<bool> {
        if self.yes {
            return Ok(true);
        }
        anyhow::ensure!(io::stdin().is_terminal(), "nobody can be asked here: say --yes");
        write!(io::stderr(), "{question} [y/N] ")?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

/// A line for the person, or some. Much of it comes from a broker, so what a terminal would obey is left out.
fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{}", plain(line)).context("standard output")
}

fn plain(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !(letter.is_control() || turns_around(*letter))).collect()
}

/// The signs with which a text can make the rest of a line read backwards (Unicode's bidirectional formatting characters).
fn turns_around(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How far it is, on a terminal.
fn progress(done: usize, all: usize) {
    const WIDTH: usize = 30;
    if !io::stderr().is_terminal() || all == 0 {
        return;
    }
    let full = (done * WIDTH / all).min(WIDTH);
    // A terminal that cannot be written shows no bar; nothing depends on it.
    let _ = write!(io::stderr(), "\r[{}{}] {done} of {all} ", "#".repeat(full), ".".repeat(WIDTH - full));
    if done >= all {
        let _ = writeln!(io::stderr());
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_from_afar_moves_the_cursor_or_turns_the_line_around() {
        assert_eq!(plain("1.0\u{1b}[2J\u{202e}ok\nBerlin\u{2069}, Zürich"), "1.0[2Jok\nBerlin, Zürich");
    }
}
