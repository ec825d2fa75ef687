//! Who may ask: the Host header on every server, the Origin on the wire and the console, and what a refusal looks like.

use crate::{org::Refusal, shared::Shared};
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::sync::Arc;

/// An answer that is not what was asked for, as JSON.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    message: String,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Refused { status, message: message.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({ "code": self.status.as_u16(), "message": self.message });
        (self.status, axum::Json(body)).into_response()
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Refused::new(StatusCode::NOT_FOUND, "there is no such conversation"),
            Refusal::Conflict(why) => Refused::new(StatusCode::CONFLICT, why),
            Refusal::Invalid(why) => Refused::new(StatusCode::BAD_REQUEST, why),
        }
    }
}

impl From<getrandom::Error> for Refused {
    fn from(_: getrandom::Error) -> Self {
        Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "no randomness")
    }
}

/// A JSON body whatever its content type: a page sends `text/plain` where it must not wait for a preflight. The message
/// says where, never what: the body may be personal.
pub(crate) fn json<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() { "not what this call takes" } else { "not JSON" };
        Refused::new(
            StatusCode::BAD_REQUEST,
            format!("the body is {what} (line {}, column {})", error.line(), error.column()),
        )
    })
}

/// Against DNS rebinding: a name that somebody points at 127.0.0.1 is not ours.
pub(crate) async fn host(State(ours): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let said = request
        .headers()
        .get_all(header::HOST)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .chain(request.uri().authority().map(axum::http::uri::Authority::as_str));
    let mut any = false;
    for host in said {
        any = true;
        if !ours.iter().any(|our| our == host) {
            return Refused::new(StatusCode::MISDIRECTED_REQUEST, "this server has another name").into_response();
        }
    }
    if !any {
        return Refused::new(StatusCode::BAD_REQUEST, "no Host").into_response();
    }
    next.run(request).await
}

/// The control API answers to the console, and to programs, which send no Origin. Never to another page: the chat page
/// must not be able to drive it.
pub(crate) async fn own_origin(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let port = shared.addresses.console.rsplit(':').next().unwrap_or_default();
    let own = [shared.addresses.console.clone(), format!("http://localhost:{port}")];
    let foreign =
        headers.get_all(header::ORIGIN).iter().any(|origin| !own.iter().any(|own| own.as_bytes() == origin.as_bytes()));
    // A GET from a page may carry no Origin; this header says where it came from.
    let elsewhere = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    if foreign || elsewhere {
        return Refused::new(StatusCode::FORBIDDEN, "only the console's own page may do this").into_response();
    }
    next.run(request).await
}

/// The wire is for trusted origins, and for programs, which send no Origin.
pub(crate) async fn cors(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    if !origin.to_str().is_ok_and(|origin| shared.trusts(origin)) {
        return Refused::new(StatusCode::FORBIDDEN, "the org does not trust this origin").into_response();
    }
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if preflight {
        set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE, OPTIONS");
        set(
            headers,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Accept, X-Org-ID, Last-Event-ID, Cache-Control",
        );
        set(headers, header::ACCESS_CONTROL_MAX_AGE, "600");
    }
    response
}

/// Nothing here is worth keeping: a visit must find no byte of the one before. And what the framework refuses by itself
/// (a body too large, a query that cannot be read) is text: here it becomes what every other refusal is.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let text =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if status.is_client_error() && text {
        response = Refused::new(status, status.canonical_reason().unwrap_or("refused")).into_response();
    }
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    response
}

/// What no route answers.
pub(crate) async fn nothing_here() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "nothing here")
}

/// A route, but not with this method.
pub(crate) async fn wrong_method() -> Refused {
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "not with this method")
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
