//! The kiosk's own keyboard on the screen: when it is there, what is on it, and what a key does.
//!
//! One value for each visit, so that language, layer and what waits to become kana end with it. It learns nothing and
//! keeps nothing that was typed: a key's text goes out as an effect and is forgotten. Like the visit's machine it has no
//! clock: what happens comes in with the time, [`Keyboard::poll_effect`] says what is to be done, and
//! [`Keyboard::poll_timeout`] when to call again.

mod face;
#[cfg(test)]
mod face_tests;
mod hands;
#[cfg(test)]
mod hands_tests;
mod kana;
mod paint;
mod place;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod sequences;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, time::Duration};

use self::hands::Shift;
pub use face::{Face, Key, Language, Layer, Purpose, Slot, face};
pub use paint::Paint;
pub use place::{Area, Placed, height, place};

/// How long nothing may happen before the keyboard comes or goes. The page would become another size under a finger
/// that is still at work, and a focus that goes to the next field is away for a moment.
const SETTLE: Duration = Duration::from_millis(150);
/// A finger that is down for longer is not waited for.
const LONG_PRESS: Duration = Duration::from_secs(3);
/// A page may give a field the focus so long after the touch that led to it.
const RECENT: Duration = Duration::from_secs(5);
/// A second touch on the field finds the keyboard in its place. So soon nobody means a key.
const GHOST: Duration = Duration::from_millis(300);
/// How often the engine is asked whether a text can be written, while that matters: it does not always tell.
const ASK_FIRST: Duration = Duration::from_millis(300);
const ASK_SHOWN: Duration = Duration::from_secs(1);
/// So long its answer is waited for.
const ANSWER: Duration = Duration::from_secs(1);
/// Which hands bring it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A finger: whoever has a mouse has a keyboard.
    Fingers,
    /// Any press on a text field: some touch screens say that they are a mouse.
    AnyHand,
}

/// What pressed something in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// A finger on the screen.
    Finger,
    /// A button of a mouse.
    Mouse,
}

/// A hand on the keys, for as long as it is there: whoever writes with two thumbs puts one down before the other is up.
/// The number is the shell's, and tells those apart that are down at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finger(pub usize);

/// A text field, as far as its page tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// What it is for.
    pub purpose: Purpose,
    /// It wants no keyboard on the screen.
    pub inhibited: bool,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A text field has the focus, in whichever frame, or it has become another one.
    Focus(Field),
    /// None has it any more, as far as the engine tells. It also says so when the focus goes to a frame with a field.
    Blur,
    /// The answer to [`Effect::Ask`]: whether a text can be written where the focus is.
    Editable(bool),
    /// A hand comes down in the page.
    Press(Hand),
    /// It is gone.
    Release,
    /// A key of a real keyboard.
    RealKey,
    /// The page gets no keys now: something lies above it, or the notice is up. Or it gets them again.
    Barred(bool),
    /// A finger comes down on a key of this keyboard.
    Down(Finger, Key),
    /// It is lifted on the key where it came down.
    Lift(Finger),
    /// It is lifted somewhere else, or nobody knows where it is.
    Slip(Finger),
    /// Nobody knows where any finger is: the keys have gone from under them, or something else took the hand.
    LetGo,
    /// A key is pressed without a hand, as a screen reader does.
    Click(Key),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put it on the screen.
    Show,
    /// Take it away.
    Hide,
    /// What is on the keys has changed.
    Redraw,
    /// Ask the engine whether a text can be written where the focus is.
    Ask,
    /// Write this where the focus is.
    Insert(String),
    /// Press Backspace there.
    Backspace,
    /// Press Enter there.
    Enter,
}

/// The keyboard of one visit.
#[derive(Clone, Debug)]
pub struct Keyboard {
    whom: For,
    field: Option<Field>,
    /// The field that the engine has just said has lost the focus: the answer may be that it has not.
    lost: Option<Field>,
    /// The engine has told of the field, and will tell of its end.
    told: bool,
    /// When to ask, and until when an answer is waited for.
    ask: Option<Duration>,
    answer: Option<Duration>,
    /// The hand that is down in the page, and since when.
    pressed: Option<Duration>,
    /// The last press that asks for a keyboard.
    asked: Option<Duration>,
    barred: bool,
    shown: Option<Duration>,
    /// When to look whether it should come or go.
    look: Option<Duration>,
    language: Language,
    layer: Layer,
    shift: Shift,
    /// Romaji that is no syllable yet.
    waiting: String,
    /// The keys on which a finger is. One that came down before keys counted is not among them: that it is lifted means
    /// nothing either.
    down: Vec<(Finger, Key)>,
    /// A letter was written while a finger was on shift: it is for as long as the finger is there.
    chord: bool,
    repeat: Option<Duration>,
    effects: VecDeque<Effect>,
}

impl Keyboard {
    /// A new one, put away.
    #[must_use]
    pub fn new(whom: For, language: Language) -> Self {
        Self {
            whom,
            field: None,
            lost: None,
            told: false,
            ask: None,
            answer: None,
            pressed: None,
            asked: None,
            barred: false,
            shown: None,
            look: None,
            language,
            layer: Layer::default(),
            shift: Shift::default(),
            waiting: String::new(),
            down: Vec::new(),
            chord: false,
            repeat: None,
            effects: VecDeque::new(),
        }
    }

    /// Whether it is on the screen.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown.is_some()
    }

    /// What is on it.
    #[must_use]
    pub fn face(&self) -> Face {
        face(self.layer, self.language, self.purpose(), self.shift != Shift::Off)
    }

    /// Whether shift is on.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.shift != Shift::Off
    }

    /// Romaji that is no syllable yet; empty in a secret.
    #[must_use]
    pub fn waiting(&self) -> &str {
        &self.waiting
    }

    /// The language of its letters.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether nobody who looks over a shoulder may see which key is pressed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.purpose() == Purpose::Password
    }

    /// Takes in what happens. `now` runs on a clock that never goes back.
    pub fn handle(&mut self, now: Duration, input: Input) {
        match input {
            Input::Focus(field) => self.focus(now, field),
            Input::Blur => {
                self.lost = self.field.take();
                self.told = false;
                self.let_go();
                self.look_later(now);
                self.ask(now);
            }
            Input::Editable(editable) => self.answered(now, editable),
            Input::Press(hand) => {
                self.pressed = Some(now);
                let asks = self.whom == For::AnyHand || hand == Hand::Finger;
                self.asked = asks.then_some(now);
            }
            Input::Release => {
                self.pressed = None;
                self.look_later(now);
                self.ask = Some(now + SETTLE);
            }
            Input::RealKey => self.put_away(),
            Input::Barred(barred) => {
                self.barred = barred;
                if barred {
                    self.put_away();
                }
            }
            Input::Down(finger, key) => self.down(now, finger, key),
            Input::Lift(finger) => self.up(finger, now, true),
            Input::Slip(finger) => self.up(finger, now, false),
            Input::LetGo => self.let_go(),
            Input::Click(key) => {
                if self.takes_keys(now) {
                    self.act(key);
                }
            }
        }
    }

    /// When to call [`Self::handle_timeout`]; sooner does nothing.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        [self.look, self.repeat, self.ask].into_iter().flatten().min()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.ask.is_some_and(|at| at <= now) {
            self.ask(now);
        }
        if self.look.is_some_and(|at| at <= now) {
            self.look(now);
        }
        if self.repeat.is_some_and(|at| at <= now) {
            self.repeat(now);
        }
    }

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    fn purpose(&self) -> Purpose {
        self.field.unwrap_or_default().purpose
    }

    fn focus(&mut self, now: Duration, field: Field) {
        let before = self.field.replace(field).or(self.lost.take());
        self.told = true;
        if before.is_some_and(|before| before.purpose != field.purpose) || before.is_none() {
            self.waiting.clear();
            self.layer = Layer::default();
            self.shift = Shift::default();
            self.let_go();
            if self.is_shown() {
                self.effects.push_back(Effect::Redraw);
            }
        }
        self.look_later(now);
    }

    /// What the engine has told goes before what it answers.
    fn answered(&mut self, now: Duration, editable: bool) {
        self.answer = None;
        if self.told {
            return;
        }
        let lost = self.lost.take();
        match (editable, self.field) {
            (true, None) => {
                self.focus(now, lost.unwrap_or_default());
                self.told = false;
            }
            (false, Some(_)) => {
                self.field = None;
                self.look_later(now);
            }
            _ => {}
        }
    }

    /// Asks, and plans to ask again for as long as the answer matters.
    fn ask(&mut self, now: Duration) {
        let asked = self.asked.is_some_and(|at| now <= at + RECENT);
        self.ask = if self.is_shown() {
            Some(now + ASK_SHOWN)
        } else {
            (asked && self.field.is_none()).then_some(now + ASK_FIRST)
        };
        if !self.told && !self.barred && (self.is_shown() || asked) {
            self.answer = Some(now + ANSWER);
            self.effects.push_back(Effect::Ask);
        }
    }

    fn look_later(&mut self, now: Duration) {
        self.look = Some(now + SETTLE);
    }

    /// Should it come or go?
    fn look(&mut self, now: Duration) {
        self.look = None;
        let long = self.pressed.map(|at| at + LONG_PRESS);
        if let Some(end) = long.filter(|end| *end > now) {
            self.look = Some(end);
            return;
        }
        if self.answer.is_some_and(|until| until > now) {
            return self.look_later(now);
        }
        self.lost = None;
        let wanted = self.field.is_some_and(|field| !field.inhibited);
        let asked = self.asked.is_some_and(|at| now <= at + RECENT);
        if self.is_shown() && !wanted {
            self.put_away();
        } else if !self.is_shown() && wanted && asked && !self.barred {
            self.shown = Some(now);
            self.layer = Layer::default();
            self.shift = Shift::default();
            self.ask = Some(now + ASK_SHOWN);
            self.effects.push_back(Effect::Show);
        }
    }

    /// Takes it away at once, until a hand asks for it again.
    fn put_away(&mut self) {
        self.asked = None;
        self.ask = None;
        self.let_go();
        self.waiting.clear();
        if self.shown.take().is_some() {
            self.effects.push_back(Effect::Hide);
        }
    }
}
