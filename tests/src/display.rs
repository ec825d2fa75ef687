//! A display of our own: Xvfb, and openbox where a window manager is wanted.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, Window};
use x11rb::rust_connection::RustConnection;

use crate::process::{self, Owned};
use crate::wait;

const UP_WITHIN: Duration = Duration::from_secs(20);

/// A running X server without a screen; dropping it ends it and all that shows on it.
#[derive(Debug)]
pub struct Display {
    name: String,
    // Declared before the server: the manager goes first.
    manager: Option<Owned>,
    _server: Owned,
}

impl Display {
    /// Starts Xvfb on a free display number, 24 bits deep.
    pub fn start(width: u16, height: u16) -> Result<Self> {
        let mut server = Owned::spawn(
            "Xvfb",
            process::command("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
                .args(["-dpi", "96", "-screen", "0"])
                .arg(format!("{width}x{height}x24"))
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )?;
        let number = wait::first_line(server.take_stdout()?, UP_WITHIN).context("Xvfb")?;
        Ok(Self { name: format!(":{number}"), manager: None, _server: server })
    }

    /// Starts openbox with its own defaults and waits until it manages the screen.
    pub fn manage(&mut self) -> Result<()> {
        let manager = Owned::spawn(
            "openbox",
            process::command("openbox")
                .arg("--sm-disable")
                .env("DISPLAY", &self.name)
                .env("HOME", "/nonexistent")
                .env_remove("XDG_CONFIG_HOME")
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        self.manager = Some(manager);
        let (connection, root) = self.connect()?;
        wait::until("openbox should manage the screen", UP_WITHIN, || Ok(is_managed(&connection, root)?.then_some(())))
    }

    /// What `DISPLAY` is for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a window manager was started.
    #[must_use]
    pub fn managed(&self) -> bool {
        self.manager.is_some()
    }

    /// A connection of the caller's own, and the root window.
    pub fn connect(&self) -> Result<(RustConnection, Window)> {
        kiosk_breakout::display::connect(&self.name)
    }
}

/// A manager is up when the window that it names on the root names itself, and it lists its clients: a window that
/// is mapped between the two is framed and then forgotten by openbox.
fn is_managed(connection: &RustConnection, root: Window) -> Result<bool> {
    let Some(check) = window_property(connection, root, "_NET_SUPPORTING_WM_CHECK")? else {
        return Ok(false);
    };
    // The window of a manager that has just gone does not exist any more.
    let own = window_property(connection, check, "_NET_SUPPORTING_WM_CHECK").unwrap_or_default();
    let clients = connection.intern_atom(false, b"_NET_CLIENT_LIST")?.reply()?.atom;
    let lists = connection.get_property(false, root, clients, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(own == Some(check) && lists.type_ == u32::from(AtomEnum::WINDOW))
}

fn window_property(connection: &RustConnection, of: Window, name: &str) -> Result<Option<Window>> {
    let atom = connection.intern_atom(false, name.as_bytes())?.reply()?.atom;
    let reply = connection.get_property(false, of, atom, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(reply.value32().and_then(|mut values| values.next()))
}
