//! Hands on the keys, and what a key does.

use std::{mem, time::Duration};

use super::{Effect, Finger, GHOST, Key, Keyboard, Language, Layer, Purpose, kana};

/// When a key that is held acts again, and then each time.
const FIRST_REPEAT: Duration = Duration::from_millis(500);
const NEXT_REPEAT: Duration = Duration::from_millis(80);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shift {
    #[default]
    Off,
    Once,
    Locked,
}

impl Keyboard {
    /// Nobody knows of any finger any more.
    pub(super) fn let_go(&mut self) {
        self.down.clear();
        self.end_chord();
        self.repeat = None;
    }

    /// A syllable that waits is written in the script in which it was begun.
    fn end_chord(&mut self) {
        if mem::take(&mut self.chord) && self.shift == Shift::Once && self.waiting.is_empty() {
            self.shift = Shift::Off;
            self.effects.push_back(Effect::Redraw);
        }
    }

    fn is_shift_held(&self) -> bool {
        self.down.iter().any(|(_, key)| *key == Key::Shift)
    }

    /// Keys count only while they are seen and lead somewhere.
    pub(super) fn takes_keys(&self, now: Duration) -> bool {
        self.field.is_some() && !self.barred && self.shown.is_some_and(|at| now >= at + GHOST)
    }

    /// What is held acts again.
    pub(super) fn repeat(&mut self, now: Duration) {
        self.repeat = self.takes_keys(now).then_some(now + NEXT_REPEAT);
        if self.repeat.is_some() {
            self.act(Key::Backspace);
        }
    }

    pub(super) fn down(&mut self, now: Duration, finger: Finger, key: Key) {
        self.up(finger, now, false);
        // As on a keyboard of keys: whichever went down last repeats.
        self.repeat = None;
        if !self.takes_keys(now) {
            return;
        }
        if acts_at_once(key) {
            self.act(key);
            self.repeat = (key == Key::Backspace).then_some(now + FIRST_REPEAT);
        }
        self.down.push((finger, key));
    }

    pub(super) fn up(&mut self, finger: Finger, now: Duration, in_place: bool) {
        let Some(index) = self.down.iter().position(|(down, _)| *down == finger) else { return };
        // What is on the key may have changed while it was down: capitals are for one letter.
        let (_, key) = self.down.swap_remove(index);
        if key == Key::Backspace {
            self.repeat = None;
        }
        if key == Key::Shift {
            self.end_chord();
        }
        if in_place && !acts_at_once(key) && self.takes_keys(now) {
            self.act(key);
        }
    }

    pub(super) fn act(&mut self, key: Key) {
        match key {
            Key::Char(letter) => self.letter(letter),
            Key::Word(word) => self.write(word.to_owned()),
            Key::Space => self.write(" ".to_owned()),
            Key::Backspace => {
                if self.waiting.pop().is_some() {
                    self.effects.push_back(Effect::Redraw);
                } else {
                    self.effects.push_back(Effect::Backspace);
                }
            }
            Key::Enter => {
                // As everywhere in Japanese: Enter first settles what waits.
                if !self.settle() {
                    self.effects.push_back(Effect::Enter);
                }
            }
            Key::Shift => {
                if self.shift == Shift::Locked {
                    self.settle();
                }
                self.shift = match self.shift {
                    Shift::Off => Shift::Once,
                    Shift::Once => Shift::Locked,
                    Shift::Locked => Shift::Off,
                };
                self.effects.push_back(Effect::Redraw);
            }
            Key::Layer(layer) => self.turn(layer),
            Key::Language(language) => {
                self.settle();
                self.language = language;
                self.turn(Layer::Letters);
            }
            Key::Hide => {
                self.settle();
                self.put_away();
            }
        }
    }

    fn turn(&mut self, layer: Layer) {
        self.settle();
        // Other keys are under the fingers now.
        self.let_go();
        self.layer = layer;
        self.shift = Shift::Off;
        self.effects.push_back(Effect::Redraw);
    }

    fn letter(&mut self, letter: char) {
        let kana =
            self.language == Language::Japanese && self.purpose() == Purpose::Text && self.layer == Layer::Letters;
        if kana && letter.is_ascii_alphabetic() {
            let settled = self.in_script(&|waiting: &mut String| kana::feed(waiting, letter));
            if !settled.is_empty() {
                self.effects.push_back(Effect::Insert(settled));
            }
            self.effects.push_back(Effect::Redraw);
        } else {
            self.write(letter.to_string());
        }
        // Katakana stays until shift is pressed again: a syllable takes several letters.
        if self.shift == Shift::Once && (!kana || self.waiting.is_empty()) {
            self.chord = self.is_shift_held();
            if !self.chord {
                self.shift = Shift::Off;
                self.effects.push_back(Effect::Redraw);
            }
        }
    }

    /// Settles what waits, then writes.
    fn write(&mut self, text: String) {
        self.settle();
        self.effects.push_back(Effect::Insert(text));
    }

    /// Writes what waits as it is; false when nothing did.
    pub(super) fn settle(&mut self) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let settled = self.in_script(&kana::finish);
        if self.shift == Shift::Once && !self.is_shift_held() {
            self.shift = Shift::Off;
        }
        self.effects.extend([Effect::Insert(settled), Effect::Redraw]);
        true
    }

    /// With shift it is katakana.
    fn in_script(&mut self, take: &dyn Fn(&mut String) -> String) -> String {
        let settled = take(&mut self.waiting);
        if self.is_shifted() { kana::katakana(&settled) } else { settled }
    }
}

/// Whether a key acts when it goes down. The others take the keys from under the finger, and wait until it is gone.
fn acts_at_once(key: Key) -> bool {
    key.types() || key == Key::Shift
}
