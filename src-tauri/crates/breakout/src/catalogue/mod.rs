//! The attempts, as data: what the page does, what hands do, and what the kiosk is expected to say of it.

mod addresses;
mod bridge;
mod files;
mod keys;
mod windows;

use serde::Serialize;

/// The kinds of ways out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Another address in the place of the page, or in a frame of it.
    Address,
    /// A second window, a dialog, a menu, the kiosk's own window.
    Window,
    /// Keys, buttons and wheels.
    #[default]
    Key,
    /// Files and devices.
    File,
    /// The way from the page into the program.
    Bridge,
    /// What the next person could find.
    Person,
    /// How the program is started.
    Start,
}

/// A place on the screen, in hundredths of its width and height.
pub type Spot = (u8, u8);

/// One thing that hands, or another program on the display, do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    /// A key or a chord.
    Key(&'static str),
    /// A button at a place.
    Click(u8, Spot),
    /// A button at a place while a key is held.
    HeldClick(&'static str, u8, Spot),
    /// Two quick clicks.
    Double(Spot),
    /// The left button from here to there.
    Drag(Spot, Spot),
    /// A long press.
    Long(Spot),
    /// A message to the kiosk's window that asks it to close (`WM_DELETE_WINDOW`).
    Delete,
    /// A message to the window manager that asks it to close, hide, shrink or lower the kiosk's window.
    Ask(Wish),
    /// Another window of this kind comes up.
    Map(Over),
    /// The kiosk's window is made smaller, straight.
    Shrink,
    /// The screen gets another resolution, and its old one back. Only on a display that belongs to the suite.
    Resolution,
    /// Another program copies this text.
    Copy(&'static str),
    /// A fresh visit, as staff asks for it.
    Reset,
    /// From the next load on the page replaces the natives first, or no longer.
    Hostile(bool),
    /// The program is started once more.
    Second,
    /// Milliseconds in which nothing happens.
    Pause(u64),
}

/// What a window manager can be asked to do with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// `_NET_CLOSE_WINDOW`.
    Close,
    /// `WM_CHANGE_STATE` to iconic.
    Iconify,
    /// `_NET_WM_STATE`: no longer full screen.
    Unfullscreen,
    /// `_NET_WM_STATE`: below the others.
    Below,
    /// `_NET_WM_STATE`: shaded.
    Shade,
    /// `_NET_SHOWING_DESKTOP`.
    ShowDesktop,
    /// `_NET_CURRENT_DESKTOP`: the next one.
    NextDesktop,
}

/// A window that comes up above the kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// An ordinary one.
    Ordinary,
    /// One that asks to be above all others, full screen.
    Above,
    /// One that takes the keyboard.
    Focused,
    /// One that no window manager manages (a menu, a screen locker).
    Unmanaged,
}

/// What the kiosk is expected to say and do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expect {
    /// A refusal of one of these rules, at least once, and at most so many times.
    Blocked(Vec<&'static str>, usize),
    /// Nothing: the engine, or nobody, has anything to refuse. A refusal is welcome.
    #[default]
    Quiet,
    /// The visit is over, and a fresh one up within ten seconds.
    Fresh,
    /// The page stays, or a fresh one comes.
    StaysOrFresh,
    /// The page becomes whatever it makes of itself, as any page may; a reset brings a fresh one.
    Rewritten,
}

/// One attempt.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    /// Its name; it never changes.
    pub id: String,
    /// Its kind.
    pub class: Class,
    /// What is tried, for people.
    pub words: String,
    /// What the page does.
    pub script: String,
    /// Whether the page does it when it is clicked: much is allowed only then.
    pub gesture: bool,
    /// What hands do afterwards.
    pub hands: Vec<Hand>,
    /// Asked of the page at the end: an empty answer is a safe one.
    pub judge: String,
    /// What the kiosk should do.
    pub expect: Expect,
    /// Whether the page is of no use afterwards.
    pub spoils: bool,
    /// Only on a display that belongs to the suite.
    pub intrusive: bool,
}

impl Attempt {
    fn new(class: Class, id: impl Into<String>, words: impl Into<String>) -> Self {
        Self { id: id.into(), class, words: words.into(), ..Self::default() }
    }

    fn page(mut self, script: impl Into<String>) -> Self {
        self.script = script.into();
        self
    }

    fn clicked(mut self, script: impl Into<String>) -> Self {
        self.gesture = true;
        self.page(script)
    }

    fn hands(mut self, hands: impl Into<Vec<Hand>>) -> Self {
        self.hands = hands.into();
        self
    }

    fn judged(mut self, judge: impl Into<String>) -> Self {
        self.judge = judge.into();
        self
    }

    fn blocked(self, rule: &'static str) -> Self {
        self.refused(&[rule], 1)
    }

    fn refused(mut self, rules: &[&'static str], most: usize) -> Self {
        self.expect = Expect::Blocked(rules.to_vec(), most);
        self
    }

    fn fresh(mut self) -> Self {
        self.expect = Expect::Fresh;
        self
    }

    fn stays_or_fresh(mut self) -> Self {
        self.expect = Expect::StaysOrFresh;
        self
    }

    fn rewritten(mut self) -> Self {
        self.expect = Expect::Rewritten;
        self.spoils()
    }

    fn spoils(mut self) -> Self {
        self.spoils = true;
        self
    }

    fn intrusive(mut self) -> Self {
        self.intrusive = true;
        self
    }

    /// Whether the engine allows it only after a touch or a key of somebody's.
    #[must_use]
    pub fn needs_gesture(&self) -> bool {
        ["open-", "blank-", "chooser-"].iter().any(|group| self.id.starts_with(group))
    }

    /// Whether it needs a display that hands can reach.
    #[must_use]
    pub fn needs_hands(&self) -> bool {
        self.hands.iter().any(|hand| !matches!(hand, Hand::Reset | Hand::Hostile(_) | Hand::Second | Hand::Pause(_)))
    }
}

/// All attempts. The ports are those of the page, its frame and the canary.
#[must_use]
pub fn all(ports: [u16; 3]) -> Vec<Attempt> {
    let mut all = addresses::attempts(ports);
    all.extend(windows::attempts());
    all.extend(keys::attempts());
    all.extend(files::attempts());
    all.extend(bridge::attempts());
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;

    #[test]
    fn each_attempt_has_a_name_of_its_own() {
        let all = all([1, 2, 3]);
        let names: HashSet<&str> = all.iter().map(|attempt| attempt.id.as_str()).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.len() >= 114, "{} attempts", all.len());
    }
}
