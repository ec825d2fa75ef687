#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::gate::Memory;

fn restarted(desired: &Desired) -> Desired {
    let mut next: Desired = serde_json::from_str(&serde_json::to_string(desired).unwrap()).unwrap();
    next.start();
    next
}

fn state(desired: &Desired) -> (u64, State) {
    let verdict = desired.verdict().unwrap();
    (verdict.version, verdict.state)
}

fn running(desired: &Desired) -> Option<u64> {
    desired.current().map(|version| version.version)
}

#[test]
fn a_good_one_is_tried_at_a_fresh_moment_and_kept() {
    let mut desired = Desired::default();
    assert_eq!(desired.offer(3, "a".into(), Ok(())), Offered::Waiting);
    assert_eq!((running(&desired), state(&desired)), (None, (3, State::Waiting)));
    // A restart in between loses nothing.
    let mut desired = restarted(&desired);
    assert!(desired.fresh_moment() && !desired.fresh_moment());
    let mut desired = restarted(&desired);
    assert_eq!((running(&desired), state(&desired)), (Some(3), (3, State::Trial)));
    assert!(desired.in_service() && !desired.in_service());
    let desired = restarted(&desired);
    assert_eq!((running(&desired), state(&desired)), (Some(3), (3, State::Applied)));
}

#[test]
fn a_bad_one_is_refused_and_the_old_one_stays() {
    let mut desired = Desired::default();
    assert_eq!(desired.offer(1, "x".into(), Err("line 1, column 1: no".into())), Offered::Refused);
    assert_eq!(desired.offer(1, "x".into(), Err("line 1, column 1: no".into())), Offered::Known);
    assert_eq!(desired.verdict().unwrap().reason.as_deref(), Some("line 1, column 1: no"));
    assert!(!desired.fresh_moment());
    assert_eq!(running(&desired), None);
    // The same number with another text is not a way round.
    assert_eq!(desired.offer(1, "y".into(), Ok(())), Offered::Known);
    assert_eq!(desired.offer(2, "y".into(), Ok(())), Offered::Waiting);
    assert_eq!(desired.offer(1, "x".into(), Ok(())), Offered::Refused, "an older one is no news");
    assert!(desired.fresh_moment(), "and does not take away the newer one");
}

#[test]
fn one_that_never_comes_into_service_is_rolled_back() {
    let mut desired = Desired::default();
    desired.offer(1, "a".into(), Ok(()));
    assert!(desired.fresh_moment());
    let mut desired = restarted(&desired);
    desired.in_service();
    desired.offer(2, "b".into(), Ok(()));
    assert!(desired.fresh_moment());
    let mut overdue = restarted(&desired);
    assert!(overdue.overdue() && !overdue.overdue());
    assert_eq!((running(&restarted(&overdue)), state(&overdue)), (Some(1), (2, State::RolledBack)));

    // The same for one that ends the program each time.
    let mut crashing = desired;
    for _ in 0..STARTS {
        crashing = restarted(&crashing);
        assert_eq!(running(&crashing), Some(2));
    }
    let crashing = restarted(&crashing);
    assert_eq!((running(&crashing), state(&crashing)), (Some(1), (2, State::RolledBack)));
}

#[test]
fn what_comes_during_a_trial_waits_for_its_end() {
    let mut desired = Desired::default();
    desired.offer(1, "a".into(), Ok(()));
    assert!(desired.fresh_moment());
    desired.offer(2, "b".into(), Ok(()));
    assert!(!desired.fresh_moment());
    desired.in_service();
    assert_eq!(state(&desired), (2, State::Waiting));
    assert!(desired.fresh_moment());
}

#[test]
fn an_applied_one_that_an_update_cannot_read_gives_way_to_the_file() {
    let mut desired = Desired::default();
    desired.offer(1, "a".into(), Ok(()));
    assert!(desired.fresh_moment());
    desired.in_service();
    desired.unusable("line 1, column 1: no");
    assert_eq!((running(&desired), state(&desired)), (None, (1, State::RolledBack)));
}

#[test]
fn only_what_is_signed_for_this_kiosk_is_read() {
    let secret = SecretKey::from_seed(&[1; 32]);
    let place = Place { site: "a".parse().unwrap(), id: "b".parse().unwrap() };
    let gate = Gate::new(place.clone(), vec![secret.public()], Memory::default());
    let read = |document: &Document| Document::read(&serde_json::to_vec(document).unwrap(), &gate, &place);
    let fine = Document::sign(1, "a/*".parse().unwrap(), "x = 1\n".into(), &secret);
    assert_eq!(read(&fine).unwrap(), fine);
    assert!(read(&Document { toml: "x = 2\n".into(), ..fine.clone() }).unwrap_err().contains("signature"));
    assert!(read(&Document { version: 2, ..fine.clone() }).unwrap_err().contains("signature"));
    let other = Document::sign(1, "a/c".parse().unwrap(), String::new(), &secret);
    assert!(read(&other).unwrap_err().contains("another kiosk"));
    let stranger = Document::sign(1, Target::All, String::new(), &SecretKey::from_seed(&[2; 32]));
    assert!(read(&stranger).unwrap_err().contains("does not know"));
    for payload in [b"".to_vec(), b"null".to_vec(), vec![b' '; LARGEST + 1]] {
        assert!(Document::read(&payload, &gate, &place).is_err());
    }
}

#[derive(Clone, Debug)]
enum Step {
    Offer(u64, bool),
    Fresh,
    InService,
    Overdue,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..8_u64, any::<bool>()).prop_map(|(version, valid)| Step::Offer(version, valid)),
        Just(Step::Fresh),
        Just(Step::InService),
        Just(Step::Overdue),
        Just(Step::Restart),
    ]
}

proptest! {
    /// Whatever happens in whatever order: what runs untried was offered as valid, and what is not on trial has been in service.
    #[test]
    fn only_the_proven_stays(steps in prop::collection::vec(step(), 0..40)) {
        let mut desired = Desired::default();
        let mut valid = std::collections::HashSet::new();
        let mut proven = std::collections::HashSet::new();
        for step in steps {
            match step {
                Step::Offer(version, is_valid) => {
                    let outcome = if is_valid { Ok(()) } else { Err("no".to_owned()) };
                    if desired.offer(version, String::new(), outcome) == Offered::Waiting {
                        prop_assert!(is_valid && valid.insert(version), "taken twice or invalid");
                    }
                }
                Step::Fresh => drop(desired.fresh_moment()),
                Step::InService => {
                    if desired.is_trial() {
                        proven.extend(running(&desired));
                    }
                    desired.in_service();
                }
                Step::Overdue => drop(desired.overdue()),
                Step::Restart => desired = restarted(&desired),
            }
            if let Some(version) = running(&desired) {
                prop_assert!(valid.contains(&version));
                prop_assert!(desired.is_trial() || proven.contains(&version));
            }
        }
    }

    #[test]
    fn no_payload_panics(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let place = Place { site: "a".parse().unwrap(), id: "b".parse().unwrap() };
        let gate = Gate::new(place.clone(), Vec::new(), Memory::default());
        prop_assert!(Document::read(&payload, &gate, &place).is_err());
    }
}
