//! The way to a display.

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::Window;
use x11rb::rust_connection::RustConnection;

/// A connection of the caller's own to the display of this name (`:0`), and the root window.
pub fn connect(name: &str) -> Result<(RustConnection, Window)> {
    let (connection, screen) =
        RustConnection::connect(Some(name)).with_context(|| format!("no connection to the display {name}"))?;
    let root = connection.setup().roots[screen].root;
    Ok((connection, root))
}
