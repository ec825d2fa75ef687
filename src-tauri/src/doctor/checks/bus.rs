//! The session bus and its notification service.

use kiosk_core::config::Config;

use super::Finding;
use crate::platform::{Name, probe};

/// The standard's name of the notification service.
const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

pub(super) fn check(config: Option<&Config>) -> Vec<Finding> {
    let has_bus = probe::has_session_bus();
    let wanted = config.is_none_or(|config| config.notification.enabled);
    let mut findings = vec![bus(has_bus)];
    if has_bus && wanted {
        findings.push(notifications(probe::bus_name(NOTIFICATIONS)));
    }
    findings
}

fn bus(has_bus: bool) -> Finding {
    const ID: &str = "session_bus";
    if has_bus {
        return Finding::ok(ID, "The session bus answers.");
    }
    Finding::warning(
        ID,
        "There is no session bus. The kiosk works without one; the desktop's notifications do not.",
        "Start the session with `dbus-run-session`, or let the display manager do it.",
    )
}

fn notifications(owner: Name) -> Finding {
    const ID: &str = "notifications";
    match owner {
        Name::Owned => Finding::ok(ID, "A notification service runs."),
        Name::Startable => Finding::ok(ID, "A notification service is started when it is needed."),
        Name::Nobody => Finding::warning(
            ID,
            "No notification service is on the session bus: the notice in the chat is all that tells of its end.",
            "Install one (for example dunst), or set `enabled = false` under [notification].",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_bus_and_its_service_are_judged() {
        assert_eq!((bus(true).verdict, bus(false).verdict), (Verdict::Ok, Verdict::Warning));
        assert_eq!(notifications(Name::Owned).verdict, Verdict::Ok);
        assert_eq!(notifications(Name::Startable).verdict, Verdict::Ok);
        assert_eq!(notifications(Name::Nobody).verdict, Verdict::Warning);
    }
}
