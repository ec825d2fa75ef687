//! When it comes and goes.

use super::{
    Effect, Field, For, Hand, Input, Key, Keyboard, Language, Layer, Purpose,
    rig::{ONE, Rig, TEXT},
};

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
fn a_new_visit_knows_nothing_of_the_last() {
    let mut rig = Rig::up();
    rig.key(Key::Language(Language::Arabic));
    rig.key(Key::Layer(Layer::Symbols));
    let next = Keyboard::new(For::Fingers, Language::English);
    assert_ne!(rig.keyboard.face(), next.face());
    assert_eq!(next.language(), Language::English);
    assert!(!next.is_shown());
}
