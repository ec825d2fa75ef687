//! What fingers on the keys write.

use super::{
    Field, Input, Key, Language, Layer, Purpose,
    rig::{ONE, Rig, TEXT, TWO},
};

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
    let mut last = None;
    for (letter, finger) in "hello".chars().zip([ONE, TWO].into_iter().cycle()) {
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
