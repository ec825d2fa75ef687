//! One person's own support client: the tray, the window that comes and goes, what tells of a message.

mod autostart;
mod place;
mod tray;

use std::{path::Path, sync::Arc};

use kiosk_core::{
    config::{Config, Links, Profile},
    place::Place,
    visit::{Input, WindowAct},
};
use tauri::{AppHandle, Manager, WindowEvent};

use crate::{
    driver::Inputs,
    platform,
    stage::{WINDOW, bring_to_front},
    words,
};
use place::Keeper;
use tray::Tray;

/// Whether the program starts when the person signs in: as the configuration says, and never on a shared machine.
pub(crate) fn settle_autostart(config: &Config, file: Option<&Path>) {
    autostart::settle(config.profile == Profile::Desktop && config.desktop.autostart, file);
}

/// What the profile desktop has beyond the others.
#[derive(Clone)]
pub(crate) struct Desktop {
    name: String,
    messages: bool,
    links: Links,
    inputs: Inputs,
    tray: Arc<Tray>,
    places: Keeper,
}

impl Desktop {
    /// `None` on a shared machine.
    pub(crate) fn of(config: &Config, inputs: &Inputs) -> Option<Self> {
        (config.profile == Profile::Desktop).then(|| Self {
            name: config.brand.name.clone(),
            messages: config.notification.messages,
            links: config.desktop.links,
            inputs: inputs.clone(),
            tray: Arc::default(),
            places: Keeper::default(),
        })
    }

    /// Whether a link that leads out of the chat may be opened in the system's browser, after a question.
    pub(crate) fn asks_about_links(&self) -> bool {
        self.links == Links::Ask
    }

    /// Where the window was when the program ended last, on the screens that there are now.
    pub(crate) fn last_place(&self, app: &AppHandle) -> Option<Place> {
        self.places.last(app)
    }

    /// The program ends: where the window was is kept.
    pub(crate) fn farewell(&self) {
        self.places.keep();
    }

    /// Looks for a place for the icon, and goes on looking. On the main thread.
    pub(crate) fn start(&self, app: &AppHandle) {
        let (app, this) = (app.clone(), self.clone());
        platform::watch_tray_host(move |is_there| {
            let ours = is_there && this.tray.come(&app, &this.name, &this.inputs);
            tracing::info!(event = "tray", there = ours);
            this.inputs.send(Input::TrayHost(ours));
        });
    }

    /// Something happened to the window. On the main thread.
    pub(crate) fn window_event(&self, app: &AppHandle, event: &WindowEvent) {
        match event {
            WindowEvent::Focused(focused) => self.inputs.send(Input::Attended(*focused)),
            WindowEvent::Moved(_) | WindowEvent::Resized(_) => {
                if let Some(window) = app.get_window(WINDOW) {
                    self.places.note(&window);
                }
            }
            _ => {}
        }
    }

    /// What the icon and its menu say.
    pub(crate) fn show_tray(&self, app: &AppHandle, unread: u32, quiet: bool) {
        let tray = self.tray.clone();
        // It fails only when the main loop has ended.
        let _ = app.run_on_main_thread(move || tray.show(unread, quiet));
    }

    /// Tells of messages that nobody has seen.
    pub(crate) fn tell(&self, app: &AppHandle, unread: u32) {
        if !self.messages {
            return;
        }
        let (name, inputs) = (self.name.clone(), self.inputs.clone());
        let (summary, body) = (words::count("messages-title", unread), words::say("messages-body"));
        let _ = app.run_on_main_thread(move || {
            platform::ring(&name, &summary, &body, move || inputs.send(Input::Open));
        });
    }

    /// They were seen.
    pub(crate) fn seen(&self, app: &AppHandle) {
        let _ = app.run_on_main_thread(platform::stop_ringing);
    }

    /// The window goes or comes.
    pub(crate) fn move_window(&self, app: &AppHandle, act: WindowAct) {
        let (inputs, places) = (self.inputs.clone(), self.places.clone());
        let main = app.clone();
        let _ = app.run_on_main_thread(move || {
            let Some(window) = main.get_window(WINDOW) else { return };
            // A window that cannot be moved is a window manager's business; the program goes on.
            match act {
                WindowAct::Hide => {
                    let _ = window.gtk_window().map(|window| platform::hide_window(&window));
                }
                WindowAct::Minimise => {
                    let _ = window.minimize();
                }
                WindowAct::Present => {
                    let place = places.position().filter(|_| !window.is_visible().unwrap_or(true));
                    bring_to_front(&main);
                    // A window that was out of sight is put anywhere by its manager.
                    if let Some(place) = place {
                        let _ = window.set_position(place);
                    }
                }
                WindowAct::Quit => inputs.send(Input::Stop),
            }
        });
    }
}
