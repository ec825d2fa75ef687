//! Random input from a seed: the same seed, the same game.

use crate::catalogue::Hand;

/// Keys that it knows: what people type, what engines and desktops hang something on.
const KEYS: [&str; 34] = [
    "a",
    "e",
    "z",
    "9",
    ".",
    "space",
    "Return",
    "Tab",
    "BackSpace",
    "Escape",
    "Delete",
    "Home",
    "End",
    "Left",
    "Right",
    "Up",
    "Down",
    "Page_Up",
    "Page_Down",
    "Menu",
    "Print",
    "Insert",
    "F1",
    "F5",
    "F10",
    "F11",
    "F12",
    "p",
    "w",
    "q",
    "u",
    "i",
    "s",
    "d",
];
/// What it holds while it presses one.
const HELD: [&str; 6] = ["ctrl+", "alt+", "super+", "shift+", "ctrl+shift+", "ctrl+alt+"];

/// The monkey.
#[derive(Debug, Clone)]
pub struct Monkey {
    state: u64,
}

/// One thing that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// A chord.
    Chord(String),
    /// What hands do.
    Hand(Hand),
}

impl Monkey {
    /// A monkey that plays this game.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// What it does next.
    pub fn next_move(&mut self) -> Move {
        let spot = (self.below(100), self.below(100));
        match self.below(20) {
            0..=6 => Move::Chord(self.one_of(&KEYS).to_owned()),
            7..=10 => Move::Chord(format!("{}{}", self.one_of(&HELD), self.one_of(&KEYS))),
            11..=14 => Move::Hand(Hand::Click(1, spot)),
            15 => Move::Hand(Hand::Click(self.one_of(&[2, 3, 8, 9]), spot)),
            16 => Move::Hand(Hand::Click(self.one_of(&[4, 5, 6, 7]), spot)),
            17 => Move::Hand(Hand::HeldClick(self.one_of(&["ctrl", "alt", "shift"]), self.one_of(&[1, 2, 4, 5]), spot)),
            18 => Move::Hand(Hand::Double(spot)),
            _ => Move::Hand(Hand::Drag(spot, (self.below(100), self.below(100)))),
        }
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u8) -> u8 {
        u8::try_from(self.next() % u64::from(end)).unwrap_or(0)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let count = u64::try_from(all.len()).unwrap_or(1);
        all[usize::try_from(self.next() % count).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use super::Monkey;

    #[test]
    fn the_same_seed_plays_the_same_game() {
        let play = |seed| {
            let mut monkey = Monkey::seeded(seed);
            (0..50).map(|_| monkey.next_move()).collect::<Vec<_>>()
        };
        assert_eq!(play(7), play(7));
        assert_ne!(play(7), play(8));
    }
}
