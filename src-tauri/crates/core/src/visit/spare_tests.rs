//! The visit that is made in advance.

use std::time::Duration;

use super::{
    Death, Effect, Input,
    rig::{Rig, settings, status},
};
use crate::{
    receipt::End,
    wire::{Answer, Cause, Client, Report, Scene, Trouble},
};

/// The notice is up for so long that the next visit is being made.
fn noticing() -> (Rig, u64) {
    let mut rig = Rig::in_service(settings());
    rig.agent_ends("s1");
    rig.pass(Duration::from_secs(2));
    assert_eq!(rig.spare(), None, "first the notice is painted");
    rig.report(Report::Shown);
    rig.pass(Duration::from_secs(2));
    let spare = rig.spare().expect("the next visit is being made");
    rig.effects.clear();
    (rig, spare)
}

fn ready(rig: &mut Rig, visit: u64) {
    rig.input(Input::Listed { visit, records: 0 });
    rig.input(Input::Report { visit, report: Report::Ready { client: Client::V1 } });
}

fn start_over(rig: &mut Rig) {
    rig.report(Report::Notice { answer: Answer::StartOver });
    rig.cleared(1);
}

#[test]
fn whoever_comes_next_finds_it_at_once_and_nothing_covers_the_change() {
    let (mut rig, spare) = noticing();
    ready(&mut rig, spare);
    start_over(&mut rig);
    assert!(rig.is_in_service());
    assert_eq!(rig.visit(), spare);
    assert!(rig.effects.contains(&Effect::Adopt { visit: spare }));
    assert!(rig.effects.contains(&Effect::WipeClipboard));
    assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Show(_) | Effect::Open { .. })));
    let receipt = rig.receipts()[0];
    assert_eq!((receipt.visit, receipt.next, receipt.records), (1, Some(spare), Some(0)));
}

#[test]
fn one_that_is_still_on_its_way_is_waited_for() {
    let (mut rig, spare) = noticing();
    rig.input(Input::Listed { visit: spare, records: 0 });
    start_over(&mut rig);
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::AgentEnd) });
    assert!(!rig.is_in_service());
    rig.report(Report::Ready { client: Client::V1 });
    assert!(rig.is_in_service());
    assert_eq!(rig.visit(), spare);
}

#[test]
fn one_that_never_comes_up_is_given_up_in_the_time_that_any_visit_has() {
    let (mut rig, spare) = noticing();
    start_over(&mut rig);
    assert_eq!(rig.visit(), spare);
    assert!(!rig.is_out_of_service() && rig.effects.iter().all(|effect| !matches!(effect, Effect::Close { .. })));
    rig.settle();
    assert!(rig.visit() > spare, "another one was made");
}

#[test]
fn one_that_is_not_proven_empty_is_thrown_away() {
    let (mut rig, spare) = noticing();
    rig.input(Input::Listed { visit: spare, records: 3 });
    assert!(rig.effects.contains(&Effect::Close { visit: spare }));
    assert_eq!(rig.receipts()[0].end, End::Discarded);
    ready(&mut rig, spare);
    start_over(&mut rig);
    assert!(!rig.is_in_service());
    assert!(rig.visit() > spare, "its number is not given twice");
    rig.come_up();
}

#[test]
fn so_is_one_that_dies_fails_or_tells_of_a_conversation() {
    let happenings: [fn(u64) -> Input; 4] = [
        |visit| Input::Died { visit, death: Death::Crashed },
        |visit| Input::LoadFailed { visit, trouble: Trouble::PageFailed },
        |visit| Input::Report { visit, report: Report::Status(status("Active", "Waiting", "", "s9")) },
        |visit| Input::NotListed { visit },
    ];
    for happening in happenings {
        let (mut rig, spare) = noticing();
        if !matches!(happening(spare), Input::NotListed { .. }) {
            ready(&mut rig, spare);
        }
        rig.input(happening(spare));
        assert_eq!(rig.spare(), None);
        assert!(rig.notices().is_empty(), "what it says is not this visit's");
        start_over(&mut rig);
        assert!(!rig.is_in_service());
        rig.come_up();
    }
}

#[test]
fn a_death_of_the_page_that_is_on_takes_it_along() {
    let (mut rig, spare) = noticing();
    ready(&mut rig, spare);
    rig.input(Input::Died { visit: 1, death: Death::Crashed });
    assert_eq!(rig.spare(), None);
    assert!(rig.visit() > spare);
    rig.come_up();
}

#[test]
fn out_of_service_nothing_waits() {
    let (mut rig, spare) = noticing();
    ready(&mut rig, spare);
    rig.input(Input::NetworkLost);
    assert_eq!(rig.spare(), None);
    assert!(rig.effects.contains(&Effect::Close { visit: spare }));
}

#[test]
fn a_clear_that_takes_long_is_covered() {
    let (mut rig, spare) = noticing();
    ready(&mut rig, spare);
    rig.report(Report::Notice { answer: Answer::StartOver });
    assert_eq!(rig.scene(), Scene::None);
    rig.pass(Duration::from_millis(300));
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::AgentEnd) });
    rig.cleared(1);
    assert_eq!(rig.scene(), Scene::None);
    assert_eq!(rig.visit(), spare);
}

#[test]
fn without_it_without_a_notice_and_in_a_short_one_none_is_made() {
    for settings in [
        super::Settings { spare: false, ..settings() },
        super::Settings { notice: Duration::from_secs(2), ..settings() },
    ] {
        let mut rig = Rig::in_service(settings);
        rig.agent_ends("s1");
        rig.report(Report::Shown);
        rig.pass(Duration::from_millis(1900));
        assert_eq!(rig.spare(), None);
    }
}
