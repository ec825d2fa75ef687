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
        let key = if dark { mix(background, ink, 24) } else { background };
        Self {
            ground: mix(background, ink, if dark { 5 } else { 16 }),
            key: with_ink(key),
            other: with_ink(mix(background, ink, if dark { 14 } else { 27 })),
            accent: with_ink(brand.accent),
            down: with_ink(mix(key, brand.accent, 45)),
        }
    }
}

/// So many hundredths of the second colour in the first.
fn mix(one: Color, other: Color, percent: u16) -> Color {
    let part = |one: u8, other: u8| {
        let mixed = (u16::from(one) * (100 - percent) + u16::from(other) * percent) / 100;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    Color { red: part(one.red, other.red), green: part(one.green, other.green), blue: part(one.blue, other.blue) }
}
