//! Who is refused, and that nothing that is sent breaks it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{plain, request, stand};
use kiosk_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

fn host(origin: &str) -> &str {
    origin.trim_start_matches("http://").trim_end_matches('/')
}

#[test]
fn another_name_in_the_host_header_is_refused_on_every_server() {
    let stand = stand();
    let sandbox = &stand.sandbox;
    for (origin, path) in [
        (sandbox.page_origin(), "/"),
        (sandbox.frame_origin(), "/sandbox/faults"),
        (sandbox.console_url().trim_end_matches('/'), "/api/state"),
    ] {
        let ask = |host: &str| plain(origin, &format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).0;
        assert_eq!(ask(&format!("Host: {}\r\n", host(origin))), 200);
        assert_eq!(ask("Host: rebound.example\r\n"), 421);
        assert_eq!(ask("Host: localhost\r\n"), 421);
        assert_eq!(ask(""), 400);
        let absolute =
            format!("GET http://rebound.example{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host(origin));
        assert_eq!(plain(origin, &absolute).0, 421);
    }
}

#[test]
fn the_chat_page_and_everybody_else_are_refused_by_the_control_api() {
    let stand = stand();
    let sandbox = &stand.sandbox;
    let console = sandbox.console_url().trim_end_matches('/');
    let ask = |header: &str| {
        plain(
            console,
            &format!(
                "POST /api/reset HTTP/1.1\r\nHost: {}\r\n{header}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}",
                host(console)
            ),
        )
        .0
    };
    assert_eq!(ask(""), 200);
    assert_eq!(ask(&format!("Origin: {console}\r\n")), 200);
    for origin in [sandbox.page_origin(), sandbox.frame_origin(), "null", "https://example.com"] {
        assert_eq!(ask(&format!("Origin: {origin}\r\n")), 403, "{origin}");
    }
    assert_eq!(ask("Sec-Fetch-Site: same-site\r\n"), 403);
    assert_eq!(ask("Sec-Fetch-Site: cross-site\r\n"), 403);
}

#[test]
fn a_preflight_is_answered_for_a_trusted_origin_only() {
    let stand = stand();
    let org = stand.sandbox.frame_origin();
    let ask = |origin: &str| {
        plain(
            org,
            &format!(
                "OPTIONS /eventrouter/v1/sse HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: GET\r\n\
                 Access-Control-Request-Headers: authorization,x-org-id,last-event-id\r\nConnection: close\r\n\r\n",
                host(org)
            ),
        )
    };
    for trusted in ["http://localhost:4747", "http://127.0.0.1:1", "http://localhost"] {
        let (status, head) = ask(trusted);
        assert_eq!(status, 204);
        assert!(head.contains(&format!("access-control-allow-origin: {trusted}\r\n")));
        for header in ["authorization", "x-org-id", "last-event-id", "content-type"] {
            assert!(head.lines().any(|line| line.starts_with("access-control-allow-headers") && line.contains(header)));
        }
        assert!(head.lines().any(|line| line.starts_with("access-control-allow-methods") && line.contains("delete")));
    }
    for foreign in ["https://example.com", "http://localhost.example.com", "http://localhost:4747.example.com", "null"]
    {
        let (status, head) = ask(foreign);
        assert_eq!(status, 403, "{foreign}");
        assert!(!head.contains("access-control-allow-origin"));
    }
}

#[test]
fn an_unknown_token_is_401_everywhere() {
    let stand = stand();
    let id = "00000001-0000-4000-8000-000000000000";
    for (method, path) in [
        ("GET", "authorization/continuation-access-token".to_owned()),
        ("POST", "conversation".to_owned()),
        ("GET", "conversation/list".to_owned()),
        ("GET", format!("conversation/{id}/entries")),
        ("POST", format!("conversation/{id}/message")),
        ("POST", format!("conversation/{id}/entry")),
        ("DELETE", format!("conversation/{id}")),
        ("DELETE", format!("conversation/{id}/session")),
    ] {
        for token in [None, Some("nonsense")] {
            let (status, answer) = stand.wire(method, &format!("iamessage/api/v2/{path}"), token, None);
            assert_eq!((status, &answer["code"]), (401, &json!(401)), "{method} {path}");
        }
    }
    assert_eq!(stand.wire("GET", "eventrouter/v1/sse", Some("nonsense"), None).0, 401);
    let visitor = stand.visitor();
    assert_eq!(stand.wire("GET", "eventrouter/v1/sse", Some(&visitor.token), None).0, 400, "no X-Org-ID");
}

#[test]
fn junk_is_answered_with_a_json_error() {
    let stand = stand();
    let visitor = stand.visitor().opened(1);
    let message = format!("iamessage/api/v2/conversation/{}/message", visitor.conversation);
    let entry = format!("iamessage/api/v2/conversation/{}/entry", visitor.conversation);
    let deep = "[".repeat(20_000);
    for path in [
        "iamessage/api/v2/authorization/unauthenticated/access-token",
        "iamessage/api/v2/conversation",
        &message,
        &entry,
        "sandbox/clears",
    ] {
        for body in ["", "{", "null", "[]", "{}", "\u{0}", "\"text\"", r#"{"message":1}"#, r#"{"id":{}}"#, &deep] {
            let (status, answer) = stand.raw_wire("POST", path, Some(&visitor.token), Some(body));
            assert_eq!((status, &answer["code"]), (400, &json!(400)), "{path} {body:.20}");
            assert!(answer["message"].is_string());
        }
        let big = format!("\"{}\"", "x".repeat(70_000));
        let (status, answer) = stand.raw_wire("POST", path, Some(&visitor.token), Some(&big));
        assert_eq!((status, &answer["code"]), (413, &json!(413)), "{path}");
    }
    let (status, answer) = visitor.call("GET", "/list?limit=many", None);
    assert_eq!((status, &answer["code"]), (400, &json!(400)));
    let own = format!("conversations/{}", visitor.conversation);
    for path in ["faults".to_owned(), format!("{own}/say"), format!("{own}/end"), format!("{own}/typing")] {
        for body in [json!(1), json!({ "nothing": "known" }), json!({ "role": "Nobody", "text": 1, "on": 2 })] {
            assert_eq!(stand.try_api(&path, &body).0, 400, "{path} {body}");
        }
    }
    assert_eq!(stand.try_api(&format!("{own}/explode"), &json!({})).0, 404);
    assert_eq!(stand.try_api("conversations/99/accept", &json!({})).0, 404);
    assert_eq!(stand.wire("GET", "nothing/here", None, None), (404, json!({ "code": 404, "message": "nothing here" })));
    assert_eq!(stand.state()["conversations"][0]["status"], "Waiting");
}

#[test]
fn the_frame_is_for_trusted_pages_only() {
    let stand = stand();
    let org = stand.sandbox.frame_origin();
    let ask = |parent: &str| {
        plain(
            org,
            &format!("GET /ESWSandbox/frame{parent} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host(org)),
        )
    };
    let (status, head) = ask("?parent=http%3A%2F%2Flocalhost%3A4747");
    assert_eq!(status, 200);
    assert!(head.contains("frame-ancestors http://localhost:4747\r\n"));
    for foreign in ["", "?parent=https%3A%2F%2Fexample.com", "?parent=http%3A%2F%2Flocalhost%3A1%3B%20script-src%20*"] {
        assert_eq!(ask(foreign).0, 403, "{foreign}");
    }
}

#[test]
fn page_and_site_fail_when_told_to_and_the_wire_does_not() {
    let stand = stand();
    let page = stand.sandbox.page_url().to_owned();
    let script = format!("{}/assets/js/bootstrap.min.js", stand.sandbox.site_url());
    let status = |url: &str| request("GET", url, &[], None).0;
    for (fault, expected) in [("500", 500), ("423", 423), ("ok", 200)] {
        stand.api("faults", &json!({ "http": fault }));
        assert_eq!((status(&page), status(&script)), (expected, expected));
        stand.visitor();
    }
    stand.api("faults", &json!({ "http": "hang" }));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| status(&page));
        // Whether it asks before or after the switch moves back: it gets its page.
        stand.api("faults", &json!({ "http": "ok" }));
        assert_eq!(waiting.join().unwrap(), 200);
    });
}

#[test]
fn the_page_tells_of_its_clears() {
    let stand = stand();
    let tell = |report: Value| stand.wire("POST", "sandbox/clears", None, Some(&report)).0;
    assert_eq!(
        tell(json!({ "id": "c1", "end_session": true, "storage_before": { "local": ["k"], "session": [] } })),
        204
    );
    let state = stand.state();
    assert_eq!((&state["counters"]["clears"], &state["counters"]["clears_done"]), (&json!(1), &json!(0)));
    assert_eq!(state["clears"][0]["end_session"], true);
    assert_eq!(tell(json!({ "id": "c1", "storage_after": { "local": [], "session": [] } })), 204);
    let state = stand.state();
    assert_eq!((&state["counters"]["clears"], &state["counters"]["clears_done"]), (&json!(1), &json!(1)));
    assert_eq!(state["clears"][0]["storage_after"]["local"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_and_a_dropped_sandbox_gives_its_ports_back() {
    let first = Sandbox::start(Options::default()).await.unwrap();
    let port: u16 = first.frame_origin().rsplit(':').next().unwrap().parse().unwrap();
    let options = Options { frame_port: port, ..Options::default() };
    let refused = Sandbox::start(options.clone()).await.unwrap_err().to_string();
    assert!(refused.contains(&port.to_string()), "{refused}");
    drop(first);
    let begin = std::time::Instant::now();
    while Sandbox::start(options.clone()).await.is_err() {
        assert!(begin.elapsed().as_secs() < 10);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
