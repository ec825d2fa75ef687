//! Files that a page offers: refused, or saved in the visit's own folder where that is configured. Never opened.

use std::{
    cell::{Cell, RefCell},
    fs,
    path::Path,
    rc::Rc,
    sync::Arc,
};

use gtk::prelude::WidgetExt;
use kiosk_core::config::Downloads;
use webkit2gtk::{Download, DownloadExt, URIResponseExt, WebContextExt, WebView, WebViewExt};

use super::{super::Listener, handlers};
use crate::files;

thread_local! {
    /// The visits whose views are there: the one that is on, and the next one. Only the main thread has it.
    static VISITS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// So many files may one visit save: nobody needs more, and empty ones cost a page nothing.
const MOST: u32 = 200;

/// The downloads of one visit.
struct Visit {
    number: u64,
    folder: std::path::PathBuf,
    config: Downloads,
    running: RefCell<Vec<Download>>,
    saved: Cell<u64>,
    files: Cell<u32>,
}

/// Takes the downloads of a view's own context over from the shell's library.
pub(super) fn watch(view: &WebView, visit: u64, listener: Arc<dyn Listener>, config: Option<Downloads>) {
    let Some(context) = view.context() else { return };
    handlers::block(&context, "download-started");
    let visit = config.map(|config| {
        // Before it is one of them: an earlier life of the program may have left a folder with its number.
        forget(&config);
        VISITS.with_borrow_mut(|visits| visits.push(visit));
        Rc::new(Visit {
            number: visit,
            folder: files::visit_folder(&config.folder, visit, config.keep),
            config,
            running: RefCell::default(),
            saved: Cell::new(0),
            files: Cell::new(0),
        })
    });
    if let Some(visit) = visit.clone() {
        view.connect_destroy(move |_| {
            visit.running.borrow_mut().drain(..).for_each(|download| download.cancel());
            VISITS.with_borrow_mut(|visits| visits.retain(|other| *other != visit.number));
            forget(&visit.config);
        });
    }
    context.connect_download_started(move |_, download| match &visit {
        Some(visit) => save(download, visit, &listener),
        None => {
            let listener = listener.clone();
            download.connect_decide_destination(move |download, _| {
                download.cancel();
                listener.blocked("download");
                true
            });
        }
    });
}

/// Removes what visits have saved whose views are gone, and what could not be removed before, unless it is kept. A view
/// that is made in advance takes nothing from the visit that is still on.
fn forget(config: &Downloads) {
    if config.keep {
        return;
    }
    if let Err(error) = VISITS.with_borrow(|visits| files::wipe(&config.folder, visits)) {
        tracing::error!(event = "downloads.left", reason = %error.kind(), "what a visit saved could not be removed");
    }
}

fn save(download: &Download, visit: &Rc<Visit>, listener: &Arc<dyn Listener>) {
    visit.running.borrow_mut().push(download.clone());
    let (own, refuse) = (visit.clone(), listener.clone());
    download.connect_decide_destination(move |download, suggested| {
        let announced = download.response().map_or(0, |response| response.content_length());
        own.files.set(own.files.get().saturating_add(1));
        if own.saved.get().saturating_add(announced) > own.config.most || own.files.get() > MOST {
            refuse.blocked("download_size");
            download.cancel();
            return true;
        }
        match destination(&own.folder, suggested) {
            Some(path) => download.set_destination(&path),
            None => {
                refuse.blocked("download");
                download.cancel();
            }
        }
        true
    });
    let (own, refuse) = (visit.clone(), listener.clone());
    download.connect_received_data(move |download, length| {
        let saved = own.saved.get().saturating_add(length);
        own.saved.set(saved);
        // A server need not say how much comes. A part of a file is none: the engine removes it.
        if saved > own.config.most {
            refuse.blocked("download_size");
            download.cancel();
        }
    });
    let own = visit.clone();
    download.connect_finished(move |download| {
        own.running.borrow_mut().retain(|running| running != download);
        tracing::info!(event = "download.ended", bytes = download.received_data_length());
    });
}

/// Where a file goes; nothing is there yet.
fn destination(folder: &Path, suggested: &str) -> Option<String> {
    fs::create_dir_all(folder).ok()?;
    let path = files::free_path(folder, &files::clean_name(suggested))?;
    path.into_os_string().into_string().ok()
}
