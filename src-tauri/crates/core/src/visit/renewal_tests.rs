//! The program begins anew when nobody is there, and only then.

use std::time::Duration;

use super::{
    Effect, Exit, Input, Note, Renewal, Settings, Staff,
    rig::{Rig, settings},
    tests::pass_alive,
};
use crate::wire::{Cause, Trouble};

const QUIET: Duration = Duration::from_secs(30);

/// How often the program was to begin anew, and how often the configuration was to be read for it.
fn counts(rig: &Rig) -> (usize, usize) {
    let count = |wanted: &Effect| rig.effects.iter().filter(|effect| *effect == wanted).count();
    (count(&Effect::Exit(Exit::Restart)), count(&Effect::CheckConfig))
}

/// No spare, so that each visit comes up by itself.
fn one_by_one() -> Settings {
    Settings { spare: false, ..settings() }
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

fn renews(rig: &mut Rig) {
    let before = counts(rig);
    pass_alive(rig, QUIET);
    assert_eq!(counts(rig), (before.0, before.1 + 1), "it is not asked for the configuration once");
    rig.input(Input::ConfigChecked(Ok(())));
    assert_eq!(counts(rig).0, before.0 + 1);
}

#[test]
fn where_nobody_is_it_does_so_after_half_a_minute() {
    for why in [Renewal::Daily, Renewal::Visits, Renewal::Replaced] {
        let mut rig = Rig::in_service(one_by_one());
        rig.input(Input::Renew(why));
        rig.input(Input::Renew(Renewal::Daily));
        assert_eq!(counts(&rig), (0, 0));
        renews(&mut rig);
        assert!(rig.effects.contains(&Effect::Log(Note::Renews { why })));
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
    assert_eq!((rig.visit(), counts(&rig)), (2, (0, 0)));
    // The next in the queue touches it at once.
    rig.input(Input::Touched);
    pass_alive(&mut rig, QUIET);
    ends(&mut rig);
    assert_eq!((rig.visit(), counts(&rig)), (3, (0, 0)));
    renews(&mut rig);
}

#[test]
fn who_comes_while_the_configuration_is_read_is_served() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, QUIET);
    assert_eq!(counts(&rig), (0, 1));
    rig.input(Input::Touched);
    rig.input(Input::ConfigChecked(Ok(())));
    assert_eq!(counts(&rig), (0, 1));
    ends(&mut rig);
    renews(&mut rig);
}

#[test]
fn with_a_mistake_in_the_configuration_it_goes_on_as_it_is() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Replaced));
    pass_alive(&mut rig, QUIET);
    rig.input(Input::ConfigChecked(Err("line 3: no".to_owned())));
    assert!(rig.effects.contains(&Effect::Log(Note::NotRenewed { why: Renewal::Replaced })));
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!((counts(&rig), rig.visit()), ((0, 1), 1));
    // It is mended, and the reason is still there.
    rig.input(Input::Renew(Renewal::Replaced));
    renews(&mut rig);
}

#[test]
fn out_of_service_it_does_not_wait() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::NetworkLost);
    assert!(rig.is_out_of_service());
    rig.input(Input::Renew(Renewal::Replaced));
    rig.pass(Duration::from_secs(1));
    assert_eq!(counts(&rig), (0, 1));
    rig.input(Input::ConfigChecked(Ok(())));
    assert_eq!(counts(&rig), (1, 1));

    // A page that does not fit to the program any more: the next trouble is the last.
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Touched);
    rig.input(Input::Renew(Renewal::Replaced));
    rig.agent_ends("s1");
    let visit = rig.visit() + 1;
    rig.pass(Duration::from_secs(15));
    rig.input(Input::LoadFailed { visit, trouble: Trouble::PageFailed });
    rig.pass(Duration::from_secs(120));
    assert!(counts(&rig).1 >= 1, "{:?}", rig.effects);

    // Staff's closed kiosk stays closed in its next life: that is remembered outside.
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Staff(Staff::OutOfService(None)));
    rig.input(Input::Renew(Renewal::Daily));
    rig.pass(Duration::from_secs(1));
    assert_eq!(counts(&rig), (0, 1));
    assert!(!rig.effects.contains(&Effect::Remember(None)));
}

#[test]
fn not_under_the_hands_of_staff() {
    let mut rig = Rig::in_service(one_by_one());
    rig.input(Input::Renew(Renewal::Daily));
    pass_alive(&mut rig, Duration::from_secs(20));
    rig.staff_comes_in();
    pass_alive(&mut rig, Duration::from_secs(50));
    assert_eq!(counts(&rig), (0, 0));
    pass_alive(&mut rig, Duration::from_secs(10));
    renews(&mut rig);
}

#[test]
fn after_so_many_visits() {
    let mut rig = Rig::in_service(Settings { renew_after: Some(3), spare: false, ..settings() });
    for _ in 1..=3 {
        rig.input(Input::Touched);
        pass_alive(&mut rig, QUIET);
        ends(&mut rig);
    }
    assert_eq!((rig.visit(), counts(&rig)), (4, (0, 0)));
    renews(&mut rig);

    // With a mistake it is tried again after as many.
    let mut rig = Rig::in_service(Settings { renew_after: Some(1), spare: false, ..settings() });
    for _ in 1..=6 {
        rig.input(Input::Touched);
        ends(&mut rig);
        pass_alive(&mut rig, QUIET);
        rig.input(Input::ConfigChecked(Err("no".to_owned())));
    }
    assert_eq!(counts(&rig), (0, 3));
}

#[test]
fn one_persons_window_stays() {
    let mut rig = Rig::in_service(Settings { shared: false, renew_after: Some(1), ..settings() });
    rig.input(Input::Renew(Renewal::Daily));
    assert_eq!(rig.visit(), 2, "the page is a new one");
    rig.come_up();
    pass_alive(&mut rig, Duration::from_secs(3600));
    assert_eq!(counts(&rig), (0, 0));
}
