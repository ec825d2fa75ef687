//! One person's desktop in virtual time.

use std::time::Duration;

use super::{
    Effect, Input, Note, Settings, WindowAct,
    rig::{Rig, settings, status},
    tests::pass_alive,
};
use crate::{
    event::Field,
    receipt::Owed,
    wire::{Report, Scene},
};

const SECOND: Duration = Duration::from_secs(1);

fn own() -> Settings {
    Settings { shared: false, idle: None, longest: None, ..settings() }
}

/// A conversation runs; what came out so far is forgotten.
fn talking() -> Rig {
    let mut rig = Rig::in_service(own());
    rig.input(Input::Attended(true));
    rig.input(Input::TrayHost(true));
    rig.report(Report::Status(status("Active", "Waiting", "", "s1")));
    rig.effects.clear();
    rig
}

fn says(rig: &mut Rig, role: &str) {
    rig.report(Report::Message { role: Field::Text(role.to_owned()) });
}

/// Unread, as the tray was told last.
fn unread(rig: &Rig) -> Option<u32> {
    rig.effects.iter().rev().find_map(|effect| match effect {
        Effect::Tray { unread, .. } => Some(*unread),
        _ => None,
    })
}

fn told(rig: &Rig) -> Vec<u32> {
    let told = rig.effects.iter().filter_map(|effect| match effect {
        Effect::NotifyMessages { unread } => Some(*unread),
        _ => None,
    });
    told.collect()
}

fn acts(rig: &Rig) -> Vec<WindowAct> {
    let acts = rig.effects.iter().filter_map(|effect| match effect {
        Effect::Window(act) => Some(*act),
        _ => None,
    });
    acts.collect()
}

#[test]
fn what_is_seen_is_not_counted_and_what_is_not_is_told() {
    let mut rig = talking();
    says(&mut rig, "Agent");
    assert_eq!((unread(&rig), told(&rig)), (None, vec![]));
    rig.input(Input::Attended(false));
    says(&mut rig, "Agent");
    assert_eq!((unread(&rig), told(&rig)), (Some(1), vec![1]));
    // Close together: counted, and not a second disturbance.
    says(&mut rig, "Chatbot");
    assert_eq!((unread(&rig), told(&rig)), (Some(2), vec![1]));
    pass_alive(&mut rig, 6 * SECOND);
    says(&mut rig, "Supervisor");
    assert_eq!((unread(&rig), told(&rig)), (Some(3), vec![1, 3]));
    rig.input(Input::Attended(true));
    assert_eq!(unread(&rig), Some(0));
    assert!(rig.effects.contains(&Effect::MessagesSeen));
}

#[test]
fn ones_own_words_and_the_systems_are_no_answers() {
    let mut rig = talking();
    rig.input(Input::Attended(false));
    for role in ["EndUser", "System", "Router", "agent", "New"] {
        says(&mut rig, role);
    }
    rig.report(Report::Message { role: Field::Missing });
    rig.report(Report::Message { role: Field::Wrong });
    assert_eq!((unread(&rig), told(&rig)), (None, vec![]));
}

#[test]
fn do_not_disturb_counts_and_says_nothing() {
    let mut rig = talking();
    rig.input(Input::Attended(false));
    rig.input(Input::Quiet(true));
    says(&mut rig, "Agent");
    assert_eq!((unread(&rig), told(&rig)), (Some(1), vec![]));
    rig.input(Input::Quiet(false));
    says(&mut rig, "Agent");
    assert_eq!(told(&rig), [2]);
}

#[test]
fn do_not_disturb_keeps_the_end_quiet_too() {
    for quiet in [false, true] {
        let mut rig = talking();
        rig.input(Input::Quiet(quiet));
        rig.agent_ends("s1");
        assert_eq!(rig.notices().len(), 1, "the notice is in the window");
        assert_eq!(rig.effects.iter().any(|effect| matches!(effect, Effect::Notify(_))), !quiet);
    }
}

#[test]
fn closing_leaves_the_conversation_in_the_tray() {
    let mut rig = talking();
    rig.input(Input::CloseWindow);
    assert_eq!(acts(&rig), [WindowAct::Hide]);
    says(&mut rig, "Agent");
    assert_eq!((unread(&rig), told(&rig), rig.visit()), (Some(1), vec![1], 1));
    rig.input(Input::Open);
    rig.input(Input::Attended(true));
    assert_eq!((acts(&rig), unread(&rig)), (vec![WindowAct::Hide, WindowAct::Present], Some(0)));
    assert!(rig.clears().is_empty());
}

#[test]
fn without_a_tray_a_conversation_is_put_aside_and_nothing_is_ended() {
    let mut rig = talking();
    rig.input(Input::TrayHost(false));
    rig.input(Input::CloseWindow);
    assert_eq!(acts(&rig), [WindowAct::Minimise]);
    // Nobody talks: there is nothing to lose.
    let mut rig = Rig::in_service(own());
    rig.input(Input::CloseWindow);
    assert_eq!(acts(&rig), [WindowAct::Quit]);
    let mut rig = Rig::in_service(Settings { close_to_tray: false, ..own() });
    rig.input(Input::TrayHost(true));
    rig.input(Input::CloseWindow);
    assert_eq!(acts(&rig), [WindowAct::Quit]);
}

#[test]
fn a_tray_that_goes_away_gives_the_window_back() {
    let mut rig = talking();
    rig.input(Input::CloseWindow);
    rig.input(Input::TrayHost(false));
    assert_eq!(acts(&rig), [WindowAct::Hide, WindowAct::Present]);
}

#[test]
fn the_notice_waits_for_somebody_to_read_it() {
    let mut rig = talking();
    rig.input(Input::CloseWindow);
    rig.agent_ends("s1");
    pass_alive(&mut rig, 3600 * SECOND);
    assert!(rig.clears().is_empty(), "nobody has read it");
    assert_eq!(runs(&rig), [false]);
    rig.input(Input::Open);
    rig.input(Input::Attended(true));
    assert_eq!(runs(&rig), [false, true]);
    pass_alive(&mut rig, 19 * SECOND);
    assert!(rig.clears().is_empty());
    pass_alive(&mut rig, 2 * SECOND);
    assert_eq!(rig.clears(), [1]);
}

/// For each time that the notice was put up, whether its time ran.
fn runs(rig: &Rig) -> Vec<bool> {
    let runs = |effect: &Effect| match effect {
        Effect::Notice { runs, .. } => Some(*runs),
        _ => None,
    };
    rig.effects.iter().filter_map(runs).collect()
}

#[test]
fn a_new_visit_has_nothing_unread() {
    let mut rig = talking();
    rig.input(Input::Attended(false));
    says(&mut rig, "Agent");
    rig.input(Input::Leave);
    rig.input(Input::Front(crate::wire::FrontAction::Done));
    rig.cleared(1);
    assert_eq!((unread(&rig), rig.visit()), (Some(0), 2));
}

#[test]
fn on_a_shared_machine_nothing_of_this_happens() {
    let mut rig = Rig::in_service(settings());
    rig.effects.clear();
    for input in [Input::Attended(false), Input::TrayHost(true), Input::CloseWindow, Input::Quiet(true)] {
        rig.input(input);
    }
    says(&mut rig, "Agent");
    let use_alone =
        [Effect::Log(Note::Told { visit: 1 }), Effect::KeepOn(true), Effect::Owe(Owed { visit: 1, used: true })];
    assert_eq!(rig.effects, use_alone, "a message is a use, and no more");
    assert_eq!(rig.scene(), Scene::None);
}
