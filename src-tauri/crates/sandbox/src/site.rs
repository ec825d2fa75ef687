//! The page's server, and the org's: the site with script and frame, and the wire beside it.

use crate::{
    faults::Http,
    guard::{self, Refused},
    shared::{DEPLOYMENT, ORG_ID, SITE_PATH, Shared},
    wire,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The server of the page that hosts the chat: an ordinary customer's page.
pub(crate) fn page(shared: Arc<Shared>) -> Router {
    let hosts = hosts(&shared.addresses.page);
    Router::new()
        .route("/", get(host_page))
        .route("/page.js", get(async || asset("text/javascript", None, PAGE_JS)))
        .route("/page.css", get(async || asset("text/css", None, PAGE_CSS)))
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(from_fn_with_state(Arc::clone(&shared), faulty))
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(hosts, guard::host))
        .with_state(shared)
}

/// The org's server: site, frame, wire, and two calls that a real org does not have.
pub(crate) fn org(shared: Arc<Shared>) -> Router {
    let hosts = hosts(&shared.addresses.org);
    let site = Router::new()
        .route("/assets/js/bootstrap.min.js", get(async || asset("text/javascript", None, BOOTSTRAP_JS)))
        .route("/assets/styles/bootstrap.css", get(async || asset("text/css", None, BOOTSTRAP_CSS)))
        .route("/frame", get(frame))
        .route("/assets/frame/frame.css", get(async || asset("text/css", None, FRAME_CSS)))
        .route("/assets/frame/frame.js", get(async || asset("text/javascript", None, FRAME_JS)))
        .route("/assets/frame/view.js", get(async || asset("text/javascript", None, VIEW_JS)))
        .route("/assets/frame/wire.js", get(async || asset("text/javascript", None, WIRE_JS)))
        .layer(from_fn_with_state(Arc::clone(&shared), faulty));
    Router::new()
        .nest(SITE_PATH, site)
        .route("/sandbox/faults", get(faults))
        .route("/sandbox/clears", post(clears).layer(DefaultBodyLimit::max(64 * 1024)))
        .merge(wire::router())
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(Arc::clone(&shared), guard::cors))
        .layer(from_fn_with_state(hosts, guard::host))
        .with_state(shared)
}

/// One of our files.
pub(crate) fn asset(kind: &'static str, policy: Option<&str>, body: impl Into<String>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], body.into()).into_response();
    if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(policy).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn host_page(State(shared): State<Arc<Shared>>) -> Response {
    let org = &shared.addresses.org;
    // `ipc:` is how an application that shows the page in a webview of its own talks to its script in there.
    let policy = format!(
        "default-src 'none'; script-src 'self' {org}; style-src 'self' {org}; frame-src {org}; img-src 'self' data:; \
         connect-src 'self' {org} ipc: http://ipc.localhost; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let settings = json!({
        "org": ORG_ID,
        "deployment": DEPLOYMENT,
        "site": shared.addresses.site,
        "scrt": org,
        "brand": shared.options.brand,
        "accent": shared.options.accent,
        "greeting": shared.options.greeting,
        "greetings": shared.options.greetings,
    });
    asset("text/html; charset=utf-8", Some(&policy), with_settings(PAGE_HTML, &settings))
}

#[derive(Deserialize)]
struct Frame {
    parent: Option<String>,
    language: Option<String>,
}

/// The chat's frame, for one parent: it talks to no other, and no other may show it.
async fn frame(State(shared): State<Arc<Shared>>, Query(asked): Query<Frame>) -> Result<Response, Refused> {
    let parent = asked
        .parent
        .filter(|parent| shared.trusts(parent))
        .ok_or_else(|| Refused::new(StatusCode::FORBIDDEN, "the org does not trust this page"))?;
    shared.change(|org, _| org.note_language(asked.language.as_deref()));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors {parent}"
    );
    let settings = json!({
        "org": ORG_ID,
        "deployment": DEPLOYMENT,
        "parent": parent,
        "accent": shared.options.accent,
    });
    Ok(asset("text/html; charset=utf-8", Some(&policy), with_settings(FRAME_HTML, &settings)))
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!(shared.faults()))
}

async fn clears(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Refused> {
    let report: Value = guard::json(&body)?;
    shared.change(|org, now| org.note_clear(&report, now))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The switch that breaks page and site.
async fn faulty(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut changes = shared.changes();
    loop {
        changes.mark_unchanged();
        match shared.faults().http {
            Http::Ok => return next.run(request).await,
            Http::Broken => {
                return Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "broken on purpose").into_response();
            }
            Http::Locked => {
                return Refused::new(StatusCode::LOCKED, "down for maintenance, on purpose").into_response();
            }
            Http::Hang => {}
        }
        tokio::select! {
            () = shared.stopped() => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            changed = changes.changed() => if changed.is_err() {
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            },
        }
    }
}

/// Puts the settings into a page as data, not as script: the policy allows none inline. `<` is escaped, so that no value
/// can end the element.
fn with_settings(page: &str, settings: &Value) -> String {
    page.replacen("{{settings}}", &settings.to_string().replace('<', "\\u003c"), 1)
}

fn hosts(origin: &str) -> Arc<[String]> {
    Arc::from([origin.trim_start_matches("http://").to_owned()])
}

const PAGE_HTML: &str = include_str!("../../../../ui/sandbox/page.html");
const PAGE_JS: &str = include_str!("../../../../ui/sandbox/page.js");
const PAGE_CSS: &str = include_str!("../../../../ui/sandbox/page.css");
const BOOTSTRAP_JS: &str = include_str!("../../../../ui/sandbox/bootstrap.js");
const BOOTSTRAP_CSS: &str = include_str!("../../../../ui/sandbox/bootstrap.css");
const FRAME_HTML: &str = include_str!("../../../../ui/sandbox/frame.html");
const FRAME_CSS: &str = include_str!("../../../../ui/sandbox/frame.css");
const FRAME_JS: &str = include_str!("../../../../ui/sandbox/frame.js");
const VIEW_JS: &str = include_str!("../../../../ui/sandbox/view.js");
const WIRE_JS: &str = include_str!("../../../../ui/sandbox/wire.js");
