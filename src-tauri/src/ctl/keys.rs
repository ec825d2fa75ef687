//! Keys that sign.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use kiosk_fleet::key::SecretKey;

use super::say;

/// What is to be done with keys.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Keys {
    /// Makes a new key, writes it to FILE for your eyes only, and prints its public half for `fleet.command_keys`.
    New {
        /// The file, which must not be there yet.
        file: PathBuf,
    },
    /// Prints the public half of a key.
    Public {
        /// The key's file.
        file: PathBuf,
    },
}

pub(super) fn run(keys: &Keys) -> anyhow::Result<()> {
    match keys {
        Keys::New { file } => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed)
                .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
            let secret = SecretKey::from_seed(&seed);
            write(file, &secret.to_file()).with_context(|| format!("{} cannot be made", file.display()))?;
            say(&secret.public().to_string())
        }
        Keys::Public { file } => {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let secret =
                SecretKey::from_file(&text).with_context(|| format!("{} is not a key's file", file.display()))?;
            say(&secret.public().to_string())
        }
    }
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
