//! What goes into the visit machine and what comes out of it.

use std::time::Duration;

use super::Note;
use crate::{
    language::Language,
    receipt::{Owed, Receipt},
    wire::{Ask, Cause, FrontAction, Report, Scene, StaffAct, Trouble},
};

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The program is up. The seed is for the jitter of retries.
    Start {
        /// Any number.
        seed: u64,
    },
    /// The last life of the program ended before it wrote this receipt. It comes before [`Input::Start`].
    Interrupted(Owed),
    /// The new visit's webview exists and its store was listed.
    Listed {
        /// The visit.
        visit: u64,
        /// How many records it holds.
        records: u32,
    },
    /// The new visit's webview or the list of its store could not be had.
    NotListed {
        /// The visit.
        visit: u64,
    },
    /// The page could not be loaded.
    LoadFailed {
        /// The visit.
        visit: u64,
        /// Why.
        trouble: Trouble,
    },
    /// The bridge in the visit's page says something.
    Report {
        /// The visit.
        visit: u64,
        /// What.
        report: Report,
    },
    /// The page's process is gone.
    Died {
        /// The visit.
        visit: u64,
        /// How.
        death: Death,
    },
    /// A key, a pointer, a finger or a wheel, at the window.
    Touched,
    /// The person uses the front.
    Front(FrontAction),
    /// "I am done", or "new chat", from outside both pages.
    Leave,
    /// The window can be seen and has the focus, or not.
    Attended(bool),
    /// The desktop has a place for tray icons, and ours is in it; or not.
    TrayHost(bool),
    /// The person closes the window.
    CloseWindow,
    /// Somebody wants to see the window: from the tray, from a notification, by a second start, by a link.
    Open,
    /// Do not disturb, or do.
    Quiet(bool),
    /// The network is gone.
    NetworkLost,
    /// The network is back.
    NetworkBack,
    /// The staff asks for something, by a way that proves who asks.
    Staff(Staff),
    /// Somebody who looks for this kiosk among others wants to see which one it is.
    Identify,
    /// The hidden gesture or key: somebody wants to see the staff scene. Only where there is a PIN.
    Knock {
        /// After wrong PINs: how long no further one is taken.
        locked: Option<Duration>,
    },
    /// A hand on the front, whatever it means there.
    Hand,
    /// A PIN was typed. It stays outside; [`Effect::CheckPin`] asks for its check.
    PinTyped,
    /// The answer to [`Effect::CheckPin`].
    Pin {
        /// Which check.
        check: u32,
        /// The answer.
        pin: Pin,
    },
    /// Something was pressed in the staff scene.
    StaffAct(StaffAct),
    /// The answer to [`Effect::CheckProgram`].
    ProgramChecked(Readiness),
    /// The answer to [`Effect::CheckConfig`]: a sentence when the configuration has a mistake.
    ConfigChecked(Result<(), String>),
    /// A new page, if nobody is there; a visit in use gets one at its end by itself.
    Reload,
    /// A reason for the program to begin anew, as soon as nobody is there.
    Renew(Renewal),
    /// The program is about to end.
    Stop,
}

/// How a page's process went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Death {
    /// It crashed or was killed.
    Crashed,
    /// It wanted too much memory.
    Memory,
    /// It did not answer the heartbeat.
    Hung,
    /// The page tried to close its own window.
    Closed,
}

impl Death {
    /// The name in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crashed => "crashed",
            Self::Memory => "memory",
            Self::Hung => "hung",
            Self::Closed => "closed",
        }
    }
}

/// What the staff can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staff {
    /// A fresh visit, now. A kiosk that staff took out of service stays so.
    Fresh,
    /// Out of service until further notice, with a note for the people in front of the screen.
    OutOfService(Option<String>),
    /// Back in service.
    InService,
}

/// What a check of a PIN can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It is the PIN.
    Right,
    /// It is not.
    Wrong {
        /// How long no further one is taken.
        locked: Option<Duration>,
    },
    /// It was not looked at, because none is taken for so long.
    Locked(Duration),
    /// There is no PIN any more.
    Gone,
}

/// Why the program is to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The daily hour has come.
    Daily,
    /// It has had so many visits.
    Visits,
    /// Its own files, or the engine's, were replaced: a process that is started now does not fit to it.
    Replaced,
}

impl Renewal {
    /// The name in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Visits => "visits",
            Self::Replaced => "replaced",
        }
    }
}

/// Whether the program would come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It would.
    Ready,
    /// An upgrade is under way, and half of it may not run.
    Later,
    /// It would not: the configuration has a mistake, or the program is not there or does not run.
    Broken,
}

/// How the program ends, when it is not told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// For good.
    Leave,
    /// To begin anew, with the configuration as it is now.
    Restart,
    /// The same, of its own accord.
    Renew(Renewal),
}

/// What the shell must do. Every effect is safe to repeat, and names the visit that it is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Destroy every chat webview; make a new ephemeral one on a blank page, hidden; list its store.
    Open {
        /// The visit that it is for.
        visit: u64,
        /// What the page is to speak.
        language: Language,
    },
    /// The same for the visit after this one, behind this one, which stays.
    Prepare {
        /// The visit that it is for.
        visit: u64,
    },
    /// The visit that was prepared is on: destroy every other chat webview, and give it the keyboard.
    Adopt {
        /// The visit.
        visit: u64,
    },
    /// What is shown, asked and said from now on is in this language.
    Speak(Language),
    /// Load the chat page in it.
    Load {
        /// The visit.
        visit: u64,
    },
    /// Destroy it.
    Close {
        /// The visit.
        visit: u64,
    },
    /// Ask the bridge.
    Ask {
        /// The visit.
        visit: u64,
        /// What.
        ask: Ask,
    },
    /// Put the notice up, or start its countdown anew.
    Notice {
        /// The visit.
        visit: u64,
        /// Which words.
        cause: Cause,
        /// The countdown, in seconds.
        seconds: u32,
        /// "Keep reading" is offered.
        may_keep: bool,
        /// The time runs; else it begins when somebody looks.
        runs: bool,
    },
    /// Keep every key from the page, or let them through.
    HoldKeys(bool),
    /// What the front shows; [`Scene::None`] uncovers the chat.
    Show(Scene),
    /// Empty the clipboard and the primary selection.
    WipeClipboard,
    /// Raise a native notification.
    Notify(Cause),
    /// Raise one for messages that nobody has seen, in the place of the last.
    NotifyMessages {
        /// How many.
        unread: u32,
    },
    /// Take it away: they were seen.
    MessagesSeen,
    /// What the tray's icon and menu say.
    Tray {
        /// Messages that nobody has seen.
        unread: u32,
        /// Do not disturb.
        quiet: bool,
    },
    /// Keep the screen on from now on, or leave it to the system again.
    KeepOn(bool),
    /// Move the window.
    Window(WindowAct),
    /// Write a receipt.
    Receipt(Receipt),
    /// Remember, beyond this life of the program, that this visit's receipt is still to be written.
    Owe(Owed),
    /// Check the PIN that was typed.
    CheckPin {
        /// Comes back in [`Input::Pin`].
        check: u32,
    },
    /// Read the configuration and look for mistakes in it.
    CheckConfig,
    /// Look whether the program, as it is on disk now, would come up with the configuration as it is now.
    CheckProgram,
    /// Remember, beyond this life of the program, that staff took it out of service, or that it is back.
    Remember(Option<Closed>),
    /// End the program.
    Exit(Exit),
    /// Something worth a line in the log.
    Log(Note),
}

/// What becomes of the window of one person's desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowAct {
    /// Out of sight; the tray's icon brings it back.
    Hide,
    /// Out of the way, where the desktop's task bar brings it back.
    Minimise,
    /// In front of the person.
    Present,
    /// The program ends, and the window with it.
    Quit,
}

impl WindowAct {
    /// The name in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hide => "hide",
            Self::Minimise => "minimise",
            Self::Present => "present",
            Self::Quit => "quit",
        }
    }
}

/// Out of service because staff says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Words for the people in front of the screen.
    pub note: Option<String>,
}
