//! Staff at the screen, in every phase.

use std::time::Duration;

use super::{
    Closed, Death, Effect, Exit, Input, Note, Pin, Staff,
    rig::{Rig, settings},
    tests::pass_alive,
};
use crate::{
    receipt,
    wire::{Cause, FrontAction, PadSaid, Scene, StaffAct, StaffView, Step, Trouble},
};

const MINUTE: Duration = Duration::from_secs(60);

fn pad(said: Option<PadSaid>, locked_seconds: Option<u32>) -> Scene {
    Scene::Staff { view: StaffView::Pad { said, locked_seconds } }
}

fn menu() -> Scene {
    Scene::Staff { view: StaffView::Menu { closed: false, reading: false, mistake: None } }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A visit in service that somebody uses.
fn used() -> Rig {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig
}

fn act(rig: &mut Rig, act: StaffAct) {
    rig.input(Input::StaffAct(act));
}

#[test]
fn cancel_returns_to_the_same_visit() {
    let mut rig = used();
    rig.input(Input::Knock { locked: None });
    assert_eq!(rig.shown(), pad(None, None), "the chat is covered");
    act(&mut rig, StaffAct::Cancel);
    assert_eq!((rig.shown(), rig.visit()), (Scene::None, 1));
    assert!(rig.receipts().is_empty());
}

#[test]
fn without_the_right_pin_nothing_can_be_done() {
    let mut rig = used();
    let acts = || {
        [StaffAct::Fresh, StaffAct::OutOfService { note: None }, StaffAct::InService, StaffAct::Reload, StaffAct::Leave]
    };
    acts().into_iter().for_each(|one| act(&mut rig, one));
    rig.input(Input::PinTyped);
    rig.input(Input::Pin { check: 0, pin: Pin::Right });
    assert_eq!(rig.shown(), Scene::None);
    rig.input(Input::Knock { locked: None });
    rig.input(Input::Pin { check: 0, pin: Pin::Right });
    rig.input(Input::PinTyped);
    acts().into_iter().for_each(|one| act(&mut rig, one));
    rig.input(Input::Pin { check: 1, pin: Pin::Wrong { locked: None } });
    acts().into_iter().for_each(|one| act(&mut rig, one));
    assert_eq!(rig.shown(), pad(Some(PadSaid::Wrong), None));
    assert_eq!(rig.visit(), 1);
    assert!(rig.effects.iter().all(|effect| !matches!(effect, Effect::CheckConfig | Effect::Remember(_))));
}

#[test]
fn a_late_answer_opens_nothing() {
    let mut rig = used();
    rig.input(Input::Knock { locked: None });
    rig.input(Input::PinTyped);
    act(&mut rig, StaffAct::Cancel);
    rig.input(Input::Knock { locked: None });
    rig.input(Input::Pin { check: 1, pin: Pin::Right });
    assert_eq!(rig.shown(), pad(None, None), "it was somebody else's PIN");
    rig.input(Input::PinTyped);
    rig.input(Input::Pin { check: 1, pin: Pin::Right });
    assert_eq!(rig.shown(), pad(Some(PadSaid::Checking), None));
}

#[test]
fn wrong_pins_lock_the_pad_until_the_time_is_over() {
    let mut rig = used();
    rig.input(Input::Knock { locked: None });
    rig.input(Input::PinTyped);
    rig.input(Input::Pin { check: 1, pin: Pin::Wrong { locked: Some(seconds(30)) } });
    assert_eq!(rig.shown(), pad(Some(PadSaid::Wrong), Some(30)));
    rig.input(Input::PinTyped);
    let checks = rig.effects.iter().filter(|effect| matches!(effect, Effect::CheckPin { .. })).count();
    assert_eq!(checks, 1, "while it is locked none is looked at");
    rig.pass(seconds(30));
    assert_eq!(rig.shown(), pad(None, None));
    act(&mut rig, StaffAct::Cancel);
    // And one that was locked before the scene came up.
    rig.input(Input::Knock { locked: Some(seconds(20)) });
    assert_eq!(rig.shown(), pad(None, Some(20)));
}

#[test]
fn untouched_the_scene_closes_by_itself() {
    let mut rig = used();
    rig.staff_comes_in();
    assert_eq!(rig.shown(), menu());
    pass_alive(&mut rig, seconds(50));
    rig.input(Input::Hand);
    pass_alive(&mut rig, seconds(50));
    assert!(matches!(rig.shown(), Scene::Staff { .. }));
    pass_alive(&mut rig, seconds(10));
    assert!(!matches!(rig.shown(), Scene::Staff { .. }));
    // Whoever comes next needs the PIN again.
    rig.input(Input::Knock { locked: None });
    act(&mut rig, StaffAct::Leave);
    assert_eq!(rig.shown(), pad(None, None));
}

#[test]
fn a_visitor_who_left_is_cleared_away_below_the_staff_scene() {
    let mut rig = used();
    rig.staff_comes_in();
    for time in [40, 40, 11] {
        pass_alive(&mut rig, seconds(time));
        rig.input(Input::Hand);
    }
    assert!(matches!(rig.shown(), Scene::Staff { .. }), "staff's hands count for staff");
    assert_eq!(rig.clears(), [1], "and not for the visitor");
    rig.cleared(1);
    rig.come_up();
    assert!(matches!(rig.shown(), Scene::Staff { .. }), "the fresh visit waits below");
    act(&mut rig, StaffAct::Cancel);
    assert_eq!((rig.shown(), rig.visit()), (Scene::None, 2));
}

#[test]
fn a_question_that_was_up_goes_on_with_what_is_left_of_its_time() {
    let mut rig = used();
    pass_alive(&mut rig, MINUTE);
    assert!(matches!(rig.shown(), Scene::StillThere { seconds: 30, .. }));
    rig.input(Input::Knock { locked: None });
    rig.input(Input::Front(FrontAction::Continue));
    rig.input(Input::Touched);
    pass_alive(&mut rig, seconds(12));
    act(&mut rig, StaffAct::Cancel);
    assert!(matches!(rig.shown(), Scene::StillThere { seconds: 18, .. }), "{:?}", rig.shown());
}

#[test]
fn a_notice_runs_on_below() {
    let mut rig = used();
    rig.input(Input::Knock { locked: None });
    rig.agent_ends("s1");
    assert_eq!(rig.notices().len(), 1);
    assert!(matches!(rig.shown(), Scene::Staff { .. }));
    pass_alive(&mut rig, seconds(20));
    assert_eq!(rig.clears(), [1]);
    act(&mut rig, StaffAct::Cancel);
    assert_eq!(rig.shown(), Scene::OneMoment { cause: Some(Cause::AgentEnd) });
}

#[test]
fn the_chat_may_die_and_come_back_below() {
    let mut rig = used();
    rig.staff_comes_in();
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    rig.come_up();
    assert_eq!(rig.shown(), menu());
    act(&mut rig, StaffAct::Cancel);
    assert_eq!((rig.shown(), rig.visit()), (Scene::None, 2));
}

#[test]
fn a_fresh_visit_now() {
    let mut rig = used();
    rig.staff_comes_in();
    act(&mut rig, StaffAct::Fresh);
    assert_eq!(rig.shown(), Scene::OneMoment { cause: Some(Cause::Staff) });
    rig.cleared(1);
    rig.come_up();
    assert_eq!(rig.receipts()[0].cause, Cause::Staff);
    assert_eq!(rig.receipts()[0].clear, receipt::Clear::Confirmed);
}

#[test]
fn out_of_service_with_a_note_until_staff_puts_it_back() {
    let mut rig = used();
    rig.staff_comes_in();
    act(&mut rig, StaffAct::OutOfService { note: Some("  back\nat\u{7} two ".into()) });
    let note = Some("back at two".to_owned());
    let closed = |note| Scene::OutOfService { reason: Trouble::Staff, retry_seconds: None, note };
    assert_eq!(rig.shown(), closed(note.clone()));
    assert!(rig.effects.contains(&Effect::Remember(Some(Closed { note }))));
    rig.input(Input::NetworkBack);
    rig.input(Input::Reload);
    rig.pass(MINUTE * 600);
    assert!(rig.is_out_of_service());
    rig.staff_comes_in();
    assert!(matches!(rig.shown(), Scene::Staff { view: StaffView::Menu { closed: true, .. } }));
    // Other words, and none.
    act(&mut rig, StaffAct::OutOfService { note: Some(" \n".into()) });
    assert_eq!(rig.shown(), closed(None));
    rig.staff_comes_in();
    act(&mut rig, StaffAct::InService);
    assert_eq!(rig.shown(), Scene::OneMoment { cause: None });
    assert_eq!(rig.effects.iter().filter(|effect| **effect == Effect::Remember(None)).count(), 1);
    rig.come_up();
    assert_eq!(rig.receipts().len(), 1);
}

#[test]
fn a_fresh_visit_is_refused_while_staff_has_closed_the_kiosk() {
    let mut rig = used();
    rig.input(Input::Staff(Staff::OutOfService(None)));
    rig.effects.clear();
    rig.input(Input::Staff(Staff::Fresh));
    assert!(rig.is_out_of_service());
    assert_eq!(rig.effects, [Effect::Log(Note::StaffRefused { reason: "closed" })], "and it stays remembered");
    // Nor from the menu, whose button for it is not even there.
    rig.staff_comes_in();
    act(&mut rig, StaffAct::Fresh);
    assert!(rig.is_out_of_service());
    assert!(matches!(rig.shown(), Scene::OutOfService { reason: Trouble::Staff, .. }));
    assert!(!rig.effects.contains(&Effect::Remember(None)));
    rig.input(Input::Staff(Staff::InService));
    rig.come_up();
    assert_eq!(rig.visit(), 2);
}

#[test]
fn a_kiosk_that_is_out_of_service_by_itself_tries_again_when_staff_wants_a_fresh_visit() {
    let mut rig = used();
    rig.input(Input::NetworkLost);
    rig.input(Input::Staff(Staff::Fresh));
    rig.come_up();
    assert_eq!(rig.visit(), 2);
}

#[test]
fn a_kiosk_that_was_closed_before_it_started_begins_no_visit() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Staff(Staff::OutOfService(Some("back at two".into()))));
    rig.input(Input::Start { seed: 1 });
    assert!(rig.is_out_of_service());
    assert_eq!((rig.visit(), rig.receipts().len()), (0, 0));
    rig.staff_comes_in();
    act(&mut rig, StaffAct::InService);
    rig.come_up();
    assert_eq!(rig.visit(), 1);
}

#[test]
fn a_configuration_with_a_mistake_changes_nothing() {
    let mut rig = used();
    rig.staff_comes_in();
    act(&mut rig, StaffAct::Reload);
    act(&mut rig, StaffAct::Leave);
    assert_eq!(rig.effects.last(), Some(&Effect::Show(reading())), "one thing at a time");
    rig.input(Input::ConfigChecked(Err("line 2: no".into())));
    let told = StaffView::Menu { closed: false, reading: false, mistake: Some("line 2: no".into()) };
    assert_eq!(rig.shown(), Scene::Staff { view: told });
    act(&mut rig, StaffAct::Cancel);
    assert_eq!((rig.shown(), rig.visit()), (Scene::None, 1));
    // An answer that nobody waits for any more.
    rig.input(Input::ConfigChecked(Ok(())));
    assert!(rig.is_in_service());
}

fn reading() -> Scene {
    Scene::Staff { view: StaffView::Menu { closed: false, reading: true, mistake: None } }
}

#[test]
fn a_good_configuration_starts_the_program_anew_after_the_receipt() {
    let mut rig = used();
    rig.staff_comes_in();
    act(&mut rig, StaffAct::Reload);
    rig.input(Input::ConfigChecked(Ok(())));
    ends_with(&rig, Exit::Restart);
}

#[test]
fn leaving_writes_the_receipt_first() {
    let mut rig = used();
    rig.staff_comes_in();
    act(&mut rig, StaffAct::Leave);
    ends_with(&rig, Exit::Leave);
    rig.input(Input::Stop);
    rig.input(Input::Knock { locked: None });
    assert_eq!(rig.receipts().len(), 1, "a stop that follows finds nothing to do");
}

fn ends_with(rig: &Rig, exit: Exit) {
    let at = |wanted: &dyn Fn(&Effect) -> bool| rig.effects.iter().position(wanted).expect("it came");
    assert!(
        at(&|effect| matches!(effect, Effect::Receipt(receipt) if receipt.cause == Cause::Stopped))
            < at(&|effect| *effect == Effect::Exit(exit))
    );
    assert_eq!(rig.machine.poll_timeout(), None);
}

#[test]
fn staff_can_come_in_while_nothing_works() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Knock { locked: None });
    assert_eq!(rig.shown(), Scene::None, "before the start there is no screen");
    rig.input(Input::Start { seed: 1 });
    rig.staff_comes_in();
    rig.input(Input::LoadFailed { visit: 1, trouble: Trouble::Network });
    rig.input(Input::Listed { visit: 1, records: 0 });
    rig.input(Input::LoadFailed { visit: 1, trouble: Trouble::Network });
    assert_eq!(rig.shown(), menu());
    act(&mut rig, StaffAct::Cancel);
    assert!(matches!(rig.shown(), Scene::OutOfService { reason: Trouble::Network, .. }));
    assert!(rig.effects.contains(&Effect::Log(Note::StaffClosed { why: "cancel" })));
    // The visitor's own words below change nothing of it.
    rig.report(crate::wire::Report::Conversation { step: Step::Closed });
}

#[test]
fn a_pin_that_was_taken_away_closes_the_pad() {
    let mut rig = used();
    rig.input(Input::Knock { locked: None });
    rig.input(Input::PinTyped);
    rig.input(Input::Pin { check: 1, pin: Pin::Gone });
    assert_eq!(rig.shown(), Scene::None);
}
