//! What the engine's processes are told: they inherit this process's variables, and load libraries before their first line runs.
//!
//! Some of these libraries are large and of no use on a kiosk. A folder of stand-ins for them (`stand_ins/lib.rs`) lies beside the
//! program, or where the package puts it. The program itself finds it by the path that it was linked with (`build.rs`); the
//! engine's processes are told by a variable. Without the folder, or with nothing in it, the system's libraries are taken as ever.

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

/// By which the loader is told where to look first. Nobody else's gets this far (`environment.rs`).
const LIBRARIES: &str = "LD_LIBRARY_PATH";
/// Where the graphics library is told which programs it may draw with.
pub(super) const DRAWING_PROGRAMS: &str = "__EGL_VENDOR_LIBRARY_FILENAMES";
/// From the program's own folder: where it was built, and where it was installed. The same stand in `build.rs`.
const FOLDERS: [&str; 2] = ["stand-ins", "../lib/support-kiosk/stand-ins"];
/// Without it the other files of the folder lead nowhere.
const LIBRARY: &str = "libkiosk_stand_ins.so";

/// The variables that this life of the program has set.
static OWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// Tells the engine's processes something. Only while the process is made ready.
pub(super) fn tell(name: &'static str, value: impl AsRef<OsStr>) {
    // SAFETY: of the threads that may run so early (a writer of the log), none looks at variables.
    unsafe { env::set_var(name, value) };
    OWN.lock().unwrap_or_else(PoisonError::into_inner).push(name);
}

/// Processes of the engine that begin from now on are not told this any more. Says whether they were, by us.
pub(super) fn tell_no_more(name: &'static str) -> bool {
    let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(place) = own.iter().position(|own| *own == name) else { return false };
    own.remove(place);
    // SAFETY: with the C library of Linux a variable is found or not found while another is taken away; no text is freed.
    unsafe { env::remove_var(name) };
    true
}

/// What was set for the engine, and is neither the next life's of this program nor another program's.
pub(super) fn own_variables() -> Vec<&'static str> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// From now on the engine's processes load what stands in for large libraries. Only while the process is made ready.
pub(super) fn stand_in() {
    if let Some(folder) = library_folder() {
        tell(LIBRARIES, folder);
    }
}

/// From now on the graphics library takes what stands in for a driver. Only while the process is made ready.
pub(super) fn stand_in_for_a_card() {
    let file = library_folder().map(|folder| folder.join("no-card.json"));
    if let Some(file) = file.filter(|file| file.is_file()) {
        tell(DRAWING_PROGRAMS, file);
    }
}

/// The folder with what is ours for the engine's processes, as long as they can live with it.
pub(super) fn library_folder() -> Option<&'static PathBuf> {
    folder().filter(|_| !is_distrusted())
}

/// A system gets newer engines than we have seen. After so many deaths in a row, of this program or of pages' processes that had
/// not come to a page, it is time to ask whether it is our libraries that they cannot live with.
const DISTRUST: u32 = 2;
static DEATHS: AtomicU32 = AtomicU32::new(0);

fn is_distrusted() -> bool {
    DEATHS.load(Ordering::SeqCst) >= DISTRUST
}

/// Before this life, so many in a row have ended by a crash.
pub(super) fn crashed_before(times: u32) {
    DEATHS.store(times, Ordering::SeqCst);
}

/// A page's process has died before it came to its page.
pub(super) fn page_died_unborn() {
    if DEATHS.fetch_add(1, Ordering::SeqCst) + 1 != DISTRUST {
        return;
    }
    // Where nothing of ours was loaded, it was something else.
    if [LIBRARIES, DRAWING_PROGRAMS].map(tell_no_more).contains(&true) {
        tracing::warn!(
            event = "engine.done_without",
            reason = "pages' processes died at once; the next load the system's own libraries"
        );
    }
}

/// A page's process has come to its page.
pub(super) fn page_lives() {
    DEATHS.store(0, Ordering::SeqCst);
}

fn folder() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let program = env::current_exe().ok()?;
        let own = program.parent()?;
        let mut folders = FOLDERS.iter().filter_map(|folder| own.join(folder).canonicalize().ok());
        folders.find(|folder| folder.join(LIBRARY).is_file())
    };
    FOLDER.get_or_init(find).as_ref()
}
