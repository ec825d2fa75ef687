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
