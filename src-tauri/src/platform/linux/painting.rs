//! Who draws the pages: the graphics card, or the processor.
//!
//! Without a card the engine would still draw by way of a graphics interface, with a program behind it that does in
//! software what a card does. That program is translated anew in each page's process: most of a reset's time, and half
//! of the memory, went into it. The engine's own drawing on the processor needs none of it and looks the same.

use std::{cell::Cell, fs, fs::OpenOptions, io, rc::Rc, sync::OnceLock};

use gtk::{
    glib,
    glib::object::{Cast, ObjectExt},
    prelude::{ContainerExt, WidgetExt},
};
use kiosk_core::config::Acceleration;
use webkit2gtk::{HardwareAccelerationPolicy, LoadEvent, SettingsExt, WebView, WebViewExt};

use super::super::GraphicsDevice;

static ON_THE_PROCESSOR: OnceLock<bool> = OnceLock::new();

/// Once, before the first webview.
pub(super) fn decide(acceleration: Acceleration) {
    let on_the_processor = match acceleration {
        Acceleration::Auto => graphics_device() != Some(GraphicsDevice::Allowed),
        Acceleration::Always => false,
        Acceleration::Never => true,
    };
    tracing::debug!(event = "painting", by = if on_the_processor { "processor" } else { "card" });
    spare_the_card(on_the_processor);
    // A second decision in one process would be one too many; the first stands.
    let _ = ON_THE_PROCESSOR.set(on_the_processor);
}

/// No page may hand over pictures that a card drew, so none is drawn by one, from the first frame on: a webview's settings come
/// too late for its first page, and the program that pretends to be a card takes 15 MiB.
const NO_PICTURES_OF_A_CARD: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Says in the next life of this process that the variable above is ours, and not somebody's who had a reason.
const OURS: &str = "SUPPORT_KIOSK_NO_CARD";

fn spare_the_card(spare: bool) {
    // SAFETY: no other thread runs yet; the engine's processes inherit it.
    unsafe {
        if spare && std::env::var_os(NO_PICTURES_OF_A_CARD).is_none() {
            std::env::set_var(NO_PICTURES_OF_A_CARD, "1");
            std::env::set_var(OURS, "1");
        } else if !spare && std::env::var_os(OURS).is_some() {
            std::env::remove_var(NO_PICTURES_OF_A_CARD);
            std::env::remove_var(OURS);
        }
    }
}

/// How far a view's page has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    /// There is no process, or it is coming up.
    None,
    Begun,
    Loaded,
}

/// Before the webview's page is loaded. `hidden`: nobody sees this view now, whatever is painted.
pub(super) fn settle(view: &WebView, hidden: impl Fn(&WebView) -> bool + 'static) {
    let (Some(true), Some(settings)) = (ON_THE_PROCESSOR.get(), WebViewExt::settings(view)) else { return };
    settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    // To paint a view, the engine waits on the main thread for a picture of the page's process: for up to half a second, and
    // again for the next frame. A process that is coming up waits for this very thread to answer it. So a view whose page is
    // not there yet is not the engine's to paint, unless somebody would see that it is not painted.
    let page = Rc::new(Cell::new(Page::None));
    let (comes, went) = (page.clone(), page.clone());
    view.connect_load_changed(move |view, event| match event {
        LoadEvent::Committed if comes.get() == Page::None => {
            comes.set(Page::Begun);
            view.queue_draw();
        }
        LoadEvent::Finished => {
            comes.set(Page::Loaded);
            view.queue_draw();
        }
        _ => {}
    });
    view.connect_web_process_terminated(move |_, _| went.set(Page::None));
    view.connect_draw(move |view, place| {
        // Where the page has not painted yet, after the view has grown, the engine's drawing leaves what was there: black.
        let ground = view.background_color();
        place.set_source_rgb(ground.red(), ground.green(), ground.blue());
        // What cannot be painted now is painted by the page in a moment.
        let _ = place.paint();
        match page.get() {
            Page::Loaded => glib::Propagation::Proceed,
            Page::Begun if !hidden(view) => glib::Propagation::Proceed,
            Page::None | Page::Begun => glib::Propagation::Stop,
        }
    });
}

/// Whether another view lies above it in the same place.
pub(super) fn is_behind_another(view: &WebView) -> bool {
    let place = view.parent().and_then(|place| place.downcast::<gtk::Container>().ok());
    let all = place.map(|place| place.children()).unwrap_or_default();
    all.iter().skip_while(|child| *child != view).skip(1).any(ObjectExt::is::<WebView>)
}

/// The device to draw with, if there is one.
pub(crate) fn graphics_device() -> Option<GraphicsDevice> {
    let nodes = fs::read_dir("/dev/dri").ok()?.flatten();
    let nodes = nodes.filter(|node| node.file_name().to_string_lossy().starts_with("renderD"));
    nodes
        .map(|node| match OpenOptions::new().read(true).write(true).open(node.path()) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => GraphicsDevice::Denied,
            _ => GraphicsDevice::Allowed,
        })
        .max_by_key(|access| *access == GraphicsDevice::Allowed)
}
