//! Whether everybody can read a brand: the contrast of every pair of colours that the pages make of it (WCAG 2.2, criteria 1.4.3
//! and 1.4.11).
//!
//! Text on a brand's colour becomes black or white, so it can always be read; what no choice of ours can mend is an accent that does
//! not stand out from its background. The mixtures of the stage, and the dark, have their tests in `appearance`.

use std::fmt;

use super::{Brand, Color};

/// What text needs, however small it is (criterion 1.4.3).
const TEXT: f64 = 4.5;
/// What shows where a control is, or how far something has come, needs this (criterion 1.4.11).
pub(super) const CONTROL: f64 = 3.0;
/// So many hundredths of the ink are in the outlines of the smaller buttons; `ui/front/front.css` says the same.
pub const OUTLINE: u16 = 80;

/// Two colours that lie on each other, and what for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// What a person sees of it, for a sentence: "… reach a contrast of".
    pub what: &'static str,
    /// What is to be seen.
    pub front: Color,
    /// What it lies on.
    pub back: Color,
    /// The ratio that WCAG asks for, 3 or 4.5.
    pub needed: f64,
}

impl Pair {
    /// The ratio, 1 to 21.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.front.contrast_ratio(self.back)
    }

    /// Whether it is enough.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.ratio() >= self.needed
    }
}

/// `buttons, frames and clocks on the background with 6.3 to 1 (3 is needed)`
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {:.1} to 1 ({} is needed)", self.what, self.ratio(), self.needed)
    }
}

/// Every pair in which the pages use the brand's colours. The keyboard on the screen and the widgets use some of them and no others.
#[must_use]
pub fn pairs(brand: &Brand) -> [Pair; 4] {
    let Brand { accent, background, .. } = brand;
    let (accent, background) = (*accent, *background);
    let ink = background.ink();
    [
        Pair { what: "words on the background", front: ink, back: background, needed: TEXT },
        Pair { what: "words on the buttons", front: accent.ink(), back: accent, needed: TEXT },
        Pair { what: "buttons, frames and clocks on the background", front: accent, back: background, needed: CONTROL },
        Pair {
            what: "outlines of the smaller buttons",
            front: background.mixed(ink, OUTLINE),
            back: background,
            needed: CONTROL,
        },
    ]
}

/// A brand that not everybody can read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unreadable {
    /// The pair that is missing most.
    pub pair: Pair,
    /// An accent of the same hue that would do on this background, or with this accent a background; `None`: there is none.
    pub instead: Option<Color>,
    accent: Color,
    background: Color,
}

/// The pair that is nearest to what it needs, or furthest below it.
#[must_use]
pub fn weakest(brand: &Brand) -> Pair {
    let share = |pair: &Pair| pair.ratio() / pair.needed;
    let [first, rest @ ..] = pairs(brand);
    rest.into_iter().fold(first, |weakest, pair| if share(&pair) < share(&weakest) { pair } else { weakest })
}

/// Whether every pair reaches its ratio.
///
/// # Errors
/// The pair that is furthest from it.
pub fn check(brand: &Brand) -> Result<(), Unreadable> {
    let pair = weakest(brand);
    if pair.is_enough() {
        return Ok(());
    }
    Err(Unreadable { pair, instead: nearest(brand), accent: brand.accent, background: brand.background })
}

/// The accent that is nearest to the brand's and does, on the way to black or white; whichever way is shorter.
fn nearest(brand: &Brand) -> Option<Color> {
    let does = |accent: &Color| {
        let brand = Brand { accent: *accent, ..brand.clone() };
        pairs(&brand).iter().all(Pair::is_enough)
    };
    (1..=100)
        .flat_map(|percent| [Color::BLACK, Color::WHITE].map(|end| brand.accent.mixed(end, percent)))
        .find(|accent| does(accent))
}

/// For a person: both keys, both colours, the ratio reached and the one needed.
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pair, accent, background, .. } = self;
        // Rounded down: what is missed must not look reached.
        let ratio = (pair.ratio() * 100.).floor() / 100.;
        write!(
            f,
            "`brand.accent` {accent} and `brand.background` {background} cannot be told apart by everybody: {} reach a contrast of {ratio} \
             to 1, and WCAG 2.2 asks for {} to 1",
            pair.what, pair.needed
        )
    }
}

impl Unreadable {
    /// What would be right.
    #[must_use]
    pub fn help(&self) -> String {
        match self.instead {
            Some(accent) => format!(
                "the nearest accent that does on this background: `accent = \"{accent}\"`; or take a background that is further from the \
                 accent"
            ),
            None => "take a lighter or a darker background".to_owned(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::parse;

    fn brand(accent: Color, background: Color) -> Brand {
        Brand { accent, background, ..parse("").unwrap().brand }
    }

    #[test]
    fn the_built_in_brand_can_be_read() {
        assert_eq!(check(&parse("").unwrap().brand), Ok(()));
    }

    #[test]
    fn a_refusal_names_keys_colours_and_ratios_and_what_would_do() {
        let mistake = parse("[brand]\nname = \"Example\"\naccent = \"#ffd200\"\n").unwrap_err();
        assert_eq!((mistake.line, mistake.column, mistake.text.as_str()), (3, 10, "\"#ffd200\""));
        assert_eq!(
            mistake.message,
            "`brand.accent` #ffd200 and `brand.background` #ffffff cannot be told apart by everybody: buttons, frames and clocks on the \
             background reach a contrast of 1.45 to 1, and WCAG 2.2 asks for 3 to 1"
        );
        let help = mistake.help.unwrap();
        let accent = help.split('"').nth(1).unwrap();
        parse(&format!("[brand]\naccent = \"{accent}\"")).unwrap();
        assert!(accent.parse::<Color>().unwrap().rgb().0 > 150, "still a yellow, not black: {accent}");
        // The same accent is welcome on a background that it stands out from.
        parse("[brand]\naccent = \"#ffd200\"\nbackground = \"#10233f\"").unwrap();
    }

    #[test]
    fn a_background_alone_is_blamed_where_it_stands() {
        let mistake = parse("[brand]\nbackground = \"#0b5cab\"").unwrap_err();
        assert_eq!((mistake.line, mistake.column), (2, 14));
        assert!(mistake.message.contains("reach a contrast of 1 to 1"), "{mistake}");
    }

    #[test]
    fn the_front_mixes_its_colours_as_it_is_counted_here() {
        let front = include_str!("../../../../../ui/front/front.css");
        let mixed = format!("var(--ink) {OUTLINE}%, var(--background)");
        assert!(front.contains(&mixed), "no {mixed} in front.css");
    }

    proptest! {
        #[test]
        fn what_is_accepted_can_be_read_and_what_is_proposed_is_accepted(accent: [u8; 3], background: [u8; 3]) {
            let color = |[red, green, blue]: [u8; 3]| Color { red, green, blue };
            let brand = brand(color(accent), color(background));
            match check(&brand) {
                Ok(()) => {
                    // Counted anew, the way the pages use them.
                    prop_assert!(brand.accent.contrast_ratio(brand.background) >= 3.0);
                    prop_assert!(brand.accent.contrast_ratio(brand.accent.ink()) >= 4.5);
                    prop_assert!(brand.background.contrast_ratio(brand.background.ink()) >= 4.5);
                }
                Err(unreadable) => {
                    prop_assert!(!unreadable.pair.is_enough() && unreadable.to_string().len() < 400);
                    match unreadable.instead {
                        Some(accent) => prop_assert_eq!(check(&Brand { accent, ..brand }), Ok(())),
                        // So near the middle that nothing may be mixed into it.
                        None => prop_assert!(brand.background.contrast_ratio(brand.background.ink()) < 5.2),
                    }
                }
            }
        }

        #[test]
        fn what_we_choose_ourselves_is_never_why_a_brand_is_refused(background: [u8; 3]) {
            let [red, green, blue] = background;
            let background = Color { red, green, blue };
            let pairs = pairs(&brand(background.ink(), background));
            prop_assert!(pairs[3].is_enough() && pairs[0].is_enough(), "{:?}", pairs);
        }
    }
}
