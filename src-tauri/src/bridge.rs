//! The script that goes into the chat page before its own, and the calls back into it.

use kiosk_core::{config::Brand, wire::Ask};
use serde_json::json;
use tauri::Webview;

use crate::{brand, platform};

const PARTS: [&str; 5] = [
    include_str!("../../ui/bridge/natives.js"),
    include_str!("../../ui/bridge/report.js"),
    include_str!("../../ui/bridge/clear.js"),
    include_str!("../../ui/bridge/notice.js"),
    include_str!("../../ui/bridge/bridge.js"),
];

/// The bridge of one visit. Its key is not told to the page, so the page cannot ask the bridge for anything.
#[derive(Clone)]
pub(crate) struct Bridge {
    key: String,
}

impl Bridge {
    /// A bridge with a key of its own.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
        Ok(Self { key: bytes.iter().map(|byte| format!("{byte:02x}")).collect() })
    }

    /// The script for the document's start: one function, so that nothing of it is in the page's reach. With the key by
    /// which the framework knows the messages of the page itself.
    pub(crate) fn script(&self, brand: &Brand, invoke_key: &str) -> String {
        let mut kiosk = brand::for_pages(brand);
        kiosk["key"] = json!(self.key);
        kiosk["invoke_key"] = json!(invoke_key);
        let mut script = format!("(() => {{\n\"use strict\";\nconst kiosk = {kiosk};\n");
        for part in PARTS {
            script.push_str(part);
        }
        script.push_str("})();\n");
        script
    }

    /// The call that asks the bridge for something.
    pub(crate) fn call(&self, ask: &Ask) -> Call {
        Call { key: self.key.clone(), ask: json!(ask).to_string() }
    }
}

/// Something that is asked of the bridge in a page; harmless in a page that has no bridge yet.
pub(crate) struct Call {
    key: String,
    ask: String,
}

impl Call {
    /// Makes the call in a page. On the window's thread.
    pub(crate) fn make(self, chat: &Webview) {
        let _ = chat.with_webview(move |view| platform::ask(&view, &self.ask, || self.script()));
    }

    /// The call as a script.
    pub(crate) fn script(&self) -> String {
        let (key, ask) = (json!(self.key), &self.ask);
        format!("window.__supportKiosk && window.__supportKiosk({key}, {ask})")
    }
}
