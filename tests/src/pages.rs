//! Host pages that behave, and fail, like Salesforce's: a page on one origin, the chat frame on another.
//!
//! The query of a page's address says how it behaves:
//!
//! | key | values |
//! |---|---|
//! | `client` | `v1`, `v2` |
//! | `ready` | milliseconds until Ready (default 50), or `never` |
//! | `clear` | `well`; `dead` (the frame never answers); `dead-once` (only to the first call); `late` (the frame answers after 7 s); `throw`; `reject`; `no-agent` (v1: Ready, and no button for 30 s) |
//! | `thief` | `1`: the frame has a draft in its composer and takes the focus back five times a second |
//! | `alone` | `1`: the page wants a process without any other page (`Cross-Origin-Opener-Policy`) |
//! | `unfinished` | `1`: it never finishes loading, for a picture in it does not come |
//! | `token` | what stands for the visitor's token in the page's storage |
//!
//! Colours, each on the screen for one reason: [`DIRTY`] while the frame has a transcript, [`CLEAN`] while it has
//! none, [`COMPOSER`] under the composer, [`BUTTON`] for the chat button.

use std::collections::HashMap;
use std::fmt::Write;
use std::future::pending;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::screen::Colour;
use crate::wait::PATIENCE;

/// The frame holds a transcript.
pub const DIRTY: Colour = [0xc8, 0x1e, 0x5a];
/// The frame holds none.
pub const CLEAN: Colour = [0x1e, 0xa8, 0x5a];
/// Around the composer's text.
pub const COMPOSER: Colour = [0xff, 0xe6, 0x80];
/// The chat button of the host page.
pub const BUTTON: Colour = [0x40, 0x20, 0xc0];

/// The two servers, for as long as this value lives.
#[derive(Debug)]
pub struct Pages {
    page_port: u16,
    frame_port: u16,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

/// One thing that a page saw or did.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Which load of a page: each visit's page has its own.
    pub load: String,
    /// `loaded`, `event`, `clear.called`, `clear.settled`, `key`, `click`, `input`, `submit`, `resumed`, ….
    pub kind: String,
    /// All that it told.
    pub fields: Value,
    /// When it came.
    pub at: Instant,
}

impl Observation {
    /// A text field; empty when it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.fields[name].as_str().unwrap_or_default()
    }
}

impl Pages {
    /// Serves the page on `http://localhost:A` and the frame on `http://127.0.0.1:B`.
    pub fn start() -> Result<Self> {
        Self::on_port(0)
    }

    /// The same with the page on a port of choice: a server that was away and comes back.
    pub fn on_port(port: u16) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (page, frame) = runtime.block_on(async {
            anyhow::Ok((TcpListener::bind(("127.0.0.1", port)).await?, TcpListener::bind("127.0.0.1:0").await?))
        })?;
        let (page_port, frame_port) = (page.local_addr()?.port(), frame.local_addr()?.port());
        let shared = Arc::new(Shared { frame_port, ..Shared::default() });
        for listener in [page, frame] {
            let router = router(Arc::clone(&shared));
            runtime.spawn(async move { axum::serve(listener, router).await });
        }
        Ok(Self { page_port, frame_port, shared, _runtime: runtime })
    }

    /// The address of the host page that behaves as the query says.
    #[must_use]
    pub fn host(&self, query: &str) -> String {
        format!("{}/host.html?{query}", self.origin())
    }

    /// The page's origin.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.page_port)
    }

    /// The frame's origin.
    #[must_use]
    pub fn frame_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.frame_port)
    }

    /// Waits until the host page was loaded that many times in all, and gives the last of them.
    pub fn visitor(&self, count: usize) -> Result<Page<'_>> {
        let is_loaded = |seen: &&Observation| seen.kind == "loaded" && seen.text("where") == "page";
        let load = self.shared.wait(&format!("page load {count}"), PATIENCE, |all| {
            all.iter().filter(is_loaded).nth(count.saturating_sub(1)).map(|seen| seen.load.clone())
        })?;
        Ok(Page { pages: self, load })
    }

    /// All that any page has told.
    #[must_use]
    pub fn observations(&self) -> Vec<Observation> {
        self.shared.seen().clone()
    }

    /// How many times the host page was loaded so far.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.shared.seen().iter().filter(|seen| seen.kind == "loaded" && seen.text("where") == "page").count()
    }

    /// Fails when any page found something of an earlier visit at its start.
    pub fn expect_no_leftovers(&self) -> Result<()> {
        let all = self.observations();
        let left: Vec<_> = all.iter().filter(|seen| seen.kind == "resumed").collect();
        ensure!(left.is_empty(), "a page found something of an earlier visit: {left:?}");
        Ok(())
    }
}

/// One load of the host page, with its frame: one visit.
#[derive(Debug)]
pub struct Page<'a> {
    pages: &'a Pages,
    load: String,
}

impl Page<'_> {
    /// Waits until the chat frame is there too: v1 never answers a clear that comes while it loads.
    pub fn launched(self) -> Result<Self> {
        self.wait_for("loaded", &json!({"where": "frame"}), 1)?;
        Ok(self)
    }

    /// The session status event comes in through the chat frame, as in Salesforce; a deaf client loses it.
    pub fn event(&self, detail: &Value) -> Result<()> {
        self.command("frame", &json!({"do": "event", "detail": detail}))
    }

    /// The session status event is dispatched on the page's window by a script of the page.
    pub fn dispatch(&self, detail: &Value) -> Result<()> {
        self.command("page", &json!({"do": "dispatch", "detail": detail}))
    }

    /// As [`Self::dispatch`], without waiting for a page that may be gone before it obeys.
    pub fn dispatch_now(&self, detail: &Value) {
        self.give("page", &json!({"do": "dispatch", "detail": detail}));
    }

    /// As [`Self::script`], for a script that the page does not survive.
    pub fn script_now(&self, place: &str, script: &str) {
        self.give(place, &json!({"do": "script", "script": script}));
    }

    /// The agent writes: from now on the frame is [`DIRTY`].
    pub fn agent_says(&self, name: &str, text: &str) -> Result<()> {
        self.command("frame", &json!({"do": "say", "name": name, "text": text}))
    }

    /// Salesforce's event for a message, through the frame.
    pub fn message_event(&self, role: &str) -> Result<()> {
        let detail = json!({"conversationId": "c1", "conversationEntry": {
            "senderDisplayName": "Dana R", "entryType": "Message", "identifier": uuid::Uuid::new_v4().to_string(),
            "entryPayload": "{\"abstractMessage\":{\"staticContent\":{\"text\":\"Your PIN is 4711\"}}}",
            "sender": {"role": role, "appType": "agent", "subject": "0051"},
        }});
        self.command("frame", &json!({"do": "event", "name": "onEmbeddedMessageSent", "detail": detail}))
    }

    /// The visitor closes the chat: the host page's own event, through the frame.
    pub fn visitor_closes(&self) -> Result<()> {
        self.command("frame", &json!({"do": "event", "name": "onEmbeddedMessagingConversationClosed", "detail": {}}))
    }

    /// The page's main frame starts a navigation; `/nothing` answers 204 and so does not leave the page.
    pub fn navigate(&self, to: &str) -> Result<()> {
        self.command("page", &json!({"do": "navigate", "to": to}))
    }

    /// Runs a script in the page (`where` `page`) or in the chat frame (`frame`).
    pub fn script(&self, place: &str, script: &str) -> Result<()> {
        self.command(place, &json!({"do": "script", "script": script}))
    }

    /// All that this load has told of a kind.
    #[must_use]
    pub fn seen(&self, kind: &str) -> Vec<Observation> {
        let mut all = self.pages.observations();
        all.retain(|seen| seen.load == self.load && seen.kind == kind);
        all
    }

    /// Waits until this load has told a thing that many times, with these fields, and gives the last of them.
    pub fn wait_for(&self, kind: &str, fields: &Value, count: usize) -> Result<Observation> {
        self.wait_within(kind, fields, count, PATIENCE)
    }

    /// As [`Self::wait_for`], with a deadline of choice.
    pub fn wait_within(&self, kind: &str, fields: &Value, count: usize, within: Duration) -> Result<Observation> {
        self.pages.shared.wait(&format!("{kind} {fields}, {count} times"), within, |all| {
            let fits = |seen: &&Observation| seen.load == self.load && seen.kind == kind && has(&seen.fields, fields);
            all.iter().filter(fits).nth(count.saturating_sub(1)).cloned()
        })
    }

    /// Calls of `clearSession` so far.
    #[must_use]
    pub fn clears(&self) -> usize {
        self.seen("clear.called").len()
    }

    /// Gives the command, and returns once the page or the frame has taken it.
    fn command(&self, place: &str, command: &Value) -> Result<()> {
        let number = self.give(place, command);
        self.wait_for("took", &json!({"command": number}), 1)?;
        Ok(())
    }

    /// Gives the command, and returns its number.
    fn give(&self, place: &str, command: &Value) -> usize {
        let mut commands = self.pages.shared.commands();
        commands.push(json!({"load": self.load, "where": place, "what": command}));
        commands.len() - 1
    }
}

fn has(seen: &Value, fields: &Value) -> bool {
    fields.as_object().is_none_or(|fields| fields.iter().all(|(name, value)| seen[name] == *value))
}

#[derive(Debug, Default)]
struct Shared {
    frame_port: u16,
    seen: Mutex<Vec<Observation>>,
    came: Condvar,
    commands: Mutex<Vec<Value>>,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Vec<Observation>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commands(&self) -> MutexGuard<'_, Vec<Value>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<T>(&self, what: &str, within: Duration, look: impl Fn(&[Observation]) -> Option<T>) -> Result<T> {
        let (seen, _) = self
            .came
            .wait_timeout_while(self.seen(), within, |seen| look(seen).is_none())
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = look(&seen) {
            return Ok(found);
        }
        let mut told = String::new();
        for one in seen.iter().rev().take(20).rev() {
            write!(told, "\n{} {} {}", one.load, one.kind, one.fields)?;
        }
        bail!("the page did not tell {what} within {within:?}; it told last:{told}")
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/never", get(pending::<StatusCode>))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/commands", get(commands))
        .route("/observed", post(observed))
        .route("/attachment", get(attachment))
        .route("/{file}", get(file))
        .with_state(shared)
}

#[derive(Deserialize)]
struct After {
    load: String,
    #[serde(rename = "where")]
    place: String,
    next: usize,
}

/// The commands from number `next` on that are for this load and place, each with its number.
async fn commands(State(shared): State<Arc<Shared>>, Query(after): Query<After>) -> Json<Value> {
    let all = shared.commands();
    let mine = all.iter().enumerate().skip(after.next);
    let mine: Vec<Value> = mine
        .filter(|(_, command)| command["load"] == after.load && command["where"] == after.place)
        .map(|(number, command)| json!({"number": number, "what": command["what"]}))
        .collect();
    Json(json!({"next": all.len(), "commands": mine}))
}

/// Plain text in, so that a beacon can send it.
async fn observed(State(shared): State<Arc<Shared>>, body: String) -> StatusCode {
    let Ok(fields) = serde_json::from_str::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let observation = Observation { load: text("load"), kind: text("kind"), at: Instant::now(), fields };
    shared.seen().push(observation);
    shared.came.notify_all();
    StatusCode::NO_CONTENT
}

/// A page that asks to be saved.
async fn attachment() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/html"), (header::CONTENT_DISPOSITION, "attachment; filename=\"page.html\"")];
    (headers, "<p>saved").into_response()
}

async fn file(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    Query(behaviour): Query<HashMap<String, String>>,
) -> Response {
    let Some((_, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = if name.ends_with(".js") { "text/javascript" } else { "text/html; charset=utf-8" };
    let origin = format!("http://127.0.0.1:{}", shared.frame_port);
    let is = |wish: &str| behaviour.get(wish).is_some_and(|wished| wished == "1");
    let opener = if is("alone") { "same-origin" } else { "unsafe-none" };
    let picture = if is("unfinished") { "<img src=/never>" } else { "" };
    let headers = [("content-type", kind), ("cross-origin-opener-policy", opener)];
    (headers, text.replace("FRAME_ORIGIN", &origin) + picture).into_response()
}

const FILES: &[(&str, &str)] = &[
    ("host.html", include_str!("../data/hosts/host.html")),
    ("frame.html", include_str!("../data/hosts/frame.html")),
    ("control.js", include_str!("../data/hosts/control.js")),
    ("v1.js", include_str!("../data/hosts/v1.js")),
    ("v2.js", include_str!("../data/hosts/v2.js")),
];
