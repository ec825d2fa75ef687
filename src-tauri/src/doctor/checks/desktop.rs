//! The display, the window manager and its keys, other programs, and what blanks the screen.

use std::{env, fs, path::PathBuf};

use super::{Finding, keys, listed};
use crate::platform::{Seat, probe};

/// What the environment says of the session.
#[derive(Clone, Copy, Debug, Default)]
struct Session {
    x11: bool,
    wayland: bool,
}

pub(super) fn check() -> Vec<Finding> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let session = Session { x11: is_set("DISPLAY"), wayland: is_set("WAYLAND_DISPLAY") };
    let seat = if session.x11 { probe::seat() } else { None };
    let mut findings = vec![display(session, seat.as_ref())];
    if let Some(seat) = &seat {
        findings.push(manager(seat));
        findings.extend(keys::check(seat.manager.as_deref()));
        findings.push(others(seat));
        findings.push(blanking(seat));
        findings.push(consoles(&server_settings()));
    }
    findings
}

fn display(session: Session, seat: Option<&Seat>) -> Finding {
    const ID: &str = "display";
    match (session.x11, session.wayland, seat) {
        (_, _, Some(_)) if session.wayland => Finding::warning(
            ID,
            "The session is Wayland with X11 beside it. There the kiosk cannot hold the keyboard or stay on top, and keys and \
             windows cannot be looked at from here.",
            "Use an X11 session, or a compositor for one program such as cage.",
        ),
        (_, _, Some(_)) => Finding::ok(ID, "The X11 display answers."),
        (true, _, None) => Finding::problem(
            ID,
            "The display that DISPLAY names does not answer.",
            "Start this in the kiosk's graphical session, as the kiosk's user.",
        ),
        (false, true, None) => Finding::warning(
            ID,
            "The session is Wayland. There the kiosk cannot hold the keyboard or stay on top, and keys and windows cannot be \
             looked at from here.",
            "Use an X11 session, or a compositor for one program such as cage.",
        ),
        (false, false, None) => Finding::problem(
            ID,
            "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set, so keys, windows and blanking cannot be looked at.",
            "Start this in the kiosk's graphical session, as the kiosk's user.",
        ),
    }
}

/// Window managers that belong to a whole desktop, with panels, menus and search.
const DESKTOPS: [&str; 8] = ["gnome shell", "mutter", "kwin", "xfwm4", "marco", "muffin", "cinnamon", "budgie"];

fn manager(seat: &Seat) -> Finding {
    const ID: &str = "window_manager";
    let Some(name) = &seat.manager else {
        return Finding::ok(ID, "There is no window manager: nothing but the kiosk takes keys.");
    };
    let lower = name.to_lowercase();
    if DESKTOPS.iter().any(|desktop| lower.contains(desktop)) {
        return Finding::warning(
            ID,
            format!(
                "The window manager is {name}, a part of a whole desktop: its panels, menus and search are one key away."
            ),
            "Let the kiosk's user have a session of its own, with openbox or without a window manager. It has to start \
             support-kiosk-desktop.target: the README has the lines.",
        );
    }
    Finding::ok(ID, format!("The window manager is {name}."))
}

fn others(seat: &Seat) -> Finding {
    const ID: &str = "other_programs";
    let ours = |name: &String| name.to_lowercase().replace(' ', "-").starts_with("support-kiosk");
    let others: Vec<String> = seat.programs.iter().filter(|name| !ours(name)).cloned().collect();
    if others.is_empty() {
        return Finding::ok(ID, "No other program has a window on this screen.");
    }
    Finding::warning(
        ID,
        format!("Other programs have windows on this screen: {}. They can come up over the kiosk.", listed(&others)),
        "Take what the kiosk does not need out of the session's autostart.",
    )
}

fn blanking(seat: &Seat) -> Finding {
    const ID: &str = "blanking";
    let blanked = seat.blank_after.map(|after| match after.as_secs() {
        seconds if seconds < 120 => format!("is blanked after {seconds} seconds"),
        _ => format!("is blanked after {} minutes", after.as_secs() / 60),
    });
    let off = seat.powers_off.then(|| "is switched off after a while".to_owned());
    let what: Vec<String> = blanked.into_iter().chain(off).collect();
    if what.is_empty() {
        return Finding::ok(ID, "The screen is neither blanked nor switched off.");
    }
    Finding::warning(
        ID,
        format!("Nobody touching it, the screen {}: people walk past a dark kiosk.", listed(&what)),
        "Run `xset s off -dpms` when the session starts, before the kiosk.",
    )
}

/// The display server's settings, as text.
fn server_settings() -> String {
    let folders = ["/etc/X11/xorg.conf.d", "/usr/share/X11/xorg.conf.d"];
    let files = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let files = files.map(|file| file.path()).chain([PathBuf::from("/etc/X11/xorg.conf")]);
    files.filter_map(|file| fs::read_to_string(file).ok()).collect::<Vec<_>>().join("\n")
}

/// Whether Ctrl+Alt+F2 leads to a text console.
fn consoles(settings: &str) -> Finding {
    const ID: &str = "consoles";
    let is_on = |option: &str| {
        settings.lines().map(|line| line.trim().to_lowercase().replace('"', "")).any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            matches!(words.as_slice(), ["option", name] if *name == option)
                || matches!(words.as_slice(), ["option", name, value] if *name == option && matches!(*value, "true" | "on" | "yes" | "1"))
        })
    };
    if is_on("dontvtswitch") && is_on("dontzap") {
        return Finding::ok(ID, "Ctrl+Alt+F2 and Ctrl+Alt+Backspace are off in the display server's settings.");
    }
    Finding::warning(
        ID,
        "The display server's settings do not say that Ctrl+Alt+F2 (text consoles) and Ctrl+Alt+Backspace are off.",
        "Put Option \"DontVTSwitch\" \"true\" and Option \"DontZap\" \"true\" into a ServerFlags section in /etc/X11/xorg.conf.d.",
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::Verdict, *};

    fn seat(manager: &str) -> Seat {
        Seat { manager: Some(manager.to_owned()), ..Seat::default() }
    }

    #[test]
    fn a_display_is_judged() {
        let x11 = Session { x11: true, wayland: false };
        assert_eq!(display(x11, Some(&Seat::default())).verdict, Verdict::Ok);
        assert_eq!(display(x11, None).verdict, Verdict::Problem);
        assert_eq!(display(Session { x11: true, wayland: true }, Some(&Seat::default())).verdict, Verdict::Warning);
        assert_eq!(display(Session { x11: false, wayland: true }, None).verdict, Verdict::Warning);
        assert_eq!(display(Session::default(), None).verdict, Verdict::Problem);
    }

    #[test]
    fn a_whole_desktop_is_warned_of() {
        assert_eq!(manager(&Seat::default()).verdict, Verdict::Ok);
        assert_eq!(manager(&seat("Openbox")).verdict, Verdict::Ok);
        assert_eq!(manager(&seat("GNOME Shell")).verdict, Verdict::Warning);
        assert_eq!(manager(&seat("KWin")).verdict, Verdict::Warning);
    }

    #[test]
    fn other_programs_and_a_dark_screen_are_told() {
        let mut seat = Seat { programs: vec!["Support-kiosk".to_owned()], ..Seat::default() };
        assert_eq!(others(&seat).verdict, Verdict::Ok);
        seat.programs.push("XTerm".to_owned());
        assert!(others(&seat).sentence.contains(": XTerm."), "{:?}", others(&seat));
        assert_eq!(blanking(&seat).verdict, Verdict::Ok);
        seat.blank_after = Some(Duration::from_secs(600));
        seat.powers_off = true;
        assert!(
            blanking(&seat).sentence.contains("blanked after 10 minutes and is switched off"),
            "{:?}",
            blanking(&seat)
        );
    }

    #[test]
    fn the_consoles_are_off_only_when_it_says_so() {
        let on = "Section \"ServerFlags\"\n  Option \"DontVTSwitch\" \"true\"\n  Option \"DontZap\" \"on\"\nEndSection";
        assert_eq!(consoles(on).verdict, Verdict::Ok);
        assert_eq!(consoles(&on.replace("true", "false")).verdict, Verdict::Warning);
        assert_eq!(consoles("# Option \"DontVTSwitch\"").verdict, Verdict::Warning);
    }
}
