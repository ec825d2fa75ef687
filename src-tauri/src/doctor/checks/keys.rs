//! The window manager's own keys: what it takes never reaches the kiosk.

use std::{env, ffi::OsString, fs, path::PathBuf};

use super::{Finding, listed, settings_folders, shown};

/// What a window manager can do with a key that leads away from the kiosk.
const DANGEROUS: [(&str, &str); 14] = [
    ("Execute", "starts a program"),
    ("ShowMenu", "opens a menu"),
    ("Close", "closes the window"),
    ("Exit", "ends the session"),
    ("SessionLogout", "ends the session"),
    ("Iconify", "hides the window"),
    ("Lower", "puts the window behind others"),
    ("ToggleShowDesktop", "hides all windows"),
    ("ShowDesktop", "hides all windows"),
    ("GoToDesktop", "goes to another desktop"),
    ("Desktop", "goes to another desktop"),
    ("SendToDesktop", "moves the window away"),
    ("ToggleFullscreen", "takes the window off full screen"),
    ("Restart", "starts another window manager"),
];

pub(super) fn check(manager: Option<&str>) -> Option<Finding> {
    const ID: &str = "keys";
    let manager = manager?;
    if manager.to_lowercase().contains("openbox") {
        let file = openbox_file();
        return Some(match file.as_ref().and_then(|file| fs::read_to_string(file).ok()) {
            Some(text) => openbox(&shown(&file.unwrap_or_default()), &text),
            None => Finding::unknown(ID, "Openbox's rc.xml could not be read, so its keys are not known."),
        });
    }
    Some(hint(manager))
}

/// The file that openbox was started with, else the one that it looks for.
fn openbox_file() -> Option<PathBuf> {
    let named = running("openbox").and_then(|words| {
        let mut words = words.into_iter();
        words.by_ref().find(|word| word == "--config-file")?;
        words.next().map(PathBuf::from)
    });
    named.or_else(|| {
        settings_folders().into_iter().map(|folder| folder.join("openbox/rc.xml")).find(|file| file.exists())
    })
}

/// The words with which a program was started, if one of that name runs on this display.
fn running(program: &str) -> Option<Vec<String>> {
    let display: Option<OsString> = env::var_os("DISPLAY");
    fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path()).find_map(|process| {
        let words = |name: &str| {
            let bytes = fs::read(process.join(name)).ok()?;
            Some(
                bytes
                    .split(|byte| *byte == 0)
                    .map(|word| String::from_utf8_lossy(word).into_owned())
                    .collect::<Vec<_>>(),
            )
        };
        if fs::read_to_string(process.join("comm")).ok()?.trim() != program {
            return None;
        }
        let on =
            words("environ")?.into_iter().find_map(|variable| variable.strip_prefix("DISPLAY=").map(OsString::from));
        if on == display { words("cmdline") } else { None }
    })
}

fn openbox(file: &str, text: &str) -> Finding {
    const ID: &str = "keys";
    let keys: Vec<String> =
        dangerous(text).into_iter().map(|(key, what)| format!("{} ({what})", spoken(&key))).collect();
    if keys.is_empty() {
        return Finding::ok(ID, format!("No key in {file} leads away from the kiosk."));
    }
    let most = keys.len().min(8);
    let more = if keys.len() > most { format!(", and {} more", keys.len() - most) } else { String::new() };
    let named = if more.is_empty() { listed(&keys) } else { keys[..most].join(", ") };
    Finding::warning(
        ID,
        format!("Openbox takes keys that lead away from the kiosk, by {file}: {named}{more}."),
        "Copy the file to ~/.config/openbox/rc.xml, take every <keybind> out of it, and run `openbox --reconfigure`.",
    )
}

/// The keys of an `rc.xml` with the first dangerous thing that each does.
fn dangerous(text: &str) -> Vec<(String, &'static str)> {
    let text = without_comments(text);
    // A key can have further keys inside it: whatever follows a key and comes before the next is its own.
    text.split("<keybind")
        .skip(1)
        .filter_map(|part| {
            let (head, body) = part.split_once('>')?;
            let body = body.split("</keyboard>").next()?;
            let actions =
                body.split("<action").skip(1).filter_map(|action| attribute(action.split('>').next()?, "name"));
            let what = actions.into_iter().find_map(|name| {
                DANGEROUS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)).map(|(_, what)| *what)
            })?;
            Some((attribute(head, "key")?, what))
        })
        .collect()
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The value of an attribute in a tag's text.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| value.to_owned())
}

/// `W-S-d` as `Super+Shift+d`.
fn spoken(key: &str) -> String {
    let word = |part: &str| match part {
        "A" | "Mod1" => "Alt".to_owned(),
        "C" => "Ctrl".to_owned(),
        "S" => "Shift".to_owned(),
        "W" | "Mod4" => "Super".to_owned(),
        part => part.chars().take(20).collect(),
    };
    key.split('-').map(word).collect::<Vec<_>>().join("+")
}

/// Other window managers: what their default keys do.
fn hint(manager: &str) -> Finding {
    const ID: &str = "keys";
    let lower = manager.to_lowercase();
    let keys = if lower.contains("gnome") || lower.contains("mutter") {
        Some((
            "Super opens the overview, Alt+F2 a command line, Print makes a screenshot",
            "gsettings (org.gnome.desktop.wm.keybindings, org.gnome.shell.keybindings)",
        ))
    } else if lower.contains("kwin") {
        Some(("Super opens the menu, Alt+Space a command line, Print makes a screenshot", "System Settings, Shortcuts"))
    } else if lower.contains("xfwm") {
        Some((
            "Alt+F2 opens a command line, Super the menu, Print makes a screenshot",
            "Settings, Keyboard and Window Manager",
        ))
    } else {
        None
    };
    match keys {
        Some((what, place)) => Finding::warning(
            ID,
            format!("{manager} takes keys: as it comes, {what}, Alt+F4 closes a window."),
            format!("Take them away in {place}."),
        ),
        None => Finding::unknown(
            ID,
            format!("The keys that {manager} takes are not known: try Alt+F4, Alt+F2, Super, Print and Alt+Space."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    const RC: &str = r#"<openbox_config><keyboard>
      <chainQuitKey>C-g</chainQuitKey>
      <!-- <keybind key="W-x"><action name="Execute"/></keybind> -->
      <keybind key="A-F4"><action name="Close"/></keybind>
      <keybind key='W-e' > <action  name = "Execute"><command>thunar</command></action></keybind>
      <keybind key="A-Tab"><action name="NextWindow"><finalactions><action name="Raise"/></finalactions></action></keybind>
      <keybind key="C-k"><keybind key="d"><action name="ToggleShowDesktop"/></keybind></keybind>
    </keyboard><mouse><mousebind button="Right"><action name="ShowMenu"/></mousebind></mouse></openbox_config>"#;

    #[test]
    fn the_keys_that_lead_away_are_found() {
        let found = dangerous(RC);
        let found: Vec<(&str, &str)> = found.iter().map(|(key, what)| (key.as_str(), *what)).collect();
        assert_eq!(found, [("A-F4", "closes the window"), ("W-e", "starts a program"), ("d", "hides all windows")]);
        let finding = openbox("~/rc.xml", RC);
        assert_eq!(finding.verdict, Verdict::Warning);
        assert!(
            finding.sentence.contains("Alt+F4 (closes the window), Super+e (starts a program) and d"),
            "{finding:?}"
        );
    }

    #[test]
    fn a_file_without_such_keys_is_well() {
        let harmless = RC.replace("Close", "Raise").replace("Execute", "Focus").replace("ToggleShowDesktop", "Focus");
        assert_eq!(openbox("rc.xml", &harmless).verdict, Verdict::Ok);
        for broken in [
            "",
            "<keybind",
            "<keybind key=\"",
            "<keybind key=\"é><action name='",
            "<!--",
            "<keybind key=><action name=\"Close\"/>",
        ] {
            assert_eq!(dangerous(broken), []);
        }
        assert_eq!(hint("GNOME Shell").verdict, Verdict::Warning);
        assert_eq!(hint("dwm").verdict, Verdict::Unknown);
    }
}
