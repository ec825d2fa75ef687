//! A home folder of a test's own, with everything that a program may write below it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;
use std::{env, process};

use anyhow::Result;

/// The folder; it goes with this value, unless `KIOSK_KEEP` is set.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    made: SystemTime,
}

/// The folders that a desktop names in the environment, with the variable of each.
const FOLDERS: [(&str, &str); 7] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_STATE_HOME", "home/.local/state"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_CACHE_HOME", "home/.cache"),
    ("XDG_RUNTIME_DIR", "run"),
    ("TMPDIR", "tmp"),
];

impl Home {
    /// Makes it below the system's temporary folder.
    pub fn make(test: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kiosk-{test}-{}-{count}", process::id());
        let root = env::temp_dir().join(name);
        for (_, folder) in FOLDERS {
            fs::create_dir_all(root.join(folder))?;
        }
        fs::set_permissions(root.join("run"), Permissions::from_mode(0o700))?;
        Ok(Self { root, made: SystemTime::now() })
    }

    /// The variables that make a program live here.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, PathBuf)> + '_ {
        FOLDERS.into_iter().map(|(variable, folder)| (variable, self.root.join(folder)))
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where sockets are.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The program's state folder.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.root.join("home/.local/state/support-kiosk")
    }

    /// A line of the toolkit's own settings, as a person's desktop has them: for programs that start here from now on.
    pub fn toolkit(&self, line: &str) -> Result<()> {
        let folder = self.root.join("home/.config/gtk-3.0");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join("settings.ini"), format!("[Settings]\n{line}\n"))?)
    }

    /// All files below it but the kiosk's own state, sockets and locks in the runtime folder.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            // A folder may go while one looks.
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries {
                let path = entry?.path();
                if path == self.state() || path == self.run() {
                    continue;
                }
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    /// When it was made: what is younger may be ours.
    #[must_use]
    pub fn made(&self) -> SystemTime {
        self.made
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if env::var_os("KIOSK_KEEP").is_none() {
            // A left-over folder in the temporary folder harms nobody.
            drop(fs::remove_dir_all(&self.root));
        }
    }
}
