//! What the stage says in the log.

use kiosk_core::{
    rule::Verdict,
    visit::{Note, Pin},
    wire::Scene,
};

/// Now that it is: a hand that comes from here on finds it.
pub(super) fn log_scene(scene: &Scene) {
    match scene {
        Scene::OutOfService { reason, .. } => {
            tracing::info!(event = "scene.shown", scene = scene.name(), reason = reason.name());
        }
        _ => tracing::info!(event = "scene.shown", scene = scene.name()),
    }
}

/// The machine's own lines of the log.
pub(super) fn log(note: &Note) {
    match note {
        // Each has a line while they are not too many.
        Note::Read { visit, verdict } => log_read(*visit, verdict, 1),
        Note::NoticeShown { visit, cause } => tracing::info!(event = "notice.shown", visit, cause = cause.name()),
        Note::ClearSettled { visit, attempt, result } => {
            tracing::info!(event = "clear.settled", visit, attempt, result);
        }
        Note::Told { visit } => tracing::info!(event = "visit.told", visit),
        Note::Fresh { visit, ms } => tracing::info!(event = "visit.fresh", visit, ms, records = 0),
        Note::Died { visit, death } => tracing::warn!(event = "chat.died", visit, reason = death.name()),
        Note::Unproven { visit, records } => tracing::error!(
            event = "visit.unproven",
            visit,
            records,
            "the store of a new visit was not proven empty; it is thrown away"
        ),
        Note::Late { visit } => tracing::debug!(event = "input.late", visit),
        Note::NotIdentified { reason } => tracing::warn!(event = "identify.refused", reason),
        Note::Window { act, why } => tracing::info!(event = "window", act = act.name(), why),
        Note::StaffOpened => tracing::info!(event = "staff.opened"),
        Note::StaffClosed { why } => tracing::info!(event = "staff.closed", why),
        Note::StaffRefused { reason } => tracing::warn!(event = "staff.refused", reason),
        Note::RenewalDue { why } => tracing::info!(event = "renewal.due", why = why.name()),
        Note::Renews { why } => tracing::info!(event = "renewal", why = why.name()),
        Note::NotRenewed { why } => {
            tracing::warn!(event = "renewal.refused", why = why.name(), reason = "would_not_start");
        }
        Note::StaffActed { act } => tracing::warn!(event = "staff.acted", act),
    }
}

/// What the rule said of a session event; the line may stand for several.
pub(super) fn log_read(visit: u64, verdict: &Verdict, count: u64) {
    let count = (count > 1).then_some(count);
    tracing::info!(event = "status.read", visit, outcome = verdict.outcome.name(), reason = %verdict.reason, count);
}

/// What became of a try, and never the PIN.
pub(super) fn log_pin(pin: Pin) {
    match pin {
        Pin::Right => tracing::warn!(event = "staff.pin", result = "right", owasp = "authn_login_success:staff"),
        Pin::Wrong { locked } => {
            tracing::warn!(
                event = "staff.pin",
                result = "wrong",
                owasp = "authn_login_fail:staff",
                locked_seconds = locked.map(|rest| rest.as_secs())
            );
        }
        Pin::Locked(rest) => tracing::warn!(
            event = "staff.pin",
            result = "locked",
            owasp = "authn_login_lock:staff,maxretries",
            locked_seconds = rest.as_secs()
        ),
        Pin::Gone => tracing::warn!(event = "staff.refused", reason = "no_pin", owasp = "authz_fail:person,staff"),
    }
}
