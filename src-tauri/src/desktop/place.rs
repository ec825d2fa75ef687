//! The window comes back where it was: its place is kept in the state folder, and nothing else.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kiosk_core::place::{Area, Place};
use tauri::{AppHandle, PhysicalPosition, Window};

use crate::ledger::state_folder;

/// A window that is dragged tells of hundreds of places.
const AT_REST: Duration = Duration::from_millis(700);
/// A longer file is not one of ours.
const LONGEST: u64 = 4096;

/// The window's place, and the file that it is kept in.
#[derive(Clone, Default)]
pub(crate) struct Keeper(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    place: Option<Place>,
    /// Counts the changes, so that only the last is written.
    change: u64,
    written: Option<Place>,
}

impl Keeper {
    /// Where the window was, on the screens that there are now.
    pub(crate) fn last(&self, app: &AppHandle) -> Option<Place> {
        let file = file();
        let is_ours = fs::metadata(&file).is_ok_and(|about| about.is_file() && about.len() <= LONGEST);
        let written: Place = serde_json::from_slice(&is_ours.then(|| fs::read(&file).ok())??).ok()?;
        let place = written.on(&screens(app))?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.place, kept.written) = (Some(place), Some(written));
        if place != written {
            tracing::info!(event = "window.repaired");
        }
        Some(place)
    }

    /// The window was moved or has another size. On the main thread.
    pub(crate) fn note(&self, window: &Window) {
        let unusual = [window.is_minimized(), window.is_fullscreen(), window.is_visible().map(|visible| !visible)];
        if unusual.into_iter().any(|is| is.unwrap_or(true)) {
            return;
        }
        let maximized = window.is_maximized().unwrap_or(false);
        let (Ok(position), Ok(size)) = (window.outer_position(), window.inner_size()) else { return };
        let area = Area { x: position.x, y: position.y, width: size.width, height: size.height };
        let change = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A window that fills the screen goes back to the place that it had before.
            let area = kept.place.filter(|_| maximized).map_or(area, |before| before.area);
            kept.place = Some(Place { area, maximized });
            kept.change += 1;
            kept.change
        };
        let this = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(AT_REST).await;
            if this.0.lock().unwrap_or_else(PoisonError::into_inner).change == change {
                this.keep();
            }
        });
    }

    /// Where it was put last, if it does not fill a screen.
    pub(crate) fn position(&self) -> Option<PhysicalPosition<i32>> {
        let place = self.0.lock().unwrap_or_else(PoisonError::into_inner).place?;
        (!place.maximized).then(|| PhysicalPosition::new(place.area.x, place.area.y))
    }

    /// Writes it down, if it has changed.
    pub(crate) fn keep(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = kept.place.filter(|place| kept.written != Some(*place)) else { return };
        let (file, text) = (file(), serde_json::to_vec(&place).unwrap_or_default());
        // Beside it first: a power cut leaves the old one or the new one.
        let next = file.with_extension("next");
        match fs::write(&next, text).and_then(|()| fs::rename(&next, &file)) {
            Ok(()) => kept.written = Some(place),
            Err(error) => tracing::debug!(event = "window.not_kept", reason = %error.kind()),
        }
    }
}

fn file() -> PathBuf {
    state_folder().join("window.json")
}

/// The screens, the first one first.
fn screens(app: &AppHandle) -> Vec<Area> {
    let first = app.primary_monitor().ok().flatten();
    let all = app.available_monitors().unwrap_or_default();
    let area = |monitor: &tauri::Monitor| Area {
        x: monitor.position().x,
        y: monitor.position().y,
        width: monitor.size().width,
        height: monitor.size().height,
    };
    first.iter().chain(all.iter()).map(area).collect()
}
