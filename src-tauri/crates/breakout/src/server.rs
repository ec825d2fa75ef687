//! The other side: a server on loopback that serves the attack page and whatever it asks for, and a canary that must
//! never be asked for anything.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// How long the page's question for the next attempt is held open.
const HELD: Duration = Duration::from_secs(2);
/// How often a held question is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// The largest body that a page may send.
const LARGEST: usize = 64 * 1024;

/// The servers, for as long as this value lives.
#[derive(Debug)]
pub struct Server {
    page: u16,
    frame: u16,
    canary: u16,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

#[derive(Debug)]
struct Shared {
    addresses: Addresses,
    state: Mutex<Held>,
    came: Condvar,
}

#[derive(Debug, Clone)]
struct Addresses {
    page: String,
    frame: String,
    canary: String,
    marker: String,
}

#[derive(Debug, Default)]
struct Held {
    number: u64,
    script: String,
    wait: u64,
    said: HashMap<u64, Value>,
    canary: Vec<String>,
    loads: usize,
    hostile: bool,
}

impl Server {
    /// Serves the page on `http://localhost:A`, its frame on `http://127.0.0.1:B`, and the canary on a third port. The
    /// marker stands in every address and text that could be found again.
    pub fn start(marker: &str) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (page, frame) = runtime.block_on(async {
            anyhow::Ok((
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            ))
        })?;
        let canary = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let ports = (page.local_addr()?.port(), frame.local_addr()?.port(), canary.local_addr()?.port());
        let addresses = Addresses {
            page: format!("http://localhost:{}", ports.0),
            frame: format!("http://127.0.0.1:{}", ports.1),
            canary: format!("http://127.0.0.1:{}", ports.2),
            marker: marker.to_owned(),
        };
        let shared = Arc::new(Shared { addresses, state: Mutex::default(), came: Condvar::new() });
        for listener in [page, frame] {
            let router = router(Arc::clone(&shared));
            runtime.spawn(async move { axum::serve(listener, router).await });
        }
        let seen = Arc::clone(&shared);
        thread::spawn(move || watch(&canary, &seen));
        Ok(Self { page: ports.0, frame: ports.1, canary: ports.2, shared, _runtime: runtime })
    }

    /// The attack page's address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/", self.shared.addresses.page)
    }

    /// The origin of the frame that the page may have.
    #[must_use]
    pub fn frame_origin(&self) -> &str {
        &self.shared.addresses.frame
    }

    /// The ports of page, frame and canary.
    #[must_use]
    pub fn ports(&self) -> [u16; 3] {
        [self.page, self.frame, self.canary]
    }

    /// Gives the page a script to run, and waits until it has said what came of it. `None`: it said nothing in time.
    #[must_use]
    pub fn ask(&self, script: &str, within: Duration) -> Option<Value> {
        let mut held = self.shared.held();
        held.number += 1;
        let number = held.number;
        script.clone_into(&mut held.script);
        held.wait = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        let (mut held, _) = self
            .shared
            .came
            .wait_timeout_while(held, within, |held| !held.said.contains_key(&number))
            .unwrap_or_else(PoisonError::into_inner);
        held.said.remove(&number)
    }

    /// The requests that reached the canary so far.
    #[must_use]
    pub fn canary(&self) -> Vec<String> {
        self.shared.held().canary.clone()
    }

    /// How often the attack page was loaded.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.shared.held().loads
    }

    /// From the next load on the page replaces the natives before anything else, or no longer.
    pub fn set_hostile(&self, hostile: bool) {
        self.shared.held().hostile = hostile;
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file of the suite with the addresses of this run in it.
    fn fill(&self, text: &str) -> String {
        let Addresses { page, frame, canary, marker } = &self.addresses;
        let after = self.held().number.to_string();
        text.replace("AFTER", &after)
            .replace("PAGE", page)
            .replace("FRAME", frame)
            .replace("CANARY", canary)
            .replace("MARKER", marker)
    }
}

/// Notes whoever comes, and answers so that the page would be seen to change.
fn watch(canary: &StdListener, shared: &Shared) {
    for came in canary.incoming().flatten() {
        let mut came = came;
        let mut head = [0; 512];
        let _ = came.set_read_timeout(Some(Duration::from_secs(1)));
        let read = came.read(&mut head).unwrap_or(0);
        if read == 0 {
            // Engines connect ahead of a decision; nothing was asked.
            continue;
        }
        let head = String::from_utf8_lossy(&head[..read]);
        shared.held().canary.push(head.lines().next().unwrap_or("a connection").to_owned());
        let _ = came.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<h1>out</h1>",
        );
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/next", get(next))
        .route("/did", post(did))
        .route("/redirect", get(redirect).post(redirect))
        .route("/meta", get(meta))
        .route("/answer", get(answer).post(answer))
        .route("/echo", get(echo))
        .route("/private", get(private))
        .route("/hang", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
        .route("/{file}", get(file))
        .with_state(shared)
}

async fn page(State(shared): State<Arc<Shared>>) -> Response {
    let hostile = {
        let mut held = shared.held();
        held.loads += 1;
        held.hostile
    };
    let text = shared.fill(include_str!("pages/page.html"));
    let first = if hostile { "<script src=\"/hostile.js\"></script>" } else { "" };
    serve("text/html; charset=utf-8", text.replace("<!--HOSTILE-->", first))
}

async fn file(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    match name.as_str() {
        "frame.html" => serve("text/html; charset=utf-8", include_str!("pages/frame.html").to_owned()),
        "suite.js" => serve("text/javascript", shared.fill(include_str!("pages/suite.js"))),
        "hostile.js" => serve("text/javascript", include_str!("pages/hostile.js").to_owned()),
        "sw.js" => serve("text/javascript", "addEventListener('fetch', () => {});".to_owned()),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn serve(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

#[derive(Deserialize)]
struct After {
    after: u64,
}

async fn next(State(shared): State<Arc<Shared>>, Query(After { after }): Query<After>) -> Response {
    let until = tokio::time::Instant::now() + HELD;
    while tokio::time::Instant::now() < until {
        {
            let held = shared.held();
            if held.number > after {
                let command = json!({ "number": held.number, "script": held.script, "wait": held.wait });
                return axum::Json(command).into_response();
            }
        }
        tokio::time::sleep(LOOK).await;
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn did(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> StatusCode {
    let told: Option<Value> =
        Some(body).filter(|body| body.len() <= LARGEST).and_then(|body| serde_json::from_slice(&body).ok());
    let Some((number, told)) = told.and_then(|told| Some((told["number"].as_u64()?, told))) else {
        return StatusCode::BAD_REQUEST;
    };
    shared.held().said.insert(number, told["said"].clone());
    shared.came.notify_all();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct To {
    to: String,
}

async fn redirect(Query(To { to }): Query<To>) -> Response {
    match HeaderValue::from_str(&to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn meta(Query(To { to }): Query<To>) -> Response {
    serve(
        "text/html; charset=utf-8",
        format!("<meta http-equiv=\"refresh\" content=\"0;url={to}\"><h1>Please wait</h1>"),
    )
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    body: String,
}

fn ok() -> u16 {
    200
}

/// Whatever answer an attempt wants: a status, a type, a file's name.
async fn answer(Query(wanted): Query<Answer>) -> Response {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &wanted.kind);
    if !wanted.name.is_empty() {
        set(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{}\"", wanted.name));
    }
    let status = StatusCode::from_u16(wanted.status).unwrap_or(StatusCode::OK);
    (status, headers, wanted.body).into_response()
}

/// The request's own cookies: the ones that a script cannot see, too.
async fn echo(headers: HeaderMap) -> Response {
    let cookies = headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
    let hidden = HeaderValue::from_static("hidden=planted; HttpOnly; Max-Age=86400; Path=/");
    ([(header::SET_COOKIE, hidden)], cookies.to_owned()).into_response()
}

async fn private() -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"private\"")], "who are you?").into_response()
}
