#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::config::{self, Color};

const TEXT: Field = Field { purpose: Purpose::Text, inhibited: false };

/// The screens that kiosks have, from the smallest to 4K upright.
const SCREENS: [(i32, i32); 8] =
    [(1024, 600), (800, 600), (1024, 768), (1280, 800), (1366, 768), (1920, 1080), (1080, 1920), (2160, 3840)];

const PURPOSES: [Purpose; 7] =
    [Purpose::Text, Purpose::Digits, Purpose::Number, Purpose::Phone, Purpose::Url, Purpose::Email, Purpose::Password];

const LAYERS: [Layer; 3] = [Layer::Letters, Layer::Symbols, Layer::Languages];

const ONE: Finger = Finger(1);
const TWO: Finger = Finger(2);

/// A keyboard, a clock, and what became of it.
struct Rig {
    keyboard: Keyboard,
    now: Duration,
    text: String,
    effects: Vec<Effect>,
    /// What the engine answers; `None`: nothing.
    editable: Option<bool>,
}

impl Rig {
    fn new(whom: For) -> Self {
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
    fn up() -> Self {
        let mut rig = Self::new(For::Fingers);
        rig.touch(Hand::Finger);
        rig.input(Input::Focus(TEXT));
        rig.wait(1000);
        assert!(rig.keyboard.is_shown());
        rig
    }

    fn input(&mut self, input: Input) {
        self.keyboard.handle(self.now, input);
        self.drain();
    }

    fn touch(&mut self, hand: Hand) {
        self.input(Input::Press(hand));
        self.input(Input::Release);
    }

    fn wait(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while let Some(at) = self.keyboard.poll_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.keyboard.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn key(&mut self, key: Key) {
        self.key_by(ONE, key);
    }

    fn key_by(&mut self, finger: Finger, key: Key) {
        self.input(Input::Down(finger, key));
        self.input(Input::Lift(finger));
    }

    fn type_text(&mut self, text: &str) {
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

#[test]
fn a_finger_on_a_field_brings_it_up_and_the_fields_end_takes_it_away() {
    let mut rig = Rig::new(For::Fingers);
    rig.input(Input::Press(Hand::Finger));
    rig.input(Input::Focus(TEXT));
    // The finger is still at work.
    rig.wait(1000);
    assert!(!rig.keyboard.is_shown());
    rig.input(Input::Release);
    rig.wait(1000);
    assert!(rig.keyboard.is_shown());
    rig.input(Input::Blur);
    rig.wait(1000);
    assert!(!rig.keyboard.is_shown());
    assert_eq!(rig.effects, [Effect::Show, Effect::Hide]);
}

#[test]
fn to_the_next_field_it_stays() {
    let mut rig = Rig::up();
    rig.effects.clear();
    rig.input(Input::Blur);
    rig.input(Input::Focus(Field { purpose: Purpose::Email, inhibited: false }));
    rig.wait(1000);
    assert!(rig.keyboard.is_shown());
    assert_eq!(rig.effects, [Effect::Redraw]);
}

#[test]
fn a_mouse_brings_it_up_only_where_it_may() {
    for (whom, shown) in [(For::Fingers, false), (For::AnyHand, true)] {
        let mut rig = Rig::new(whom);
        rig.touch(Hand::Mouse);
        rig.input(Input::Focus(TEXT));
        rig.wait(1000);
        assert_eq!(rig.keyboard.is_shown(), shown);
    }
}

#[test]
fn a_page_alone_cannot_bring_it_up() {
    let mut rig = Rig::new(For::AnyHand);
    rig.input(Input::Focus(TEXT));
    rig.wait(10_000);
    rig.input(Input::Blur);
    rig.input(Input::Focus(TEXT));
    rig.wait(10_000);
    assert!(!rig.keyboard.is_shown());
    // Nor long after a touch.
    rig.input(Input::Blur);
    rig.touch(Hand::Finger);
    rig.wait(20_000);
    rig.input(Input::Focus(TEXT));
    rig.wait(10_000);
    assert!(!rig.keyboard.is_shown());
    // A touch on the field that has the focus does.
    rig.touch(Hand::Finger);
    rig.wait(1000);
    assert!(rig.keyboard.is_shown());
}

#[test]
fn a_field_that_wants_none_gets_none() {
    let mut rig = Rig::new(For::Fingers);
    rig.touch(Hand::Finger);
    rig.input(Input::Focus(Field { inhibited: true, ..TEXT }));
    rig.wait(10_000);
    assert!(!rig.keyboard.is_shown());
}

#[test]
fn a_field_of_which_the_engine_does_not_tell_is_found_by_asking() {
    let mut rig = Rig::new(For::Fingers);
    // The page gives the focus to a frame's field and then to the frame itself: for the engine that is the end of it.
    rig.touch(Hand::Finger);
    rig.editable = Some(true);
    rig.input(Input::Focus(Field { purpose: Purpose::Email, inhibited: false }));
    rig.input(Input::Blur);
    rig.wait(1000);
    assert!(rig.keyboard.is_shown());
    assert!(rig.keyboard.face().concat().iter().any(|slot| slot.key == Key::Char('@')), "it is the same field");
    rig.wait(20_000);
    assert!(rig.keyboard.is_shown());
    rig.editable = Some(false);
    rig.wait(2_000);
    assert!(!rig.keyboard.is_shown());
    // A touch on a field that had the focus all the while, and an engine that is slow.
    rig.editable = None;
    rig.touch(Hand::Finger);
    rig.wait(600);
    rig.editable = Some(true);
    rig.wait(1_000);
    assert!(rig.keyboard.is_shown());
    // No hand: it is not even asked.
    let mut rig = Rig::new(For::Fingers);
    rig.editable = Some(true);
    rig.touch(Hand::Mouse);
    rig.wait(20_000);
    assert!(!rig.keyboard.is_shown());
}

#[test]
fn a_real_key_takes_it_away_until_the_next_touch() {
    let mut rig = Rig::up();
    rig.input(Input::RealKey);
    assert!(!rig.keyboard.is_shown());
    rig.input(Input::Focus(TEXT));
    rig.wait(1000);
    assert!(!rig.keyboard.is_shown());
    rig.touch(Hand::Finger);
    rig.wait(1000);
    assert!(rig.keyboard.is_shown());
}

#[test]
fn under_the_notice_it_goes_at_once_and_types_nothing() {
    let mut rig = Rig::up();
    rig.input(Input::Down(ONE, Key::Backspace));
    rig.input(Input::Barred(true));
    assert_eq!(rig.effects.last(), Some(&Effect::Hide));
    let before = rig.effects.len();
    rig.type_text("abc");
    rig.key(Key::Enter);
    rig.touch(Hand::Finger);
    rig.input(Input::Focus(TEXT));
    rig.wait(10_000);
    assert_eq!(rig.effects.len(), before, "{:?}", rig.effects);
}

#[test]
fn the_second_touch_of_two_hits_no_key() {
    let mut rig = Rig::new(For::Fingers);
    rig.touch(Hand::Finger);
    rig.input(Input::Focus(TEXT));
    rig.wait(200);
    assert!(rig.keyboard.is_shown());
    rig.key(Key::Space);
    assert_eq!(rig.text, "");
    // Nor does it when it is lifted later.
    rig.input(Input::Down(ONE, Key::Layer(Layer::Symbols)));
    rig.wait(200);
    let face = rig.keyboard.face();
    rig.input(Input::Lift(ONE));
    assert_eq!(rig.keyboard.face(), face);
    rig.wait(500);
    rig.key(Key::Space);
    assert_eq!(rig.text, " ");
}

#[test]
fn keys_write_once_however_they_are_pressed() {
    let mut rig = Rig::up();
    rig.key(Key::Char('h'));
    rig.input(Input::Down(ONE, Key::Char('i')));
    rig.input(Input::Slip(ONE));
    // Slid away from a key that waits for the lift: nothing.
    let face = rig.keyboard.face();
    rig.input(Input::Down(ONE, Key::Layer(Layer::Symbols)));
    rig.input(Input::Slip(ONE));
    assert_eq!(rig.keyboard.face(), face);
    // A screen reader's press: nothing but a click.
    rig.input(Input::Click(Key::Char('!')));
    rig.key(Key::Word(".com"));
    rig.key(Key::Enter);
    assert_eq!(rig.text, "hi!.com\n");
}

#[test]
fn shift_is_for_one_letter_or_stays() {
    let mut rig = Rig::up();
    rig.key(Key::Shift);
    assert!(rig.keyboard.face()[1].iter().any(|slot| slot.key == Key::Char('Q')));
    rig.key(Key::Char('Q'));
    assert!(!rig.keyboard.is_shifted());
    rig.key(Key::Shift);
    rig.key(Key::Shift);
    rig.key(Key::Char('A'));
    assert!(rig.keyboard.is_shifted());
    rig.key(Key::Shift);
    assert!(!rig.keyboard.is_shifted());
    assert_eq!(rig.text, "QA");
}

#[test]
fn backspace_repeats_while_it_is_held() {
    let mut rig = Rig::up();
    rig.type_text("abcdefghij");
    rig.input(Input::Down(ONE, Key::Backspace));
    assert_eq!(rig.text, "abcdefghi");
    rig.wait(400);
    assert_eq!(rig.text, "abcdefghi");
    rig.wait(300);
    assert!(rig.text.len() < 8, "{}", rig.text);
    rig.input(Input::Lift(ONE));
    let left = rig.text.clone();
    rig.wait(5000);
    assert_eq!(rig.text, left);
}

#[test]
fn two_thumbs_write_what_they_touch() {
    let mut rig = Rig::up();
    // Each comes down before the other is up.
    let mut fingers = [ONE, TWO].into_iter().cycle();
    let mut last = None;
    for letter in "hello".chars() {
        let finger = fingers.next().unwrap();
        rig.input(Input::Down(finger, Key::Char(letter)));
        if let Some(last) = last.replace(finger) {
            rig.input(Input::Lift(last));
        }
    }
    rig.input(Input::Lift(ONE));
    assert_eq!(rig.text, "hello");
    // A key that waits for the lift does not mind the other hand, and what goes down last repeats.
    rig.input(Input::Down(ONE, Key::Backspace));
    rig.input(Input::Down(TWO, Key::Char('p')));
    rig.wait(5000);
    assert_eq!(rig.text, "hellp");
    rig.input(Input::Lift(TWO));
    rig.input(Input::Down(TWO, Key::Layer(Layer::Symbols)));
    rig.input(Input::Lift(ONE));
    let letters = rig.keyboard.face();
    rig.input(Input::Lift(TWO));
    assert_ne!(rig.keyboard.face(), letters);
}

#[test]
fn other_keys_under_a_finger_are_not_what_it_pressed() {
    let mut rig = Rig::up();
    rig.type_text("abc");
    rig.input(Input::Down(ONE, Key::Backspace));
    rig.input(Input::Down(TWO, Key::Layer(Layer::Symbols)));
    rig.input(Input::Lift(TWO));
    let symbols = rig.keyboard.face();
    rig.wait(5000);
    assert_eq!(rig.text, "ab");
    // Of two that would change the keys, the first to be lifted does.
    rig.input(Input::Down(ONE, Key::Layer(Layer::Letters)));
    rig.input(Input::Down(TWO, Key::Layer(Layer::Languages)));
    rig.input(Input::Lift(ONE));
    let letters = rig.keyboard.face();
    rig.input(Input::Lift(TWO));
    assert_eq!(rig.keyboard.face(), letters);
    assert_ne!(letters, symbols);
    // A finger whose end was lost comes down anew.
    rig.input(Input::Down(ONE, Key::Hide));
    rig.key(Key::Char('d'));
    assert!(rig.keyboard.is_shown());
    assert_eq!(rig.text, "abd");
}

#[test]
fn shift_that_is_held_is_for_all_that_is_written_meanwhile() {
    let mut rig = Rig::up();
    rig.input(Input::Down(ONE, Key::Shift));
    for letter in "OK".chars() {
        rig.input(Input::Down(TWO, Key::Char(letter)));
        assert!(rig.keyboard.is_shifted());
        rig.input(Input::Lift(TWO));
    }
    rig.input(Input::Lift(ONE));
    assert!(!rig.keyboard.is_shifted());
    // The focus is away for a moment: what was held is over.
    rig.input(Input::Down(ONE, Key::Shift));
    rig.key_by(TWO, Key::Char('D'));
    rig.input(Input::Blur);
    rig.input(Input::Focus(TEXT));
    rig.input(Input::Lift(ONE));
    assert!(!rig.keyboard.is_shifted());
    // Held for nothing, it is for the next letter as ever; and locked, it stays.
    rig.key(Key::Shift);
    assert!(rig.keyboard.is_shifted());
    rig.input(Input::Down(ONE, Key::Shift));
    rig.input(Input::Down(TWO, Key::Char('A')));
    rig.input(Input::Slip(ONE));
    rig.input(Input::Lift(TWO));
    assert!(rig.keyboard.is_shifted());
    assert_eq!(rig.text, "OKDA");
}

#[test]
fn romaji_becomes_kana_in_text_and_nowhere_else() {
    let mut rig = Rig::up();
    rig.key(Key::Language(Language::Japanese));
    rig.type_text("kyou");
    assert_eq!(rig.text, "きょう");
    rig.type_text("hon");
    assert_eq!(rig.keyboard.waiting(), "n");
    rig.key(Key::Enter);
    assert_eq!(rig.text, "きょうほん", "the first Enter settles");
    rig.key(Key::Enter);
    assert_eq!(rig.text, "きょうほん\n");
    rig.type_text("k");
    rig.key(Key::Backspace);
    rig.type_text("a。");
    assert_eq!(rig.text, "きょうほん\nあ。");
    rig.key(Key::Shift);
    rig.key(Key::Shift);
    rig.type_text("RA");
    assert!(rig.text.ends_with("ラ"));
    // What was begun as katakana ends so, whatever becomes of shift meanwhile.
    for ends in [[Key::Shift, Key::Enter], [Key::Enter, Key::Enter]] {
        rig.input(Input::Focus(Field { purpose: Purpose::Email, inhibited: false }));
        rig.input(Input::Focus(TEXT));
        rig.text.clear();
        rig.input(Input::Down(ONE, Key::Shift));
        for letter in "PAN".chars() {
            rig.key_by(TWO, Key::Char(letter));
        }
        rig.input(Input::Lift(ONE));
        ends.into_iter().for_each(|key| rig.key(key));
        assert!(rig.text.starts_with("パン"), "{}", rig.text);
    }
    rig.input(Input::Focus(Field { purpose: Purpose::Password, inhibited: false }));
    rig.text.clear();
    rig.type_text("ka");
    assert_eq!(rig.text, "ka");
    assert!(rig.keyboard.is_secret());
}

#[test]
fn a_new_visit_knows_nothing_of_the_last() {
    let mut rig = Rig::up();
    rig.key(Key::Language(Language::Arabic));
    rig.key(Key::Layer(Layer::Symbols));
    let next = Keyboard::new(For::Fingers, Language::English);
    assert_ne!(rig.keyboard.face(), next.face());
    assert_eq!(next.language(), Language::English);
    assert!(!next.is_shown());
}

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
            let mut seen = std::collections::HashSet::new();
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

fn any_key() -> impl Strategy<Value = Key> {
    let layers = LAYERS.to_vec();
    let all: Vec<Key> = Language::ALL
        .into_iter()
        .flat_map(move |language| layers.clone().into_iter().map(move |layer| (language, layer)))
        .flat_map(|(language, layer)| {
            PURPOSES.into_iter().flat_map(move |purpose| face(layer, language, purpose, false))
        })
        .flatten()
        .map(|slot| slot.key)
        .collect();
    proptest::sample::select(all)
}

fn any_finger() -> impl Strategy<Value = Finger> {
    (0..3usize).prop_map(Finger)
}

fn any_input() -> impl Strategy<Value = Input> {
    let field = (proptest::sample::select(PURPOSES.to_vec()), any::<bool>())
        .prop_map(|(purpose, inhibited)| Field { purpose, inhibited });
    prop_oneof![
        field.prop_map(Input::Focus),
        Just(Input::Blur),
        Just(Input::Press(Hand::Finger)),
        Just(Input::Press(Hand::Mouse)),
        Just(Input::Release),
        Just(Input::RealKey),
        any::<bool>().prop_map(Input::Barred),
        (any_finger(), any_key()).prop_map(|(finger, key)| Input::Down(finger, key)),
        any_finger().prop_map(Input::Lift),
        any_finger().prop_map(Input::Slip),
        Just(Input::LetGo),
        any_key().prop_map(Input::Click),
    ]
}

proptest! {
    /// Whatever comes, in whatever order: nothing is typed while the page gets no keys or while nothing is shown, what is
    /// shown and hidden alternates, and it comes to rest.
    #[test]
    fn any_order_of_inputs(steps in proptest::collection::vec((any_input(), 0u64..2000), 1..60)) {
        let mut rig = Rig::new(For::Fingers);
        let mut barred = false;
        let mut shown = false;
        for (input, wait) in steps {
            if let Input::Barred(now) = input {
                barred = now;
            }
            rig.effects.clear();
            rig.editable = [None, Some(true), Some(false)][usize::try_from(wait % 3).unwrap()];
            rig.input(input);
            rig.wait(wait);
            for effect in &rig.effects {
                match effect {
                    Effect::Show => {
                        prop_assert!(!shown && !barred);
                        shown = true;
                    }
                    Effect::Hide => {
                        prop_assert!(shown);
                        shown = false;
                    }
                    Effect::Insert(_) | Effect::Backspace | Effect::Enter => prop_assert!(!barred),
                    Effect::Ask | Effect::Redraw => {}
                }
            }
            prop_assert_eq!(shown, rig.keyboard.is_shown());
        }
        rig.input(Input::Release);
        (0..3).for_each(|finger| rig.input(Input::Slip(Finger(finger))));
        rig.wait(60_000);
        // While it is shown the engine is asked now and then.
        prop_assert_eq!(rig.keyboard.poll_timeout().is_some(), rig.keyboard.is_shown());
    }

    #[test]
    fn every_key_can_be_read(red: u8, green: u8, blue: u8, accent: [u8; 3]) {
        let mut brand = config::parse("").unwrap().brand;
        brand.background = Color { red, green, blue };
        brand.accent = Color { red: accent[0], green: accent[1], blue: accent[2] };
        let paint = Paint::of(&brand);
        for (ground, ink) in [paint.key, paint.other, paint.accent, paint.down] {
            prop_assert!(ground.contrast_ratio(ink) >= 4.5);
        }
    }
}
