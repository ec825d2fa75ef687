//! A page that says again and again that a chat has ended: it cannot keep the kiosk resetting.

use std::time::Duration;

use super::{
    Death, Input, Settings,
    rig::{Rig, settings},
    tests::pass_alive,
};
use crate::{
    event::Field,
    wire::{Answer, Cause, Report, Scene, Step, Trouble},
};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_page_cannot_keep_the_kiosk_resetting() {
    let mut rig = Rig::in_service(settings());
    for _ in 0..5 {
        rig.report(Report::Conversation { step: Step::Closed });
        rig.cleared(1);
        rig.come_up();
    }
    rig.report(Report::Conversation { step: Step::Closed });
    rig.cleared(1);
    assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::PageFailed, .. }));
    rig.pass(5 * SECOND);
    rig.come_up();
}

/// The page says that the agent ended the chat; the notice is read to its end, and the next visit comes up.
fn forges_an_end(rig: &mut Rig, number: u32) {
    rig.agent_ends(&format!("forged-{number}"));
    pass_alive(rig, 20 * SECOND);
    rig.cleared(1);
}

#[test]
fn nor_with_a_notice_before_each_reset() {
    let mut rig = Rig::in_service(settings());
    for number in 0..5 {
        forges_an_end(&mut rig, number);
        rig.come_up();
    }
    // "Keep reading" is the page's word too.
    rig.agent_ends("forged-5");
    pass_alive(&mut rig, 19 * SECOND);
    rig.report(Report::Notice { answer: Answer::KeepReading });
    pass_alive(&mut rig, 20 * SECOND);
    rig.cleared(1);
    assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::PageFailed, .. }));
    rig.pass(5 * SECOND);
    rig.come_up();
    assert!(rig.receipts().iter().all(|receipt| receipt.cause == Cause::AgentEnd));
}

#[test]
fn nor_by_a_conversation_and_words_that_it_makes_up() {
    let mut rig = Rig::in_service(settings());
    for number in 0..5 {
        rig.report(Report::Message { role: Field::Text("EndUser".to_owned()) });
        forges_an_end(&mut rig, number);
        rig.come_up();
    }
    rig.report(Report::Message { role: Field::Text("EndUser".to_owned()) });
    forges_an_end(&mut rig, 5);
    assert!(rig.is_out_of_service());
}

#[test]
fn a_visit_that_somebody_touched_or_that_lasted_ends_such_a_row() {
    let ends: [fn(&mut Rig); 2] = [|rig| rig.input(Input::Touched), |rig| pass_alive(rig, 10 * SECOND)];
    for end in ends {
        // Without the welcome, which would come up meanwhile.
        let mut rig = Rig::in_service(Settings { idle: None, ..settings() });
        for number in 0..14 {
            if number % 5 == 4 {
                end(&mut rig);
            }
            forges_an_end(&mut rig, number);
            rig.come_up();
        }
        // And one that ended otherwise neither counts nor ends it: four so far.
        let visit = rig.visit();
        rig.input(Input::Died { visit, death: Death::Crashed });
        rig.come_up();
        forges_an_end(&mut rig, 14);
        rig.come_up();
        forges_an_end(&mut rig, 15);
        assert!(rig.is_out_of_service());
    }
}

#[test]
fn a_person_in_a_hurry_is_not_taken_for_such_a_page() {
    let mut rig = Rig::in_service(settings());
    for _ in 0..20 {
        rig.input(Input::Touched);
        rig.report(Report::Conversation { step: Step::Closed });
        rig.cleared(1);
        rig.come_up();
    }
}
