//! Were the files replaced that this program runs on? The system calls a file deleted that is in use and has no name any more.

use std::{fs, os::unix::fs::MetadataExt};

/// What package managers hold locked while they are at work (dpkg and apt; rpm, in its two places). Who runs is not looked
/// at: a service may not see the processes of others.
const LOCKS: [&str; 4] =
    ["/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend", "/var/lib/rpm/.rpm.lock", "/usr/lib/sysimage/rpm/.rpm.lock"];

/// Whether code that this process runs on is not what its file holds now: its own, the engine's, any library's.
pub(crate) fn is_replaced() -> bool {
    fs::read_to_string("/proc/self/maps").is_ok_and(|maps| maps.lines().any(is_replaced_code))
}

/// `7f1c5a200000-7f1c5e0d1000 r-xp 00a3d000 fd:01 1835017    /usr/lib/x86_64-linux-gnu/libwebkit2gtk-4.1.so.0 (deleted)`
fn is_replaced_code(line: &str) -> bool {
    let mut fields = line.split_ascii_whitespace();
    // Code that is made while the program runs is shared with where it is written.
    let is_code = fields.nth(1) == Some("r-xp");
    // Memory that never had a name looks the same.
    let path = fields.nth(3).unwrap_or_default();
    let is_file = path.starts_with('/') && !["/memfd:", "/dev/", "/SYSV"].iter().any(|start| path.starts_with(start));
    is_code && is_file && line.ends_with(" (deleted)")
}

/// Whether a package manager is at work.
pub(crate) fn is_being_upgraded() -> bool {
    let files: Vec<u64> = LOCKS.iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.ino()).collect();
    fs::read_to_string("/proc/locks")
        .is_ok_and(|locks| locks.lines().filter_map(locked).any(|file| files.contains(&file)))
}

/// The file's number in a line of `/proc/locks` (`proc_locks(5)`): `3: POSIX  ADVISORY  WRITE 4217 fd:01:1835017 0 EOF`. The
/// device before it is not what a file system with volumes calls its own, so it is not compared; a lock of the same number elsewhere
/// would put off what is not urgent.
fn locked(line: &str) -> Option<u64> {
    line.split_ascii_whitespace().find(|field| field.matches(':').count() == 2)?.rsplit(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_whose_file_is_gone_and_nothing_else() {
        for (line, is) in [
            (
                "7f1c-7f1d r-xp 00a3d000 fd:01 1835017    /usr/lib/x86_64-linux-gnu/libwebkit2gtk-4.1.so.0 (deleted)",
                true,
            ),
            ("55d0-55d1 r-xp 00001000 fd:01 77    /usr/bin/support-kiosk (deleted)", true),
            ("7f1c-7f1d r-xp 00a3d000 fd:01 1835017    /usr/lib/x86_64-linux-gnu/libwebkit2gtk-4.1.so.0", false),
            ("7f1c-7f1d rw-p 00a3d000 fd:01 1835017    /var/cache/fontconfig/x.cache-7 (deleted)", false),
            ("7f1c-7f1d r-xs 00000000 00:01 2054    /tmp/ffiQ0b1Zz (deleted)", false),
            ("7f1c-7f1d r-xp 00000000 00:01 2054    /memfd:jit (deleted)", false),
            ("7f1c-7f1d rw-s 00000000 00:01 98 /SYSV00000000 (deleted)", false),
            ("7f1c-7f1d rwxp 00000000 00:00 0 ", false),
            ("", false),
        ] {
            assert_eq!(is_replaced_code(line), is, "{line}");
        }
    }

    #[test]
    fn what_is_locked() {
        assert_eq!(locked("3: POSIX  ADVISORY  WRITE 4217 fd:01:1835017 0 EOF"), Some(1_835_017));
        assert_eq!(locked("3: -> FLOCK  ADVISORY  WRITE 4217 00:1c:42 0 EOF"), Some(42));
        for line in ["", "3:", "1: LEASE ACTIVE READ 99", "::", "1: POSIX ADVISORY WRITE 1 fd:01:x 0 EOF"] {
            assert_eq!(locked(line), None, "{line}");
        }
    }

    #[test]
    fn nothing_was_replaced_below_this_test() {
        assert!(!is_replaced());
    }
}
