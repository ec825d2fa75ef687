//! Fonts that are not installed need not be asked for.
//!
//! For each text of a new size the engine looks at every name that the system's configuration adds to a font's, one by one
//! (its question whether a name was meant, or only added, goes through all of fontconfig). On a plain Debian these are a
//! hundred names, of which ten are installed: a tenth of a page's process's time. So all processes read the system's
//! configuration by way of a file of ours, which takes the missing ones away again. What is matched stays the same: a font
//! that is not there matches nothing.

use std::{
    collections::{BTreeMap, HashSet},
    env,
    ffi::{CStr, CString, c_char, c_int, c_uchar},
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    ptr,
    sync::OnceLock,
    thread,
    time::Duration,
};

use gtk::glib;

use super::engine;
use crate::kept;

/// Where every distribution has it.
const SYSTEM: &CStr = c"/etc/fonts/fonts.conf";
/// Where fontconfig is told of another file.
const FILE: &str = "FONTCONFIG_FILE";
/// Whoever sets one of these has a reason.
const OTHERS: [&str; 2] = ["FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"];
/// The file that this process and the engine's read.
static OURS: OnceLock<PathBuf> = OnceLock::new();
/// A start takes a second or two.
const SOON: Duration = Duration::from_secs(10);
/// Names that stand for no font. What the configuration adds to them, it adds to every font.
const GENERIC: [&str; 6] = ["sans-serif", "serif", "monospace", "system-ui", "cursive", "fantasy"];

/// From now on, for this process and the engine's. Once; what cannot be done changes nothing.
///
/// The file of the last start is good enough to begin with. It is to be written anew soon, which is what comes back: a font
/// that was installed since is known to the visits from then on.
#[must_use]
pub(super) fn leave_out_missing(state: &Path) -> Option<Stale> {
    let path = state.join("fonts.conf");
    if OTHERS.iter().chain([&FILE]).any(|name| env::var_os(name).is_some()) {
        return None;
    }
    let is_there = fs::metadata(&path).is_ok_and(|file| file.len() > 0);
    if !is_there && !try_write(&path) {
        return None;
    }
    engine::tell(FILE, &path);
    let _ = OURS.set(path.clone());
    is_there.then_some(Stale(path))
}

/// Before another process reads the file: it is there, or nobody is sent to it. Whoever clears the state folder while the program
/// runs would have pages without any font.
pub(super) fn keep() {
    let Some(path) = OURS.get().filter(|path| !path.exists()) else { return };
    if !try_write(path) {
        engine::tell_no_more(FILE);
    }
}

/// The file of the last start.
pub(super) struct Stale(PathBuf);

impl Stale {
    /// Writes it anew, once the start is over: until then both cores of a small machine have enough to do.
    pub(super) fn renew(self) {
        glib::timeout_add_once(SOON, move || {
            thread::spawn(move || try_write(&self.0));
        });
    }
}

/// Writes the file, or tells why not.
fn try_write(path: &Path) -> bool {
    let done = write(path);
    if let Err(error) = &done {
        tracing::debug!(event = "fonts.not_told", reason = %error.kind());
    }
    done.is_ok()
}

/// Writes the file, whole or not at all.
fn write(path: &Path) -> io::Result<()> {
    let system = Configuration::read(SYSTEM).ok_or(io::ErrorKind::NotFound)?;
    let text = compose(&GENERIC.map(|name| system.names_for(name)), &system.installed());
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    kept::write_private(path, text.as_bytes())
}

/// The system's configuration, and rules that take away what it adds in vain: each name as often as it is added. The first
/// name is the one that was asked for, and stays.
fn compose(added: &[Vec<String>], installed: &HashSet<String>) -> String {
    let mut missing = BTreeMap::<&str, usize>::new();
    for names in added {
        let mut here = BTreeMap::<&str, usize>::new();
        for name in names {
            if !GENERIC.contains(&name.as_str()) && !installed.contains(&plain(name)) {
                *here.entry(name).or_default() += 1;
            }
        }
        for (name, times) in here {
            let most = missing.entry(name).or_default();
            *most = times.max(*most);
        }
    }
    let mut text = String::from(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n\
         <!-- Written by support-kiosk at each start: the system's fonts, without names that are not installed. -->\n\
         <fontconfig>\n<include>/etc/fonts/fonts.conf</include>\n",
    );
    for (name, times) in missing {
        let name = escape(name);
        for _ in 0..times {
            let _ = writeln!(
                text,
                "<match target=\"pattern\"><test name=\"family\" qual=\"not_first\"><string>{name}</string></test>\
                 <edit name=\"family\" mode=\"delete\"/></match>"
            );
        }
    }
    text.push_str("</fontconfig>\n");
    text
}

/// As fontconfig compares them.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != ' ').flat_map(char::to_lowercase).collect()
}

fn escape(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A configuration of fontconfig's, with its fonts.
struct Configuration(ptr::NonNull<ffi::Config>);

impl Configuration {
    fn read(file: &CStr) -> Option<Self> {
        // SAFETY: a new configuration that nobody else has; it goes with the value, and the file's name lives for the call.
        unsafe {
            let new = Self(ptr::NonNull::new(ffi::FcConfigCreate())?);
            let config = new.0.as_ptr();
            let read = ffi::FcConfigParseAndLoad(config, file.as_ptr().cast(), 1) != 0;
            (read && ffi::FcConfigBuildFonts(config) != 0).then_some(new)
        }
    }

    /// What becomes of a request for this font: all names, in their order.
    fn names_for(&self, name: &str) -> Vec<String> {
        let Ok(name) = CString::new(name) else { return Vec::new() };
        // SAFETY: a pattern of our own, destroyed here; the names are copied before.
        unsafe {
            let pattern = ffi::FcPatternCreate();
            ffi::FcPatternAddString(pattern, ffi::FAMILY.as_ptr(), name.as_ptr().cast());
            ffi::FcConfigSubstitute(self.0.as_ptr(), pattern, ffi::MATCH_PATTERN);
            let names = families(pattern);
            ffi::FcPatternDestroy(pattern);
            names
        }
    }

    /// Every name of every installed font.
    fn installed(&self) -> HashSet<String> {
        let mut all = HashSet::new();
        // SAFETY: the set and its patterns are the configuration's, which lives longer; the names are copied.
        unsafe {
            let Some(fonts) = ffi::FcConfigGetFonts(self.0.as_ptr(), ffi::SYSTEM_SET).as_ref() else { return all };
            for index in 0..usize::try_from(fonts.count).unwrap_or(0) {
                all.extend(families(*fonts.fonts.add(index)).iter().map(|name| plain(name)));
            }
        }
        all
    }
}

impl Drop for Configuration {
    fn drop(&mut self) {
        // SAFETY: it was made by `read`, and nobody else has it.
        unsafe { ffi::FcConfigDestroy(self.0.as_ptr()) };
    }
}

/// # Safety
/// The pattern is alive.
unsafe fn families(pattern: *const ffi::Pattern) -> Vec<String> {
    let mut names = Vec::new();
    let mut name: *const c_uchar = ptr::null();
    // SAFETY: the caller's pattern; a text that is found belongs to it and ends with a zero.
    unsafe {
        while ffi::FcPatternGetString(
            pattern,
            ffi::FAMILY.as_ptr(),
            c_int::try_from(names.len()).unwrap_or(c_int::MAX),
            &raw mut name,
        ) == ffi::RESULT_MATCH
        {
            names.push(CStr::from_ptr(name.cast::<c_char>()).to_string_lossy().into_owned());
        }
    }
    names
}

/// What is used of fontconfig, as its header has it. The toolkit brings the library along.
mod ffi {
    use std::ffi::{CStr, c_char, c_int, c_uchar};

    pub(super) const FAMILY: &CStr = c"family";
    /// `FcMatchPattern`.
    pub(super) const MATCH_PATTERN: c_int = 0;
    /// `FcSetSystem`.
    pub(super) const SYSTEM_SET: c_int = 0;
    /// `FcResultMatch`.
    pub(super) const RESULT_MATCH: c_int = 0;

    #[repr(C)]
    pub(super) struct Config {
        _private: [u8; 0],
    }

    #[repr(C)]
    pub(super) struct Pattern {
        _private: [u8; 0],
    }

    /// `FcFontSet`.
    #[repr(C)]
    pub(super) struct FontSet {
        pub(super) count: c_int,
        room: c_int,
        pub(super) fonts: *mut *mut Pattern,
    }

    #[link(name = "fontconfig")]
    unsafe extern "C" {
        pub(super) fn FcConfigCreate() -> *mut Config;
        pub(super) fn FcConfigDestroy(config: *mut Config);
        pub(super) fn FcConfigParseAndLoad(config: *mut Config, file: *const c_uchar, complain: c_int) -> c_int;
        pub(super) fn FcConfigBuildFonts(config: *mut Config) -> c_int;
        pub(super) fn FcConfigGetFonts(config: *mut Config, set: c_int) -> *mut FontSet;
        pub(super) fn FcConfigSubstitute(config: *mut Config, pattern: *mut Pattern, kind: c_int) -> c_int;
        pub(super) fn FcPatternCreate() -> *mut Pattern;
        pub(super) fn FcPatternDestroy(pattern: *mut Pattern);
        pub(super) fn FcPatternAddString(pattern: *mut Pattern, object: *const c_char, text: *const c_uchar) -> c_int;
        pub(super) fn FcPatternGetString(
            pattern: *const Pattern,
            object: *const c_char,
            index: c_int,
            text: *mut *const c_uchar,
        ) -> c_int;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_not_installed_is_taken_away_as_often_as_it_is_added() {
        let installed = HashSet::from([plain("DejaVu Sans")]);
        let text = compose(
            &[names(&["Arial", "DejaVuSans", "Arial", "sans-serif", "A & B"]), names(&["serif", "Arial", "Times"])],
            &installed,
        );
        let times = |name: &str| text.matches(&format!("<string>{name}</string>")).count();
        assert_eq!((times("Arial"), times("Times"), times("A &amp; B")), (2, 1, 1));
        assert_eq!((times("DejaVuSans"), times("sans-serif"), times("serif")), (0, 0, 0));
    }

    #[test]
    fn every_request_finds_the_same_installed_fonts_in_the_same_order() {
        let folder = env::temp_dir().join(format!("support-kiosk-fonts-{}", std::process::id()));
        let path = folder.join("fonts.conf");
        write(&path).unwrap();
        let file = CString::new(path.to_str().unwrap()).unwrap();
        let (system, ours) = (Configuration::read(SYSTEM).unwrap(), Configuration::read(&file).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        let installed = system.installed();
        assert_eq!(ours.installed(), installed);
        let found = |configuration: &Configuration, name: &str| {
            let mut names = configuration.names_for(name);
            names.retain(|name| installed.contains(&plain(name)));
            names
        };
        let mut asked =
            names(&["Nobody Has This", "Verdana", "Helvetica", "Times New Roman", "Noto Sans", "emoji", "math"]);
        asked.extend(GENERIC.iter().flat_map(|name| system.names_for(name)));
        let mut shorter = 0;
        for name in asked {
            assert_eq!(found(&ours, &name), found(&system, &name), "{name}");
            assert_eq!(ours.names_for(&name)[0], system.names_for(&name)[0], "{name}: what was asked for stays");
            shorter += usize::from(ours.names_for(&name).len() < system.names_for(&name).len());
        }
        assert!(shorter > 0, "nothing was taken away");
    }
}
