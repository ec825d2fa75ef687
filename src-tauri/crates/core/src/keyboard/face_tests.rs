//! Every key in every language and on every screen: what is on it, where it is, and how it looks.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{
    Area, Key, Language, Layer, Paint, Purpose, face, height, place,
    rig::{LAYERS, PURPOSES},
};
use crate::config::{self, Color};

/// The screens that kiosks have, from the smallest to 4K upright.
const SCREENS: [(i32, i32); 8] =
    [(1024, 600), (800, 600), (1024, 768), (1280, 800), (1366, 768), (1920, 1080), (1080, 1920), (2160, 3840)];

#[test]
fn every_key_is_large_enough_and_in_its_place() {
    for screen in SCREENS {
        let height = height(screen);
        assert!(height * 9 <= screen.1 * 4, "{screen:?}: {height}");
        for language in Language::ALL {
            for (layer, purpose) in LAYERS.into_iter().flat_map(|layer| PURPOSES.map(|purpose| (layer, purpose))) {
                let what = format!("{screen:?} {language:?} {layer:?} {purpose:?}");
                let placed = place(&face(layer, language, purpose, false), (screen.0, height));
                for (index, one) in placed.iter().enumerate() {
                    let Area { x, y, width, height: key } = one.area;
                    assert!(width >= 44 && key >= 44, "{what}: {one:?}");
                    assert!(x >= 0 && y >= 0 && x + width <= screen.0 && y + key <= height, "{what}: {one:?}");
                    for other in &placed[index + 1..] {
                        assert!(!overlap(one.area, other.area), "{what}: {one:?} {other:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn shift_changes_no_place() {
    for language in Language::ALL {
        for purpose in PURPOSES {
            let areas = |shifted| -> Vec<Area> {
                let placed = place(&face(Layer::Letters, language, purpose, shifted), (1280, 340));
                placed.iter().map(|placed| placed.area).collect()
            };
            assert_eq!(areas(false), areas(true), "{language:?} {purpose:?}");
        }
    }
}

#[test]
fn what_a_field_needs_is_on_its_keys() {
    let has = |language, purpose, key| {
        face(Layer::Letters, language, purpose, false).concat().iter().any(|slot| slot.key == key)
    };
    for language in Language::ALL {
        assert!(has(language, Purpose::Email, Key::Char('@')));
        assert!(has(language, Purpose::Email, Key::Char('a')), "{language:?}");
        assert!(has(language, Purpose::Email, Key::Char('7')), "{language:?}");
        assert!(has(language, Purpose::Url, Key::Char('/')));
        assert!(has(language, Purpose::Phone, Key::Char('+')));
        for purpose in PURPOSES {
            for key in [Key::Backspace, Key::Enter, Key::Hide] {
                assert!(has(language, purpose, key), "{language:?} {purpose:?} {key:?}");
            }
        }
        for layer in [Layer::Letters, Layer::Symbols] {
            let keys = face(layer, language, Purpose::Text, false).concat();
            let mut seen = HashSet::new();
            assert!(keys.iter().all(|slot| seen.insert(slot.key)), "{language:?} {layer:?}");
        }
    }
}

#[test]
fn the_languages_tag_chooses_it() {
    for (tag, language) in [("de_DE", Language::German), ("ja", Language::Japanese), ("AR-eg", Language::Arabic)] {
        assert_eq!(Language::of_tag(tag), Some(language));
    }
    for tag in ["", "tlh", "_", "d"] {
        assert_eq!(Language::of_tag(tag), None);
    }
}

fn overlap(one: Area, other: Area) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

proptest! {
    #[test]
    fn every_key_can_be_read(red: u8, green: u8, blue: u8, accent: [u8; 3]) {
        let mut brand = config::parse("").expect("the defaults").brand;
        brand.background = Color { red, green, blue };
        brand.accent = Color { red: accent[0], green: accent[1], blue: accent[2] };
        let paint = Paint::of(&brand);
        for (ground, ink) in [paint.key, paint.other, paint.accent, paint.down] {
            prop_assert!(ground.contrast_ratio(ink) >= 4.5);
        }
    }
}
