//! Writes the man pages and the completions of bash, zsh and fish. It is a program of its own, so that the kiosk does
//! not carry what only a package needs; the command line is the kiosk's own, so that there is one definition.

use std::{fs, io::Write, path::PathBuf};

use anyhow::Context;
use clap_complete::Shell;

const NAME: &str = "support-kiosk";

/// What the command line does not know of itself.
const FILES: &str = r"
.SH FILES
.TP
\fI/etc/support\-kiosk/config.toml\fR
The configuration of the whole machine, with every setting explained. A file of the user in
\fI~/.config/support\-kiosk/config.toml\fR is read instead of it.
.TP
\fI~/.local/state/support\-kiosk/receipts.jsonl\fR
The ledger: one line a visit, with nothing personal in it. The kiosk session's is in \fI/var/lib/support\-kiosk\fR.
.SH SEE ALSO
\fBsupport\-kiosk\-session\fR(8), \fBcage\fR(1), \fBsystemctl\fR(1)
";

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).context("say the folder to write into")?;
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let command = support_kiosk::command_line;
    // One page a command; the first names the others.
    clap_mangen::generate_to(command().disable_help_subcommand(true), &folder)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command(), NAME, &folder)?;
    }
    fs::OpenOptions::new().append(true).open(folder.join("support-kiosk.1"))?.write_all(FILES.as_bytes())?;
    Ok(())
}
