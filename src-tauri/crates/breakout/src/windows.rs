//! The windows on a display, and whether the kiosk covers them.

use anyhow::{Context, Result, ensure};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt, MapState, Window};
use x11rb::rust_connection::RustConnection;

use crate::display;

/// One window that a program shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub id: Window,
    /// Its title.
    pub name: String,
    /// The program that says it made it.
    pub pid: Option<u32>,
    /// Left edge on the screen.
    pub x: i16,
    /// Upper edge on the screen.
    pub y: i16,
    /// Width without the manager's frame.
    pub width: u16,
    /// Height without the manager's frame.
    pub height: u16,
    /// Menus and tool tips, which no manager manages.
    pub unmanaged: bool,
}

/// All windows that are shown, lowest first.
pub fn shown(display: &str) -> Result<Vec<Shown>> {
    let (connection, root) = display::connect(display)?;
    shown_on(&connection, root)
}

/// The same, by a connection that is there already.
pub fn shown_on(connection: &RustConnection, root: Window) -> Result<Vec<Shown>> {
    let look = Look { connection, root };
    let mut found = Vec::new();
    for id in look.connection.query_tree(look.root)?.reply()?.children {
        // A window may go while we look.
        found.extend(look.window(id).ok().flatten());
    }
    if !look.managed()? {
        return Ok(found);
    }
    // Under a manager the children of the root are its frames; its clients it lists itself.
    found.retain(|window| window.unmanaged && window.width > 1 && window.height > 1);
    let clients = look.list(look.root, "_NET_CLIENT_LIST_STACKING")?;
    let clients = clients.into_iter().filter_map(|id| look.window(id).ok());
    Ok(clients.flatten().chain(found).collect())
}

/// Whether a window manager looks after the display.
pub fn is_managed(connection: &RustConnection, root: Window) -> Result<bool> {
    Look { connection, root }.managed()
}

/// Fails unless exactly one window is shown and it covers the whole screen.
pub fn expect_one_covering(display: &str) -> Result<Shown> {
    let windows = shown(display)?;
    ensure!(windows.len() == 1, "one window should be shown, not {windows:?}");
    let window = windows.into_iter().next().context("no window is shown")?;
    let (connection, root) = display::connect(display)?;
    let look = Look { connection: &connection, root };
    let screen = look.connection.get_geometry(look.root)?.reply()?;
    ensure!(
        (window.x, window.y, window.width, window.height) == (0, 0, screen.width, screen.height),
        "the window should cover the screen, {}x{}: {window:?}",
        screen.width,
        screen.height
    );
    Ok(window)
}

/// The window that has the keyboard's focus: its program's id, where it tells.
pub fn active_pid(display: &str) -> Result<Option<u32>> {
    let (connection, root) = display::connect(display)?;
    let look = Look { connection: &connection, root };
    let active = look.list(look.root, "_NET_ACTIVE_WINDOW")?;
    let Some(id) = active.first().copied().filter(|id| *id != 0) else {
        return Ok(None);
    };
    Ok(look.list(id, "_NET_WM_PID")?.first().copied())
}

struct Look<'a> {
    connection: &'a RustConnection,
    root: Window,
}

impl Look<'_> {
    /// A manager lists its clients.
    fn managed(&self) -> Result<bool> {
        let clients = self.atom("_NET_CLIENT_LIST_STACKING")?;
        let reply = self.connection.get_property(false, self.root, clients, AtomEnum::ANY, 0, 1)?.reply()?;
        Ok(reply.type_ == u32::from(AtomEnum::WINDOW))
    }

    /// The window, if it can be seen: GTK and openbox keep some of one pixel, or far off the screen.
    fn window(&self, id: Window) -> Result<Option<Shown>> {
        let attributes = self.connection.get_window_attributes(id)?.reply()?;
        let size = self.connection.get_geometry(id)?.reply()?;
        let place = self.connection.translate_coordinates(id, self.root, 0, 0)?.reply()?;
        let (right, bottom) =
            (i32::from(place.dst_x) + i32::from(size.width), i32::from(place.dst_y) + i32::from(size.height));
        let visible =
            attributes.map_state == MapState::VIEWABLE && size.width > 1 && size.height > 1 && right > 0 && bottom > 0;
        if !visible {
            return Ok(None);
        }
        Ok(Some(Shown {
            id,
            name: self.name(id)?,
            pid: self.list(id, "_NET_WM_PID")?.first().copied(),
            x: place.dst_x,
            y: place.dst_y,
            width: size.width,
            height: size.height,
            unmanaged: attributes.override_redirect,
        }))
    }

    fn name(&self, id: Window) -> Result<String> {
        let modern = self.bytes(id, self.atom("_NET_WM_NAME")?)?;
        let name = if modern.is_empty() { self.bytes(id, AtomEnum::WM_NAME.into())? } else { modern };
        Ok(String::from_utf8_lossy(&name).into_owned())
    }

    fn bytes(&self, id: Window, property: Atom) -> Result<Vec<u8>> {
        let reply = self.connection.get_property(false, id, property, AtomEnum::ANY, 0, 1024)?.reply()?;
        Ok(reply.value)
    }

    fn list(&self, id: Window, property: &str) -> Result<Vec<u32>> {
        let reply = self.connection.get_property(false, id, self.atom(property)?, AtomEnum::ANY, 0, 1024)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    fn atom(&self, name: &str) -> Result<Atom> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}
