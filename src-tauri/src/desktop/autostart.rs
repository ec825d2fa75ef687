//! Starting when the person signs in: a file in the desktop's autostart folder (Desktop Application Autostart
//! Specification), written and removed as the configuration says.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The file's name.
const FILE: &str = "io.supportkiosk.app.desktop";
/// By this line we know our own file. One without it is somebody else's, and is left alone.
const MARK: &str = "X-SupportKiosk-Autostart=true";
/// With one of these lines a person has switched it off in the desktop's settings, which is respected.
const SWITCHED_OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// Makes the desktop's folder say what the configuration says.
pub(crate) fn settle(wanted: bool, config: Option<&Path>) {
    let Some(folder) = folder() else { return };
    let done = match env::current_exe() {
        Ok(program) => settle_in(&folder, wanted, &program, config),
        Err(error) => Err(error),
    };
    match done {
        Ok(Some(now)) => tracing::info!(event = "autostart", now),
        Ok(None) => {}
        Err(error) => tracing::warn!(event = "autostart.failed", reason = %error.kind()),
    }
}

/// What was changed: a word; `None` when all was as it should be.
fn settle_in(folder: &Path, wanted: bool, program: &Path, config: Option<&Path>) -> io::Result<Option<&'static str>> {
    let file = folder.join(FILE);
    let there = match fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let has = |line: &str| there.as_ref().is_some_and(|text| text.lines().any(|found| found.trim() == line));
    if there.is_some() && !has(MARK) {
        return Ok(None);
    }
    if !wanted {
        return match there {
            Some(_) => fs::remove_file(&file).map(|()| Some("removed")),
            None => Ok(None),
        };
    }
    let text = entry(program, config);
    if there.as_ref() == Some(&text) || SWITCHED_OFF.into_iter().any(has) {
        return Ok(None);
    }
    fs::create_dir_all(folder)?;
    fs::write(&file, text).map(|()| Some("written"))
}

fn entry(program: &Path, config: Option<&Path>) -> String {
    let mut command = quoted(&program.to_string_lossy());
    if let Some(config) = config {
        let whole = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
        command = format!("{command} --config {}", quoted(&whole.to_string_lossy()));
    }
    format!(
        "[Desktop Entry]\nType=Application\nName=Support Kiosk\nExec={command}\nIcon=io.supportkiosk.app\n\
         Terminal=false\n{MARK}\n"
    )
}

/// As the Desktop Entry Specification wants an argument of `Exec`: in quotes, with its own signs escaped twice, once for
/// the argument and once for the value; a percent sign is doubled.
fn quoted(argument: &str) -> String {
    let mut out = String::from("\"");
    for c in argument.chars() {
        match c {
            '"' | '`' | '$' => out.extend(["\\\\", c.encode_utf8(&mut [0; 4])]),
            '\\' => out.push_str("\\\\\\\\"),
            '%' => out.push_str("%%"),
            // No line of the file can be broken by a name.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    config.map(|config| config.join("autostart"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_once_removed_and_somebody_elses_is_left_alone() {
        let folder = env::temp_dir().join(format!("support-kiosk-autostart-{}", std::process::id()));
        let program = Path::new("/opt/Support \"Kiosk\"/50% $HOME/a\\b");
        let settle = |wanted| settle_in(&folder, wanted, program, Some(Path::new("/etc/a b.toml"))).unwrap();
        assert_eq!(settle(false), None, "nothing is there and nothing is wanted");
        assert_eq!(settle(true), Some("written"));
        let file = folder.join(FILE);
        let text = fs::read_to_string(&file).unwrap();
        let exec = r#"Exec="/opt/Support \\"Kiosk\\"/50%% \\$HOME/a\\\\b" --config "/etc/a b.toml""#;
        assert!(text.lines().any(|line| line == exec), "{text}");
        assert_eq!(settle(true), None);

        fs::write(&file, format!("{text}Hidden=true\n")).unwrap();
        assert_eq!(settle(true), None, "switched off by the person");
        assert_eq!(settle(false), Some("removed"));
        assert!(!file.exists());

        fs::write(&file, "[Desktop Entry]\nExec=other\n").unwrap();
        assert_eq!((settle(true), settle(false)), (None, None));
        assert_eq!(fs::read_to_string(&file).unwrap(), "[Desktop Entry]\nExec=other\n");
        let _ = fs::remove_dir_all(&folder);
    }
}
