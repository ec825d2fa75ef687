//! Which page may call which command. The files in `capabilities/` say it; the chat's gets the configured origins here.

use anyhow::Context;
use kiosk_core::origin::Origin;
use serde_json::Value;

const CHAT: &str = include_str!("../capabilities/chat.json");

/// The chat page's capability for these origins. Ask for it only when there is at least one.
///
/// # Errors
/// Only when the file in the repository is broken.
pub(crate) fn chat(origins: &[Origin]) -> anyhow::Result<String> {
    let mut capability: Value = serde_json::from_str(CHAT).context("capabilities/chat.json is no JSON")?;
    capability["remote"]["urls"] = origins.iter().map(|origin| Value::from(origin.to_string())).collect();
    Ok(capability.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use kiosk_core::{
        config,
        visit::Input,
        wire::{Report, Scene, StaffAct},
    };
    use serde_json::json;
    use tauri::{
        Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
        ipc::{CallbackFn, InvokeBody},
        test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
        webview::InvokeRequest,
    };
    use tokio::sync::mpsc::UnboundedReceiver;

    use super::*;
    use crate::{
        app,
        driver::{self, Message},
        front::FrontState,
        staff::{Desk, Health},
    };

    const CHAT_PAGE: &str = "https://support.example.com/chat?x=1#y";
    const FRONT_PAGE: &str = "tauri://localhost/index.html";

    struct Rig {
        app: tauri::App<MockRuntime>,
        inputs: UnboundedReceiver<Message>,
    }

    fn rig() -> Rig {
        let (sender, inputs) = driver::channel();
        let brand = config::parse("").unwrap().brand;
        let folder = std::env::temp_dir().join("support-kiosk-capability");
        let config = config::parse("").unwrap();
        let (desk, health) = (Desk::new(&config.staff, &folder), Health::new(&config, None));
        let front = FrontState::new(kiosk_core::language::Language::En, &brand, None, true);
        let app = app::build(mock_builder(), sender, front, Arc::new(desk), Arc::new(health)).unwrap();
        let origins: Vec<Origin> =
            ["https://support.example.com", "http://localhost:4747"].map(|origin| origin.parse().unwrap()).into();
        app.add_capability(chat(&origins).unwrap()).unwrap();
        Rig { app, inputs }
    }

    impl Rig {
        /// What came through to the driver.
        fn input(&mut self) -> Option<Input> {
            match self.inputs.try_recv() {
                Ok(Message::Input(input)) => Some(input),
                _ => None,
            }
        }

        /// True when the call got as far as the command.
        fn call(&self, label: &str, url: &str, command: &str, body: Value) -> bool {
            let view = self.view(label);
            let request = InvokeRequest {
                cmd: command.into(),
                callback: CallbackFn(0),
                error: CallbackFn(1),
                url: url.parse().unwrap(),
                body: InvokeBody::Json(body),
                headers: tauri::http::HeaderMap::default(),
                invoke_key: INVOKE_KEY.to_string(),
            };
            get_ipc_response(&view, request).is_ok()
        }

        fn view(&self, label: &str) -> WebviewWindow<MockRuntime> {
            match self.app.get_webview_window(label) {
                Some(view) => view,
                None => WebviewWindowBuilder::new(&self.app, label, WebviewUrl::default()).build().unwrap(),
            }
        }
    }

    fn hello() -> Value {
        json!({ "report": { "report": "hello" } })
    }

    #[test]
    fn the_chat_page_may_report_and_its_visit_is_the_webviews() {
        let mut rig = rig();
        for url in [CHAT_PAGE, "http://localhost:4747/"] {
            assert!(rig.call("chat-7", url, "report", hello()), "{url}");
            assert_eq!(rig.input(), Some(Input::Report { visit: 7, report: Report::Hello }));
        }
    }

    #[test]
    fn no_other_page_may_report() {
        let mut rig = rig();
        let others = [
            "https://support.example.com:8443/chat",
            "http://support.example.com/chat",
            "https://evil.example/https://support.example.com",
            "https://support.example.com.evil.example/",
            "https://sub.support.example.com/",
            "http://localhost:4748/",
            "http://127.0.0.1:4747/",
            "about:blank",
            "data:text/html,hello",
        ];
        for url in others {
            assert!(!rig.call("chat-1", url, "report", hello()), "{url}");
        }
        // The right page in a webview that is not the chat's.
        assert!(!rig.call("front", CHAT_PAGE, "report", hello()));
        assert!(!rig.call("other", CHAT_PAGE, "report", hello()));
        assert!(rig.input().is_none());
    }

    #[test]
    fn the_chat_page_may_call_nothing_else() {
        let rig = rig();
        let commands = [
            "front_state",
            "front_action",
            "front_picture",
            "staff_pin",
            "staff_act",
            "staff_health",
            "plugin:event|emit",
            "plugin:event|listen",
            "plugin:window|close",
            "plugin:webview|create_webview_window",
            "plugin:app|version",
            "plugin:path|resolve_directory",
            "plugin:resources|close",
            "plugin:menu|new",
            "plugin:tray|new",
            "unknown",
        ];
        for command in commands {
            let act = json!({ "act": "leave" });
            let body =
                json!({ "action": "done", "scene": "none", "event": "x", "payload": {}, "pin": "1", "act": act });
            assert!(!rig.call("chat-1", CHAT_PAGE, command, body), "{command}");
        }
    }

    #[test]
    fn the_front_may_call_its_own_commands_and_no_report() {
        let mut rig = rig();
        assert!(rig.call("front", FRONT_PAGE, "front_state", json!({})));
        assert!(rig.call("front", FRONT_PAGE, "front_action", json!({ "action": "done" })));
        assert!(matches!(rig.input(), Some(Input::Front(_))));
        assert!(!rig.call("front", FRONT_PAGE, "front_action", json!({ "action": "leave" })));
        assert!(!rig.call("front", FRONT_PAGE, "report", hello()));
        assert!(!rig.call("front", FRONT_PAGE, "plugin:window|close", json!({})));
        // A page from elsewhere in the front's webview is not the front.
        assert!(!rig.call("front", CHAT_PAGE, "front_action", json!({ "action": "done" })));
    }

    #[test]
    fn only_the_front_may_speak_for_staff() {
        let mut rig = rig();
        let leave = || json!({ "act": { "act": "leave" } });
        assert!(rig.call("front", FRONT_PAGE, "staff_pin", json!({ "pin": "739154" })));
        assert_eq!(rig.input(), Some(Input::PinTyped));
        assert!(rig.call("front", FRONT_PAGE, "staff_act", leave()));
        assert_eq!(rig.input(), Some(Input::StaffAct(StaffAct::Leave)));
        assert!(rig.call("front", FRONT_PAGE, "staff_health", json!({})));
        for (label, page) in
            [("front", CHAT_PAGE), ("chat-1", CHAT_PAGE), ("chat-1", FRONT_PAGE), ("other", FRONT_PAGE)]
        {
            for (command, body) in
                [("staff_pin", json!({ "pin": "739154" })), ("staff_act", leave()), ("staff_health", json!({}))]
            {
                assert!(!rig.call(label, page, command, body), "{label} {page} {command}");
            }
        }
        for act in
            [json!(null), json!("leave"), json!({ "act": "shell" }), json!({ "act": "out_of_service", "note": 1 })]
        {
            assert!(!rig.call("front", FRONT_PAGE, "staff_act", json!({ "act": act })));
        }
        for pin in [json!(null), json!(739_154), json!(["7"])] {
            assert!(!rig.call("front", FRONT_PAGE, "staff_pin", json!({ "pin": pin })));
        }
        assert!(rig.input().is_none());
    }

    #[test]
    fn junk_in_a_report_changes_nothing() {
        let mut rig = rig();
        let reports = [
            json!({}),
            json!({ "report": null }),
            json!({ "report": { "report": "unknown" } }),
            json!({ "report": { "report": "pong" } }),
            json!({ "report": { "report": "pong", "beat": -1 } }),
            json!({ "report": { "report": "pong", "beat": 1, "more": 1 } }),
            json!({ "report": "x".repeat(1_000_000) }),
        ];
        for report in reports {
            rig.call("chat-1", CHAT_PAGE, "report", report);
        }
        assert!(rig.input().is_none());
    }

    #[test]
    fn the_front_starts_with_its_scene_and_brand() {
        let brand = config::parse("").unwrap().brand;
        let state = FrontState::new(kiosk_core::language::Language::En, &brand, None, true).value();
        assert_eq!(state["scene"], serde_json::to_value(Scene::OneMoment { cause: None }).unwrap());
        assert_eq!(state["brand"]["name"], brand.name);
    }
}
