//! A language is chosen for one visit, and forgotten with it.

use std::time::Duration;

use super::rig::{Rig, settings};
use super::tests::pass_alive;
use super::{Effect, Input, Settings, Staff};
use crate::{
    language::Language,
    receipt::{Clear, End},
    wire::{Cause, Client, FrontAction, Report, Scene, Step},
};

/// A rig whose welcome is shown.
fn at_the_welcome() -> Rig {
    let mut rig = Rig::in_service(settings());
    pass_alive(&mut rig, Duration::from_secs(60));
    assert_eq!(rig.scene(), Scene::Welcome);
    rig.effects.clear();
    rig
}

fn choose(rig: &mut Rig, language: Language) {
    rig.input(Input::Front(FrontAction::Language(language)));
}

fn comes_up(rig: &mut Rig) {
    let visit = rig.visit();
    rig.input(Input::Listed { visit, records: 0 });
    rig.report(Report::Ready { client: Client::V1 });
}

fn spoken(rig: &Rig) -> Vec<Language> {
    let spoken = |effect: &Effect| if let Effect::Speak(language) = effect { Some(*language) } else { None };
    rig.effects.iter().filter_map(spoken).collect()
}

fn opened(rig: &Rig) -> Vec<Language> {
    let opened = |effect: &Effect| if let Effect::Open { language, .. } = effect { Some(*language) } else { None };
    rig.effects.iter().filter_map(opened).collect()
}

#[test]
fn a_choice_holds_for_one_visit() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::De);
    assert_eq!((spoken(&rig), opened(&rig)), (vec![Language::De], vec![Language::De]));
    assert_eq!(rig.shown(), Scene::Welcome);
    comes_up(&mut rig);
    assert_eq!(rig.shown(), Scene::Welcome, "the welcome stays until somebody starts");
    assert_eq!((rig.receipts()[0].cause, rig.receipts()[0].clear), (Cause::Language, Clear::NotNeeded));

    rig.input(Input::Front(FrontAction::Start));
    assert_eq!(rig.shown(), Scene::None);
    rig.agent_ends("s1");
    pass_alive(&mut rig, Duration::from_secs(20));
    rig.cleared(1);
    // The thanks are in the visit's language; the page behind them is in the kiosk's.
    assert_eq!((spoken(&rig), opened(&rig)), (vec![Language::De], vec![Language::De, Language::En]));
    rig.come_up();
    assert_eq!(spoken(&rig), [Language::De, Language::En]);
}

#[test]
fn after_a_reset_the_choice_is_not_far() {
    let reset = |settings| {
        let mut rig = Rig::in_service(settings);
        rig.input(Input::Touched);
        rig.input(Input::Staff(Staff::Fresh));
        rig.cleared(1);
        rig.come_up();
        rig
    };
    let mut rig = reset(settings());
    pass_alive(&mut rig, Duration::from_secs(9));
    assert_eq!(rig.scene(), Scene::None, "whoever wants to talk finds the page");
    pass_alive(&mut rig, Duration::from_secs(2));
    assert_eq!(rig.scene(), Scene::Welcome);

    // Not in a page that somebody uses, and not where there is nothing to choose.
    let mut used = reset(settings());
    used.input(Input::Touched);
    let mut alone = reset(Settings { languages: Vec::new(), ..settings() });
    for rig in [&mut used, &mut alone] {
        pass_alive(rig, Duration::from_secs(50));
        assert_eq!(rig.scene(), Scene::None);
    }
}

#[test]
fn a_choice_that_nobody_uses_is_forgotten() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::Ar);
    comes_up(&mut rig);
    pass_alive(&mut rig, Duration::from_secs(60));
    assert_eq!((spoken(&rig), opened(&rig)), (vec![Language::Ar, Language::En], vec![Language::Ar, Language::En]));
    comes_up(&mut rig);
    assert_eq!(rig.shown(), Scene::Welcome);
    rig.effects.clear();
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!(opened(&rig), [], "an untouched visit is left alone");
}

#[test]
fn which_kiosk_it_is_is_not_painted_over_when_a_choice_is_forgotten() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::De);
    comes_up(&mut rig);
    pass_alive(&mut rig, Duration::from_secs(40));
    rig.input(Input::Identify);
    pass_alive(&mut rig, Duration::from_secs(20));
    assert_eq!(opened(&rig), [Language::De, Language::En], "below it the choice is forgotten");
    comes_up(&mut rig);
    pass_alive(&mut rig, Duration::from_secs(9));
    assert!(matches!(rig.shown(), Scene::Identify { .. }), "it stays its time");
    pass_alive(&mut rig, Duration::from_secs(1));
    assert_eq!(rig.shown(), Scene::Welcome);
}

#[test]
fn a_page_that_talks_by_itself_is_cleared_before_it_makes_room() {
    let mut rig = at_the_welcome();
    rig.report(Report::Conversation { step: Step::Started });
    assert_eq!(rig.shown(), Scene::Welcome);
    choose(&mut rig, Language::De);
    assert_eq!((rig.clears(), spoken(&rig), opened(&rig)), (vec![1], vec![Language::De], vec![]));
    assert_eq!(rig.shown(), Scene::OneMoment { cause: Some(Cause::Language) });
    rig.cleared(1);
    assert_eq!((opened(&rig), rig.shown()), (vec![Language::De], Scene::Welcome));
    let visit = rig.visit();
    rig.input(Input::Listed { visit, records: 0 });
    rig.report(Report::Conversation { step: Step::Started });
    rig.report(Report::Ready { client: Client::V1 });
    assert_eq!(rig.shown(), Scene::Welcome, "it talks as well, and the welcome stays");
    assert_eq!((rig.receipts()[0].cause, rig.receipts()[0].clear), (Cause::Language, Clear::Confirmed));

    // Nobody starts: the choice is forgotten, once.
    pass_alive(&mut rig, Duration::from_secs(60));
    rig.cleared(1);
    comes_up(&mut rig);
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!((opened(&rig), rig.shown()), (vec![Language::De, Language::En], Scene::Welcome));
    assert_eq!((rig.receipts()[1].cause, rig.receipts()[1].clear), (Cause::Idle, Clear::Confirmed));
}

#[test]
fn who_starts_before_the_page_is_there_gets_it_as_soon_as_it_is() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::Fr);
    rig.input(Input::Front(FrontAction::Start));
    assert_eq!(rig.shown(), Scene::OneMoment { cause: None });
    comes_up(&mut rig);
    assert_eq!(rig.shown(), Scene::None);
    pass_alive(&mut rig, Duration::from_secs(60));
    assert!(matches!(rig.shown(), Scene::StillThere { .. }), "it is a visit that somebody uses");
}

#[test]
fn minds_can_be_changed_while_the_page_comes_up() {
    let mut rig = at_the_welcome();
    for language in [Language::Fr, Language::Es, Language::Ja] {
        choose(&mut rig, language);
    }
    assert_eq!(opened(&rig), [Language::Fr, Language::Es, Language::Ja]);
    comes_up(&mut rig);
    let ends: Vec<End> = rig.receipts().iter().map(|receipt| receipt.end).collect();
    assert_eq!(ends.iter().filter(|end| **end == End::Discarded).count(), 2);
    assert_eq!(rig.receipts().len(), 3);
    // Back to the kiosk's own.
    choose(&mut rig, Language::En);
    comes_up(&mut rig);
    assert_eq!(spoken(&rig).last(), Some(&Language::En));
}

#[test]
fn only_the_welcome_offers_a_choice_and_only_of_what_is_offered() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::En);
    assert!(rig.effects.is_empty(), "it is spoken already");
    rig.input(Input::Front(FrontAction::Start));
    choose(&mut rig, Language::De);
    assert_eq!(opened(&rig), [], "a visit in use is left alone");

    let mut rig = Rig::in_service(Settings { languages: vec![Language::En, Language::De], ..settings() });
    pass_alive(&mut rig, Duration::from_secs(60));
    rig.effects.clear();
    choose(&mut rig, Language::Ja);
    assert!(rig.effects.is_empty());
}

#[test]
fn out_of_service_goes_back_to_the_kiosks_own_language() {
    let mut rig = at_the_welcome();
    choose(&mut rig, Language::De);
    comes_up(&mut rig);
    rig.input(Input::Front(FrontAction::Start));
    rig.input(Input::NetworkLost);
    assert_eq!(spoken(&rig), [Language::De], "whoever was there reads it");
    rig.pass(Duration::from_secs(10));
    assert_eq!(spoken(&rig), [Language::De, Language::En]);
    assert_eq!(opened(&rig).last(), Some(&Language::En));
}
