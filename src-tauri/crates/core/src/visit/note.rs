//! What the visit machine has to say to the log.

use super::{Death, Renewal, WindowAct};
use crate::{rule::Verdict, wire::Cause};

/// Lines of the log that only the machine can write.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// The rule read an event.
    Read {
        /// The visit.
        visit: u64,
        /// What the rule said.
        verdict: Verdict,
    },
    /// The notice is up.
    NoticeShown {
        /// The visit.
        visit: u64,
        /// Why.
        cause: Cause,
    },
    /// A call of `clearSession` came to its end.
    ClearSettled {
        /// The visit.
        visit: u64,
        /// Which call.
        attempt: u32,
        /// How.
        result: &'static str,
    },
    /// The new visit is in service: its store was proven empty and its page is up.
    Fresh {
        /// The visit.
        visit: u64,
        /// Milliseconds since it was asked for; 0 when it was made in advance.
        ms: u64,
    },
    /// The page of the visit in service tells of a conversation for the first time.
    Told {
        /// The visit.
        visit: u64,
    },
    /// The page died or hung.
    Died {
        /// The visit.
        visit: u64,
        /// How.
        death: Death,
    },
    /// A new visit's store was not empty, or could not be listed.
    Unproven {
        /// The visit.
        visit: u64,
        /// What it held; `None`: could not be listed.
        records: Option<u32>,
    },
    /// Something came from a visit that is over, or does not fit.
    Late {
        /// The visit that it came from.
        visit: u64,
    },
    /// Which kiosk this is was not shown.
    NotIdentified {
        /// Why.
        reason: &'static str,
    },
    /// The window goes, or comes back, and why.
    Window {
        /// Where to.
        act: WindowAct,
        /// Why: a word.
        why: &'static str,
    },
    /// The program is to begin anew as soon as nobody is there.
    RenewalDue {
        /// Why.
        why: Renewal,
    },
    /// It begins anew now.
    Renews {
        /// Why.
        why: Renewal,
    },
    /// It does not, because it would not come up.
    NotRenewed {
        /// Why it should have.
        why: Renewal,
    },
    /// The staff scene came up.
    StaffOpened,
    /// It is gone again, and why: an action's name, or that nobody touched it.
    StaffClosed {
        /// Why.
        why: &'static str,
    },
    /// What staff asked for was not done.
    StaffRefused {
        /// Why.
        reason: &'static str,
    },
    /// The staff did something.
    StaffActed {
        /// What.
        act: &'static str,
    },
}
