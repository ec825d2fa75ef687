//! How the kiosk is started, and who starts it again.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use kiosk_core::config::{Config, Profile};

use super::{Finding, settings_folders, shown};

/// What starts the kiosk.
enum Starter {
    /// An entry in the session's autostart.
    Entry(String),
    /// A systemd unit: its file and text.
    Unit(String, String),
}

pub(super) fn check(config: Option<&Config>) -> [Finding; 1] {
    let is_needed = config.is_none_or(|config| config.profile != Profile::Desktop);
    [judge(unit().or_else(entry).as_ref(), is_needed)]
}

/// The first file with this ending in these folders that starts the kiosk.
fn starts_it(folders: impl IntoIterator<Item = PathBuf>, ending: &str, key: &str) -> Option<(PathBuf, String)> {
    let files = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let files = files.map(|file| file.path()).filter(|file| file.extension().is_some_and(|found| found == ending));
    files.filter_map(|file| fs::read_to_string(&file).ok().map(|text| (file, text))).find(|(_, text)| {
        text.lines().any(|line| value(line, key).is_some_and(|command| command.contains("support-kiosk")))
    })
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    (name.trim() == key).then(|| value.trim())
}

fn unit() -> Option<Starter> {
    let own = settings_folders().into_iter().map(|folder| folder.join("systemd/user"));
    let of_machine = ["/etc/systemd/user", "/etc/systemd/system", "/usr/lib/systemd/user", "/usr/lib/systemd/system"];
    let folders = own.chain(of_machine.map(PathBuf::from));
    starts_it(folders, "service", "ExecStart").map(|(file, text)| Starter::Unit(shown(&file), text))
}

fn entry() -> Option<Starter> {
    let folders = settings_folders().into_iter().map(|folder| folder.join("autostart"));
    if let Some((file, _)) = starts_it(folders, "desktop", "Exec") {
        return Some(Starter::Entry(shown(&file)));
    }
    let scripts = settings_folders().into_iter().map(|folder| folder.join("openbox/autostart"));
    let home = env::var_os("HOME").map(PathBuf::from);
    let scripts = scripts.chain(home.into_iter().flat_map(|home| [home.join(".xsession"), home.join(".xinitrc")]));
    let names_it = |file: &Path| {
        let text = fs::read_to_string(file).unwrap_or_default();
        text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("support-kiosk"))
    };
    scripts.into_iter().find(|file| names_it(file)).map(|file| Starter::Entry(shown(&file)))
}

fn judge(starter: Option<&Starter>, is_needed: bool) -> Finding {
    const ID: &str = "autostart";
    let advice = "Use a systemd user unit with Type=notify, Restart=always and WatchdogSec=30; the README has one.";
    match starter {
        None if is_needed => Finding::warning(
            ID,
            "Nothing was found that starts the kiosk when the session begins, or again when it fails.",
            advice,
        ),
        None => Finding::ok(ID, "Nothing starts the program by itself, as one person's desktop has it."),
        Some(Starter::Entry(file)) => Finding::warning(
            ID,
            format!("{file} starts the kiosk, but nobody starts it again when it fails or hangs."),
            advice,
        ),
        Some(Starter::Unit(file, text)) => {
            let set = |key: &str| text.lines().filter_map(|line| value(line, key)).next_back().unwrap_or_default();
            let missing: Vec<String> = [
                (matches!(set("Restart"), "always" | "on-failure" | "on-abnormal"), "Restart=always"),
                (set("Type") == "notify", "Type=notify"),
                (!matches!(set("WatchdogSec"), "" | "0"), "WatchdogSec=30"),
            ]
            .into_iter()
            .filter(|(there, _)| !there)
            .map(|(_, line)| line.to_owned())
            .collect();
            if missing.is_empty() {
                return Finding::ok(ID, format!("{file} starts the kiosk, and again when it fails or hangs."));
            }
            let sentence = format!("{file} starts the kiosk, but not again in every case in which it fails or hangs.");
            Finding::warning(ID, sentence, format!("Add to its [Service] section: {}.", missing.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_unit_is_read() {
        let unit = |text: &str| judge(Some(&Starter::Unit("k.service".to_owned(), text.to_owned())), true);
        let whole = "[Service]\nType=notify\nExecStart=/usr/bin/support-kiosk\nRestart = always\nWatchdogSec=30\n";
        assert_eq!(unit(whole).verdict, Verdict::Ok);
        let finding = unit(&whole.replace("WatchdogSec=30", "WatchdogSec=0"));
        assert_eq!(finding.advice.as_deref(), Some("Add to its [Service] section: WatchdogSec=30."));
        assert_eq!(unit("").verdict, Verdict::Warning);
    }

    #[test]
    fn what_starts_nothing_again_is_warned_of() {
        assert_eq!(judge(None, true).verdict, Verdict::Warning);
        assert_eq!(judge(None, false).verdict, Verdict::Ok);
        assert_eq!(judge(Some(&Starter::Entry("~/.xsession".to_owned())), true).verdict, Verdict::Warning);
    }
}
