#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::{action::Action, entry::Entry};

const ID: &str = "0b8f9a52-3c61-4b8e-9f0e-1d2c3b4a5f60";
const OTHER: &str = "1b8f9a52-3c61-4b8e-9f0e-1d2c3b4a5f60";

/// An org with one visitor whose conversation waits.
fn queued() -> Org {
    let mut org = Org::new("0123456789abcdef".to_owned());
    org.admit("token".to_owned());
    org.open(1, ID, 100).unwrap();
    org
}

/// The same, with an agent.
fn active() -> Org {
    let mut org = queued();
    org.act(ID, Action::Accept { name: "Robin".to_owned() }, 200).unwrap();
    org
}

fn end(role: Role) -> Action {
    Action::End { role, prev: Prev::True }
}

/// The payloads of all session statuses so far, as the stream carries them.
fn statuses(org: &Org) -> Vec<Value> {
    org.events(1, 0)
        .unwrap()
        .iter()
        .filter(|event| event.name == "CONVERSATION_SESSION_STATUS_CHANGED")
        .map(|event| {
            let envelope: Value = serde_json::from_str(&event.data).unwrap();
            let payload = envelope["conversationEntry"]["entryPayload"].as_str().unwrap();
            serde_json::from_str(payload).unwrap()
        })
        .collect()
}

fn names(org: &Org) -> Vec<&'static str> {
    org.events(1, 0).unwrap().iter().map(|event| event.name).collect()
}

#[test]
fn accepting_routes_then_adds_the_agent_then_activates() {
    let org = active();
    assert_eq!(
        names(&org),
        [
            "CONVERSATION_SESSION_STATUS_CHANGED",
            "CONVERSATION_PARTICIPANT_CHANGED",
            "CONVERSATION_SESSION_STATUS_CHANGED",
            "CONVERSATION_ROUTING_RESULT",
            "CONVERSATION_PARTICIPANT_CHANGED",
            "CONVERSATION_SESSION_STATUS_CHANGED",
        ]
    );
    let path: Vec<_> = statuses(&org)
        .iter()
        .map(|status| (status["sessionStatusPrev"].clone(), status["sessionStatus"].clone()))
        .collect();
    assert_eq!(
        path,
        [(json!(null), json!("New")), (json!("New"), json!("Waiting")), (json!("Waiting"), json!("Active"))]
    );
}

#[test]
fn after_an_agents_end_the_next_text_queues_again_in_the_same_conversation() {
    let mut org = active();
    org.act(ID, end(Role::Agent), 300).unwrap();
    let last = statuses(&org).pop().unwrap();
    assert_eq!(last["sessionStatus"], "Ended");
    assert_eq!(last["sessionStatusPrev"], "Active");
    assert_eq!(last["sessionEndedByRole"], "Agent");
    assert_eq!(last["sessionEndTime"], 300);
    assert!(org.conversation(1, ID).unwrap().open);

    org.write(1, ID, "m1", "still there?", 400).unwrap();
    let again = statuses(&org).pop().unwrap();
    assert_eq!(again["sessionStatus"], "Waiting");
    assert_ne!(again["sessionId"], last["sessionId"]);
    assert_eq!(again["conversationIdentifier"], ID);
    assert_eq!(org.list(1, true, 10)["conversations"].as_array().unwrap().len(), 1);
}

#[test]
fn an_end_says_of_the_status_before_what_it_is_told_to() {
    for (prev, expected) in
        [(Prev::Omit, json!(null)), (Prev::Claim("Paused".to_owned()), json!("Paused")), (Prev::True, json!("Active"))]
    {
        let mut org = active();
        org.act(ID, Action::End { role: Role::Supervisor, prev: prev.clone() }, 300).unwrap();
        let last = statuses(&org).pop().unwrap();
        assert_eq!(last["sessionStatusPrev"], expected);
        assert_eq!(last.get("sessionStatusPrev").is_none(), prev == Prev::Omit);
        assert_eq!(last["sessionEndedByRole"], "Supervisor");
    }
}

#[test]
fn closing_ends_the_session_in_the_visitors_name_and_closes() {
    let mut org = active();
    org.close(1, ID, 300).unwrap();
    let last = statuses(&org).pop().unwrap();
    assert_eq!((&last["sessionStatus"], &last["sessionEndedByRole"]), (&json!("Ended"), &json!("EndUser")));
    assert_eq!(names(&org).pop().unwrap(), "CONVERSATION_CLOSE_CONVERSATION");
    assert!(matches!(org.write(1, ID, "m", "hello?", 400), Err(Refusal::Conflict(_))));
    org.close(1, ID, 500).unwrap();
    assert_eq!(statuses(&org).len(), 4, "closing twice says nothing twice");
}

#[test]
fn closing_after_the_agents_end_does_not_end_again() {
    let mut org = active();
    org.act(ID, end(Role::Agent), 300).unwrap();
    org.close(1, ID, 400).unwrap();
    assert_eq!(statuses(&org).iter().filter(|status| status["sessionStatus"] == "Ended").count(), 1);
}

#[test]
fn a_transfer_takes_the_agent_out_and_waits() {
    let mut org = active();
    org.act(ID, Action::Transfer, 300).unwrap();
    let last = statuses(&org).pop().unwrap();
    assert_eq!((&last["sessionStatusPrev"], &last["sessionStatus"]), (&json!("Active"), &json!("Waiting")));
    assert!(org.conversation(1, ID).unwrap().agent.is_none());
    org.act(ID, Action::Accept { name: "Kim".to_owned() }, 400).unwrap();
    assert_eq!(statuses(&org).pop().unwrap()["sessionId"], last["sessionId"], "the same session");
}

#[test]
fn writing_wakes_an_inactive_session() {
    let mut org = active();
    org.act(ID, Action::Inactive, 300).unwrap();
    org.write(1, ID, "m1", "back", 400).unwrap();
    let last = statuses(&org).pop().unwrap();
    assert_eq!((&last["sessionStatusPrev"], &last["sessionStatus"]), (&json!("Inactive"), &json!("Active")));
}

#[test]
fn a_message_sent_twice_arrives_once() {
    let mut org = queued();
    org.write(1, ID, "m1", "hello", 200).unwrap();
    org.write(1, ID, "m1", "hello", 201).unwrap();
    assert_eq!(names(&org).iter().filter(|name| **name == "CONVERSATION_MESSAGE").count(), 1);
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut org = queued();
    let before = names(&org);
    for action in [Action::Say("hello".to_owned()), Action::Typing(true), Action::Transfer, Action::Inactive] {
        assert!(matches!(org.act(ID, action, 200), Err(Refusal::Conflict(_))));
    }
    assert_eq!(org.act(OTHER, Action::Inactive, 200), Err(Refusal::Unknown));
    assert!(matches!(org.open(1, "no uuid", 200), Err(Refusal::Invalid(_))));
    assert!(matches!(org.open(1, ID, 200), Err(Refusal::Conflict(_))));
    assert!(matches!(org.write(1, ID, "m", "", 200), Err(Refusal::Invalid(_))));
    assert!(matches!(org.write(1, ID, "m", &"x".repeat(10_001), 200), Err(Refusal::Invalid(_))));
    assert_eq!(names(&org), before);
}

#[test]
fn a_visitor_reaches_nobody_elses_conversation() {
    let mut org = queued();
    org.admit("another".to_owned());
    assert_eq!(org.write(2, ID, "m", "hello", 200), Err(Refusal::Unknown));
    assert_eq!(org.close(2, ID, 200), Err(Refusal::Unknown));
    assert!(org.conversation(2, ID).is_err());
    assert_eq!(org.list(2, true, 10)["conversations"], json!([]));
    assert!(org.events(2, 0).unwrap().is_empty());
}

#[test]
fn it_stays_bounded_over_ten_thousand_visits() {
    let mut org = Org::new("0123456789abcdef".to_owned());
    for visit in 0..10_000_u64 {
        org.admit(format!("token {visit}"));
        let visitor = org.visitor(&format!("token {visit}")).unwrap();
        let id = format!("{visit:08x}-0000-4000-8000-000000000000");
        org.open(visitor, &id, 0).unwrap();
        org.write(visitor, &id, "m", "hello", 0).unwrap();
    }
    assert!(org.visitors.len() <= MOST_VISITORS);
    assert!(org.conversations.len() <= MOST_CONVERSATIONS);
    assert!(org.visitor("token 0").is_none());
    assert!(org.visitor("token 9999").is_some());
}

#[test]
fn a_visitor_who_listens_outstays_those_who_do_not() {
    let mut org = queued();
    org.listen(1, None);
    for visit in 0..1_000 {
        org.admit(format!("{visit}"));
    }
    assert_eq!(org.visitor("token"), Some(1));
}

#[test]
fn a_transcript_stays_bounded() {
    let mut org = queued();
    for number in 0..2_000 {
        org.write(1, ID, &format!("m{number}"), &"x".repeat(10_000), 0).unwrap();
    }
    let bytes: usize = org.conversation(1, ID).unwrap().entries().filter_map(Entry::text).map(str::len).sum();
    assert!(bytes <= 512 * 1024);
}

#[test]
fn a_reset_takes_no_new_visitor_for_an_old_one() {
    let mut org = queued();
    org.listen(1, None);
    org.reset("fedcba9876543210".to_owned());
    org.admit("new".to_owned());
    assert_eq!(org.visitor("new"), Some(2));
    org.unlisten(1);
    assert!(org.visitor("token").is_none());
}
