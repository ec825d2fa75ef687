//! "I am done" and "new chat", from outside the pages.

use std::time::Duration;

use super::{
    Effect, Input, Settings,
    rig::{Rig, settings, status},
    tests::pass_alive,
};
use crate::wire::{Cause, FrontAction, Report, Scene};

const SECOND: Duration = Duration::from_secs(1);

fn talking(settings: Settings) -> Rig {
    let mut rig = Rig::in_service(settings);
    rig.report(Report::Status(status("Active", "Waiting", "", "s1")));
    rig
}

#[test]
fn without_a_conversation_one_touch_ends_the_visit() {
    let mut rig = Rig::in_service(settings());
    rig.input(Input::Leave);
    assert_eq!(rig.clears(), [1]);
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::Done) });
}

#[test]
fn a_conversation_is_asked_about_and_goes_on_or_ends() {
    let mut rig = talking(settings());
    rig.input(Input::Leave);
    assert_eq!(rig.scene(), Scene::Leaving { seconds: Some(30) });
    rig.input(Input::Front(FrontAction::Continue));
    assert_eq!((rig.scene(), rig.clears().len()), (Scene::None, 0));
    rig.input(Input::Leave);
    rig.input(Input::Front(FrontAction::Done));
    assert_eq!(rig.clears(), [1]);
    rig.cleared(1);
    rig.come_up();
    assert_eq!(rig.receipts()[0].cause, Cause::Done);
}

#[test]
fn no_answer_ends_it_on_a_shared_machine_and_not_on_ones_own() {
    let mut rig = talking(settings());
    rig.input(Input::Leave);
    pass_alive(&mut rig, 29 * SECOND);
    assert!(rig.clears().is_empty());
    pass_alive(&mut rig, 2 * SECOND);
    assert_eq!(rig.scene(), Scene::OneMoment { cause: Some(Cause::Done) });

    let mut rig = talking(Settings { shared: false, idle: None, longest: None, ..settings() });
    rig.input(Input::Leave);
    assert_eq!(rig.scene(), Scene::Leaving { seconds: None });
    pass_alive(&mut rig, 3600 * SECOND);
    assert_eq!((rig.scene(), rig.clears().len()), (Scene::Leaving { seconds: None }, 0));
}

#[test]
fn an_agents_end_comes_before_the_answer() {
    let mut rig = talking(settings());
    rig.input(Input::Leave);
    rig.agent_ends("s1");
    assert_eq!((rig.scene(), rig.notices().len()), (Scene::None, 1));
    rig.input(Input::Leave);
    assert_eq!(rig.clears(), [1], "under the notice it is \"start over now\"");
}

#[test]
fn the_screen_stays_on_from_the_first_touch_to_the_fresh_visit() {
    let kept = |rig: &Rig| {
        let kept = rig.effects.iter().filter_map(|effect| match effect {
            Effect::KeepOn(on) => Some(*on),
            _ => None,
        });
        kept.collect::<Vec<bool>>()
    };
    let mut rig = Rig::in_service(settings());
    pass_alive(&mut rig, 100 * SECOND);
    assert!(kept(&rig).is_empty(), "nobody is there");
    rig.input(Input::Touched);
    pass_alive(&mut rig, 20 * SECOND);
    assert_eq!(kept(&rig), [true]);
    rig.agent_ends("s1");
    rig.input(Input::Leave);
    assert_eq!(kept(&rig), [true], "somebody reads");
    rig.cleared(1);
    assert_eq!(kept(&rig), [true, false]);
    let mut rig = talking(Settings { keep_on: false, ..settings() });
    rig.input(Input::Touched);
    assert!(kept(&rig).is_empty());
}

#[test]
fn it_does_nothing_where_there_is_nothing_to_end() {
    let mut rig = Rig::new(settings());
    rig.input(Input::Start { seed: 1 });
    rig.input(Input::Leave);
    assert_eq!(rig.visit(), 1);
    rig.come_up();
    assert_eq!(rig.scene(), Scene::None);
}
