//! Another program's copy: a text on the display's clipboard that is no page's own.

use std::thread;

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::display;

/// Puts a text on the clipboard of the display of this name. It stays there until somebody else copies something; it
/// is handed out by a thread that ends then, or with the display.
pub(crate) fn copy(display: &str, text: &str) -> Result<()> {
    let (connection, root) = display::connect(display)?;
    let atom = |name: &str| -> Result<u32> { Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let (clipboard, targets, utf8) = (atom("CLIPBOARD")?, atom("TARGETS")?, atom("UTF8_STRING")?);
    let window = connection.generate_id()?;
    let depth = x11rb::COPY_DEPTH_FROM_PARENT;
    let set = CreateWindowAux::new();
    connection.create_window(depth, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &set)?.check()?;
    connection.set_selection_owner(window, clipboard, x11rb::CURRENT_TIME)?.check()?;
    let owner = connection.get_selection_owner(clipboard)?.reply()?.owner;
    ensure!(owner == window, "the clipboard could not be taken");
    let offer = Offer { connection, targets, utf8, text: text.to_owned() };
    thread::Builder::new()
        .name("clipboard".to_owned())
        .spawn(move || offer.serve())
        .context("no thread for the clipboard")?;
    Ok(())
}

struct Offer {
    connection: RustConnection,
    targets: u32,
    utf8: u32,
    text: String,
}

impl Offer {
    fn serve(self) {
        while let Ok(event) = self.connection.wait_for_event() {
            let served = match event {
                Event::SelectionRequest(request) => self.hand_out(&request),
                Event::SelectionClear(_) => return,
                _ => Ok(()),
            };
            // A display that is gone takes the clipboard with it.
            if served.is_err() {
                return;
            }
        }
    }

    fn hand_out(&self, request: &SelectionRequestEvent) -> Result<()> {
        // Old clients name no property and mean the target's.
        let mut property = if request.property == x11rb::NONE { request.target } else { request.property };
        if request.target == self.targets {
            let offered = [self.targets, self.utf8];
            self.connection.change_property32(
                PropMode::REPLACE,
                request.requestor,
                property,
                AtomEnum::ATOM,
                &offered,
            )?;
        } else if request.target == self.utf8 {
            let text = self.text.as_bytes();
            self.connection.change_property8(PropMode::REPLACE, request.requestor, property, self.utf8, text)?;
        } else {
            property = x11rb::NONE;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        self.connection.flush()?;
        Ok(())
    }
}
