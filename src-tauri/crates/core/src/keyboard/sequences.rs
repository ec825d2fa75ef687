//! Random sequences: whatever is pressed in whatever order, the keyboard types only what it may and comes to rest.

use proptest::prelude::*;

use super::{
    Effect, Field, Finger, For, Hand, Input, Key, Language, face,
    rig::{LAYERS, PURPOSES, Rig},
};

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
            rig.editable = match wait % 3 {
                0 => None,
                rest => Some(rest == 1),
            };
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
}
