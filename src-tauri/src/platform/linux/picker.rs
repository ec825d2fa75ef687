//! The picker of files: a list of one folder's files, in the kiosk's own window. There is no way to another folder, and
//! nothing to type a path into.

use std::{cell::RefCell, path::PathBuf, sync::Arc};

use gtk::{
    gdk, glib, pango,
    prelude::{
        BoxExt, ButtonExt, Cast, ContainerExt, LabelExt, ListBoxExt, ListBoxRowExt, OverlayExt, ScrolledWindowExt,
        StyleContextExt, WidgetExt,
    },
};
use webkit2gtk::{FileChooserRequest, FileChooserRequestExt, WebView, WebViewExt};

use super::{
    super::{Colours, Keys, Listener},
    bar, dress, fingers, heard, input,
};
use kiosk_core::language::{Direction, Language};

use crate::files::{self, Offered};

/// Large enough for a finger, and to be read by whoever stands in front of it.
fn sheet(colours: &Colours) -> String {
    let Colours { accent, background, ink, .. } = colours;
    format!(
        ".picker-shade {{ background-color: rgba(0, 0, 0, 0.55); }}
         .picker {{ background-color: {background}; border-radius: 24px; padding: 32px; }}
         .picker label {{ color: {ink}; font-size: 20px; }}
         .picker .picker-title {{ font-size: 27px; font-weight: 700; }}
         .picker list {{ background-color: {background}; }}
         .picker row {{ min-height: 60px; padding: 0 16px; border-bottom: 1px solid mix({background}, {ink}, 0.2);
            background-color: {background}; }}
         .picker row:hover, .picker row:selected, .picker row:focus {{ background-color: mix({background}, {accent}, 0.12); }}
         .picker row:focus {{ outline: 3px solid {accent}; outline-offset: -3px; }}
         .picker button {{ min-height: 60px; min-width: 180px; padding: 0 24px; border: 2px solid mix({background}, {ink}, 0.8);
            border-radius: 14px; background: {background}; box-shadow: none; text-shadow: none; }}
         .picker button label {{ font-weight: 600; }}
         .picker button:active {{ background: mix({background}, {ink}, 0.12); }}
         .picker button:focus {{ outline: 3px solid {accent}; outline-offset: 2px; }}
         .picker .link-host {{ font-size: 32px; font-weight: 700; }}
         .picker .link-address {{ font-size: 18px; }}"
    )
}

/// The panel's size, in logical pixels; a smaller screen makes it smaller.
const SIZE: (i32, i32) = (640, 520);
/// Room between the panel and the window's edge.
const MARGIN: i32 = 24;

thread_local! {
    /// The one that is open. Only the main thread has it.
    static OPEN: RefCell<Option<Picker>> = const { RefCell::new(None) };
}

struct Picker {
    shade: gtk::EventBox,
    request: FileChooserRequest,
    behind: Behind,
}

/// The chat behind a question of the kiosk's own.
pub(super) struct Behind {
    view: glib::WeakRef<WebView>,
    keys: Keys,
}

impl Behind {
    pub(super) fn new(view: &WebView, keys: &Keys) -> Self {
        Self { view: glib::object::ObjectExt::downgrade(view), keys: keys.clone() }
    }

    /// The question is gone, and no widget has the keyboard: it is the chat's again, or the notice's in it.
    pub(super) fn take_keys_back(&self) {
        if let Some(view) = self.view.upgrade().filter(|view| !view.in_destruction() && !self.keys.are_covered()) {
            view.grab_focus();
        }
    }
}

/// Answers a page's file buttons.
pub(super) fn watch(
    view: &WebView,
    listener: Arc<dyn Listener>,
    keys: Keys,
    folder: Option<PathBuf>,
    language: Language,
) {
    view.connect_run_file_chooser(move |view, request| {
        // Nor one that comes late: it would lie above the notice, or unseen under the front.
        let Some(folder) = folder.as_ref().filter(|_| !keys.are_barred()) else {
            listener.blocked("file_chooser");
            request.cancel();
            return true;
        };
        close();
        match files::offered(folder) {
            Ok(files) => open(view, request, folder.clone(), files, &listener, (&keys, language)),
            Err(_) => {
                listener.blocked("upload_folder");
                request.cancel();
            }
        }
        true
    });
    // Nothing of a visit stays when its view goes: not this, and not the question about a link.
    view.connect_destroy(|_| super::close_picker());
}

/// Closes the picker, if one is open: nothing is chosen.
pub(crate) fn close() {
    // Taken out first: what follows can lead back here.
    if let Some(picker) = OPEN.with(|open| open.borrow_mut().take()) {
        picker.request.cancel();
        take_away(&picker.shade);
        picker.behind.take_keys_back();
    }
}

pub(super) fn take_away(shade: &gtk::EventBox) {
    if let Some(parent) = shade.parent().and_then(|parent| parent.downcast::<gtk::Container>().ok()) {
        parent.remove(shade);
    }
}

fn open(
    view: &WebView,
    request: &FileChooserRequest,
    folder: PathBuf,
    files: Vec<Offered>,
    listener: &Arc<dyn Listener>,
    (keys, language): (&Keys, Language),
) {
    let Some(overlay) = super::places::overlay_of(view) else { return request.cancel() };
    tracing::info!(event = "upload.offered", files = files.len());
    let shade = shade(view, listener, close);
    let list = gtk::ListBox::new();
    list.set_activate_on_single_click(true);
    for file in &files {
        list.add(&row(&file.name));
    }
    list.connect_row_activated(move |_, row| {
        let chosen = usize::try_from(row.index()).ok().and_then(|index| files.get(index));
        choose(&folder, chosen);
    });
    let cancel = gtk::Button::with_label(&kiosk_words::text(language, "picker-cancel"));
    cancel.connect_clicked(|_| close());
    fingers::feel_each_finger(&cancel);
    shade.add(&panel(&list, &cancel, &overlay, language));

    lay(&overlay, &shade);
    match list.row_at_index(0) {
        Some(first) => first.grab_focus(),
        None => cancel.grab_focus(),
    }
    OPEN.with(|open| {
        *open.borrow_mut() = Some(Picker { shade, request: request.clone(), behind: Behind::new(view, keys) });
    });
}

/// What darkens the chat behind a question of the kiosk's own. Escape is a no.
pub(super) fn shade(view: &WebView, listener: &Arc<dyn Listener>, no: impl Fn() + 'static) -> gtk::EventBox {
    style(view);
    let shade = gtk::EventBox::new();
    shade.style_context().add_class("picker-shade");
    let touched = listener.clone();
    input::watch_touch(&shade, move || touched.touched());
    fingers::end_touches(&shade);
    shade.connect_key_press_event(move |_, event| {
        if event.keyval() == gdk::keys::constants::Escape {
            no();
            return glib::Propagation::Stop;
        }
        glib::Propagation::Proceed
    });
    shade
}

/// Begins each of them at the side where the language does.
pub(super) fn face(language: Language, widgets: &[&gtk::Widget]) {
    if language.direction() == Direction::Rtl {
        for widget in widgets {
            widget.set_direction(gtk::TextDirection::Rtl);
        }
    }
}

/// Lays a question over the chat.
pub(super) fn lay(overlay: &gtk::Overlay, shade: &gtk::EventBox) {
    // "I am done" stays in reach.
    let (above, below) = bar::room();
    shade.set_margin_top(above);
    shade.set_margin_bottom(below);
    // The lowest of what lies over the chat: the front stays above it.
    overlay.add_overlay(shade);
    overlay.reorder_overlay(shade, 0);
    shade.show_all();
}

fn row(name: &str) -> gtk::Label {
    let label = gtk::Label::new(Some(name));
    label.set_xalign(0.);
    label.set_ellipsize(pango::EllipsizeMode::Middle);
    label
}

fn panel(list: &gtk::ListBox, cancel: &gtk::Button, overlay: &gtk::Overlay, language: Language) -> gtk::Box {
    let panel = gtk::Box::new(gtk::Orientation::Vertical, 20);
    panel.style_context().add_class("picker");
    let title = gtk::Label::new(Some(&kiosk_words::text(language, "picker-title")));
    title.style_context().add_class("picker-title");
    title.set_xalign(0.);
    heard::is_question(&panel, &title.text());
    let scroll = gtk::ScrolledWindow::new(gtk::Adjustment::NONE, gtk::Adjustment::NONE);
    scroll.set_policy(gtk::PolicyType::Never, gtk::PolicyType::Automatic);
    scroll.set_overlay_scrolling(false);
    let empty = gtk::Label::new(Some(&kiosk_words::text(language, "picker-empty")));
    empty.show();
    list.set_placeholder(Some(&empty));
    scroll.add(list);
    cancel.set_halign(gtk::Align::End);
    face(language, &[panel.upcast_ref(), title.upcast_ref(), list.upcast_ref(), cancel.upcast_ref()]);
    panel.pack_start(&title, false, false, 0);
    panel.pack_start(&scroll, true, true, 0);
    panel.pack_start(cancel, false, false, 0);
    let room = (overlay.allocated_width() - 2 * MARGIN, overlay.allocated_height() - 2 * MARGIN);
    panel.set_size_request(SIZE.0.min(room.0), SIZE.1.min(room.1));
    panel.set_halign(gtk::Align::Center);
    panel.set_valign(gtk::Align::Center);
    panel
}

fn choose(folder: &std::path::Path, chosen: Option<&Offered>) {
    let Some(picker) = OPEN.with(|open| open.borrow_mut().take()) else { return };
    match chosen.filter(|file| files::is_still(folder, file)).and_then(|file| file.path.to_str()) {
        Some(path) => {
            tracing::info!(event = "upload.chosen");
            picker.request.select_files(&[path]);
        }
        None => picker.request.cancel(),
    }
    // The row that was touched is being dealt with at this very moment.
    let shade = picker.shade;
    glib::idle_add_local_once(move || take_away(&shade));
    picker.behind.take_keys_back();
}

fn style(view: &WebView) {
    thread_local! {
        static ONCE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    if let (Some(screen), false) = (WidgetExt::screen(view), ONCE.replace(true)) {
        dress::wear(&screen, sheet);
    }
}
