//! The machine in virtual time: one behaviour a test.

use std::time::Duration;

use super::{
    Death, Effect, Input, Staff,
    rig::{Rig, cleared, settings, status},
};
use crate::{
    receipt::{Clear, End},
    wire::{Answer, Ask, Cause, Client, FrontAction, Report, Scene, Settled, Step, Trouble},
};

const SECOND: Duration = Duration::from_secs(1);

/// Time passes while the page answers its heartbeats.
pub(super) fn pass_alive(rig: &mut Rig, time: Duration) {
    let end = rig.now + time;
    while rig.now < end {
        let step = SECOND.min(end - rig.now);
        rig.pass(step);
        if let Some(Effect::Ask { visit, ask: Ask::Ping { beat } }) =
            rig.effects.iter().rfind(|effect| matches!(effect, Effect::Ask { ask: Ask::Ping { .. }, .. })).cloned()
        {
            rig.input(Input::Report { visit, report: Report::Pong { beat } });
        }
    }
}

#[test]
fn an_agents_end_leads_by_way_of_the_notice_to_a_fresh_visit() {
    let mut rig = Rig::in_service(super::Settings { spare: false, ..settings() });
    rig.agent_ends("s1");
    assert_eq!(rig.notices(), [(Cause::AgentEnd, 20, true)]);
    assert!(rig.clears().is_empty(), "nothing is cleared while the person reads");
    pass_alive(&mut rig, 20 * SECOND);
    assert_eq!(rig.clears(), [1]);
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::AgentEnd) });
    rig.cleared(1);
    assert_eq!(rig.visit(), 2);
    rig.come_up();
    let receipts = rig.receipts();
    assert_eq!(receipts.len(), 1);
    assert_eq!(
        (receipts[0].cause, receipts[0].clear, receipts[0].end),
        (Cause::AgentEnd, Clear::Confirmed, End::Fresh)
    );
    assert_eq!((receipts[0].next, receipts[0].records), (Some(2), Some(0)));
}

#[test]
fn start_over_now_does_not_wait() {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.report(Report::Notice { answer: Answer::StartOver });
    assert_eq!(rig.clears(), [1]);
}

#[test]
fn keep_reading_extends_ten_times_and_no_page_extends_it_for_ever() {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    for _ in 0..10 {
        pass_alive(&mut rig, 19 * SECOND);
        assert!(rig.clears().is_empty());
        rig.report(Report::Notice { answer: Answer::KeepReading });
    }
    assert_eq!(rig.notices().last(), Some(&(Cause::AgentEnd, 20, false)), "the last one offers no more");
    pass_alive(&mut rig, 19 * SECOND);
    rig.report(Report::Notice { answer: Answer::KeepReading });
    pass_alive(&mut rig, 2 * SECOND);
    assert_eq!(rig.clears(), [1]);
}

#[test]
fn a_page_that_moves_on_under_the_notice_gets_it_again_with_what_is_left() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Hello);
    assert!(rig.notices().is_empty());
    rig.agent_ends("s1");
    pass_alive(&mut rig, 8 * SECOND);
    rig.report(Report::Hello);
    assert_eq!(rig.notices(), [(Cause::AgentEnd, 20, true), (Cause::AgentEnd, 12, true)]);
    pass_alive(&mut rig, 11 * SECOND);
    rig.report(Report::Hello);
    assert!(rig.clears().is_empty());
    pass_alive(&mut rig, 2 * SECOND);
    assert_eq!(rig.clears(), [1], "it is no way to keep it up");
    rig.report(Report::Hello);
    assert_eq!(rig.notices().len(), 3);
}

#[test]
fn a_notice_of_no_seconds_clears_at_once_and_still_notifies() {
    let mut rig = Rig::in_service(super::Settings { notice: Duration::ZERO, ..settings() });
    rig.agent_ends("s1");
    assert_eq!(rig.clears(), [1]);
    assert!(rig.notices().is_empty());
    assert!(rig.effects.contains(&Effect::Notify(Cause::AgentEnd)));
}

#[test]
fn keys_are_held_from_the_end_to_the_next_fresh_page() {
    let mut rig = Rig::in_service(settings());
    rig.effects.clear();
    rig.agent_ends("s1");
    rig.report(Report::Notice { answer: Answer::StartOver });
    rig.cleared(1);
    rig.come_up();
    let holds: Vec<_> = rig.effects.iter().filter(|effect| matches!(effect, Effect::HoldKeys(_))).collect();
    assert_eq!(holds, [&Effect::HoldKeys(true), &Effect::HoldKeys(false)]);
}

#[test]
fn an_end_that_is_told_again_changes_nothing() {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.agent_ends("s1");
    rig.report(Report::Notice { answer: Answer::StartOver });
    rig.cleared(1);
    rig.come_up();
    rig.agent_ends("s1");
    assert!(rig.is_in_service(), "a late end of the last visit's session is not this visit's");
    assert_eq!(rig.notices().len(), 1);
}

#[test]
fn what_an_earlier_visit_still_says_is_not_heard() {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.report(Report::Notice { answer: Answer::StartOver });
    rig.cleared(1);
    rig.come_up();
    rig.input(Input::Report { visit: 1, report: Report::Status(status("Ended", "Active", "Agent", "s2")) });
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    rig.input(Input::Listed { visit: 1, records: 9 });
    assert!(rig.is_in_service());
    assert_eq!(rig.visit(), 2);
}

#[test]
fn another_end_resets_a_shared_machine_and_leaves_a_desktop_alone() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Status(status("Ended", "Inactive", "Agent", "s1")));
    assert_eq!(rig.notices(), [(Cause::OtherEnd, 20, true)]);

    let mut rig = Rig::in_service(super::Settings { shared: false, ..settings() });
    rig.report(Report::Status(status("Ended", "Inactive", "Agent", "s1")));
    assert!(rig.notices().is_empty());
    assert!(matches!(rig.effects.last(), Some(Effect::Ask { ask: Ask::Release, .. })), "the shield goes");
    rig.agent_ends("s2");
    assert_eq!(rig.notices(), [(Cause::AgentEnd, 20, true)]);
}

#[test]
fn the_visitors_close_needs_no_notice_and_ends_one() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Conversation { step: Step::Closed });
    assert_eq!((rig.clears().len(), rig.notices().len()), (1, 0));

    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.report(Report::Conversation { step: Step::Closed });
    assert_eq!(rig.clears(), [1]);
}

#[test]
fn a_clear_that_fails_is_tried_again_and_then_given_up() {
    for settled in [Settled::Threw, Settled::Rejected, Settled::Absent] {
        let mut rig = Rig::in_service(settings());
        rig.report(Report::Conversation { step: Step::Closed });
        for attempt in 1..=3 {
            rig.report(Report::Cleared(crate::wire::Cleared { settled, ..cleared(attempt) }));
            pass_alive(&mut rig, 2 * SECOND);
        }
        assert_eq!(rig.clears(), [1, 2, 3]);
        assert_eq!(rig.visit(), 2, "the webview goes all the same");
        rig.come_up();
        assert_eq!(rig.receipts()[0].clear, Clear::Unconfirmed);
    }
}

#[test]
fn a_clear_that_never_settles_has_a_deadline() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Conversation { step: Step::Closed });
    pass_alive(&mut rig, 32 * SECOND);
    assert_eq!(rig.clears(), [1, 2, 3]);
    assert_eq!(rig.visit(), 2);
}

#[test]
fn settled_is_not_cleared() {
    let unconfirmed = [
        // No signs of it.
        (crate::wire::Cleared { ready: false, ..cleared(1) }, 3),
        (crate::wire::Cleared { button: false, ..cleared(1) }, 3),
        // v2: the frame did not answer.
        (crate::wire::Cleared { client: Client::V2, took_ms: 5000, ..cleared(1) }, 1),
        // v2: deaf.
        (crate::wire::Cleared { client: Client::V2, deaf: true, took_ms: 5, ..cleared(1) }, 1),
    ];
    for (answer, attempts) in unconfirmed {
        let mut rig = Rig::in_service(settings());
        rig.report(Report::Conversation { step: Step::Closed });
        for attempt in 1..=3 {
            rig.report(Report::Cleared(crate::wire::Cleared { attempt, ..answer }));
            pass_alive(&mut rig, 2 * SECOND);
        }
        rig.come_up();
        let receipt = rig.receipts()[0];
        assert_eq!((receipt.clear, receipt.attempts), (Clear::Unconfirmed, attempts), "{answer:?}");
    }
}

#[test]
fn an_answer_to_a_call_that_was_given_up_is_not_the_next_calls() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Conversation { step: Step::Closed });
    pass_alive(&mut rig, 10 * SECOND);
    rig.cleared(1);
    assert_eq!(rig.visit(), 1);
    pass_alive(&mut rig, SECOND);
    assert_eq!(rig.clears(), [1, 2]);
    rig.cleared(1);
    assert_eq!(rig.visit(), 1);
    rig.cleared(2);
    assert_eq!(rig.visit(), 2);
}

#[test]
fn a_visit_that_is_not_proven_is_made_anew_and_after_three_there_is_no_service() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Conversation { step: Step::Closed });
    rig.cleared(1);
    for (visit, records) in [(2, 1), (3, 4)] {
        assert_eq!(rig.visit(), visit);
        rig.input(Input::Listed { visit, records });
    }
    rig.input(Input::NotListed { visit: 4 });
    assert!(rig.is_out_of_service());
    assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::Unproven, .. }));
    let discarded: Vec<_> = rig.receipts().iter().filter(|r| r.end == End::Discarded).map(|r| r.visit).collect();
    assert_eq!(discarded, [2, 3, 4]);
    rig.pass(5 * SECOND);
    assert_eq!(rig.visit(), 5, "it tries again by itself");
    rig.come_up();
}

#[test]
fn a_page_that_is_never_ready_is_out_of_service_with_growing_pauses() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let visit = rig.visit();
        rig.input(Input::Listed { visit, records: 0 });
        rig.pass(30 * SECOND);
        assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::NeverReady, .. }));
        let out = rig.now;
        while rig.visit() == visit {
            rig.pass(Duration::from_millis(50));
        }
        pauses.push(rig.now - out);
    }
    assert!(pauses[3] > 2 * pauses[0], "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 73 * SECOND), "{pauses:?}");
    rig.come_up();
}

#[test]
fn a_person_may_try_at_once() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    rig.input(Input::Listed { visit: 1, records: 0 });
    rig.input(Input::LoadFailed { visit: 1, trouble: Trouble::Network });
    rig.input(Input::Front(FrontAction::Retry));
    assert_eq!(rig.visit(), 2);
    rig.come_up();
}

#[test]
fn a_page_that_dies_in_service_is_replaced_and_one_that_dies_on_and_on_is_not() {
    let mut rig = Rig::in_service(settings());
    for _ in 0..5 {
        let visit = rig.visit();
        rig.input(Input::Died { visit, death: Death::Crashed });
        rig.come_up();
    }
    let visit = rig.visit();
    rig.input(Input::Died { visit, death: Death::Memory });
    assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::Crashed, .. }));
    rig.pass(5 * SECOND);
    rig.come_up();
}

#[test]
fn a_page_that_does_not_answer_the_heartbeat_is_replaced_within_ten_seconds() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    pass_alive(&mut rig, 20 * SECOND);
    assert_eq!(rig.visit(), 1);
    rig.pass(10 * SECOND);
    assert_eq!(rig.visit(), 2);
}

#[test]
fn a_death_under_the_notice_keeps_its_cause() {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    rig.come_up();
    let receipt = rig.receipts()[0];
    assert_eq!((receipt.cause, receipt.clear), (Cause::AgentEnd, Clear::NotPossible));
}

#[test]
fn nobody_there_for_a_night_and_nothing_is_rebuilt() {
    let mut rig = Rig::in_service(settings());
    pass_alive(&mut rig, 12 * 3600 * SECOND);
    assert_eq!(rig.visit(), 1);
    assert_eq!(rig.scene(), Scene::Welcome);
    rig.input(Input::Touched);
    assert_eq!(rig.scene(), Scene::None);
}

#[test]
fn staff_can_have_a_fresh_visit_and_take_the_kiosk_out_of_service() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Staff(Staff::Fresh));
    rig.cleared(1);
    rig.come_up();
    rig.input(Input::Staff(Staff::OutOfService(Some("back at two".into()))));
    rig.pass(3600 * SECOND);
    assert!(rig.is_out_of_service(), "staff's word is not undone by a timer");
    rig.input(Input::Staff(Staff::InService));
    rig.come_up();
}

#[test]
fn a_new_page_is_only_for_a_visit_that_nobody_uses() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Reload);
    assert_eq!(rig.visit(), 1);

    let mut rig = Rig::in_service(settings());
    rig.input(Input::Reload);
    assert_eq!(rig.visit(), 2);
    rig.come_up();
    assert_eq!((rig.receipts()[0].cause, rig.receipts()[0].clear), (Cause::Schedule, Clear::NotNeeded));
}

#[test]
fn a_lost_network_is_said_and_its_return_is_used() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::NetworkLost);
    assert!(matches!(rig.scene(), Scene::OutOfService { reason: Trouble::Network, .. }));
    rig.input(Input::NetworkBack);
    rig.come_up();
    assert_eq!(rig.receipts()[0].cause, Cause::Network);
}

#[test]
fn the_clipboard_is_emptied_before_each_visit() {
    let mut rig = Rig::in_service(settings());
    rig.effects.clear();
    rig.report(Report::Conversation { step: Step::Closed });
    rig.cleared(1);
    let wipe = rig.effects.iter().position(|effect| *effect == Effect::WipeClipboard);
    let open = rig.effects.iter().position(|effect| matches!(effect, Effect::Open { .. }));
    assert!(wipe.is_some() && wipe < open);
}

#[test]
fn stopping_leaves_a_receipt() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Touched);
    rig.input(Input::Stop);
    assert_eq!(rig.receipts()[0].cause, Cause::Stopped);
    assert_eq!(rig.machine.poll_timeout(), None);
}
