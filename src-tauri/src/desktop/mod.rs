//! One person's own support client: the tray, the window that comes and goes, what tells of a message.

mod tray;

use std::sync::Arc;

use kiosk_core::{
    config::{Config, Profile},
    visit::{Input, WindowAct},
};
use tauri::{AppHandle, Manager, WindowEvent};

use crate::{
    driver::Inputs,
    platform,
    stage::{WINDOW, bring_to_front},
    words,
};
use tray::Tray;

/// What the profile desktop has beyond the others.
#[derive(Clone)]
pub(crate) struct Desktop {
    name: String,
    messages: bool,
    inputs: Inputs,
    tray: Arc<Tray>,
}

impl Desktop {
    /// `None` on a shared machine.
    pub(crate) fn of(config: &Config, inputs: &Inputs) -> Option<Self> {
        (config.profile == Profile::Desktop).then(|| Self {
            name: config.brand.name.clone(),
            messages: config.notification.messages,
            inputs: inputs.clone(),
            tray: Arc::default(),
        })
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
    pub(crate) fn window_event(&self, event: &WindowEvent) {
        if let WindowEvent::Focused(focused) = event {
            self.inputs.send(Input::Attended(*focused));
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
        let summary = words::messages(unread);
        let _ = app.run_on_main_thread(move || {
            platform::ring(&name, &summary, words::MESSAGES_BODY, move || inputs.send(Input::Open));
        });
    }

    /// They were seen.
    pub(crate) fn seen(&self, app: &AppHandle) {
        let _ = app.run_on_main_thread(platform::stop_ringing);
    }

    /// The window goes or comes.
    pub(crate) fn move_window(&self, app: &AppHandle, act: WindowAct) {
        let inputs = self.inputs.clone();
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
                WindowAct::Present => bring_to_front(&main),
                WindowAct::Quit => inputs.send(Input::Stop),
            }
        });
    }
}
