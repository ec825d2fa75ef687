//! `pin`: sets the staff's PIN, prints what belongs into the configuration, or removes it.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    path::Path,
};

use anyhow::{Context, bail};
use zeroize::Zeroizing;

use super::{lockout, pin};
use crate::ledger::state_folder;

/// More is not read of a PIN, in bytes.
const LONGEST_LINE: u64 = 1024;

/// Sets, prints or removes the PIN.
///
/// # Errors
/// A PIN that is too easy or not repeated, a terminal or a folder that cannot be used.
pub(crate) fn run(print: bool, remove: bool) -> anyhow::Result<()> {
    let state = state_folder();
    let store = pin::Store::new(&state);
    let mut out = io::stdout().lock();
    if remove {
        let there = store.path().exists();
        store.remove().with_context(|| format!("{} cannot be removed", store.path().display()))?;
        forget_attempts(&state)?;
        writeln!(out, "{}", if there { "The PIN is removed: staff cannot get in." } else { "There was no PIN." })?;
        return Ok(());
    }
    let typed = ask()?;
    if let Err(weak) = pin::judge(&typed) {
        bail!(
            "this PIN is too easy to guess or cannot be used: {weak}. Take six digits or more that do not follow one another"
        );
    }
    let hash = pin::hash(&typed)?;
    if print {
        writeln!(out, "{}", hash.as_str())?;
        return Ok(());
    }
    store.save(&hash).with_context(|| format!("{} cannot be written", store.path().display()))?;
    forget_attempts(&state)?;
    writeln!(out, "The PIN is set, in {}. A running kiosk takes it at once.", store.path().display())?;
    if !typed.chars().all(|c| c.is_ascii_digit()) {
        writeln!(out, "It is not of digits alone, so it takes a keyboard: the pad on the screen has digits only.")?;
    }
    Ok(())
}

/// A new PIN, or none, has no wrong attempts behind it.
fn forget_attempts(state: &Path) -> anyhow::Result<()> {
    lockout::forget(state).context("the count of wrong PINs cannot be removed")
}

/// From a terminal twice, and not shown; else one line of standard input, for scripts.
fn ask() -> anyhow::Result<Zeroizing<String>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        let read = |prompt: &str| {
            rpassword::prompt_password(prompt).map(Zeroizing::new).context("the terminal cannot be read")
        };
        let first = read("New PIN: ")?;
        if *read("The same again: ")? != *first {
            bail!("the two are not the same; nothing was changed");
        }
        return Ok(first);
    }
    let mut line = Zeroizing::new(String::new());
    stdin.lock().take(LONGEST_LINE).read_line(&mut line).context("standard input cannot be read")?;
    let end = line.trim_end_matches(['\n', '\r']).len();
    line.truncate(end);
    Ok(line)
}
