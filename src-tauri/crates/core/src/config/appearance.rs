//! Light or dark: in which of the brand's colours everything is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Brand, Color, contrast::CONTROL};

/// White on a dark background reaches at least this ratio. So much room is needed for an accent between the two.
pub(super) const DARK: f64 = 12.0;

/// In which of the brand's colours everything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Appearance {
    /// The accent on the background, as they are configured.
    Light,
    /// The same on the dark background.
    Dark,
    /// As the desktop's own colour scheme is.
    Auto,
}

impl Appearance {
    /// As it is written in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }

    /// Whether it is dark now; `system` says whether the desktop's colour scheme is.
    #[must_use]
    pub fn is_dark(self, system: bool) -> bool {
        match self {
            Self::Light => false,
            Self::Dark => true,
            Self::Auto => system,
        }
    }
}

impl Brand {
    /// The same brand in the dark: its accent is as much lighter as it takes to stand out.
    #[must_use]
    pub fn in_the_dark(&self) -> Self {
        let background = self.dark_background;
        let accent = (0..=100)
            .map(|percent| self.accent.mixed(Color::WHITE, percent))
            .find(|accent| accent.contrast_ratio(background) >= CONTROL)
            .unwrap_or(Color::WHITE);
        Self { accent, background, ..self.clone() }
    }

    /// The brand as it looks now; `system` says whether the desktop's colour scheme is dark.
    #[must_use]
    pub fn now(&self, system: bool) -> Self {
        if self.appearance.is_dark(system) { self.in_the_dark() } else { self.clone() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::parse;

    #[test]
    fn only_a_dark_colour_is_a_dark_background() {
        let mistake = parse("[brand]\ndark_background = \"#556\"").unwrap_err();
        assert_eq!((mistake.line, mistake.column), (2, 19));
        assert!(mistake.message.contains("is not dark: #555566"), "{mistake}");
        let brand = parse("[brand]\nappearance = \"dark\"\ndark_background = \"#013\"").unwrap().brand;
        assert_eq!(brand.now(false).background.to_string(), "#001133");
    }

    #[test]
    fn auto_is_what_the_system_is() {
        let brand = parse("[brand]\nappearance = \"auto\"").unwrap().brand;
        assert_eq!(brand.now(false), brand);
        assert_eq!(brand.now(true), brand.in_the_dark());
        assert!(
            parse("[brand]\nappearance = \"grey\"").unwrap_err().message.contains("\"light\", \"dark\" or \"auto\"")
        );
    }

    #[test]
    fn pictures_are_paths_and_not_too_many() {
        let brand = parse("[brand]\npictures = [\"a.jpg\", \"/b.png\"]\nslide_seconds = 5").unwrap().brand;
        assert_eq!((brand.pictures.len(), brand.slide.as_secs()), (2, 5));
        let mistake = parse("[brand]\npictures = [\"a.jpg\", \"\"]").unwrap_err();
        assert_eq!((mistake.line, mistake.column), (2, 22), "{mistake}");
        let many = format!("[brand]\npictures = {:?}", ["a.jpg"; 21]);
        assert!(parse(&many).unwrap_err().message.contains("more than 20"));
        assert!(parse("[brand]\nslide_seconds = 2").is_err());
    }

    proptest! {
        #[test]
        fn every_accent_stands_out_in_the_dark(red: u8, green: u8, blue: u8) {
            let brand = Brand { accent: Color { red, green, blue }, ..parse("").unwrap().brand }.in_the_dark();
            prop_assert!(brand.accent.contrast_ratio(brand.background) >= CONTROL);
            prop_assert!(brand.accent.contrast_ratio(brand.accent.ink()) >= 4.5);
        }

        #[test]
        fn words_can_be_read_on_every_stage(red: u8, green: u8, blue: u8) {
            can_be_read(Color { red, green, blue });
        }
    }

    /// The accents whose words are the hardest to read, of all that there are: white is just their ink, or just not.
    #[test]
    fn words_can_be_read_on_the_worst_stages() {
        for (red, green, blue) in
            [(237, 0, 0), (236, 1, 23), (229, 6, 110), (236, 3, 7), (118, 118, 118), (119, 119, 119)]
        {
            can_be_read(Color { red, green, blue });
        }
    }

    /// The mixtures are those of `ui/front/front.css`.
    fn can_be_read(accent: Color) {
        let light = Brand { accent, ..parse("").unwrap().brand };
        let dark = light.in_the_dark();
        let ink = light.accent.ink();
        let away = if ink == Color::WHITE { Color::BLACK } else { Color::WHITE };
        let arcs = |stage: Color, ink: Color| stage.mixed(ink, 4).mixed(ink, 4);
        let deep = light.accent.mixed(away, 22);
        assert!(deep.contrast_ratio(ink) >= 4.5 && arcs(deep, ink).contrast_ratio(ink) >= 4.5, "{accent}");
        let night = dark.background.mixed(dark.accent, 26);
        assert!(arcs(night, Color::WHITE).contrast_ratio(Color::WHITE) >= 4.5, "{accent}");
        for brand in [light, dark] {
            let shade =
                if brand.accent.ink() == Color::WHITE { Color::BLACK.mixed(brand.accent, 30) } else { Color::BLACK };
            let on_white = Color::WHITE.mixed(shade, 64);
            assert!(on_white.contrast_ratio(Color::WHITE) >= 4.5, "{on_white}");
        }
    }
}
