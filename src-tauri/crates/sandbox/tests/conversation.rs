//! Whole conversations over the wire, as a client written for Salesforce has them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{short, stand};
use serde_json::json;

#[test]
fn a_whole_conversation_and_what_the_envelope_looks_like() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let mut events = visitor.listen(Some(&visitor.last));
    let opening = events.take(3);
    assert_eq!(short(&opening), ["New", "CONVERSATION_PARTICIPANT_CHANGED", "Waiting"]);
    let envelope = &opening[0].data;
    assert_eq!(envelope["channelType"], "embedded_messaging");
    assert_eq!(envelope["conversationId"], visitor.conversation);
    for field in ["channelPlatformKey", "channelAddressIdentifier"] {
        assert!(envelope[field].is_string(), "{field}");
    }
    let entry = &envelope["conversationEntry"];
    for field in ["senderDisplayName", "identifier", "entryType", "entryPayload"] {
        assert!(entry[field].is_string(), "{field}");
    }
    for field in ["role", "appType", "subject", "clientIdentifier"] {
        assert!(entry["sender"][field].is_string(), "{field}");
    }
    assert!(entry["transcriptedTimestamp"].is_i64() && entry["relatedRecords"].is_array());

    assert_eq!(visitor.say("m1", "Hello <b>"), 202);
    let sent = events.next().unwrap();
    assert_eq!(sent.name, "CONVERSATION_MESSAGE");
    assert_eq!(sent.payload()["abstractMessage"]["staticContent"]["text"], "Hello <b>");
    let typing = json!({ "entryType": "TypingStartedIndicator", "id": "t1" });
    assert_eq!(visitor.call("POST", &format!("/{}/entry", visitor.conversation), Some(&typing)).0, 202);
    assert_eq!(stand.state()["conversations"][0]["visitor"]["typing"], true);

    visitor.act("accept", &json!({ "name": "Robin" }));
    assert_eq!(
        short(&events.take(4)),
        [
            "CONVERSATION_ROUTING_RESULT",
            "CONVERSATION_PARTICIPANT_CHANGED",
            "Active",
            "CONVERSATION_DELIVERY_ACKNOWLEDGEMENT"
        ]
    );
    visitor.act("typing", &json!({ "on": true }));
    visitor.act("say", &json!({ "text": "Hi" }));
    assert_eq!(
        short(&events.take(3)),
        ["CONVERSATION_TYPING_STARTED_INDICATOR", "CONVERSATION_TYPING_STOPPED_INDICATOR", "CONVERSATION_MESSAGE"]
    );

    visitor.act("end", &json!({ "role": "Agent" }));
    let ended = events.until_status("Ended");
    assert_eq!(ended["sessionEndedByRole"], "Agent");
    assert_eq!(ended["sessionStatusPrev"], "Active");

    // The conversation is still open: the next text queues the visitor again.
    assert_eq!(visitor.say("m2", "One more thing"), 202);
    let waiting = events.until_status("Waiting");
    assert_ne!(waiting["sessionId"], ended["sessionId"]);
    let state = stand.state();
    let conversation = &state["conversations"][0];
    assert_eq!(conversation["status"], "Waiting");
    assert_eq!(conversation["sessions"].as_array().unwrap().len(), 2);
    let said: Vec<_> = conversation["messages"].as_array().unwrap().iter().map(|said| &said["text"]).collect();
    assert_eq!(said, ["Hello <b>", "Hi", "One more thing"]);
}

#[test]
fn the_list_and_the_entries_bring_a_reloaded_client_back() {
    let stand = stand();
    let mut visitor = stand.visitor().opened(1);
    visitor.say("m1", "Hello");
    let (status, answer) =
        stand.wire("GET", "iamessage/api/v2/authorization/continuation-access-token", Some(&visitor.token), None);
    assert_eq!(status, 200);
    visitor.token = answer["accessToken"].as_str().unwrap().to_owned();
    let list = visitor.call("GET", "/list?inclClosedConvs=true&limit=5", None).1;
    assert_eq!(list["openConversationsFound"], 1);
    assert_eq!(list["conversations"][0]["conversationId"], visitor.conversation);
    let path = format!("/{}/entries", visitor.conversation);
    let entries = visitor.call("GET", &path, None).1;
    let entries = entries["conversationEntries"].as_array().unwrap().clone();
    assert_eq!(entries.len(), 4);
    // An object here, a string on the stream.
    assert_eq!(entries[3]["entryPayload"]["abstractMessage"]["staticContent"]["text"], "Hello");
    let only = visitor
        .call("GET", &format!("{path}?limit=1&direction=FromStart&entryTypeFilter=SessionStatusChanged"), None)
        .1;
    assert_eq!(only["conversationEntries"][0]["entryPayload"]["sessionStatus"], "New");
    assert_eq!(only["conversationEntries"].as_array().unwrap().len(), 1);
    let later = visitor.call("GET", &format!("{path}?startTimestamp=99999999999999"), None).1;
    assert_eq!(later["conversationEntries"], json!([]));
}

#[test]
fn the_visitors_close_ends_and_closes() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    visitor.act("accept", &json!({}));
    let path = format!("/{}?esDeveloperName=Support_Web", visitor.conversation);
    assert_eq!(visitor.call("DELETE", &path, None).0, 204);
    let mut events = visitor.listen(Some("0"));
    let ended = events.until_status("Ended");
    assert_eq!(ended["sessionEndedByRole"], "EndUser");
    assert_eq!(events.next().unwrap().name, "CONVERSATION_CLOSE_CONVERSATION");
    assert_eq!(visitor.say("m1", "hello?"), 409);
    assert_eq!(visitor.call("GET", "/list", None).1["openConversationsFound"], 0);
}

#[test]
fn ending_the_session_leaves_the_conversation_open() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let path = format!("/{}/session?esDeveloperName=Support_Web", visitor.conversation);
    assert_eq!(visitor.call("DELETE", &path, None).0, 204);
    assert_eq!(visitor.call("GET", "/list", None).1["openConversationsFound"], 1);
    assert_eq!(visitor.say("m1", "again"), 202);
}

#[test]
fn transfer_inactive_and_every_role_that_ends() {
    let stand = stand();
    for (number, role) in ["Agent", "Supervisor", "Chatbot", "System", "Router", "EndUser"].iter().enumerate() {
        let visitor = stand.visitor().opened(u32::try_from(number).unwrap());
        visitor.act("accept", &json!({}));
        visitor.act("transfer", &json!({}));
        visitor.act("accept", &json!({}));
        visitor.act("inactive", &json!({}));
        visitor.act("end", &json!({ "role": role }));
        let mut events = visitor.listen(Some("0"));
        let inactive = events.until_status("Inactive");
        let ended = events.until_status("Ended");
        assert_eq!(ended["sessionId"], inactive["sessionId"]);
        assert_eq!(ended["sessionStatusPrev"], "Inactive");
        assert_eq!(ended["sessionEndedByRole"], *role);
    }
}

#[test]
fn two_visitors_do_not_see_each_other() {
    let stand = stand();
    let one = stand.visitor().opened(1);
    let two = stand.visitor().opened(2);
    let mut events = two.listen(Some("0"));
    one.say("m1", "secret");
    two.say("m2", "mine");
    let heard = events.take(4);
    assert!(heard.iter().all(|event| event.data["conversationId"] == two.conversation));
    assert_eq!(heard[3].payload()["abstractMessage"]["staticContent"]["text"], "mine");
    let path = format!("/{}/entries", one.conversation);
    assert_eq!(two.call("GET", &path, None).0, 404);
    assert_eq!(two.call("DELETE", &format!("/{}", one.conversation), None).0, 404);
}
