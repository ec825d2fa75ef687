//! The icon in the tray, with the number of messages that nobody has seen, and its menu.

use std::sync::{Mutex, PoisonError};

use kiosk_core::{badge, visit::Input};
use tauri::{
    AppHandle, Wry,
    image::Image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{TrayIcon, TrayIconBuilder},
};

use crate::{driver::Inputs, platform, words};

/// The icon's name, also on the bus.
const ID: &str = "support-kiosk";

/// The icon, while there is a place for it.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Shown>);

#[derive(Default)]
struct Shown {
    icon: Option<Icon>,
    unread: u32,
    quiet: bool,
}

struct Icon {
    tray: TrayIcon,
    open: MenuItem<Wry>,
    quiet: CheckMenuItem<Wry>,
}

impl Tray {
    /// Puts the icon up; false when it cannot be had. On the main thread. A tray that goes and comes back finds it by
    /// itself: the library watches for that.
    pub(crate) fn come(&self, app: &AppHandle, name: &str, inputs: &Inputs) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.icon.is_some() {
            return true;
        }
        if !platform::has_tray_library() {
            tracing::warn!(event = "tray.failed", reason = "the library for tray icons is not installed");
            return false;
        }
        match build(app, name, inputs) {
            Ok(icon) => {
                shown.icon = Some(icon);
                shown.paint();
                true
            }
            Err(error) => {
                // The toolkit's own error: a folder that cannot be written.
                tracing::warn!(event = "tray.failed", reason = %error);
                false
            }
        }
    }

    /// What it says. On the main thread.
    pub(crate) fn show(&self, unread: u32, quiet: bool) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (shown.unread, shown.quiet) = (unread, quiet);
        shown.paint();
    }
}

impl Shown {
    fn paint(&self) {
        let Some(icon) = &self.icon else { return };
        let base = tauri::include_image!("../icons/128x128.png");
        let mut pixels = base.rgba().to_vec();
        badge::paint(&mut pixels, base.width(), base.height(), self.unread);
        let picture = Image::new_owned(pixels, base.width(), base.height());
        let number = (self.unread > 0).then(|| self.unread.to_string());
        // A tray that takes none of it still has the menu.
        let _ = icon.tray.set_icon(Some(picture));
        let _ = icon.tray.set_title(number);
        let _ = icon.open.set_text(words::tray_open(self.unread));
        let _ = icon.quiet.set_checked(self.quiet);
    }
}

fn build(app: &AppHandle, name: &str, inputs: &Inputs) -> tauri::Result<Icon> {
    let open = MenuItem::with_id(app, "open", words::tray_open(0), true, None::<&str>)?;
    let new = MenuItem::with_id(app, "new", words::say("tray-new"), true, None::<&str>)?;
    let quiet = CheckMenuItem::with_id(app, "quiet", words::say("tray-quiet"), true, false, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", words::say("tray-quit"), true, None::<&str>)?;
    let line = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&open, &new, &quiet, &line, &quit])?;
    let (inputs, check) = (inputs.clone(), quiet.clone());
    let tray = TrayIconBuilder::with_id(ID)
        .icon(tauri::include_image!("../icons/128x128.png"))
        .tooltip(name)
        .menu(&menu)
        .on_menu_event(move |_, event| match event.id().as_ref() {
            "open" => inputs.send(Input::Open),
            "new" => {
                inputs.send(Input::Open);
                inputs.send(Input::Leave);
            }
            "quiet" => inputs.send(Input::Quiet(check.is_checked().unwrap_or(false))),
            "quit" => inputs.send(Input::Stop),
            _ => {}
        })
        .build(app)?;
    Ok(Icon { tray, open, quiet })
}
