//! Writes the man pages and the completions of bash, zsh and fish. It is a program of its own, so that the kiosk does
//! not carry what only a package needs; the command line is the kiosk's own, so that there is one definition.

use std::{fs, io::Write, path::PathBuf};

use anyhow::Context;
use clap_complete::Shell;

const NAME: &str = "support-kiosk";

/// What the command line does not know of itself.
const MORE: &str = r"
.SH DESKTOP SESSION
\fBsystemctl \-\-user enable \-\-now support\-kiosk\fR keeps the kiosk running in somebody's desktop session. Its unit waits for
\fIgraphical\-session.target\fR, which GNOME and KDE Plasma start. Neither openbox nor a session without a window manager does;
there these two lines belong into the script with which the session begins, \fI~/.config/openbox/autostart\fR (of
\fBopenbox\-session\fR) or \fI~/.xsession\fR, before the line that runs as long as the session:
.PP
.RS
.nf
systemctl \-\-user import\-environment DISPLAY XAUTHORITY
systemctl \-\-user start support\-kiosk\-desktop.target
.fi
.RE
.PP
Such a session begins anew, and then the unit is switched on. \fBsystemctl \-\-user is\-active graphical\-session.target\fR
says whether a session tells of itself.
.SH KIOSK SESSION
\fBsupport\-kiosk\-session\fR(8) gives the whole screen to the kiosk, as a user of its own. Its PIN, its receipts and all else that it
keeps are that user's: there it is \fBsudo support\-kiosk\-session pin\fR, and likewise \fBreceipts\fR, \fBdoctor\fR and
\fBsupport\-bundle\fR.
.SH FILES
.TP
\fI/etc/support\-kiosk/config.toml\fR
The configuration of the whole machine, with every setting explained. A file of the user in
\fI~/.config/support\-kiosk/config.toml\fR is read instead of it.
.TP
\fI~/.local/state/support\-kiosk/receipts.jsonl\fR
The ledger: one line a visit, with nothing personal in it. The kiosk session's is in \fI/var/lib/support\-kiosk\fR.
.TP
\fI~/.config/autostart/io.supportkiosk.app.desktop\fR
Written and removed by \fBdesktop.autostart\fR; one that somebody else wrote is left alone.
.SH ENVIRONMENT
.TP
\fBXDG_CONFIG_HOME\fR, \fBXDG_STATE_HOME\fR
Where the user's configuration and the ledger are, instead of \fI~/.config\fR and \fI~/.local/state\fR.
.TP
\fBNO_COLOR\fR
A mistake in the configuration is shown without colors.
.PP
A variable that would open a debugger, an inspector or somebody's library in the kiosk is dropped: the program starts itself
anew without it, and tells so in the log.
.SH SIGNALS
.TP
\fBSIGTERM\fR, \fBSIGINT\fR, \fBSIGHUP\fR
End the kiosk after the receipt of the running visit is written.
.TP
\fBSIGUSR2\fR
Asks for a fresh visit.
.SH EXIT STATUS
0 when all is well, 1 when something did not work, 2 when the command line or the configuration has a mistake.
.SH EXAMPLES
.TP
\fBsupport\-kiosk check\fR
Says what the configuration means before anybody stands in front of it.
.TP
\fBsupport\-kiosk doctor\fR
Says what is wrong with this machine.
.TP
\fBjournalctl \-t support\-kiosk\fR
The log of a kiosk that the service manager runs.
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
    fs::OpenOptions::new().append(true).open(folder.join("support-kiosk.1"))?.write_all(MORE.as_bytes())?;
    Ok(())
}
