//! Files that cross between a person and the machine: those of one folder on the way out, a visit's own on the way in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// More than this no person looks through.
const MOST_OFFERED: usize = 500;
/// A name that every file system takes, in characters.
const LONGEST_NAME: usize = 100;
/// The start of the name of a visit's folder.
const VISIT: &str = "visit-";

/// A file that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// Its name, as people read it.
    pub(crate) name: String,
    /// Where it really is.
    pub(crate) path: PathBuf,
}

/// The files of a folder that may be sent, by name: what lies in it and is a file. Nothing that is hidden, no folder, and
/// no link that leads out.
///
/// # Errors
/// The folder is not there or cannot be read.
pub(crate) fn offered(folder: &Path) -> io::Result<Vec<Offered>> {
    let folder = folder.canonicalize()?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)? {
        // A file that goes while we look is not there.
        let Ok(entry) = entry else { continue };
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Ok(path) = entry.path().canonicalize() else { continue };
        let inside = path.starts_with(&folder) && path.to_str().is_some();
        if !name.starts_with('.') && inside && fs::metadata(&path).is_ok_and(|data| data.is_file()) {
            found.push(Offered { name, path });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found.truncate(MOST_OFFERED);
    Ok(found)
}

/// Whether a file that was offered still is what it was.
pub(crate) fn is_still(folder: &Path, file: &Offered) -> bool {
    offered(folder).is_ok_and(|files| files.contains(file))
}

/// The folder of a visit's files.
pub(crate) fn visit_folder(downloads: &Path, visit: u64, keep: bool) -> PathBuf {
    // What is kept must not be taken for another day's first visit.
    let number =
        if keep { format!("{}-{visit}", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S")) } else { visit.to_string() };
    downloads.join(format!("{VISIT}{number}"))
}

/// Removes what visits have saved, but for those that are `wanted`. The folder's own other files are left alone. What
/// cannot be removed keeps nothing else there.
///
/// # Errors
/// Something of it could not be removed: the first reason.
pub(crate) fn wipe(downloads: &Path, wanted: &[u64]) -> io::Result<()> {
    let entries = match fs::read_dir(downloads) {
        Ok(entries) => entries,
        // Nothing was ever saved.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    each(entries, |entry: fs::DirEntry| {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(VISIT)).unwrap_or_default();
        let is_visit = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_wanted = wanted.iter().any(|visit| visit.to_string() == number);
        // A link is never ours, and what it leads to still less.
        if !is_visit || is_wanted || !entry.file_type()?.is_dir() {
            return Ok(());
        }
        fs::remove_dir_all(entry.path()).or_else(|_| remove_by_force(&entry.path()))
    })
}

/// Removes a folder that did not go: it and those in it are made writable, as what was unpacked there need not be. What
/// stays all the same keeps nothing else there.
fn remove_by_force(folder: &Path) -> io::Result<()> {
    make_writable(folder);
    let emptied = each(fs::read_dir(folder)?, |entry: fs::DirEntry| {
        // The entry's own kind: a link goes, and what it leads to is not touched.
        if entry.file_type()?.is_dir() { remove_by_force(&entry.path()) } else { fs::remove_file(entry.path()) }
    });
    emptied.and_then(|()| fs::remove_dir(folder))
}

/// Lets its owner do anything in a folder.
#[cfg(unix)]
fn make_writable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // Whether it was of any use shows in a moment.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn make_writable(_folder: &Path) {}

/// Does it to all of them, whatever comes of it, and gives the first error.
fn each<T>(
    things: impl IntoIterator<Item = io::Result<T>>,
    mut act: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut first = Ok(());
    for thing in things {
        first = first.and(thing.and_then(&mut act));
    }
    first
}

/// A name for a file that a server, and so anybody, has named: no path, nothing hidden, nothing that a shell or a file
/// manager reads in another way.
pub(crate) fn clean_name(suggested: &str) -> String {
    let last = suggested.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_' | '(' | ')');
    let plain: String = last.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let plain = plain.trim_matches(|c: char| c == '.' || c == ' ' || c == '-');
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (plain, String::new()),
    };
    let room = LONGEST_NAME - ending.chars().count();
    let stem: String = stem.chars().take(room).collect();
    if stem.is_empty() { format!("file{ending}") } else { format!("{stem}{ending}") }
}

/// A path in the folder that nothing has yet. `None`: too many files of the name are there.
pub(crate) fn free_path(folder: &Path, name: &str) -> Option<PathBuf> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let numbered = (2..1000).map(|number| format!("{stem} ({number}){ending}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .map(|name| folder.join(name))
        .find(|path| fs::symlink_metadata(path).is_err())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("support-kiosk-files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        offered(folder).unwrap().into_iter().map(|file| file.name).collect()
    }

    #[cfg(unix)]
    #[test]
    fn only_the_folders_own_files_are_offered() {
        use std::os::unix::fs::symlink;
        let root = folder("offered");
        let inside = root.join("in");
        fs::create_dir_all(inside.join("deep")).unwrap();
        for file in ["in/b.pdf", "in/a.txt", "in/.hidden", "in/deep/deep.txt", "secret.txt"] {
            fs::write(root.join(file), "x").unwrap();
        }
        symlink(root.join("secret.txt"), inside.join("way-out.txt")).unwrap();
        symlink("/etc/passwd", inside.join("passwd")).unwrap();
        symlink(inside.join("nowhere"), inside.join("broken")).unwrap();
        symlink(inside.join("a.txt"), inside.join("c.txt")).unwrap();
        symlink(&root, inside.join("up")).unwrap();
        assert_eq!(names(&inside), ["a.txt", "b.pdf", "c.txt"]);
        // The folder itself may be a link: the administrator named it.
        symlink(&inside, root.join("alias")).unwrap();
        assert_eq!(names(&root.join("alias")), ["a.txt", "b.pdf", "c.txt"]);

        let file = offered(&inside).unwrap().remove(0);
        assert!(is_still(&inside, &file));
        fs::remove_file(inside.join("a.txt")).unwrap();
        symlink(root.join("secret.txt"), inside.join("a.txt")).unwrap();
        assert!(!is_still(&inside, &file), "exchanged for a link");
        assert!(offered(&root.join("nowhere")).is_err());
        fs::remove_dir_all(&root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_visits_saved_is_removed_and_nothing_else() {
        let root = folder("wipe");
        for visit in ["visit-1", "visit-22", "visit-x", "visit-20261122-101500-3", "other"] {
            fs::create_dir_all(root.join(visit)).unwrap();
            fs::write(root.join(visit).join("file"), "x").unwrap();
        }
        fs::create_dir_all(root.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(root.join("elsewhere"), root.join("visit-3")).unwrap();
        wipe(&root, &[]).unwrap();
        let mut left: Vec<String> =
            fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, ["elsewhere", "other", "visit-20261122-101500-3", "visit-3", "visit-x"]);
        wipe(&root.join("nowhere"), &[]).unwrap();
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_a_visit_that_is_on_saved_stays() {
        let root = folder("wanted");
        for visit in ["visit-1", "visit-2", "visit-02", "visit-22"] {
            fs::create_dir_all(root.join(visit)).unwrap();
            fs::write(root.join(visit).join("file"), "x").unwrap();
        }
        wipe(&root, &[2]).unwrap();
        assert!(root.join("visit-2/file").exists());
        assert!(["visit-1", "visit-02", "visit-22"].iter().all(|visit| !root.join(visit).exists()));
        wipe(&root, &[]).unwrap();
        assert!(!root.join("visit-2").exists());
        fs::remove_dir_all(&root).unwrap();
    }

    /// By hand: there is no folder that nobody can remove, whoever runs this.
    #[test]
    fn after_an_error_it_goes_on_and_gives_the_first() {
        let mut seen = Vec::new();
        let things: [io::Result<u8>; 4] = [Ok(1), Err(io::ErrorKind::NotFound.into()), Ok(2), Ok(3)];
        let done = each(things, |thing| {
            seen.push(thing);
            if thing == 2 { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
        });
        assert_eq!(done.unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(seen, [1, 2, 3]);
    }

    /// For root every folder can be emptied: then this shows less, and the next test the rest.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_unpacked_write_protected_goes_too() {
        use std::os::unix::fs::PermissionsExt;
        let root = folder("protected");
        let deep = root.join("visit-1/unpacked/deep");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir_all(root.join("visit-2")).unwrap();
        for file in ["visit-1/unpacked/deep/file", "visit-1/unpacked/file", "visit-1/file", "visit-2/file"] {
            fs::write(root.join(file), "x").unwrap();
        }
        for (closed, mode) in [("visit-1/unpacked/deep", 0), ("visit-1/unpacked", 0o555), ("visit-1", 0o555)] {
            fs::set_permissions(root.join(closed), fs::Permissions::from_mode(mode)).unwrap();
        }
        wipe(&root, &[]).unwrap();
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
        fs::remove_dir_all(&root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn force_follows_no_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let root = folder("force");
        let (visit, elsewhere) = (root.join("visit-1"), root.join("elsewhere"));
        fs::create_dir_all(visit.join("deep")).unwrap();
        fs::create_dir_all(&elsewhere).unwrap();
        fs::write(elsewhere.join("file"), "x").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o500)).unwrap();
        symlink(&elsewhere, visit.join("folder")).unwrap();
        symlink(elsewhere.join("file"), visit.join("deep/file")).unwrap();
        symlink(root.join("nowhere"), visit.join("broken")).unwrap();
        remove_by_force(&visit).unwrap();
        assert!(!visit.exists());
        assert!(elsewhere.join("file").exists(), "what a link leads to is gone");
        assert_eq!(fs::metadata(&elsewhere).unwrap().permissions().mode() & 0o777, 0o500);
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o700)).unwrap();
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_name_is_a_name_whatever_the_server_says() {
        for (suggested, cleaned) in [
            ("ticket.pdf", "ticket.pdf"),
            ("Rechnung für Ärger (2).pdf", "Rechnung für Ärger (2).pdf"),
            ("../../.bashrc", "bashrc"),
            ("/etc/cron.d/job", "job"),
            ("C:\\Windows\\x.exe", "x.exe"),
            (".hidden", "hidden"),
            ("-rf", "rf"),
            ("a\0b\nc;$(x).txt", "a_b_c__(x).txt"),
            ("\u{202e}fdp.exe", "_fdp.exe"),
            ("...", "file"),
            ("", "file"),
            ("/", "file"),
        ] {
            assert_eq!(clean_name(suggested), cleaned, "{suggested:?}");
        }
        let long = clean_name(&format!("{}.pdf", "ä".repeat(5000)));
        assert!(long.chars().count() == LONGEST_NAME && long.ends_with(".pdf"));
        assert_eq!(clean_name(&"x".repeat(5000)).len(), LONGEST_NAME);
    }

    #[test]
    fn a_file_never_takes_anothers_place() {
        let root = folder("free");
        assert_eq!(free_path(&root, "a.pdf"), Some(root.join("a.pdf")));
        fs::write(root.join("a.pdf"), "x").unwrap();
        assert_eq!(free_path(&root, "a.pdf"), Some(root.join("a (2).pdf")));
        fs::remove_dir_all(&root).unwrap();
    }
}
