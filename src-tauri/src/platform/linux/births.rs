//! Which processes came with which webview. The engine may take another process for a chat's page than the one that the chat was
//! born with, and then does not end that one, empty as it is, with the view.

use std::cell::RefCell;

use gtk::glib::{self, object::ObjectExt};
use webkit2gtk::WebView;

use super::processes::{kill, page_processes};

thread_local! {
    /// The views in the order in which they got their processes, each with those that there were before.
    static BIRTHS: RefCell<Vec<(glib::WeakRef<WebView>, Vec<u32>)>> = const { RefCell::new(Vec::new()) };
}

/// Processes that come from now on, until the next call, are this view's.
pub(super) fn note(view: &WebView, before: Vec<u32>) {
    BIRTHS.with_borrow_mut(|births| {
        births.retain(|(of, _)| of.upgrade().is_some_and(|of| of != *view));
        births.push((view.downgrade(), before));
    });
}

/// Ends the view's processes.
pub(super) fn end_all_of(view: &WebView) {
    BIRTHS.with_borrow_mut(|births| {
        let Some(place) = births.iter().position(|(of, _)| of.upgrade().as_ref() == Some(view)) else { return };
        let (_, before) = births.remove(place);
        let until = births.get(place).map(|(_, before)| before);
        let came = |pid: &u32| !before.contains(pid) && until.is_none_or(|until| until.contains(pid));
        kill(page_processes().into_iter().filter(came));
    });
}
