//! A private session bus that starts nothing by itself.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{self, Owned};
use crate::wait;

const UP_WITHIN: Duration = Duration::from_secs(20);

/// A running `dbus-daemon`; dropping it ends it.
#[derive(Debug)]
pub struct Bus {
    address: String,
    daemon: Owned,
}

impl Bus {
    /// Starts the daemon; its socket and its configuration are in `folder`.
    pub fn start(folder: &Path) -> Result<Self> {
        let file = folder.join("bus.conf");
        fs::write(&file, configuration(&folder.join("bus")))?;
        let mut daemon = Owned::spawn(
            "dbus-daemon",
            process::command("dbus-daemon")
                .arg(format!("--config-file={}", file.display()))
                .args(["--nofork", "--nopidfile", "--print-address"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )?;
        let address = wait::first_line(daemon.take_stdout()?, UP_WITHIN).context("dbus-daemon")?;
        Ok(Self { address, daemon })
    }

    /// What `DBUS_SESSION_BUS_ADDRESS` is for it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it while others still hold on to it.
    pub fn end(&self) -> Result<()> {
        self.daemon.signal("KILL")
    }
}

/// No `servicedir`: a name that nobody owns stays without an owner.
fn configuration(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}
