//! Libraries that the engine loads and hardly anybody needs.
//!
//! The folder of stand-ins (`voices/lib.rs`) lies beside the program or where the package puts it. The program itself finds it by
//! the path that it was linked with (`build.rs`); the engine's processes are told by a variable. Without the folder, or with
//! nothing in it, the loader takes the system's libraries as ever.

use std::{env, path::PathBuf};

/// By which the loader is told where to look first. Nobody else's gets this far (`environment.rs`).
pub(super) const VARIABLE: &str = "LD_LIBRARY_PATH";
/// From the program's own folder: where it was built, and where it was installed. The same stand in `build.rs`.
const FOLDERS: [&str; 2] = ["voices", "../lib/support-kiosk/voices"];

/// From now on, for the engine's processes. Once, before there is another thread.
pub(super) fn leave_out_voices() {
    let Some(folder) = stand_ins() else { return };
    // SAFETY: no other thread runs yet.
    unsafe { env::set_var(VARIABLE, folder) };
}

fn stand_ins() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let own = program.parent()?;
    FOLDERS.iter().find_map(|folder| own.join(folder).canonicalize().ok()).filter(|folder| folder.is_dir())
}
