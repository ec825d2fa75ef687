//! Were the files replaced that this program runs on? The system calls a file deleted that is in use and has no name any more.

use std::fs;

/// Programs that put files in the place of others.
const MANAGERS: [&str; 7] = ["dpkg", "apt-get", "apt", "unattended-upgr", "rpm", "dnf", "zypper"];

/// How many pieces of code that this process runs on are not what their files hold now: its own, the engine's, any library's.
pub(crate) fn replaced_code() -> usize {
    fs::read_to_string("/proc/self/maps").map_or(0, |maps| maps.lines().filter(|line| is_replaced_code(line)).count())
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
    let Ok(processes) = fs::read_dir("/proc") else { return false };
    processes
        .flatten()
        .filter(|entry| entry.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit))
        .filter_map(|entry| fs::read_to_string(entry.path().join("comm")).ok())
        .any(|name| MANAGERS.contains(&name.trim_end()))
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
    fn nothing_was_replaced_below_this_test() {
        assert_eq!(replaced_code(), 0);
    }
}
