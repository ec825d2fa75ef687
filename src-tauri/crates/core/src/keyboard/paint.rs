//! The keyboard's colours, from the brand's: light on a light background, dark on a dark one.

use crate::config::{Brand, Color};

/// The colours. The text on each can be read: 4.5 to 1 at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Behind the keys.
    pub ground: Color,
    /// A key that writes, and its text.
    pub key: (Color, Color),
    /// A key that does something else, and its text.
    pub other: (Color, Color),
    /// Enter, and a shift that is on.
    pub accent: (Color, Color),
    /// A key that is down.
    pub down: (Color, Color),
}

impl Paint {
    /// The brand's.
    #[must_use]
    pub fn of(brand: &Brand) -> Self {
        let background = brand.background;
        let ink = background.ink();
        let dark = ink == Color::WHITE;
        let with_ink = |color: Color| (color, color.ink());
        let key = if dark { background.mixed(ink, 24) } else { background };
        Self {
            ground: background.mixed(ink, if dark { 5 } else { 16 }),
            key: with_ink(key),
            other: with_ink(background.mixed(ink, if dark { 14 } else { 27 })),
            accent: with_ink(brand.accent),
            down: with_ink(key.mixed(brand.accent, 45)),
        }
    }
}
