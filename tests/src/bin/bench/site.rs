//! The server of the pages that are measured: the sandbox's page with our script beside its own, and a stub.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kiosk_tests::Org;
use serde_json::Value;
use tokio::sync::Notify;

/// As long as anything may take on half a core.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A page that asks what to do waits so long for an answer.
const POLL: Duration = Duration::from_secs(20);

/// The servers and what the pages told them.
#[derive(Debug)]
pub(crate) struct Site {
    /// The stand-in org behind the page.
    pub(crate) org: Org,
    port: u16,
    shared: Arc<Shared>,
    told: mpsc::Receiver<Told>,
    /// What was told before anybody asked for it.
    kept: RefCell<VecDeque<Told>>,
}

/// What a page told, and when it arrived here.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Which load of a page.
    pub(crate) load: String,
    /// What happened.
    pub(crate) kind: String,
    /// All that it said.
    pub(crate) body: Value,
    /// When.
    pub(crate) at: Instant,
}

impl Told {
    /// A number that it said.
    pub(crate) fn number(&self, name: &str) -> Result<f64> {
        self.body[name].as_f64().with_context(|| format!("the page did not say {name}: {}", self.body))
    }
}

#[derive(Debug)]
struct Shared {
    /// The sandbox's page: path, type, text.
    files: Vec<(&'static str, HeaderMap, String)>,
    commands: Mutex<HashMap<String, VecDeque<Value>>>,
    commanded: Notify,
    tell: mpsc::Sender<Told>,
}

impl Site {
    /// Starts an org, takes its page, and serves it on `http://localhost`.
    pub(crate) fn start() -> Result<Self> {
        let org = Org::start()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (tell, told) = mpsc::channel();
        let shared = Arc::new(Shared {
            files: ["", "page.js", "page.css"].into_iter().map(|name| take(&org, name)).collect::<Result<_>>()?,
            commands: Mutex::default(),
            commanded: Notify::new(),
            tell,
        });
        let router = router(Arc::clone(&shared));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || -> Result<()> {
            runtime.block_on(async { Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await?) })
        });
        Ok(Self { org, port, shared, told, kept: RefCell::default() })
    }

    /// The address of a page: `` is the sandbox's, `stub`, `typing`.
    pub(crate) fn url(&self, page: &str) -> String {
        format!("http://localhost:{}/{page}", self.port)
    }

    /// The origin of the sandbox's chat frame.
    pub(crate) fn frame_origin(&self) -> String {
        self.org.frames().join("")
    }

    /// The origin of the composer in the page `typing`.
    pub(crate) fn composer_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Forgets what was told so far.
    pub(crate) fn forget(&self) {
        self.kept.borrow_mut().clear();
        while self.told.try_recv().is_ok() {}
    }

    /// The next thing of this kind that is told, by the page of this load where one is named; what else is told
    /// meanwhile can be asked for later.
    pub(crate) fn next(&self, kind: &str, load: Option<&str>) -> Result<Told> {
        self.first(&format!("{kind} of {load:?}"), PATIENCE, |told| {
            told.kind == kind && load.is_none_or(|load| load == told.load)
        })
    }

    /// The next thing that is as wished.
    pub(crate) fn first(&self, what: &str, within: Duration, wish: impl Fn(&Told) -> bool) -> Result<Told> {
        let deadline = Instant::now() + within;
        let mut kept = self.kept.borrow_mut();
        if let Some(found) = kept.iter().position(&wish).and_then(|place| kept.remove(place)) {
            return Ok(found);
        }
        loop {
            match self.told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(told) if wish(&told) => return Ok(told),
                Ok(told) => kept.push_back(told),
                Err(_) => bail!("no page told {what} within {within:?}"),
            }
        }
    }

    /// Tells the page of this load what to do.
    pub(crate) fn command(&self, load: &str, what: Value) {
        let mut commands = self.shared.commands.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of pages that are gone.
        commands.retain(|_, waiting| !waiting.is_empty());
        commands.entry(load.to_owned()).or_default().push_back(what);
        drop(commands);
        self.shared.commanded.notify_waiters();
    }
}

/// Takes one of the sandbox's files, and puts our script in front of the page's own.
fn take(org: &Org, name: &'static str) -> Result<(&'static str, HeaderMap, String)> {
    let mut answer = ureq::get(format!("{}{name}", org.page())).call().context("the sandbox's page")?;
    let kept = [header::CONTENT_TYPE, header::CONTENT_SECURITY_POLICY, header::CACHE_CONTROL];
    let headers = kept.into_iter().filter_map(|name| {
        let value = answer.headers().get(name.as_str())?.as_bytes();
        Some((name, HeaderValue::from_bytes(value).ok()?))
    });
    let headers = headers.collect();
    let text = answer.body_mut().read_to_string()?;
    let ours = r#"<script src="bench.js" defer></script>"#;
    Ok((name, headers, text.replacen("<script src=\"page.js\"", &format!("{ours}\n    <script src=\"page.js\""), 1)))
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(|shared: State<_>| taken(shared, "")))
        .route("/page.js", get(|shared: State<_>| taken(shared, "page.js")))
        .route("/page.css", get(|shared: State<_>| taken(shared, "page.css")))
        .route("/bench.js", get(|| own("text/javascript", include_str!("pages/bench.js"))))
        .route("/stub.js", get(|| own("text/javascript", include_str!("pages/stub.js"))))
        .route("/typing", get(|| own("text/html", include_str!("pages/stub.html"))))
        .route("/composer", get(|| own("text/html", include_str!("pages/composer.html"))))
        .route("/stub", get(stub))
        .route("/commands/{load}", get(commands))
        .route("/told", post(told).layer(DefaultBodyLimit::max(16 * 1024 * 1024)))
        .with_state(shared)
}

async fn taken(State(shared): State<Arc<Shared>>, name: &'static str) -> Response {
    match shared.files.iter().find(|(known, ..)| *known == name) {
        Some((_, headers, text)) => (headers.clone(), text.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn own(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Isolated from other origins: only such a page has a clock with a resolution of less than a millisecond.
async fn stub() -> Response {
    let mut page = own("text/html", include_str!("pages/stub.html")).await;
    page.headers_mut().insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    page.headers_mut().insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    page
}

/// The next command for this load, as soon as there is one.
async fn commands(State(shared): State<Arc<Shared>>, Path(load): Path<String>) -> Response {
    let wait = async {
        loop {
            let commanded = shared.commanded.notified();
            tokio::pin!(commanded);
            commanded.as_mut().enable();
            let next = {
                let mut all = shared.commands.lock().unwrap_or_else(PoisonError::into_inner);
                all.get_mut(&load).and_then(VecDeque::pop_front)
            };
            if let Some(next) = next {
                return next;
            }
            commanded.await;
        }
    };
    match tokio::time::timeout(POLL, wait).await {
        Ok(command) => axum::Json(command).into_response(),
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn told(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    let at = Instant::now();
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    // Nobody listens when the benchmark ends.
    drop(shared.tell.send(Told { load: text("load"), kind: text("kind"), at, body }));
    StatusCode::NO_CONTENT
}
