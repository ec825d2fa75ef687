//! The agent, at the control API of the embedded sandbox.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use serde_json::Value;

/// An agent at a console.
pub(crate) struct Agent {
    console: String,
    client: ureq::Agent,
}

impl Agent {
    /// The one at this console.
    pub(crate) fn at(console: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build();
        Self { console: console.to_owned(), client: config.new_agent() }
    }

    /// Accepts, says, ends: what the console's buttons do.
    pub(crate) fn act(&self, id: &str, action: &str, body: &Value) -> Result<()> {
        self.post(&format!("conversations/{id}/{action}"), body)
    }

    /// Moves switches for faults.
    pub(crate) fn faults(&self, switches: &Value) -> Result<()> {
        self.post("faults", switches)
    }

    /// A conversation in the queue.
    pub(crate) fn waiting(&self) -> Result<Option<String>> {
        let found = self.conversations()?.into_iter().find(|one| one["status"] == "Waiting");
        Ok(found.and_then(|one| one["id"].as_str().map(str::to_owned)))
    }

    /// The conversation as the console shows it.
    pub(crate) fn conversation(&self, id: &str) -> Result<Value> {
        let found = self.conversations()?.into_iter().find(|one| one["id"] == id);
        found.context("the conversation is gone")
    }

    /// Whether the console says that the visitor is typing.
    pub(crate) fn visitor_types(&self, id: &str) -> Result<bool> {
        Ok(self.conversation(id)?["visitor"]["typing"] == true)
    }

    /// Waits until a message with this text has arrived.
    pub(crate) fn wait_text(&self, id: &str, text: &str) -> Result<()> {
        wait::until(&format!("{text:?} should arrive at the agent"), PATIENCE, || {
            let conversation = self.conversation(id)?;
            let messages = conversation["messages"].as_array();
            Ok(messages.is_some_and(|all| all.iter().any(|one| one["text"] == text)).then_some(()))
        })
    }

    /// Fails when the conversation went back into the queue after its end.
    pub(crate) fn expect_one_ended_session(&self, id: &str) -> Result<()> {
        let conversation = self.conversation(id)?;
        let sessions = conversation["sessions"].as_array().map_or(0, Vec::len);
        ensure!(sessions == 1 && conversation["status"] == "Ended", "it went back into the queue: {conversation}");
        Ok(())
    }

    fn conversations(&self) -> Result<Vec<Value>> {
        let mut answer = self.client.get(self.address("state")).call().context("the console does not answer")?;
        let mut state: Value = answer.body_mut().read_json()?;
        Ok(state["conversations"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    fn post(&self, to: &str, body: &Value) -> Result<()> {
        let mut answer = self.client.post(self.address(to)).send_json(body)?;
        let status = answer.status();
        ensure!(status.is_success(), "the console refused {to}: {status} {}", answer.body_mut().read_to_string()?);
        Ok(())
    }

    fn address(&self, of: &str) -> String {
        format!("{}api/{of}", self.console)
    }
}
