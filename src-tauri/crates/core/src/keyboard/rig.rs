//! A rig for tests: one keyboard in virtual time, and what it wrote.

use std::time::Duration;

use super::{Effect, Field, Finger, For, Hand, Input, Key, Keyboard, Language, Layer, Purpose};

pub(super) const TEXT: Field = Field { purpose: Purpose::Text, inhibited: false };

pub(super) const PURPOSES: [Purpose; 7] =
    [Purpose::Text, Purpose::Digits, Purpose::Number, Purpose::Phone, Purpose::Url, Purpose::Email, Purpose::Password];

pub(super) const LAYERS: [Layer; 3] = [Layer::Letters, Layer::Symbols, Layer::Languages];

pub(super) const ONE: Finger = Finger(1);
pub(super) const TWO: Finger = Finger(2);

/// A keyboard, a clock, and what became of it.
pub(super) struct Rig {
    pub(super) keyboard: Keyboard,
    now: Duration,
    pub(super) text: String,
    pub(super) effects: Vec<Effect>,
    /// What the engine answers; `None`: nothing.
    pub(super) editable: Option<bool>,
}

impl Rig {
    pub(super) fn new(whom: For) -> Self {
        let keyboard = Keyboard::new(whom, Language::English);
        Self {
            keyboard,
            now: Duration::from_secs(100),
            text: String::new(),
            effects: Vec::new(),
            editable: Some(false),
        }
    }

    /// A keyboard that a finger brought up.
    pub(super) fn up() -> Self {
        let mut rig = Self::new(For::Fingers);
        rig.touch(Hand::Finger);
        rig.input(Input::Focus(TEXT));
        rig.wait(1000);
        assert!(rig.keyboard.is_shown());
        rig
    }

    pub(super) fn input(&mut self, input: Input) {
        self.keyboard.handle(self.now, input);
        self.drain();
    }

    pub(super) fn touch(&mut self, hand: Hand) {
        self.input(Input::Press(hand));
        self.input(Input::Release);
    }

    pub(super) fn wait(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while let Some(at) = self.keyboard.poll_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.keyboard.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    pub(super) fn key(&mut self, key: Key) {
        self.key_by(ONE, key);
    }

    pub(super) fn key_by(&mut self, finger: Finger, key: Key) {
        self.input(Input::Down(finger, key));
        self.input(Input::Lift(finger));
    }

    pub(super) fn type_text(&mut self, text: &str) {
        text.chars().for_each(|letter| self.key(Key::Char(letter)));
    }

    fn drain(&mut self) {
        while let Some(effect) = self.keyboard.poll_effect() {
            match &effect {
                Effect::Insert(text) => self.text.push_str(text),
                Effect::Backspace => drop(self.text.pop()),
                Effect::Enter => self.text.push('\n'),
                Effect::Ask => {
                    if let Some(editable) = self.editable {
                        self.keyboard.handle(self.now, Input::Editable(editable));
                    }
                    continue;
                }
                _ => {}
            }
            self.effects.push(effect);
        }
    }
}
