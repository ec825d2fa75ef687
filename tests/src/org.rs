//! The other side of the chat: the sandbox org, and the agent at its console.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::screen::{self, Colour};
use crate::wait::{self, PATIENCE};

/// The sandbox's accent here: the chat button has it, and nothing else on a screen does.
pub const ACCENT: Colour = [0xb0, 0x18, 0x7a];

/// A running sandbox org; dropping it takes its servers away.
#[derive(Debug)]
pub struct Org {
    // Declared before the runtime that drives it.
    sandbox: Sandbox,
    agent: ureq::Agent,
    _runtime: Runtime,
}

/// One conversation, as the console shows it.
#[derive(Debug, Clone)]
pub struct Conversation(Value);

impl Conversation {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// `New`, `Waiting`, `Active`, `Inactive`, `Ended`: its last session's.
    #[must_use]
    pub fn status(&self) -> &str {
        self.text("status")
    }

    /// Its last session's id.
    #[must_use]
    pub fn session(&self) -> &str {
        self.text("session")
    }

    /// Whether the visitor has not closed it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0["open"] == true
    }

    /// Whether it has a message with this text.
    #[must_use]
    pub fn has_message(&self, text: &str) -> bool {
        self.0["messages"].as_array().is_some_and(|all| all.iter().any(|one| one["text"] == text))
    }

    /// Whether the visitor is typing.
    #[must_use]
    pub fn visitor_types(&self) -> bool {
        self.0["visitor"]["typing"] == true
    }

    /// How many sessions it has had.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0["sessions"].as_array().map_or(0, Vec::len)
    }

    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }
}

impl Org {
    /// Starts it on any free ports.
    pub fn start() -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let options = Options { accent: screen::name(ACCENT), ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options))?;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build();
        Ok(Self { sandbox, agent: config.new_agent(), _runtime: runtime })
    }

    /// The page that hosts the chat.
    #[must_use]
    pub fn page(&self) -> String {
        self.sandbox.page_url().to_owned()
    }

    /// The origins that frames in it have.
    #[must_use]
    pub fn frames(&self) -> Vec<String> {
        vec![self.sandbox.frame_origin().to_owned()]
    }

    /// Org, deployment, site and `scrt2URL`, as Salesforce's snippet has them.
    #[must_use]
    pub fn snippet(&self) -> (&str, &str, &str, &str) {
        let org = &self.sandbox;
        (org.org_id(), org.deployment(), org.site_url(), org.scrt_url())
    }

    /// All that the console knows: `conversations`, `clears`, `counters`, `faults`.
    pub fn state(&self) -> Result<Value> {
        let mut answer = self.agent.get(self.address("state")).call()?;
        Ok(answer.body_mut().read_json()?)
    }

    /// All conversations, oldest first.
    pub fn conversations(&self) -> Result<Vec<Conversation>> {
        let mut state = self.state()?;
        let all = state["conversations"].as_array_mut().map(std::mem::take).unwrap_or_default();
        Ok(all.into_iter().map(Conversation).collect())
    }

    /// The conversation as it is now.
    pub fn conversation(&self, id: &str) -> Result<Conversation> {
        let found = self.conversations()?.into_iter().find(|one| one.id() == id);
        found.with_context(|| format!("the org has no conversation {id}"))
    }

    /// A counter of the org: `clears`, `conversations`, `sessions_started`, `tokens_issued`, `visitors`, ….
    pub fn counter(&self, name: &str) -> Result<u64> {
        let state = self.state()?;
        let counter = state["counters"][name].as_u64();
        counter.with_context(|| format!("the org counts no {name}"))
    }

    /// Takes the conversation from the queue, under this name.
    pub fn accept(&self, id: &str, name: &str) -> Result<()> {
        self.act(id, "accept", &json!({"name": name}))
    }

    /// The agent writes.
    pub fn say(&self, id: &str, text: &str) -> Result<()> {
        self.act(id, "say", &json!({"text": text}))
    }

    /// The agent begins or stops typing.
    pub fn typing(&self, id: &str, on: bool) -> Result<()> {
        self.act(id, "typing", &json!({"on": on}))
    }

    /// Back into the queue.
    pub fn transfer(&self, id: &str) -> Result<()> {
        self.act(id, "transfer", &json!({}))
    }

    /// The session becomes inactive.
    pub fn inactive(&self, id: &str) -> Result<()> {
        self.act(id, "inactive", &json!({}))
    }

    /// The session ends, in the name of `Agent`, `Chatbot`, `Supervisor`, `System`, `Router` or `EndUser`.
    pub fn end(&self, id: &str, role: &str) -> Result<()> {
        self.act(id, "end", &json!({"role": role}))
    }

    /// The session ends, with something of the test's own as the status before; `null` leaves it out.
    pub fn end_claiming(&self, id: &str, role: &str, previous: &Value) -> Result<()> {
        self.act(id, "end", &json!({"role": role, "prev": previous}))
    }

    /// Sends any payload as a session status event, and changes nothing.
    pub fn emit(&self, id: &str, payload: &Value) -> Result<()> {
        self.act(id, "emit", payload)
    }

    /// Sends the last events again, as after a reconnect.
    pub fn replay(&self, id: &str, count: usize) -> Result<()> {
        self.act(id, "replay", &json!({"count": count}))
    }

    /// Moves switches for faults: `{"clear": "hang"}`.
    pub fn faults(&self, switches: &Value) -> Result<()> {
        self.post("faults", switches)
    }

    /// Waits for a conversation that no agent has yet.
    pub fn wait_waiting(&self) -> Result<Conversation> {
        wait::until("a conversation should wait in the queue", PATIENCE, || {
            Ok(self.conversations()?.into_iter().find(|one| one.status() == "Waiting"))
        })
    }

    /// Waits until the conversation is as wished.
    pub fn wait_until(&self, id: &str, what: &str, wish: impl Fn(&Conversation) -> bool) -> Result<Conversation> {
        wait::until(what, PATIENCE, || Ok(Some(self.conversation(id)?).filter(&wish)))
    }

    /// Waits until the conversation has a message with this text.
    pub fn wait_message(&self, id: &str, text: &str) -> Result<Conversation> {
        self.wait_until(id, &format!("the message {text:?} should arrive"), |one| one.has_message(text))
    }

    fn act(&self, id: &str, action: &str, body: &Value) -> Result<()> {
        self.post(&format!("conversations/{id}/{action}"), body)
    }

    fn post(&self, to: &str, body: &Value) -> Result<()> {
        let mut answer = self.agent.post(self.address(to)).send_json(body)?;
        let status = answer.status();
        let said = answer.body_mut().read_to_string()?;
        ensure!(status.is_success(), "the org refused {to}: {status} {said}");
        Ok(())
    }

    fn address(&self, of: &str) -> String {
        format!("{}api/{of}", self.sandbox.console_url())
    }
}
