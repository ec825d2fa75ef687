//! A colour of the brand, and which text can be read on it.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// The text is not `#rgb` or `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a colour is written as `#` and three or six hexadecimal digits")]
pub struct NotAColor;

impl Color {
    /// `#000000`
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    /// `#ffffff`
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// Red, green and blue, 0 to 255 each.
    #[must_use]
    pub fn rgb(&self) -> (u8, u8, u8) {
        (self.red, self.green, self.blue)
    }

    /// How well one colour stands out from another: 1 (the same) to 21 (black and white), as WCAG 2 defines it. Text needs 4.5.
    #[must_use]
    pub fn contrast_ratio(&self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour for text on this one: black or white, whichever stands out more. One of them always reaches 4.5, so every brand
    /// colour can be used as it is.
    #[must_use]
    pub fn ink(&self) -> Self {
        if self.contrast_ratio(Self::BLACK) >= self.contrast_ratio(Self::WHITE) { Self::BLACK } else { Self::WHITE }
    }

    /// So many hundredths of the other colour in this one, as `color-mix(in srgb, …)` does it.
    #[must_use]
    pub fn mixed(&self, other: Self, percent: u16) -> Self {
        let percent = percent.min(100);
        let part = |one: u8, other: u8| {
            let mixed = (u16::from(one) * (100 - percent) + u16::from(other) * percent) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self { red: part(self.red, other.red), green: part(self.green, other.green), blue: part(self.blue, other.blue) }
    }

    /// WCAG's relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl FromStr for Color {
    type Err = NotAColor;

    fn from_str(text: &str) -> Result<Self, NotAColor> {
        let digits = text.strip_prefix('#').ok_or(NotAColor)?;
        let digits = digits
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<Vec<u8>>>()
            .ok_or(NotAColor)?;
        match digits[..] {
            // One digit stands for itself twice: `#18f` is `#1188ff`.
            [red, green, blue] => Ok(Self { red: red * 17, green: green * 17, blue: blue * 17 }),
            [r, r2, g, g2, b, b2] => Ok(Self { red: r * 16 + r2, green: g * 16 + g2, blue: b * 16 + b2 }),
            _ => Err(NotAColor),
        }
    }
}

/// `#rrggbb`, ready for a style sheet.
impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl Serialize for Color {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_notations_are_read() {
        for (text, written) in
            [("#18f", "#1188ff"), ("#1188FF", "#1188ff"), ("#000", "#000000"), ("#09aF0b", "#09af0b")]
        {
            assert_eq!(text.parse::<Color>().unwrap().to_string(), written);
        }
        for text in ["", "#", "18f", "red", "#18", "#1188f", "#1188ff00", "#18g", "#ééé", " #18f", "rgb(1, 2, 3)"] {
            assert_eq!(text.parse::<Color>(), Err(NotAColor), "{text}");
        }
    }

    #[test]
    fn contrast_is_the_one_of_wcag() {
        let near = |left: f64, right: f64| (left - right).abs() < 0.01;
        assert!(near(Color::BLACK.contrast_ratio(Color::WHITE), 21.0));
        assert!(near(Color::WHITE.contrast_ratio(Color::WHITE), 1.0));
        let gray: Color = "#767676".parse().unwrap();
        assert!(near(gray.contrast_ratio(Color::WHITE), 4.54));
        assert_eq!("#0b5cab".parse::<Color>().unwrap().ink(), Color::WHITE);
        assert_eq!("#ffd200".parse::<Color>().unwrap().ink(), Color::BLACK);
    }

    proptest! {
        #[test]
        fn text_can_be_read_on_every_color(red: u8, green: u8, blue: u8) {
            let color = Color { red, green, blue };
            prop_assert!(color.contrast_ratio(color.ink()) >= 4.5);
            prop_assert_eq!(color.to_string().parse::<Color>(), Ok(color));
        }
    }
}
