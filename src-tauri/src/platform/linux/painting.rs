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
use webkit2gtk::{
    HardwareAccelerationPolicy, LoadEvent, SettingsExt, WebProcessTerminationReason, WebView, WebViewExt,
};

use super::{
    super::GraphicsDevice,
    engine::{self, DRAWING_PROGRAMS},
};

static ON_THE_PROCESSOR: OnceLock<bool> = OnceLock::new();

/// Once, before the first webview.
pub(super) fn decide(acceleration: Acceleration) {
    let on_the_processor = match acceleration {
        Acceleration::Auto => graphics_device() != Some(GraphicsDevice::Allowed),
        Acceleration::Always => false,
        Acceleration::Never => true,
    };
    tracing::debug!(event = "painting", by = if on_the_processor { "processor" } else { "card" });
    if on_the_processor {
        spare_the_card();
        find_nothing_that_draws();
    }
    // A second decision in one process would be one too many; the first stands.
    let _ = ON_THE_PROCESSOR.set(on_the_processor);
}

/// Variables by which nothing is drawn by a card, from the first window and the first frame on: a webview's settings come too
/// late for its first page, and the program that pretends to be a card takes time and 15 MiB in each process.
const NO_CARD: [(&str, &str); 2] = [
    // No page hands over pictures that a card drew.
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    // The toolkit does not ask the display which of its ways to show colours a card could draw in.
    ("GDK_GL", "disable"),
];

fn spare_the_card() {
    for (name, value) in NO_CARD {
        // Whoever has set it had a reason.
        if std::env::var_os(name).is_none() {
            engine::tell(name, value);
        }
    }
}

/// `EGL_EXTENSIONS`, a question that can be asked before there is a display.
const EXTENSIONS: libc::c_int = 0x3055;

/// Has the graphics library look for programs that draw, once and for all in this process, where there are none.
///
/// Before the first page's process is told anything, the engine asks for a card here too; on a machine without one the
/// program that pretends to be one would be made ready for that: a tenth of a second in which the window waits, and 13 MiB.
/// The question itself must be asked, for with it the engine begins to listen to the desktop's settings. Pages' processes
/// look for themselves, and must find something: they end without. What they find is ours (`stand_ins/no_card.rs`).
fn find_nothing_that_draws() {
    if std::env::var_os(DRAWING_PROGRAMS).is_some() {
        return;
    }
    // SAFETY: of the threads that may run so early (a writer of the log), none looks at variables. The function has this
    // signature in every version of the interface, may be called at any time, and its library stays loaded.
    unsafe {
        let library = libc::dlopen(c"libEGL.so.1".as_ptr(), libc::RTLD_LAZY);
        if library.is_null() {
            return;
        }
        let query = libc::dlsym(library, c"eglQueryString".as_ptr());
        if query.is_null() {
            return;
        }
        let query: unsafe extern "C" fn(*mut libc::c_void, libc::c_int) -> *const libc::c_char =
            std::mem::transmute(query);
        std::env::set_var(DRAWING_PROGRAMS, "/dev/null");
        query(std::ptr::null_mut(), EXTENSIONS);
        std::env::remove_var(DRAWING_PROGRAMS);
    }
    engine::stand_in_for_a_card();
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
    // A page that asks hears at once that there is none, and can do without.
    settings.set_enable_webgl(false);
    // To paint a view, the engine waits on the main thread for a picture of the page's process: for up to half a second, and
    // again for the next frame. A process that is coming up waits for this very thread to answer it. So a view whose page is
    // not there yet is not the engine's to paint, unless somebody would see that it is not painted.
    let page = Rc::new(Cell::new(Page::None));
    let (comes, went) = (page.clone(), page.clone());
    view.connect_load_changed(move |view, event| match event {
        LoadEvent::Committed if comes.get() == Page::None => {
            engine::page_lives();
            comes.set(Page::Begun);
            view.queue_draw();
        }
        LoadEvent::Finished => {
            comes.set(Page::Loaded);
            view.queue_draw();
        }
        _ => {}
    });
    view.connect_web_process_terminated(move |_, reason| {
        if went.replace(Page::None) == Page::None && reason == WebProcessTerminationReason::Crashed {
            engine::page_died_unborn();
        }
    });
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
