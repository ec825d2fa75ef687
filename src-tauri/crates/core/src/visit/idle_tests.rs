//! Nobody touches it: who is asked whether they are still there, after how long, and what an answer does.

use std::time::Duration;

use super::{
    Input, Settings,
    rig::{Rig, settings, status},
    tests::pass_alive,
};
use crate::{
    event::Field,
    wire::{Asking, Cause, Report, Scene},
};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_visitor_who_left_is_asked_and_then_cleared_away() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    pass_alive(&mut rig, 60 * SECOND);
    assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::Idle });
    pass_alive(&mut rig, 30 * SECOND);
    assert_eq!(rig.clears(), [1]);
    rig.cleared(1);
    rig.come_up();
    assert_eq!(rig.receipts()[0].cause, Cause::Idle);
}

#[test]
fn one_touch_continues_twenty_times() {
    let mut rig = Rig::in_service(Settings { longest: None, ..settings() });
    rig.input(Input::Touched);
    for _ in 0..20 {
        pass_alive(&mut rig, 85 * SECOND);
        assert!(matches!(rig.scene(), Scene::StillThere { .. }));
        rig.input(Input::Touched);
        assert_eq!(rig.scene(), Scene::None);
    }
    assert_eq!(rig.visit(), 1);
}

#[test]
fn waiting_in_the_queue_is_not_idleness_up_to_a_cap() {
    let mut rig = Rig::in_service(Settings { longest: None, ..settings() });
    rig.input(Input::Touched);
    rig.report(Report::Status(status("Waiting", "New", "", "s1")));
    pass_alive(&mut rig, 14 * 60 * SECOND);
    assert_eq!(rig.scene(), Scene::None);
    pass_alive(&mut rig, 2 * 60 * SECOND);
    assert!(!rig.is_in_service() || matches!(rig.scene(), Scene::StillThere { .. }));
}

#[test]
fn waiting_for_a_reply_is_not_idleness_up_to_a_cap_and_the_reply_is_for_somebody() {
    let message = |role: &str| Report::Message { role: Field::Text(role.to_owned()) };
    for answer in ["Agent", "Supervisor", "Chatbot"] {
        let mut rig = Rig::in_service(Settings { longest: None, ..settings() });
        rig.input(Input::Touched);
        rig.report(Report::Status(status("Active", "Waiting", "", "s1")));
        rig.report(message("EndUser"));
        // Nobody's answer.
        rig.report(message("System"));
        pass_alive(&mut rig, 899 * SECOND);
        assert_eq!(rig.scene(), Scene::None, "{answer}");
        rig.report(message(answer));
        pass_alive(&mut rig, 180 * SECOND);
        assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::Idle }, "{answer}");

        rig.input(Input::Touched);
        rig.report(message("EndUser"));
        pass_alive(&mut rig, 900 * SECOND);
        assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::Idle }, "the cap");
    }
}

#[test]
fn a_long_visit_is_asked_about() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    for _ in 0..30 {
        pass_alive(&mut rig, 59 * SECOND);
        rig.input(Input::Touched);
    }
    pass_alive(&mut rig, 31 * SECOND);
    assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::TooLong });
    pass_alive(&mut rig, 30 * SECOND);
    assert_eq!(rig.clears(), [1]);
}

#[test]
fn an_end_while_still_there_is_asked_shows_the_notice() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    pass_alive(&mut rig, 61 * SECOND);
    rig.agent_ends("s1");
    assert_eq!(rig.scene(), Scene::None);
    assert_eq!(rig.notices().len(), 1);
}
