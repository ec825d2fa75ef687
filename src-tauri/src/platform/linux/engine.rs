//! What the engine's processes are told: they inherit this process's variables, and load libraries before their first line runs.
//!
//! Some of these libraries are large and of no use on a kiosk. A folder of stand-ins for them (`stand_ins/lib.rs`) lies beside the
//! program, or where the package puts it. The program itself finds it by the path that it was linked with (`build.rs`); the
//! engine's processes are told by a variable. Without the folder, or with nothing in it, the system's libraries are taken as ever.

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError},
};

/// By which the loader is told where to look first. Nobody else's gets this far (`environment.rs`).
const LIBRARIES: &str = "LD_LIBRARY_PATH";
/// From the program's own folder: where it was built, and where it was installed. The same stand in `build.rs`.
const FOLDERS: [&str; 2] = ["stand-ins", "../lib/support-kiosk/stand-ins"];
/// Without it the other files of the folder lead nowhere.
const LIBRARY: &str = "libkiosk_stand_ins.so";

/// The variables that this life of the program has set.
static OWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// Tells the engine's processes something. Once, before there is another thread.
pub(super) fn tell(name: &'static str, value: impl AsRef<OsStr>) {
    // SAFETY: no other thread runs yet.
    unsafe { env::set_var(name, value) };
    OWN.lock().unwrap_or_else(PoisonError::into_inner).push(name);
}

/// What was set for the engine, and is neither the next life's of this program nor another program's.
pub(super) fn own_variables() -> Vec<&'static str> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// From now on the engine's processes load what stands in for large libraries. Once, before there is another thread.
pub(super) fn stand_in() {
    if let Some(folder) = folder() {
        tell(LIBRARIES, folder);
    }
}

/// A file of the folder of stand-ins, if it is to be had.
pub(super) fn stand_in_file(name: &str) -> Option<PathBuf> {
    folder().map(|folder| folder.join(name)).filter(|file| file.is_file())
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
