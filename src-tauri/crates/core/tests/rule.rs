//! Reading events and judging them: the recorded ones, and whatever else a page can make up.
#![allow(clippy::unwrap_used)]

use kiosk_core::{
    event::{Unreadable, read_detail, read_line},
    rule::{Judge, Outcome, Reason},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const VECTORS: &str = include_str!("../../../../tests/data/session_events.jsonl");

fn judge(line: &[u8]) -> Outcome {
    Judge::default().judge(&read_line(line).reading).outcome
}

/// The outcome for a payload given as text.
fn payload(text: &str) -> Outcome {
    judge(json!({ "conversationEntry": { "entryPayload": text } }).to_string().as_bytes())
}

const AGENT_END: &str = r#"{"sessionStatus":"Ended","sessionStatusPrev":"Active","sessionEndedByRole":"Agent"}"#;

#[test]
fn every_recorded_event_has_its_outcome() {
    let mut count = 0;
    for line in VECTORS.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        assert_eq!(judge(line.as_bytes()).name(), vector["expected"], "{}", vector["id"]);
        count += 1;
    }
    assert_eq!(count, 34);
}

#[test]
fn a_payload_that_is_an_object_is_read_like_a_string() {
    for line in VECTORS.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        let mut detail = vector["detail"].clone();
        let text = detail.pointer("/conversationEntry/entryPayload").and_then(Value::as_str).map(str::to_owned);
        let Some(Ok(object @ Value::Object(_))) = text.map(|text| serde_json::from_str::<Value>(&text)) else {
            continue;
        };
        detail["conversationEntry"]["entryPayload"] = object;
        assert_eq!(judge(detail.to_string().as_bytes()).name(), vector["expected"], "{}", vector["id"]);
    }
}

#[test]
fn only_the_exact_three_words_reset() {
    let words = ["Ended", "ended", "Ended ", "Active", "ACTIVE", "Inactive", "Waiting", "Agent", "agent", "Agents", ""];
    for status in words {
        for previous in words {
            for role in words {
                let text =
                    json!({ "sessionStatus": status, "sessionStatusPrev": previous, "sessionEndedByRole": role });
                let is_reset = payload(&text.to_string()) == Outcome::Reset;
                assert_eq!(is_reset, (status, previous, role) == ("Ended", "Active", "Agent"));
            }
        }
    }
}

#[test]
fn fields_that_the_rule_does_not_use_may_be_anything() {
    let junk = ["null", "1e999", "[[[[]]]]", r#""\ud83d""#, r#"{"\udc00":1}"#, "-0", r#""Ended""#, "true"];
    for value in junk {
        let inner = AGENT_END.replace('{', &format!("{{\"id\":{value},\"sessionStartTime\":{value},"));
        assert_eq!(payload(&inner), Outcome::Reset, "in the payload: {value}");
        let detail = format!(
            r#"{{"channelType":{value},"conversationEntry":{{"sender":{value},"entryType":{value},"entryPayload":{AGENT_END}}}}}"#
        );
        assert_eq!(judge(detail.as_bytes()), Outcome::Reset, "around it: {value}");
    }
}

#[test]
fn the_last_of_two_members_counts_as_in_a_browser() {
    assert_eq!(payload(&AGENT_END.replace('{', r#"{"sessionStatus":"Active","#)), Outcome::Reset);
    assert_eq!(payload(&AGENT_END.replace('}', r#","sessionStatus":"Active"}"#)), Outcome::Ignore);
}

#[test]
fn escaped_names_are_names() {
    assert_eq!(payload(&AGENT_END.replace("sessionStatusPrev", r"session\u0053tatusPrev")), Outcome::Reset);
}

#[test]
fn a_lone_surrogate_spoils_only_the_word_it_is_in() {
    let detail = r#"{"conversationEntry":{"senderDisplayName":"\ud83d","entryPayload":"{\"x\":\"\ud83d\",\"sessionStatus\":\"Ended\",\"sessionStatusPrev\":\"Active\",\"sessionEndedByRole\":\"Agent\"}"}}"#;
    assert_eq!(judge(detail.as_bytes()), Outcome::Reset);
    assert_eq!(payload(&AGENT_END.replace("Agent", r"Agent\ud83d")), Outcome::OtherEnd);
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(2_000_000), "]".repeat(2_000_000));
    let inner = AGENT_END.replace('{', &format!("{{\"relatedRecords\":{deep},"));
    let detail = format!(r#"{{"x":{deep},"conversationEntry":{{"y":{deep},"entryPayload":{inner}}}}}"#);
    assert_eq!(judge(detail.as_bytes()), Outcome::Reset);
    assert_eq!(judge(deep.as_bytes()), Outcome::Invalid);
    assert_eq!(judge("[".repeat(2_000_000).as_bytes()), Outcome::Invalid);
}

#[test]
fn what_cannot_be_read_says_why() {
    let why = |text: &str| read_detail(text).unwrap_err();
    assert_eq!(why("null"), Unreadable::NoDetail);
    assert_eq!(why("17"), Unreadable::NoDetail);
    assert_eq!(why("{"), Unreadable::NotJson);
    assert_eq!(why("{} {}"), Unreadable::NotJson);
    assert_eq!(why("{\"a\nb\": 1}"), Unreadable::NotJson, "a line break in a name");
    assert_eq!(why("{}"), Unreadable::NoEntry);
    assert_eq!(why(r#"{"conversationEntry":[]}"#), Unreadable::NoEntry);
    assert_eq!(why(r#"{"conversationEntry":{}}"#), Unreadable::NoPayload);
    assert_eq!(why(r#"{"conversationEntry":{"entryPayload":[]}}"#), Unreadable::NoPayload);
    assert_eq!(why(r#"{"conversationEntry":{"entryPayload":"[]"}}"#), Unreadable::BadPayload);
    assert_eq!(why(r#"{"conversationEntry":{"entryPayload":"\"{}\""}}"#), Unreadable::BadPayload);
}

#[test]
fn wrong_types_are_invalid_and_null_is_missing() {
    for (field, missing) in [
        ("sessionStatus", Outcome::Invalid),
        ("sessionStatusPrev", Outcome::OtherEnd),
        ("sessionEndedByRole", Outcome::OtherEnd),
    ] {
        let mut event: Value = serde_json::from_str(AGENT_END).unwrap();
        for wrong in [json!(1), json!(true), json!([]), json!({})] {
            event[field] = wrong;
            assert_eq!(payload(&event.to_string()), Outcome::Invalid, "{event}");
        }
        event[field] = Value::Null;
        assert_eq!(payload(&event.to_string()), missing, "{event}");
        event.as_object_mut().unwrap().remove(field);
        assert_eq!(payload(&event.to_string()), missing, "{event}");
    }
}

#[test]
fn a_sessions_end_counts_once_however_it_is_told() {
    let end = |session: &str, role: &str| {
        let payload = json!({
            "sessionId": session, "sessionStatus": "Ended", "sessionStatusPrev": "Active", "sessionEndedByRole": role,
        });
        read_detail(&json!({ "conversationEntry": { "entryPayload": payload } }).to_string())
    };
    let mut judge = Judge::default();
    assert_eq!(judge.judge(&end("a", "System")).outcome, Outcome::OtherEnd);
    let again = judge.judge(&end("a", "Agent"));
    assert_eq!((again.outcome, again.reason), (Outcome::Ignore, Reason::Repeated));
    assert_eq!(judge.judge(&end("b", "Agent")).outcome, Outcome::Reset);
    // The memory has a bound, and the newest sessions are in it.
    for n in 0..10_000 {
        assert_eq!(judge.judge(&end(&n.to_string(), "Agent")).outcome, Outcome::Reset);
    }
    assert_eq!(judge.judge(&end("9000", "Agent")).outcome, Outcome::Ignore);
    assert_eq!(judge.judge(&end("a", "Agent")).outcome, Outcome::Reset, "ten thousand sessions ago");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["Ended", "Active", "Agent", "SessionStatusChanged", AGENT_END]).prop_map(Value::from),
    ];
    let name = prop_oneof![
        ".{0,6}",
        prop::sample::select(vec![
            "conversationEntry",
            "entryPayload",
            "entryType",
            "sessionStatus",
            "sessionStatusPrev",
            "sessionEndedByRole",
            "sessionId",
            "detail",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..6).prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(judge(&bytes) == Outcome::Reset, false);
    }

    #[test]
    fn no_json_panics(value in any_json()) {
        let text = value.to_string();
        judge(text.as_bytes());
        // Cut anywhere it is no JSON, and never a reset.
        for cut in (0..text.len()).step_by(7) {
            prop_assert_ne!(judge(&text.as_bytes()[..cut]), Outcome::Reset);
        }
    }
}
