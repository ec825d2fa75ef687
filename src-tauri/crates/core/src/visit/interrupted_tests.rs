//! A program that ends in the middle of a visit still owes its receipt.

use super::{
    Effect, Input, Note,
    rig::{Rig, settings},
};
use crate::{
    receipt::{Clear, End, Owed},
    wire::{Cause, Scene},
};

#[test]
fn a_visit_that_was_interrupted_has_its_receipt_once_the_next_is_fresh() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Interrupted(Owed { visit: 12, used: true }));
    rig.input(Input::Start { seed: 7 });
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::Interrupted) });
    assert!(rig.receipts().is_empty());
    rig.come_up();
    let receipt = rig.receipts()[0];
    assert_eq!((receipt.visit, receipt.cause, receipt.used), (12, Cause::Interrupted, true));
    assert_eq!((receipt.clear, receipt.end, receipt.next), (Clear::NotPossible, End::Fresh, Some(1)));
    assert_eq!(receipt.records, Some(0));
    // Later it says nothing: the visit that is on is another.
    rig.input(Input::Interrupted(Owed { visit: 11, used: true }));
    rig.agent_ends("s");
    assert_eq!(rig.receipts().len(), 1);
}

#[test]
fn a_receipt_is_owed_from_fresh_on_and_again_once_somebody_is_there() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Touched);
    let owed = |effect: &Effect| if let Effect::Owe(owed) = effect { Some(*owed) } else { None };
    let owed: Vec<Owed> = rig.effects.iter().filter_map(owed).collect();
    assert_eq!(owed, [Owed { visit: 1, used: false }, Owed { visit: 1, used: true }]);
    let place = |wanted: fn(&Effect) -> bool| rig.effects.iter().position(wanted);
    assert!(
        place(|effect| matches!(effect, Effect::Owe(_)))
            < place(|effect| matches!(effect, Effect::Log(Note::Fresh { .. })))
    );
}
