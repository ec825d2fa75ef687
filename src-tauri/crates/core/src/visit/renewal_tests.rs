//! The program begins anew when nobody is there, and only then.

use std::time::Duration;

use super::{
    Death, Effect, Exit, Input, Note, Readiness, Renewal, Settings, Staff,
    rig::{Rig, settings},
    tests::pass_alive,
};
use crate::{
    language::Language,
    receipt::Clear,
    wire::{Cause, FrontAction, Report, Step, Trouble},
};

const QUIET: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(60);

/// No spare, so that each visit comes up by itself.
fn one_by_one() -> Settings {
    Settings { spare: false, ..settings() }
}

/// How often the program began anew, and how often it was asked whether it would come up.
fn counts(rig: &Rig) -> (usize, usize) {
    let count = |wanted: fn(&Effect) -> bool| rig.effects.iter().filter(|effect| wanted(effect)).count();
    let renewed = count(|effect| matches!(effect, Effect::Exit(Exit::Renew(_))));
    (renewed, count(|effect| *effect == Effect::CheckProgram))
}

fn says(rig: &mut Rig, readiness: Readiness) {
    rig.input(Input::ProgramChecked(readiness));
}

/// An agent ends the visit, and the next one is in service.
fn ends(rig: &mut Rig) {
    let visit = rig.visit();
    rig.agent_ends(&format!("s{visit}"));
    pass_alive(rig, Duration::from_secs(20));
    rig.cleared(1);
    rig.come_up();
    assert_eq!(rig.visit(), visit + 1);
}

/// In half a minute, and not sooner.
fn renews(rig: &mut Rig) {
    let before = counts(rig);
    pass_alive(rig, QUIET - Duration::from_secs(1));
    assert_eq!(counts(rig), before, "it is not quiet for long enough yet");
    pass_alive(rig, Duration::from_secs(1));
    assert_eq!(counts(rig), (before.0, before.1 + 1), "it is not asked once");
    says(rig, Readiness::Ready);
    assert_eq!(counts(rig).0, before.0 + 1);
}

fn renews_by_clearing(rig: &mut Rig) {
    pass_alive(rig, QUIET);
    says(rig, Readiness::Ready);
    rig.cleared(1);
    assert_eq!((rig.clears(), counts(rig)), (vec![1], (1, 1)));
}

#[test]
fn where_nobody_is_it_does_so_after_half_a_minute() {
    for why in [Renewal::Daily, Renewal::Visits, Renewal::Replaced] {
        let mut rig = Rig::in_service(one_by_one());
        rig.input(Input::Renew(why));
        rig.input(Input::Renew(Renewal::Daily));
        renews(&mut rig);
        assert!(rig.effects.contains(&Effect::Log(Note::Renews { why })));
        assert!(rig.effects.contains(&Effect::Exit(Exit::Renew(why))));
        let receipts = rig.receipts();
        assert_eq!((receipts.len(), receipts[0].cause, receipts[0].used), (1, Cause::Stopped, false));
        // The welcome is nobody, too.
        let mut rig = Rig::in_service(one_by_one());
        pass_alive(&mut rig, Duration::from_secs(600));
        rig.input(Input::Renew(why));
        renews(&mut rig);
    }
}

#[test]
fn who_is_there_is_served_to_the_end() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Touched);
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, QUIET);
    ends(&mut rig);
    // The next in the queue touches it at once.
    rig.input(Input::Touched);
    pass_alive(&mut rig, QUIET);
    ends(&mut rig);
    assert_eq!(counts(&rig), (0, 0));
    renews(&mut rig);
}

#[test]
fn who_comes_while_it_is_looked_at_is_served() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, QUIET);
    assert_eq!(counts(&rig), (0, 1));
    rig.input(Input::Touched);
    says(&mut rig, Readiness::Ready);
    assert_eq!(counts(&rig), (0, 1));
    ends(&mut rig);
    // An answer to what was asked before counts no more.
    says(&mut rig, Readiness::Ready);
    assert_eq!(counts(&rig), (0, 1));
    renews(&mut rig);
}

#[test]
fn where_it_would_not_come_up_it_goes_on_as_it_is() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Replaced));
    pass_alive(&mut rig, QUIET);
    says(&mut rig, Readiness::Broken);
    assert!(rig.effects.contains(&Effect::Log(Note::NotRenewed { why: Renewal::Replaced })));
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!((counts(&rig), rig.visit()), ((0, 1), 1));
    // It is mended, and the reason is still there.
    rig.input(Input::Renew(Renewal::Replaced));
    renews(&mut rig);
}

#[test]
fn while_an_upgrade_is_under_way_it_waits_and_a_lost_answer_is_asked_for_again() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, QUIET);
    says(&mut rig, Readiness::Later);
    assert_eq!(counts(&rig), (0, 1));
    pass_alive(&mut rig, QUIET);
    // Nobody says anything.
    assert_eq!(counts(&rig), (0, 2));
    renews(&mut rig);
}

#[test]
fn out_of_service_it_does_not_wait_unless_staff_closed_it() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::NetworkLost);
    assert!(rig.is_out_of_service());
    rig.input(Input::Renew(Renewal::Replaced));
    rig.pass(Duration::from_secs(1));
    assert_eq!(counts(&rig), (0, 1));
    says(&mut rig, Readiness::Ready);
    assert_eq!(counts(&rig), (1, 1));

    // A page that does not fit to the program any more: the next trouble is the last.
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Touched);
    rig.input(Input::Renew(Renewal::Replaced));
    rig.agent_ends("s1");
    pass_alive(&mut rig, Duration::from_secs(20));
    rig.cleared(1);
    let visit = rig.visit();
    rig.input(Input::Listed { visit, records: 0 });
    rig.input(Input::LoadFailed { visit, trouble: Trouble::PageFailed });
    assert!(rig.is_out_of_service());
    rig.pass(Duration::from_secs(1));
    says(&mut rig, Readiness::Ready);
    assert_eq!(counts(&rig), (1, 1));

    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Staff(Staff::OutOfService(None)));
    rig.input(Input::Renew(Renewal::Daily));
    rig.pass(Duration::from_secs(3600));
    assert_eq!(counts(&rig), (0, 0));
    rig.input(Input::Staff(Staff::InService));
    rig.come_up();
    renews(&mut rig);
}

#[test]
fn where_pages_die_after_an_upgrade_no_quiet_is_waited_for() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Touched);
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    assert_eq!(counts(&rig), (0, 0));
    rig.come_up();
    rig.input(Input::Touched);
    rig.input(Input::Renew(Renewal::Replaced));
    rig.input(Input::Died { visit: 2, death: Death::Crashed });
    assert_eq!(counts(&rig), (0, 1));
    says(&mut rig, Readiness::Ready);
    assert_eq!(counts(&rig), (1, 1));
}

#[test]
fn not_under_the_hands_of_staff_nor_right_after_them() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, Duration::from_secs(20));
    rig.staff_comes_in();
    pass_alive(&mut rig, IDLE);
    renews(&mut rig);

    for hand in [Input::Hand, Input::Touched] {
        let mut rig = Rig::in_service(one_by_one());
        rig.input(Input::Renew(Renewal::Daily));
        rig.input(Input::Identify);
        pass_alive(&mut rig, Duration::from_secs(29));
        rig.input(hand);
        renews(&mut rig);
    }
}

#[test]
fn who_has_chosen_a_language_reads() {
    let mut rig = Rig::in_service(one_by_one());
    pass_alive(&mut rig, IDLE);
    rig.input(Input::Renew(Renewal::Daily));
    rig.input(Input::Front(FrontAction::Language(Language::De)));
    rig.input(Input::Listed { visit: 2, records: 0 });
    rig.report(Report::Ready { client: crate::wire::Client::V1 });
    pass_alive(&mut rig, IDLE - Duration::from_secs(1));
    assert_eq!(counts(&rig), (0, 0));
    // Nobody: the welcome is the kiosk's again.
    pass_alive(&mut rig, Duration::from_secs(1));
    rig.input(Input::Listed { visit: 3, records: 0 });
    rig.report(Report::Ready { client: crate::wire::Client::V1 });
    renews(&mut rig);
}

#[test]
fn a_conversation_that_a_page_began_by_itself_is_cleared_first() {
    let settings = Settings { languages: vec![Language::En], ..one_by_one() };
    let mut rig = Rig::in_service(settings.clone());
    rig.report(Report::Conversation { step: Step::Started });
    rig.input(Input::Renew(Renewal::Daily));
    // Somebody may be waiting whose hands are not seen.
    pass_alive(&mut rig, IDLE - Duration::from_secs(1));
    assert_eq!(counts(&rig), (0, 0));
    pass_alive(&mut rig, Duration::from_secs(1) + QUIET);
    says(&mut rig, Readiness::Ready);
    assert_eq!((rig.clears(), counts(&rig)), (vec![1], (0, 1)));
    rig.cleared(1);
    assert_eq!(counts(&rig), (1, 1));
    let receipts = rig.receipts();
    assert_eq!((receipts.len(), receipts[0].cause, receipts[0].clear), (1, Cause::Schedule, Clear::Confirmed));

    // Somebody comes, or it goes out of service, before the answer is in: then it waits as ever.
    for other in [Input::Touched, Input::Hand, Input::NetworkLost, Input::Staff(Staff::OutOfService(None))] {
        let mut rig = Rig::in_service(settings.clone());
        rig.report(Report::Conversation { step: Step::Started });
        rig.input(Input::Renew(Renewal::Daily));
        pass_alive(&mut rig, IDLE + QUIET);
        says(&mut rig, Readiness::Ready);
        rig.input(other);
        rig.cleared(1);
        [Input::NetworkBack, Input::Staff(Staff::InService)].into_iter().for_each(|back| rig.input(back));
        rig.come_up();
        rig.input(Input::Touched);
        ends(&mut rig);
        assert_eq!(counts(&rig).0, 0);
        renews(&mut rig);
    }

    // Without an idle time there is no welcome either.
    let mut rig = Rig::in_service(Settings { idle: None, ..settings.clone() });
    rig.report(Report::Conversation { step: Step::Started });
    rig.input(Input::Renew(Renewal::Daily));
    renews_by_clearing(&mut rig);

    // Its process dies meanwhile.
    let mut rig = Rig::in_service(settings);
    rig.report(Report::Conversation { step: Step::Started });
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, IDLE + QUIET);
    says(&mut rig, Readiness::Ready);
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    assert_eq!((counts(&rig), rig.receipts().len()), ((1, 1), 1));
}

#[test]
fn after_so_many_visits_that_somebody_used() {
    let mut rig = Rig::in_service(Settings { renew_after: Some(3), ..one_by_one() });
    for _ in 1..=3 {
        assert_eq!(counts(&rig), (0, 0));
        rig.input(Input::Touched);
        pass_alive(&mut rig, QUIET);
        ends(&mut rig);
    }
    renews(&mut rig);

    // Where it would not come up it is tried again after as many.
    let mut rig = Rig::in_service(Settings { renew_after: Some(2), ..one_by_one() });
    for _ in 1..=6 {
        rig.input(Input::Touched);
        ends(&mut rig);
        pass_alive(&mut rig, QUIET);
        says(&mut rig, Readiness::Broken);
    }
    assert_eq!(counts(&rig), (0, 3));

    // What nobody used does not count: a server that is away all night, a new page each hour.
    let mut rig = Rig::in_service(Settings { renew_after: Some(1), ..one_by_one() });
    for _ in 1..=3 {
        rig.input(Input::Reload);
        rig.come_up();
        rig.input(Input::NetworkLost);
        rig.input(Input::NetworkBack);
        rig.come_up();
    }
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!(counts(&rig), (0, 0));
}

#[test]
fn one_persons_window_stays() {
    let mut rig = Rig::in_service(Settings { shared: false, renew_after: Some(1), ..one_by_one() });
    rig.input(Input::Renew(Renewal::Daily));
    assert_eq!(rig.visit(), 2, "the page is a new one");
    rig.come_up();
    rig.input(Input::Renew(Renewal::Replaced));
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!(counts(&rig), (0, 0));
}
