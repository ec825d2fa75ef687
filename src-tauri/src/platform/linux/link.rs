//! The question before the system's browser opens a link of the chat: in the kiosk's own window, with the host in sight.

use std::{
    cell::RefCell,
    sync::Arc,
    time::{Duration, Instant},
};

use gtk::{
    gio,
    gio::prelude::AppLaunchContextExt,
    glib, pango,
    prelude::{BoxExt, ButtonExt, Cast, ContainerExt, LabelExt, StyleContextExt, WidgetExt},
};
use kiosk_core::address::Outside;
use webkit2gtk::WebView;

use super::{
    super::{Keys, Listener},
    engine, fingers, heard,
    picker::{self, Behind},
};
use crate::words;

/// A finger or a key that was on its way when the question came up does not answer it.
const SETTLE: Duration = Duration::from_millis(500);
/// The panel's width, and the room between it and the window's edge, in logical pixels.
const WIDTH: i32 = 640;
const MARGIN: i32 = 24;

thread_local! {
    /// The question that is open. Only the main thread has it.
    static OPEN: RefCell<Option<(gtk::EventBox, Behind)>> = const { RefCell::new(None) };
}

/// Asks. Another question that is open makes way.
pub(super) fn ask(view: &WebView, outside: Outside, listener: &Arc<dyn Listener>, keys: &Keys) {
    close();
    let Some(overlay) = super::places::overlay_of(view) else { return listener.blocked("new_window") };
    tracing::info!(event = "link.asked");
    let shade = picker::shade(view, listener, decline);
    let cancel = gtk::Button::with_label(&words::say_to_visitor("picker-cancel"));
    cancel.connect_clicked(|_| decline());
    let open = gtk::Button::with_label(&words::say_to_visitor("link-open"));
    [&cancel, &open].into_iter().for_each(fingers::feel_each_finger);
    let room = overlay.allocated_width() - 2 * MARGIN;
    shade.add(&panel(&outside, &cancel, &open, WIDTH.min(room)));
    let (back, since) = (view.clone(), Instant::now());
    open.connect_clicked(move |_| {
        if since.elapsed() >= SETTLE {
            close();
            launch(&back, &outside.address);
        }
    });

    picker::lay(&overlay, &shade);
    // Enter in the middle of a sentence opens nothing.
    cancel.grab_focus();
    OPEN.with(|question| *question.borrow_mut() = Some((shade, Behind::new(view, keys))));
}

/// Closes the question, if one is open: nothing is opened.
pub(super) fn close() {
    // Taken out first: what follows can lead back here.
    if let Some((shade, behind)) = OPEN.with(|question| question.borrow_mut().take()) {
        // The button that was pressed is being dealt with at this very moment.
        shade.hide();
        glib::idle_add_local_once(move || picker::take_away(&shade));
        behind.take_keys_back();
    }
}

fn decline() {
    tracing::info!(event = "link.declined");
    close();
}

fn panel(outside: &Outside, cancel: &gtk::Button, open: &gtk::Button, width: i32) -> gtk::Box {
    let panel = gtk::Box::new(gtk::Orientation::Vertical, 14);
    panel.style_context().add_class("picker");
    let label = |text: &str, class: &str| {
        let label = gtk::Label::new(Some(text));
        label.style_context().add_class(class);
        label.set_xalign(0.);
        // The host's end says whose it is, and an address is longer than any window.
        label.set_ellipsize(pango::EllipsizeMode::Start);
        label.set_max_width_chars(20);
        label
    };
    let address = label(&outside.address, "link-address");
    address.set_ellipsize(pango::EllipsizeMode::End);
    let words = words::say_to_visitor("link-title");
    heard::is_question(&panel, &format!("{words} {}", outside.host));
    let title = label(&words, "picker-title");
    panel.pack_start(&title, false, false, 0);
    panel.pack_start(&label(&outside.host, "link-host"), false, false, 6);
    panel.pack_start(&address, false, false, 0);
    let row = gtk::Box::new(gtk::Orientation::Horizontal, 16);
    row.set_halign(gtk::Align::End);
    row.set_margin_top(14);
    row.pack_start(cancel, false, false, 0);
    row.pack_start(open, false, false, 0);
    // Not the host and the address: those are read from the left everywhere.
    picker::face(words::visitors(), &[panel.upcast_ref(), title.upcast_ref(), row.upcast_ref()]);
    panel.pack_start(&row, false, false, 0);
    panel.set_size_request(width, -1);
    panel.set_halign(gtk::Align::Center);
    panel.set_valign(gtk::Align::Center);
    panel
}

/// Hands the address to the program that the system has for it.
fn launch(view: &WebView, address: &str) {
    let context = WidgetExt::display(view).app_launch_context();
    if let Some(context) = &context {
        // Ours, not the browser's.
        for name in engine::own_variables() {
            context.unsetenv(name);
        }
    }
    gio::AppInfo::launch_default_for_uri_async(address, context.as_ref(), gio::Cancellable::NONE, |done| match done {
        Ok(()) => tracing::info!(event = "link.opened"),
        // The error's own text can have the address in it.
        Err(_) => tracing::warn!(event = "link.failed", reason = "the system has no browser that it could open"),
    });
}
