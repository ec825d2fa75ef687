//! The desktop's own keyboard on the screen, asked to come and go on the session bus.
//!
//! `sm.puri.OSK0` is what Squeekboard, Stevia and Phosh answer to. Under Wayland they also hear of the focus by the
//! compositor, through the toolkit's input method; to be told twice is harmless. Nobody there is no fault.

use gtk::gio;
use gtk::glib::ToVariant;

const NAME: &str = "sm.puri.OSK0";
const PATH: &str = "/sm/puri/OSK0";
/// A service that hangs is not waited for, in milliseconds.
const PATIENCE: i32 = 2_000;

/// Asks for it, or asks it to go.
pub(super) fn show(visible: bool) {
    super::super::with_session_bus(move |bus| {
        let Some(bus) = bus else { return };
        let arguments = (visible,).to_variant();
        let flags = gio::DBusCallFlags::NO_AUTO_START;
        bus.call(
            Some(NAME),
            PATH,
            NAME,
            "SetVisible",
            Some(&arguments),
            None,
            flags,
            PATIENCE,
            gio::Cancellable::NONE,
            |_| {},
        );
    });
}
