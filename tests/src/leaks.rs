//! A page and its cross-origin frame that plant what a browser can keep, and look for it at the start of each visit.

use std::collections::HashMap;
use std::io::Write;
use std::net::{TcpListener as Listener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::wait::PATIENCE;

/// The servers, for as long as this value lives.
#[derive(Debug)]
pub struct Leaks {
    page_port: u16,
    frame_port: u16,
    marker: String,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<Held>,
    came: Condvar,
    frame_port: u16,
    stream_port: u16,
}

#[derive(Debug, Default)]
struct Held {
    told: Vec<Value>,
    /// The token of the newest load, for page and frame.
    loads: HashMap<String, String>,
    /// Events for the page of a load.
    events: HashMap<String, Value>,
    /// Open event streams, by load.
    streams: HashMap<String, usize>,
}

impl Leaks {
    /// Serves the page on `http://localhost:A` and the frame on `http://127.0.0.1:B`; what they plant has this marker.
    pub fn start(marker: &str) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (page, frame) = runtime.block_on(async {
            anyhow::Ok((TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?))
        })?;
        let streams = Listener::bind("127.0.0.1:0")?;
        let (page_port, frame_port) = (page.local_addr()?.port(), frame.local_addr()?.port());
        let stream_port = streams.local_addr()?.port();
        let shared = Arc::new(Shared { frame_port, stream_port, ..Shared::default() });
        for listener in [page, frame] {
            let router = router(Arc::clone(&shared));
            runtime.spawn(async move { axum::serve(listener, router).await });
        }
        let of_streams = Arc::clone(&shared);
        thread::spawn(move || {
            for came in streams.incoming().flatten() {
                let shared = Arc::clone(&of_streams);
                // The other side goes when it likes.
                thread::spawn(move || drop(stream(came, &shared)));
            }
        });
        Ok(Self { page_port, frame_port, marker: marker.to_owned(), shared, _runtime: runtime })
    }

    /// The page's address.
    #[must_use]
    pub fn page(&self) -> String {
        format!("http://localhost:{}/page.html?marker={}", self.page_port, self.marker)
    }

    /// The frame's origin.
    #[must_use]
    pub fn frame_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.frame_port)
    }

    /// The page of the newest load.
    pub fn newest(&self) -> Result<String> {
        self.shared.state().loads.get("page").cloned().context("no page was loaded")
    }

    /// Waits until the page (`where` `page`) or the frame of a load has told something, and gives it.
    pub fn told(&self, load: &str, place: &str, kind: &str) -> Result<Value> {
        let fits = |told: &&Value| told["load"] == load && told["where"] == place && told["kind"] == kind;
        let find = |held: &Held| held.told.iter().rev().find(fits).cloned();
        let (held, _) = self
            .shared
            .came
            .wait_timeout_while(self.shared.state(), PATIENCE, |held| find(held).is_none())
            .unwrap_or_else(PoisonError::into_inner);
        match find(&held) {
            Some(told) => Ok(told),
            None => bail!("the {place} of {load} did not tell {kind}; all that was told: {:#?}", held.told),
        }
    }

    /// How often a load has told something.
    #[must_use]
    pub fn count(&self, load: &str, kind: &str) -> usize {
        self.shared.state().told.iter().filter(|told| told["load"] == load && told["kind"] == kind).count()
    }

    /// The page dispatches this session status event.
    pub fn event(&self, load: &str, detail: &Value) {
        self.shared.state().events.insert(load.to_owned(), detail.clone());
    }

    /// How many event streams of a load are open.
    #[must_use]
    pub fn streams(&self, load: &str) -> usize {
        self.shared.state().streams.get(load).copied().unwrap_or_default()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self, query: Option<&str>) -> String {
        let place = if query.is_some_and(|query| query.starts_with("frame")) { "frame" } else { "page" };
        self.state().loads.get(place).cloned().unwrap_or_default()
    }
}

/// An event stream that lasts until the other side goes.
fn stream(mut to: TcpStream, shared: &Shared) -> Result<()> {
    let mut head = [0; 2048];
    let read = std::io::Read::read(&mut to, &mut head)?;
    let head = String::from_utf8_lossy(&head[..read]).into_owned();
    let load = head.split("load=").nth(1).and_then(|rest| rest.split(['&', ' ']).next()).unwrap_or_default().to_owned();
    write!(
        to,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\
         Cache-Control: no-store\r\n\r\n"
    )?;
    *shared.state().streams.entry(load.clone()).or_default() += 1;
    while write!(to, ": still here\n\n").is_ok() {
        thread::sleep(Duration::from_millis(100));
    }
    if let Some(open) = shared.state().streams.get_mut(&load) {
        *open -= 1;
    }
    Ok(())
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/told", post(told))
        .route("/load", get(load))
        .route("/end", get(end))
        .route("/cookies", get(cookies))
        .route("/set-cookie", get(set_cookie))
        .route("/cached", get(cached))
        .route("/etag", get(etag))
        .route("/private", get(private))
        .route("/{file}", get(file))
        .with_state(shared)
}

async fn told(State(shared): State<Arc<Shared>>, body: String) -> StatusCode {
    let Ok(told) = serde_json::from_str(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    shared.state().told.push(told);
    shared.came.notify_all();
    StatusCode::NO_CONTENT
}

async fn load(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> StatusCode {
    if let Some((place, load)) = query.as_deref().and_then(|query| query.split_once('=')) {
        shared.state().loads.insert(place.to_owned(), load.to_owned());
    }
    StatusCode::NO_CONTENT
}

async fn end(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Json<Value> {
    let load = query.as_deref().and_then(|query| query.strip_prefix("load=")).unwrap_or_default();
    Json(shared.state().events.remove(load).unwrap_or(Value::Null))
}

/// The cookies that a script cannot see.
async fn cookies(headers: HeaderMap) -> String {
    let all = text(&headers, header::COOKIE);
    all.split("; ").filter(|one| one.starts_with("hidden=")).collect()
}

async fn set_cookie(RawQuery(query): RawQuery) -> Response {
    let cookie = format!("hidden={}; Max-Age=86400; HttpOnly; Path=/", query.unwrap_or_default());
    ([(header::SET_COOKIE, cookie)], "set").into_response()
}

/// Carries the token of the load that asked first, for a day.
async fn cached(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=86400")], shared.newest(query.as_deref())).into_response()
}

/// Says which version the browser has already.
async fn etag(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let tag = format!("\"{}\"", shared.newest(query.as_deref()));
    let known = text(&headers, header::IF_NONE_MATCH);
    ([(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())], known).into_response()
}

async fn private(headers: HeaderMap) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        return "let in".into_response();
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"private\"")], "who are you?").into_response()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn file(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "page.html" => ("text/html; charset=utf-8", include_str!("../data/leaks/page.html")),
        "frame.html" => ("text/html; charset=utf-8", include_str!("../data/leaks/frame.html")),
        "leaks.js" => ("text/javascript", include_str!("../data/leaks/leaks.js")),
        "sw.js" => ("text/javascript", "addEventListener('fetch', () => {});"),
        "shared.js" => ("text/javascript", "let n = 0; onconnect = ({ ports }) => ports[0].postMessage(++n);"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let text = text
        .replace("FRAME_ORIGIN", &format!("http://127.0.0.1:{}", shared.frame_port))
        .replace("STREAMS", &format!("http://127.0.0.1:{}", shared.stream_port));
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// The names under which a load tells what it found, and what it found under them: only what is not nothing.
#[must_use]
pub fn found(told: &Value) -> Value {
    let all = told["found"].as_object().cloned().unwrap_or_default();
    json!(all.into_iter().filter(|(_, what)| !what.is_null()).collect::<serde_json::Map<_, _>>())
}
