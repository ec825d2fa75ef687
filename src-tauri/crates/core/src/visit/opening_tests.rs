//! Visits on their way, before anybody sees them.

use std::time::Duration;

use super::{
    Death, Effect, Input, Settings, Staff,
    rig::{Rig, settings, status},
    tests::pass_alive,
};
use crate::{
    event::Field,
    receipt::{Clear, End, Owed},
    wire::{Asking, Cause, Client, FrontAction, Report, Scene, Step},
};

const SECOND: Duration = Duration::from_secs(1);

/// The first visit comes up; its page says this before it says that it is ready.
fn told_early(settings: Settings, report: Report) -> Rig {
    let mut rig = Rig::new(settings);
    rig.input(Input::Start { seed: 1 });
    rig.input(Input::Listed { visit: 1, records: 0 });
    rig.report(report);
    assert_eq!((rig.visit(), rig.is_in_service()), (1, false), "it is neither shown nor thrown away");
    rig.report(Report::Ready { client: Client::V1 });
    assert_eq!(rig.scene(), Scene::None);
    rig
}

fn started() -> Report {
    Report::Conversation { step: Step::Started }
}

fn message(role: &str) -> Report {
    Report::Message { role: Field::Text(role.to_owned()) }
}

/// All that tells of a conversation.
fn all() -> [Report; 4] {
    let status = |name, before| Report::Status(status(name, before, "", "s1"));
    [started(), status("Active", "Waiting"), status("Waiting", "New"), message("Chatbot")]
}

#[test]
fn a_conversation_that_is_told_of_before_ready_is_not_forgotten() {
    for report in all() {
        let mut rig = told_early(settings(), report.clone());
        assert!(rig.effects.contains(&Effect::Owe(Owed { visit: 1, used: true })), "{report:?}");
        rig.input(Input::Leave);
        assert_eq!(rig.scene(), Scene::Leaving { seconds: Some(30) }, "{report:?}: it is asked first");
        rig.input(Input::Front(FrontAction::Done));
        assert_eq!(rig.clears(), [1], "{report:?}");
        rig.cleared(1);
        rig.come_up();
        let receipt = rig.receipts()[0];
        assert_eq!((receipt.used, receipt.clear), (true, Clear::Confirmed), "{report:?}");
    }
}

#[test]
fn however_its_visit_ends_it_is_cleared() {
    let ends: [fn(&mut Rig); 3] = [
        |rig| rig.input(Input::Staff(Staff::Fresh)),
        |rig| rig.input(Input::Reload),
        |rig| {
            rig.agent_ends("s1");
            pass_alive(rig, 20 * SECOND);
        },
    ];
    for (end, report) in ends.into_iter().zip(all()) {
        let mut rig = told_early(settings(), report);
        end(&mut rig);
        assert_eq!(rig.clears(), [1]);
        rig.cleared(1);
        rig.come_up();
        assert_eq!((rig.receipts()[0].used, rig.receipts()[0].clear), (true, Clear::Confirmed));
    }
}

#[test]
fn one_that_was_over_before_ready_is_cleared_and_nobody_is_asked() {
    let mut rig = told_early(settings(), Report::Conversation { step: Step::Closed });
    rig.input(Input::Leave);
    assert_eq!(rig.clears(), [1]);

    // On one person's desktop an end that is not the agent's changes nothing but that.
    let own = Settings { shared: false, idle: None, longest: None, ..settings() };
    let mut rig = Rig::new(own);
    rig.input(Input::Start { seed: 1 });
    rig.input(Input::Listed { visit: 1, records: 0 });
    rig.report(started());
    rig.report(Report::Status(status("Ended", "Active", "System", "s1")));
    rig.report(Report::Ready { client: Client::V1 });
    rig.input(Input::Leave);
    assert_eq!((rig.clears(), rig.visit()), (vec![1], 1));
}

#[test]
fn what_comes_from_a_page_that_is_not_loaded_yet_counts_for_nothing() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    rig.report(started());
    rig.come_up();
    rig.input(Input::Reload);
    rig.come_up();
    assert_eq!((rig.receipts()[0].used, rig.receipts()[0].clear), (false, Clear::NotNeeded));
}

#[test]
fn a_page_that_talks_by_itself_waits_behind_the_welcome_and_is_cleared_at_its_end() {
    for report in all().into_iter().chain([message("EndUser")]) {
        let mut rig = told_early(settings(), report.clone());
        // As soon as any page that nobody touches, and for as long.
        pass_alive(&mut rig, 11 * SECOND);
        assert_eq!(rig.scene(), Scene::Welcome, "{report:?}");
        for _ in 0..10 {
            pass_alive(&mut rig, 360 * SECOND);
            rig.report(message("Agent"));
        }
        assert_eq!((rig.scene(), rig.visit()), (Scene::Welcome, 1), "{report:?}: it is not thrown away, nor asked");
        assert!(rig.clears().is_empty() && rig.receipts().is_empty());
        // Nor does it keep the screen on.
        let kept = rig.effects.iter().rfind(|effect| matches!(effect, Effect::KeepOn(_)));
        assert_eq!(kept, Some(&Effect::KeepOn(false)));

        // Whoever comes finds a fresh one,
        rig.input(Input::Touched);
        assert_eq!((rig.scene(), rig.clears()), (Scene::OneMoment { cause: Some(Cause::Idle) }, vec![1]));
        rig.cleared(1);
        rig.come_up();
        assert_eq!((rig.scene(), rig.visit()), (Scene::None, 2));
        // and is asked when nothing happens any more.
        rig.input(Input::Touched);
        rig.report(Report::Status(status("Active", "Waiting", "", "s1")));
        pass_alive(&mut rig, 180 * SECOND);
        assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::Idle });
        pass_alive(&mut rig, 30 * SECOND);
        assert_eq!(rig.clears().len(), 2);
    }
}

#[test]
fn what_happens_behind_the_welcome_uncovers_nothing() {
    let mut rig = told_early(settings(), started());
    pass_alive(&mut rig, 60 * SECOND);
    assert_eq!(rig.scene(), Scene::Welcome);
    // A page may send a first line in the visitor's name.
    rig.report(message("EndUser"));
    pass_alive(&mut rig, 3600 * SECOND);
    assert_eq!((rig.scene(), rig.visit()), (Scene::Welcome, 1), "nobody is asked");
    rig.agent_ends("s1");
    assert!(rig.notices().is_empty(), "nobody reads it");
    assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Notify(_))));
    assert_eq!(rig.clears(), [1]);
    rig.cleared(1);
    rig.input(Input::Listed { visit: 2, records: 0 });
    rig.report(Report::Ready { client: Client::V1 });
    assert_eq!((rig.scene(), rig.is_in_service()), (Scene::Welcome, true));
    assert_eq!(rig.receipts()[0].cause, Cause::AgentEnd);
}

#[test]
fn a_page_that_never_stops_talking_does_not_put_off_the_welcome() {
    let mut rig = told_early(settings(), started());
    for _ in 0..12 {
        pass_alive(&mut rig, 5 * SECOND);
        rig.report(message("Agent"));
    }
    assert_eq!(rig.scene(), Scene::Welcome);
}

#[test]
fn a_visitors_own_words_are_somebody_though_no_hand_was_seen() {
    let mut rig = told_early(settings(), started());
    rig.report(message("EndUser"));
    rig.report(message("Agent"));
    pass_alive(&mut rig, 179 * SECOND);
    assert_eq!(rig.scene(), Scene::None, "the next person would find them behind a welcome");
    pass_alive(&mut rig, SECOND);
    assert_eq!(rig.scene(), Scene::StillThere { seconds: 30, why: Asking::Idle });
}

#[test]
fn only_a_visit_whose_store_was_not_proven_empty_is_counted_in_the_receipt_before() {
    let mut rig = Rig::in_service(settings());
    rig.report(Report::Conversation { step: Step::Closed });
    rig.cleared(1);
    rig.input(Input::Listed { visit: 2, records: 3 });
    rig.input(Input::Listed { visit: 3, records: 0 });
    rig.agent_ends("early");
    rig.input(Input::Died { visit: 4, death: Death::Crashed });
    rig.come_up();
    let receipts = rig.receipts();
    let discarded = receipts.iter().filter(|one| one.end == End::Discarded);
    let discarded: Vec<Cause> = discarded.map(|one| one.cause).collect();
    assert_eq!(discarded, [Cause::Unproven, Cause::AgentEnd, Cause::Died]);
    let first = receipts.iter().find(|one| one.visit == 1).expect("its receipt");
    assert_eq!((first.discarded, first.next), (1, Some(5)));
}

#[test]
fn a_page_whose_session_ends_before_anybody_sees_it_is_made_anew_and_a_row_of_them_is_no_service() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    let mut made = Vec::new();
    while !rig.is_out_of_service() {
        let visit = rig.visit();
        made.push(visit);
        rig.input(Input::Listed { visit, records: 0 });
        rig.agent_ends(&format!("early-{visit}"));
        assert!(rig.visit() > visit || rig.is_out_of_service(), "nobody may find what is behind visit {visit}");
        assert!(made.len() < 20, "made without end");
    }
    assert!(made.len() > 1, "one such page alone is replaced");
    assert!(rig.clears().is_empty() && rig.notices().is_empty(), "nobody was there");
    let receipts = rig.receipts();
    assert_eq!(receipts.len(), made.len());
    assert!(receipts.iter().all(|receipt| receipt.end == End::Discarded && receipt.cause == Cause::AgentEnd));
}
