//! Which kiosk this is, shown above every phase.

use std::time::Duration;

use super::{
    Effect, Input, Note, Settings, Staff,
    rig::{Rig, settings},
    tests::pass_alive,
};
use crate::{
    config,
    wire::{Cause, FrontAction, Scene, StaffAct},
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn shows_it(rig: &Rig) -> bool {
    matches!(rig.shown(), Scene::Identify { .. })
}

#[test]
fn it_says_what_the_configuration_says() {
    let toml = "[brand]\nname = \"Example\"\n[fleet]\nbroker = \"mqtts://b.example\"\nsite = \"berlin\"\nid = \"k1\"\n";
    let mut rig = Rig::in_service(Settings::of(&config::parse(toml).expect("a fleet")));
    rig.input(Input::Identify);
    let (site, id) = (Some("berlin".to_owned()), Some("k1".to_owned()));
    assert_eq!(rig.shown(), Scene::Identify { name: "Example".to_owned(), site, id });
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Identify);
    assert!(matches!(rig.shown(), Scene::Identify { site: None, id: None, .. }));
}

#[test]
fn it_goes_by_itself_and_the_chat_is_where_it_was() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Identify);
    pass_alive(&mut rig, seconds(29));
    assert!(shows_it(&rig));
    rig.input(Input::Identify);
    pass_alive(&mut rig, seconds(29));
    assert!(shows_it(&rig), "asked for again it stays as long as if it had just come");
    pass_alive(&mut rig, seconds(1));
    assert_eq!((rig.shown(), rig.visit(), rig.receipts().len()), (Scene::None, 1, 0));
}

#[test]
fn a_touch_takes_it_away_and_is_no_touch_of_the_visit() {
    for touch in [Input::Touched, Input::Hand, Input::Front(FrontAction::Start), Input::Front(FrontAction::Done)] {
        let mut rig = Rig::in_service(settings());
        pass_alive(&mut rig, seconds(60));
        assert_eq!(rig.shown(), Scene::Welcome);
        rig.input(Input::Identify);
        rig.input(touch);
        assert_eq!(rig.shown(), Scene::Welcome);
        rig.input(Input::Reload);
        assert_eq!(rig.shown(), Scene::OneMoment { cause: Some(Cause::Schedule) }, "nobody has touched the visit");
    }
}

#[test]
fn the_visit_below_goes_on() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Identify);
    rig.input(Input::Staff(Staff::Fresh));
    rig.cleared(1);
    rig.come_up();
    assert!(shows_it(&rig), "the fresh visit waits below");
    rig.input(Input::Hand);
    assert_eq!((rig.shown(), rig.visit()), (Scene::None, 2));
    // And one that goes out of service shows, afterwards, how long it still is until the next try.
    rig.input(Input::Identify);
    rig.input(Input::NetworkLost);
    assert!(shows_it(&rig));
    rig.input(Input::Hand);
    assert!(matches!(rig.shown(), Scene::OutOfService { .. }));
}

#[test]
fn what_a_person_must_answer_comes_first() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    pass_alive(&mut rig, seconds(55));
    rig.input(Input::Identify);
    pass_alive(&mut rig, seconds(5));
    assert!(matches!(rig.shown(), Scene::StillThere { seconds: 30, .. }), "{:?}", rig.shown());
    rig.input(Input::Identify);
    assert!(matches!(rig.shown(), Scene::StillThere { .. }));
    assert!(rig.effects.contains(&Effect::Log(Note::NotIdentified { reason: "question" })));
    rig.input(Input::Front(FrontAction::Continue));
    rig.input(Input::Identify);
    rig.agent_ends("s1");
    assert_eq!((rig.shown(), rig.notices().len()), (Scene::None, 1), "the notice is in the chat, which can be seen");
    rig.input(Input::Identify);
    assert_eq!(rig.shown(), Scene::None);
}

#[test]
fn staff_comes_before_it() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Identify);
    rig.staff_comes_in();
    rig.input(Input::Identify);
    assert!(matches!(rig.shown(), Scene::Staff { .. }));
    rig.input(Input::StaffAct(StaffAct::Cancel));
    assert_eq!(rig.shown(), Scene::None);
}

#[test]
fn a_program_that_ends_shows_nothing_any_more() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Identify);
    rig.input(Input::Stop);
    rig.effects.clear();
    rig.input(Input::Identify);
    rig.pass(seconds(60));
    assert_eq!(rig.effects, [Effect::Log(Note::NotIdentified { reason: "off" })]);
}
