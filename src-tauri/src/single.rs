//! One kiosk a screen: a second start brings the first to the front and ends. It needs no session bus.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::{Read, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::ledger::state_folder;

/// What a second start says to the first. There is nothing else that it can say.
const SHOW: &[u8; 4] = b"show";
/// A caller that says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a start finds.
pub(crate) enum Start {
    /// The screen is ours for as long as the lock lives.
    First(Lock),
    /// Another kiosk has it, and was asked to show itself.
    Second,
}

/// The screen's lock.
pub(crate) struct Lock {
    _file: Option<File>,
    #[cfg(unix)]
    listener: Option<std::os::unix::net::UnixListener>,
}

/// Takes the screen, or tells who has it. A lock that cannot be made at all (a read-only folder) stops nobody.
pub(crate) fn take() -> Start {
    take_in(&folder(), &screen())
}

#[cfg(unix)]
fn take_in(folder: &Path, screen: &str) -> Start {
    use std::os::unix::net::{UnixListener, UnixStream};

    let socket = folder.join(format!("support-kiosk-{screen}.sock"));
    let _ = fs::create_dir_all(folder);
    let Ok(file) = File::create(socket.with_extension("lock")) else {
        return Start::First(Lock { _file: None, listener: None });
    };
    if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
        // The first may be starting up and not listening yet: then it comes to the front by itself.
        if let Ok(mut first) = UnixStream::connect(&socket) {
            let _ = first.set_write_timeout(Some(PATIENCE));
            let _ = first.write_all(SHOW);
        }
        return Start::Second;
    }
    // Left over from a kiosk that was killed.
    let _ = fs::remove_file(&socket);
    Start::First(Lock { _file: Some(file), listener: UnixListener::bind(&socket).ok() })
}

#[cfg(not(unix))]
fn take_in(_folder: &Path, _screen: &str) -> Start {
    Start::First(Lock { _file: None })
}

impl Lock {
    /// Calls back whenever a second start asks for this one.
    #[cfg(unix)]
    pub(crate) fn on_second(&self, show: impl Fn() + Send + 'static) {
        let Some(listener) = self.listener.as_ref().and_then(|listener| listener.try_clone().ok()) else { return };
        thread::spawn(move || {
            for caller in listener.incoming() {
                let Ok(mut caller) = caller else { return };
                let mut said = [0u8; SHOW.len()];
                let heard = caller.set_read_timeout(Some(PATIENCE)).and_then(|()| caller.read_exact(&mut said));
                if heard.is_ok() && said == *SHOW {
                    show();
                }
            }
        });
    }

    #[cfg(not(unix))]
    pub(crate) fn on_second(&self, _show: impl Fn() + Send + 'static) {}
}

/// A folder that is the user's own.
fn folder() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute() && path.is_dir())
        .unwrap_or_else(state_folder)
}

/// The screen, short enough for a socket's name. One user may have a kiosk on each of two screens.
pub(crate) fn screen() -> String {
    let name = ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().filter_map(std::env::var_os).next().unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{:08x}", hasher.finish() & 0xffff_ffff)
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_second_start_asks_the_first_to_show_itself() {
        let folder = std::env::temp_dir().join(format!("support-kiosk-single-{}", std::process::id()));
        let Start::First(lock) = take_in(&folder, "a") else { panic!("nobody else is there") };
        let (sender, shown) = mpsc::channel();
        lock.on_second(move || sender.send(()).unwrap());
        assert!(matches!(take_in(&folder, "a"), Start::Second));
        shown.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(matches!(take_in(&folder, "b"), Start::First(_)), "another screen is another kiosk's");
        drop(lock);
        assert!(matches!(take_in(&folder, "a"), Start::First(_)), "the screen is free again");
        let _ = fs::remove_dir_all(&folder);
    }

    #[test]
    fn a_folder_that_cannot_be_written_stops_nobody() {
        assert!(matches!(take_in(Path::new("/proc/nowhere"), "a"), Start::First(_)));
    }
}
