//! How the kiosk is started, and who starts it again.
//!
//! A unit that lies on the disk starts nothing: the package brings two, and both are off. What counts is a link to it in
//! the folder of a target. Links are looked for in the file system, so that no bus is needed.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use kiosk_core::config::{Config, Profile};

use super::{Finding, listed, settings_folders, shown};

/// What every graphical session has, if it tells the service manager of itself.
const SESSION: &str = "graphical-session.target";
/// Desktops that do.
const TELLING: [&str; 2] = ["GNOME", "KDE"];

/// All that could start the kiosk.
#[derive(Debug, Default)]
struct Found {
    units: Vec<Unit>,
    /// An entry in the session's autostart, or a script with which it begins.
    entry: Option<String>,
    /// Something starts the session's target.
    session: bool,
}

/// A unit that starts the kiosk.
#[derive(Debug)]
struct Unit {
    /// Its file, as it is shown.
    file: String,
    text: String,
    /// What switches it on.
    command: String,
    /// What starts it: targets, and scripts. Nothing does while it is off.
    by: BTreeSet<String>,
}

pub(super) fn check(config: Option<&Config>) -> [Finding; 1] {
    let is_needed = config.is_none_or(|config| config.profile != Profile::Desktop);
    let scripts = scripts();
    let of = |manager: Manager| units(manager, &manager.folders(), &scripts);
    let desktop = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let found = Found {
        units: [Manager::User, Manager::Machine].into_iter().flat_map(of).collect(),
        entry: scripts.iter().find(|script| script.runs_it()).map(|script| script.file.clone()),
        session: TELLING.iter().any(|name| desktop.contains(name)) || scripts.iter().any(Script::starts_a_target),
    };
    [judge(&found, is_needed)]
}

/// A service manager.
#[derive(Clone, Copy, Debug)]
enum Manager {
    User,
    Machine,
}

impl Manager {
    /// Where it looks. A file hides those of its name in the folders behind.
    fn folders(self) -> Vec<PathBuf> {
        let (own, kind) = match self {
            Self::User => (settings_folders(), "user"),
            Self::Machine => (Vec::new(), "system"),
        };
        let of_machine = ["/etc", "/usr/local/lib", "/usr/lib"].into_iter().map(PathBuf::from);
        own.into_iter().chain(of_machine).map(|folder| folder.join("systemd").join(kind)).collect()
    }

    /// What switches on a unit of this name.
    fn command(self, name: &str) -> String {
        let name = name.trim_end_matches(".service");
        match self {
            Self::User => format!("`systemctl --user enable --now {name}` as the kiosk's user"),
            Self::Machine if name == "support-kiosk-session" => "`sudo support-kiosk-session enable`".to_owned(),
            Self::Machine => format!("`sudo systemctl enable --now {name}`"),
        }
    }
}

/// The units in these folders that start the kiosk.
fn units(manager: Manager, folders: &[PathBuf], scripts: &[Script]) -> Vec<Unit> {
    let mut links = links(folders);
    let mut names = BTreeSet::new();
    let mut units = Vec::new();
    for file in folders.iter().flat_map(|folder| files(folder, "service")) {
        let Some(name) = name(&file) else { continue };
        // A unit under another name is counted as the one that it is; one that leads to /dev/null is masked.
        let is_alias = leads_to(&file).is_some_and(|other| other != name);
        if !names.insert(name.clone()) || is_alias {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        if !lines_of(&text, "ExecStart").any(names_it) {
            continue;
        }
        let mut by = links.remove(&name).unwrap_or_default();
        by.extend(scripts.iter().filter(|script| script.starts(&name)).map(|script| script.file.clone()));
        units.push(Unit { file: shown(&file), text, command: manager.command(&name), by });
    }
    units
}

/// The names of units that are switched on, each with what starts it.
fn links(folders: &[PathBuf]) -> BTreeMap<String, BTreeSet<String>> {
    let mut links: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in folders {
        for target in ["wants", "requires"].into_iter().flat_map(|ending| files(folder, ending)) {
            let Some(by) = target.file_stem().and_then(|stem| stem.to_str()) else { continue };
            for link in files(&target, "service") {
                // The service manager goes by the link's own name. It follows neither a file nor a link to /dev/null.
                let is_link = leads_to(&link).is_some_and(|other| other != "null");
                if let (true, Some(name)) = (is_link, name(&link)) {
                    links.entry(template(&name)).or_default().insert(by.to_owned());
                }
            }
        }
        // A unit that stands in another's place, as that of a display manager, is started as that one is.
        for alias in files(folder, "service") {
            if let (Some(name), Some(other)) = (name(&alias), leads_to(&alias))
                && name != other
            {
                links.entry(other).or_default().insert(name);
            }
        }
    }
    links
}

/// The name of the file that a unit is read from: instances share one.
fn template(name: &str) -> String {
    name.split_once('@').map_or_else(|| name.to_owned(), |(stem, _)| format!("{stem}@.service"))
}

/// What is in a folder and has this ending, by name.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|file| file.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    files
}

fn name(path: &Path) -> Option<String> {
    path.file_name()?.to_str().map(str::to_owned)
}

/// The name of what a link leads to. `None`: it is no link.
fn leads_to(link: &Path) -> Option<String> {
    fs::read_link(link).ok().and_then(|target| name(&target))
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    (name.trim() == key).then(|| value.trim())
}

/// The values of a key, in their order.
fn lines_of<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| value(line, key))
}

fn names_it(command: &str) -> bool {
    command.contains("support-kiosk")
}

/// Commands with which a session begins.
#[derive(Debug)]
struct Script {
    /// Its file, as it is shown.
    file: String,
    commands: Vec<String>,
}

impl Script {
    /// Whether it runs the kiosk itself. What it says to the service manager is no program of its own.
    fn runs_it(&self) -> bool {
        self.commands.iter().any(|command| names_it(command) && !command.contains("systemctl"))
    }

    /// Whether it has the service manager start this unit.
    fn starts(&self, unit: &str) -> bool {
        let short = unit.trim_end_matches(".service");
        self.started().any(|word| word == unit || word == short)
    }

    fn starts_a_target(&self) -> bool {
        self.started().any(|word| word.ends_with(".target"))
    }

    /// The words of what it says to the service manager, the started units among them.
    fn started(&self) -> impl Iterator<Item = &str> {
        let said = self.commands.iter().filter(|line| line.contains("systemctl") && line.contains("start"));
        said.flat_map(|line| line.split(|c: char| c.is_whitespace() || ";&|\"'".contains(c)))
    }
}

/// What the session starts by itself: its autostart, then the scripts of openbox and of the display server.
fn scripts() -> Vec<Script> {
    let entries = settings_folders().into_iter().flat_map(|folder| files(&folder.join("autostart"), "desktop"));
    let of_openbox = settings_folders().into_iter().map(|folder| folder.join("openbox/autostart"));
    let home = env::var_os("HOME").map(PathBuf::from);
    let of_home = home.into_iter().flat_map(|home| [home.join(".xsession"), home.join(".xinitrc")]);
    entries.chain(of_openbox).chain(of_home).filter_map(|file| script(&file)).collect()
}

fn script(file: &Path) -> Option<Script> {
    let text = fs::read_to_string(file).ok()?;
    let commands = if file.extension().is_some_and(|ending| ending == "desktop") {
        lines_of(&text, "Exec").map(str::to_owned).collect()
    } else {
        text.lines().filter(|line| !line.trim_start().starts_with('#')).map(str::to_owned).collect()
    };
    Some(Script { file: shown(file), commands })
}

const ID: &str = "autostart";

fn judge(found: &Found, is_needed: bool) -> Finding {
    let advice = "Use the user unit that the package brings: `systemctl --user enable --now support-kiosk`.";
    if let Some(unit) = found.units.iter().find(|unit| !unit.by.is_empty()) {
        return judge_unit(unit, found.session);
    }
    if let Some(file) = &found.entry {
        let sentence = format!("{file} starts the kiosk, but nobody starts it again when it fails or hangs.");
        return Finding::warning(ID, sentence, advice);
    }
    if !is_needed {
        return Finding::ok(ID, "Nothing starts the program by itself, as one person's desktop has it.");
    }
    let files: Vec<String> = found.units.iter().map(|unit| unit.file.clone()).collect();
    let none = match files.len() {
        0 => {
            let sentence = "Nothing was found that starts the kiosk when the session begins, or again when it fails.";
            return Finding::warning(ID, sentence, advice);
        }
        1 => "it is not switched on",
        _ => "none of them is switched on",
    };
    let commands: Vec<&str> = found.units.iter().map(|unit| unit.command.as_str()).collect();
    Finding::warning(
        ID,
        format!("{} would start the kiosk, but {none}.", listed(&files)),
        format!("Run {}.", commands.join(", or ")),
    )
}

/// A unit that is on.
fn judge_unit(unit: &Unit, has_session: bool) -> Finding {
    let Unit { file, text, by, .. } = unit;
    if !has_session && by.iter().all(|by| by == SESSION) {
        return Finding::warning(
            ID,
            format!("{file} starts the kiosk with {SESSION}, and nothing was found that starts that."),
            "GNOME and KDE do. In another session `systemctl --user start support-kiosk-desktop.target` belongs into \
             ~/.config/openbox/autostart or ~/.xsession; the README has the lines.",
        );
    }
    let set = |key: &str| lines_of(text, key).last().unwrap_or_default().to_owned();
    let missing: Vec<String> = [
        (matches!(set("Restart").as_str(), "always" | "on-failure" | "on-abnormal"), "Restart=always"),
        (set("Type") == "notify", "Type=notify"),
        (!matches!(set("WatchdogSec").as_str(), "" | "0"), "WatchdogSec=30"),
        // The usual one is a crash to the program: it begins a new life, in which it is killed after a while.
        (matches!(set("WatchdogSignal").as_str(), "SIGKILL" | "KILL" | "9"), "WatchdogSignal=SIGKILL"),
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

#[cfg(test)]
mod tests;
