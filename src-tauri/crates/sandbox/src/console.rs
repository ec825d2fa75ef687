//! The agent's console and the control API that it and the tests use.

use crate::{
    action::Action,
    conversation::Prev,
    entry::Role,
    guard::{self, Refused},
    shared::{DEPLOYMENT, ORG_ID, Shared, random_hex},
    site::asset,
    stream,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The console's server.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let port = shared.addresses.console.rsplit(':').next().unwrap_or_default();
    let hosts: Arc<[String]> = Arc::from([format!("127.0.0.1:{port}"), format!("localhost:{port}")]);
    let api = Router::new()
        .route("/state", get(state))
        .route("/events", get(stream::changes))
        .route("/faults", get(faults).post(set_faults))
        .route("/reset", post(reset))
        .route("/conversations/{id}/{action}", post(act))
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(DefaultBodyLimit::max(12 * 1024 * 1024))
        .layer(from_fn_with_state(Arc::clone(&shared), guard::own_origin));
    Router::new()
        .nest("/api", api)
        .route("/", get(page))
        .route("/console.js", get(async || asset("text/javascript", None, CONSOLE_JS)))
        .route("/console.css", get(async || asset("text/css", None, CONSOLE_CSS)))
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(hosts, guard::host))
        .with_state(shared)
}

async fn page() -> Response {
    asset(
        "text/html; charset=utf-8",
        Some(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
        CONSOLE_HTML,
    )
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let mut state = shared.read(crate::org::Org::view);
    state["faults"] = json!(shared.faults());
    state["org"] = json!({
        "id": ORG_ID,
        "deployment": DEPLOYMENT,
        "brand": shared.options.brand,
        "page_url": format!("{}/", shared.addresses.page),
        "site_url": shared.addresses.site,
        "scrt_url": shared.addresses.org,
    });
    state["revision"] = json!(*shared.changes().borrow());
    Json(state)
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!(shared.faults()))
}

async fn set_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Refused> {
    let patch: Map<String, Value> = guard::json(&body)?;
    let faults = shared
        .set_faults(|faults| faults.patched(patch))
        .map_err(|error| Refused::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Json(json!(faults)))
}

async fn reset(State(shared): State<Arc<Shared>>) -> Result<Json<Value>, Refused> {
    shared.reset(random_hex(8)?);
    Ok(Json(json!({})))
}

/// A body of no bytes is an empty object: most actions need none.
async fn act(
    State(shared): State<Arc<Shared>>,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    let action = match action.as_str() {
        "accept" => Action::Accept { name: guard::json::<Accept>(&body)?.name.unwrap_or_else(|| "Robin".to_owned()) },
        "say" => Action::Say(guard::json::<Say>(&body)?.text),
        "typing" => Action::Typing(guard::json::<Typing>(&body)?.on),
        "transfer" => Action::Transfer,
        "inactive" => Action::Inactive,
        "end" => {
            let end: End = guard::json(&body)?;
            Action::End {
                role: end.role.unwrap_or(Role::Agent),
                prev: match end.prev {
                    None => Prev::True,
                    Some(None) => Prev::Omit,
                    Some(Some(claim)) => Prev::Claim(claim),
                },
            }
        }
        "emit" => Action::Emit(guard::json(&body)?),
        "replay" => Action::Replay(guard::json::<Replay>(&body)?.count.unwrap_or(1)),
        _ => return Err(guard::nothing_here().await),
    };
    shared.change(|org, now| org.act(&id, action, now))?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accept {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    on: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    role: Option<Role>,
    /// Left out: the truth. `null`: the field is left out. A string: that.
    #[serde(default, deserialize_with = "present")]
    prev: Option<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    count: Option<usize>,
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

const CONSOLE_HTML: &str = include_str!("../../../../ui/sandbox/console.html");
const CONSOLE_JS: &str = include_str!("../../../../ui/sandbox/console.js");
const CONSOLE_CSS: &str = include_str!("../../../../ui/sandbox/console.css");
