#![allow(clippy::unwrap_used)]

use std::os::unix::fs::symlink;

use super::{super::Verdict, *};

const WHOLE: &str = "[Service]\nType=notify\nExecStart=/usr/bin/support-kiosk\nRestart = always\nWatchdogSec=30\nWatchdogSignal=SIGKILL\n";

fn unit(text: &str, by: &[&str]) -> Unit {
    let by = by.iter().map(|by| (*by).to_owned()).collect();
    Unit { file: "k.service".to_owned(), text: text.to_owned(), command: "`switch`".to_owned(), by }
}

fn judged(units: Vec<Unit>) -> Finding {
    judge(&Found { units, ..Found::default() }, true)
}

fn said(commands: &[&str]) -> Script {
    let commands = commands.iter().map(|command| (*command).to_owned()).collect();
    Script { file: "~/.xsession".to_owned(), commands }
}

/// The folders of an administrator and of packages, gone with this value.
struct Folders(PathBuf);

impl Folders {
    fn new(test: &str) -> Self {
        let root = env::temp_dir().join(format!("support-kiosk-service-{test}-{}", std::process::id()));
        fs::create_dir_all(root.join("etc/default.target.wants")).unwrap();
        fs::create_dir_all(root.join("lib")).unwrap();
        Self(root)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    fn link(&self, file: &str, to: &str) {
        symlink(to, self.0.join(file)).unwrap();
    }

    /// Each unit that was found, with what starts it.
    fn units(&self) -> Vec<(String, Vec<String>)> {
        let units = units(Manager::Machine, &[self.0.join("etc"), self.0.join("lib")], &[]);
        let short = |unit: Unit| (unit.file.rsplit('/').next().unwrap().to_owned(), Vec::from_iter(unit.by));
        units.into_iter().map(short).collect()
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn found(units: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |by: &[&str]| by.iter().map(|by| (*by).to_owned()).collect::<Vec<_>>();
    units.iter().map(|(name, by)| ((*name).to_owned(), owned(by))).collect()
}

#[test]
fn a_unit_is_read() {
    let on = |text: &str| judged(vec![unit(text, &["default.target"])]);
    assert_eq!(on(WHOLE).verdict, Verdict::Ok);
    let finding = on(&WHOLE.replace("WatchdogSignal=SIGKILL", ""));
    assert_eq!(finding.advice.as_deref(), Some("Add to its [Service] section: WatchdogSignal=SIGKILL."));
    let finding = on(&WHOLE.replace("WatchdogSec=30", "WatchdogSec=0"));
    assert_eq!(finding.advice.as_deref(), Some("Add to its [Service] section: WatchdogSec=30."));
    assert_eq!(on("").verdict, Verdict::Warning);
}

#[test]
fn a_unit_that_is_off_starts_nothing() {
    let finding = judged(vec![unit(WHOLE, &[])]);
    assert_eq!(finding.verdict, Verdict::Warning);
    assert_eq!(finding.sentence, "k.service would start the kiosk, but it is not switched on.");
    assert_eq!(finding.advice.as_deref(), Some("Run `switch`."));
    let finding = judged(vec![unit(WHOLE, &[]), unit(WHOLE, &[])]);
    assert_eq!(finding.sentence, "k.service and k.service would start the kiosk, but none of them is switched on.");
    assert_eq!(finding.advice.as_deref(), Some("Run `switch`, or `switch`."));
    // The one that is on counts, wherever it stands.
    assert_eq!(judged(vec![unit(WHOLE, &[]), unit(WHOLE, &["multi-user.target"])]).verdict, Verdict::Ok);
    // One person's desktop does without.
    let off = Found { units: vec![unit(WHOLE, &[])], ..Found::default() };
    assert_eq!(judge(&off, false).verdict, Verdict::Ok);
    assert_eq!(Manager::Machine.command("support-kiosk-session.service"), "`sudo support-kiosk-session enable`");
    assert!(Manager::User.command("support-kiosk.service").contains("--user enable --now support-kiosk`"));
}

#[test]
fn a_session_that_tells_nobody_of_itself_is_told_of() {
    let waiting = |session| judge(&Found { units: vec![unit(WHOLE, &[SESSION])], session, ..Found::default() }, true);
    assert_eq!(waiting(true).verdict, Verdict::Ok);
    assert_eq!(waiting(false).verdict, Verdict::Warning);
    assert!(waiting(false).advice.is_some_and(|advice| advice.contains("support-kiosk-desktop.target")));
    assert_eq!(judged(vec![unit(WHOLE, &[SESSION, "default.target"])]).verdict, Verdict::Ok);
}

#[test]
fn a_link_in_a_targets_folder_switches_on() {
    let folders = Folders::new("link");
    folders.write("lib/k.service", WHOLE);
    folders.write("lib/other.service", "[Service]\nExecStart=/bin/true\n");
    assert_eq!(folders.units(), found(&[("k.service", &[])]));
    // A file is not followed, nor does somebody else's link count.
    folders.write("etc/default.target.wants/k.service", WHOLE);
    folders.link("etc/default.target.wants/other.service", "/lib/other.service");
    assert_eq!(folders.units(), found(&[("k.service", &[])]));
    fs::remove_file(folders.0.join("etc/default.target.wants/k.service")).unwrap();
    folders.link("etc/default.target.wants/k.service", "/usr/lib/systemd/system/k.service");
    assert_eq!(folders.units(), found(&[("k.service", &["default.target"])]));
    fs::create_dir_all(folders.0.join("etc/x.target.requires")).unwrap();
    folders.link("etc/x.target.requires/k.service", "../k.service");
    assert_eq!(folders.units(), found(&[("k.service", &["default.target", "x.target"])]));
}

#[test]
fn a_units_names_are_known() {
    let folders = Folders::new("names");
    folders.write("lib/k@.service", WHOLE);
    folders.link("etc/default.target.wants/k@one.service", "/lib/k@.service");
    assert_eq!(folders.units(), found(&[("k@.service", &["default.target"])]));
    folders.write("lib/screen.service", WHOLE);
    folders.link("etc/display-manager.service", "/lib/screen.service");
    assert_eq!(
        folders.units(),
        found(&[("k@.service", &["default.target"]), ("screen.service", &["display-manager.service"])])
    );
    // Masked; and hidden by another of its name.
    folders.link("etc/k@.service", "/dev/null");
    folders.write("etc/screen.service", "[Service]\nExecStart=/bin/true\n");
    assert_eq!(folders.units(), found(&[]));
}

#[test]
fn a_script_runs_the_kiosk_or_has_it_run() {
    let own = said(&["xset s off", "support-kiosk run &"]);
    assert!(own.runs_it() && !own.starts("support-kiosk.service") && !own.starts_a_target());
    let target = said(&["systemctl --user start support-kiosk-desktop.target"]);
    assert!(!target.runs_it() && !target.starts("support-kiosk.service") && target.starts_a_target());
    for line in ["systemctl --user start support-kiosk;", "systemctl --user restart support-kiosk.service &"] {
        let unit = said(&[line]);
        assert!(!unit.runs_it() && unit.starts("support-kiosk.service") && !unit.starts_a_target(), "{line}");
    }
    assert!(!said(&["systemctl --user stop support-kiosk"]).starts("support-kiosk.service"));
}

#[test]
fn what_starts_nothing_again_is_warned_of() {
    assert_eq!(judge(&Found::default(), true).verdict, Verdict::Warning);
    assert_eq!(judge(&Found::default(), false).verdict, Verdict::Ok);
    let entry = Found { entry: Some("~/.xsession".to_owned()), ..Found::default() };
    assert!(judge(&entry, true).sentence.contains("nobody starts it again"));
    // A unit that is off starts it no better.
    let entry = Found { units: vec![unit(WHOLE, &[])], ..entry };
    assert!(judge(&entry, true).sentence.contains("nobody starts it again"));
}
