//! The event stream: going on after a break, and its faults.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{short, stand};
use serde_json::json;

#[test]
fn who_comes_back_gets_what_was_missed_and_nothing_else() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some(&visitor.last));
    let last = events.take(3).pop().unwrap().id;
    drop(events);
    visitor.say("m1", "missed");
    let mut events = visitor.listen(Some(&last));
    let missed = events.next().unwrap();
    assert_eq!(missed.name, "CONVERSATION_MESSAGE");
    visitor.say("m2", "live");
    let live = events.next().unwrap();
    assert_eq!(live.payload()["abstractMessage"]["staticContent"]["text"], "live");
    assert!(live.id.parse::<u64>().unwrap() > missed.id.parse().unwrap());
}

#[test]
fn the_server_counts_streams_and_notices_when_one_is_gone() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let events = visitor.listen(None);
    stand.until(|state| state["counters"]["open_streams"] == 1);
    assert_eq!(stand.state()["conversations"][0]["visitor"]["connected"], true);
    drop(events);
    stand.until(|state| state["counters"]["open_streams"] == 0);
}

#[test]
fn duplicates() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    stand.api("faults", &json!({ "stream": "duplicate" }));
    let mut events = visitor.listen(Some("0"));
    let twice = events.take(6);
    assert_eq!(short(&twice)[..2], ["New", "New"]);
    assert_eq!(twice[0].id, twice[1].id);
    assert_eq!(twice[0].data, twice[1].data);
}

#[test]
fn replay_cuts_and_sends_everything_again() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some("0"));
    let last = events.take(3).pop().unwrap().id;
    stand.api("faults", &json!({ "stream": "replay" }));
    assert!(events.next().is_none(), "cut");
    for _ in 0..2 {
        assert_eq!(short(&visitor.listen(Some(&last)).take(3))[0], "New");
    }
}

#[test]
fn a_drop_cuts_refuses_for_a_while_and_is_then_over() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some("0"));
    events.take(3);
    stand.api("faults", &json!({ "stream": "drop", "stream_drop_s": 1 }));
    assert!(events.next().is_none(), "cut");
    assert_eq!(visitor.try_listen(Some("0")).err(), Some(503));
    stand.until(|state| state["faults"]["stream"] == "ok");
    assert_eq!(short(&visitor.listen(Some("0")).take(1)), ["New"]);
}

#[test]
fn any_event_can_be_injected_and_sent_again() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some("0"));
    events.take(3);
    visitor.act("emit", &json!({ "entryType": "SessionStatusChanged", "sessionStatus": "Ended", "x": [1] }));
    let odd = events.next().unwrap();
    assert_eq!(odd.payload(), json!({ "entryType": "SessionStatusChanged", "sessionStatus": "Ended", "x": [1] }));
    // A string is the payload as it stands, JSON or not.
    visitor.act("emit", &json!("{ not json"));
    let junk = events.next().unwrap();
    assert_eq!(junk.data["conversationEntry"]["entryPayload"], "{ not json");
    visitor.act("replay", &json!({ "count": 2 }));
    let again = events.take(2);
    assert_eq!((&again[0].id, &again[1].id), (&odd.id, &junk.id));
    assert_eq!(stand.state()["conversations"][0]["status"], "Waiting", "nothing changed");
}

#[test]
fn a_reset_ends_streams_and_forgets_tokens() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some("0"));
    events.take(3);
    stand.api("faults", &json!({ "clear": "hang" }));
    stand.api("reset", &json!({}));
    assert!(events.next().is_none());
    assert_eq!(visitor.try_listen(None).err(), Some(401));
    let state = stand.until(|state| state["counters"]["open_streams"] == 0);
    assert_eq!(state["conversations"], json!([]));
    assert_eq!(state["faults"]["clear"], "ok");
}
