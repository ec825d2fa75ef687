//! The command line. Help and version come from this one definition.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use kiosk_core::{config::Appearance, language::Language};

use crate::ctl::Ctl;

/// A support kiosk: a person walks up, chats with support, and whoever comes next finds nothing of it.
#[derive(Debug, Parser)]
#[command(
    name = "support-kiosk",
    version,
    after_help = "Without a command the kiosk opens. Exit codes: 0 when all is well, 1 when something did not work, \
                  2 when the command line or the configuration has a mistake."
)]
pub(crate) struct Cli {
    /// Reads this configuration file. Without it: support-kiosk/config.toml in $XDG_CONFIG_HOME (or ~/.config), else
    /// /etc/support-kiosk/config.toml, else the built-in defaults.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,

    /// Opens the window, as a second start does. Nothing else in the link is looked at: anybody can write one.
    #[arg(value_name = "support-kiosk:LINK", value_parser = link)]
    link: Option<String>,

    #[command(subcommand)]
    command: Option<Command>,
}

/// A link of our own scheme, which desktops hand over as the program's argument.
fn link(text: &str) -> Result<String, &'static str> {
    match text.split_once(':') {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("support-kiosk") => Ok(String::new()),
        _ => Err("it is neither a command nor a link that begins with support-kiosk:"),
    }
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Opens the kiosk. This is what happens without a command.
    Run,
    /// Reads the configuration and says in sentences what it means, or what is wrong with it. Nothing is opened.
    Check,
    /// Examines this machine: display, keys, buses, clock, disk, network, and how the kiosk is started. Says in sentences
    /// what is wrong and what to do. Nothing is opened or changed; the exit code is 1 when something must be put right.
    ///
    /// With --attack the kiosk opens here and some three hundred ways out of it are tried; the exit code is 1 when one worked.
    Doctor {
        /// Tries to break out of the kiosk on this very screen, and prints a table of what happened.
        #[arg(long)]
        attack: bool,
        /// Tries only what has this in its name.
        #[arg(long, value_name = "TEXT", requires = "attack")]
        only: Option<String>,
        /// Prints one JSON object, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Packs logs, receipts, the doctor's answer, the version and the configuration into one .tar.gz that can be mailed, and
    /// prints what is in it. Passwords, keys, tokens, the PIN and everything that was said stay out.
    SupportBundle {
        /// The file, which must not be there yet. Without it: support-kiosk-DATE-TIME.tar.gz, here.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Says of each recorded session event what the kiosk would do, one JSON object a line.
    ///
    /// Each line of FILE is one JSON value: an event's detail, or an object with a `detail` and perhaps an `id`.
    Replay {
        /// The recorded events. `-` is standard input.
        file: PathBuf,
        /// Judges each line for itself. Without it the file is one stream, in which a session's second end is ignored.
        #[arg(long)]
        independent: bool,
    },
    /// Sets the PIN that opens the staff scene. It is asked for twice and not shown; from a pipe it is read once.
    ///
    /// The scene opens with five touches in the top left corner of the screen, or with the keys in `staff.key`. While there is no PIN
    /// nothing opens it.
    Pin {
        /// Stores nothing, and prints what belongs into the configuration as `staff.pin_hash`.
        #[arg(long)]
        print: bool,
        /// Removes the PIN: nobody gets in any more.
        #[arg(long, conflicts_with = "print")]
        remove: bool,
    },
    /// Sums up the ledger: visits, what ended them, clears that stayed unconfirmed, the slowest resets, failed proofs.
    Receipts {
        /// Prints one JSON object, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Takes pictures of every scene and of the notice, with the configured brand, in every language that is offered, and names
    /// the files.
    ///
    /// They are of the real pages in the real engine. Where Xvfb is installed nothing is seen of it; else a window comes up.
    Preview {
        /// The folder for the pictures: OUT/LANGUAGE/SCENE.png, and with several sizes OUT/SIZE/LANGUAGE/SCENE.png. What has the
        /// same name there is overwritten.
        #[arg(long, value_name = "DIR", default_value = "preview")]
        out: PathBuf,
        /// One language only, for example `de`.
        #[arg(long, value_name = "LANGUAGE", value_parser = language)]
        language: Option<Language>,
        /// The screen's size in pixels. More than once: each of them.
        #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080", value_parser = size)]
        size: Vec<(u32, u32)>,
        /// Instead of the configured one: `light`, `dark` or `auto`.
        #[arg(long, value_name = "APPEARANCE", value_parser = appearance)]
        appearance: Option<Appearance>,
    },
    /// Prints the JSON Schema of the configuration file, for editors.
    Schema,
    /// Looks after a fleet of kiosks through its MQTT broker: what there is, commands, configurations, keys.
    Ctl(Box<Ctl>),
}

impl Cli {
    /// The command, `run` when there is none.
    pub(crate) fn command(&self) -> Command {
        self.command.clone().unwrap_or(Command::Run)
    }
}

fn appearance(text: &str) -> Result<Appearance, String> {
    let known = [Appearance::Light, Appearance::Dark, Appearance::Auto];
    known.into_iter().find(|known| known.name() == text).ok_or_else(|| "it is light, dark or auto".to_owned())
}

fn language(text: &str) -> Result<Language, String> {
    let known = Language::ALL.map(Language::code).join(", ");
    Language::of(text).ok_or_else(|| format!("there is no such language; there are {known}"))
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.parse().ok().filter(|side| (200..=8192).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
    sides.ok_or_else(|| "it must be two numbers from 200 to 8192, for example 1920x1080".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        <Cli as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_command_line_means_what_it_says() {
        let read = |words: &[&str]| Cli::try_parse_from([&["support-kiosk"], words].concat());
        assert_eq!(read(&[]).unwrap().command(), Command::Run);
        let cli = read(&["check", "--config", "a.toml"]).unwrap();
        assert_eq!((cli.command(), cli.config), (Command::Check, Some(PathBuf::from("a.toml"))));
        assert_eq!(
            read(&["--config", "a.toml", "replay", "-", "--independent"]).unwrap().command(),
            Command::Replay { file: PathBuf::from("-"), independent: true }
        );
        assert_eq!(read(&["pin", "--print"]).unwrap().command(), Command::Pin { print: true, remove: false });
        assert!(read(&["pin", "--print", "--remove"]).is_err());
        assert!(read(&["pin", "739154"]).is_err(), "a PIN on the command line could be read by everybody");
        assert!(read(&["replay"]).is_err());
        assert_eq!(
            read(&["preview", "--language", "ar", "--size", "1024x600", "--size", "600x1024", "--appearance", "dark"])
                .unwrap()
                .command(),
            Command::Preview {
                out: PathBuf::from("preview"),
                language: Some(Language::Ar),
                size: vec![(1024, 600), (600, 1024)],
                appearance: Some(Appearance::Dark)
            }
        );
        assert!(read(&["preview", "--language", "xx"]).is_err());
        assert!(read(&["preview", "--size", "1024"]).is_err());
        assert!(read(&["open"]).is_err());
        for link in ["support-kiosk://", "SUPPORT-KIOSK:x", "support-kiosk://a/b?config=/etc/passwd#\u{0}"] {
            let cli = read(&[link]).unwrap();
            assert_eq!((cli.command(), cli.config), (Command::Run, None), "{link}");
        }
        assert!(read(&["https://support.example.com"]).is_err());
        assert!(read(&["support-kiosk://", "support-kiosk://"]).is_err());
    }
}
