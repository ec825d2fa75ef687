//! Messaging for In-App and Web, API v2: what a visitor's client calls.

use crate::{
    guard::{self, Refused},
    shared::{DEPLOYMENT, ORG_ID, Shared, random_hex},
    stream,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The calls, without the layers around them.
pub(crate) fn router() -> Router<Arc<Shared>> {
    let api = Router::new()
        .route("/authorization/unauthenticated/access-token", post(access_token))
        .route("/authorization/continuation-access-token", get(continuation_token))
        .route("/conversation", post(create))
        .route("/conversation/list", get(list))
        .route("/conversation/{id}", delete(close))
        .route("/conversation/{id}/session", delete(end_session))
        .route("/conversation/{id}/entries", get(entries))
        .route("/conversation/{id}/message", post(message))
        .route("/conversation/{id}/entry", post(typing))
        .layer(DefaultBodyLimit::max(64 * 1024));
    Router::new().nest("/iamessage/api/v2", api).route("/eventrouter/v1/sse", get(stream::visitor))
}

/// The visitor behind the request's token.
pub(crate) fn visitor(shared: &Shared, headers: &HeaderMap) -> Result<u64, Refused> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| shared.read(|org| org.visitor(token)))
        .ok_or_else(|| Refused::new(StatusCode::UNAUTHORIZED, "the token is unknown or gone"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessToken {
    org_id: String,
    es_developer_name: String,
}

async fn access_token(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Refused> {
    let asked: AccessToken = guard::json(&body)?;
    if asked.org_id != ORG_ID || asked.es_developer_name != DEPLOYMENT {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "no such org or deployment"));
    }
    let token = random_hex(24)?;
    let last = shared.change(|org, _| {
        org.admit(token.clone());
        org.last_event()
    });
    Ok(Json(json!({
        "accessToken": token,
        "lastEventId": last.to_string(),
        "context": {
            "configuration": {
                "embeddedServiceConfig": {
                    "name": DEPLOYMENT,
                    "forms": [],
                    "embeddedServiceMessagingChannel": { "businessHoursInfo": null },
                },
                "timestamp": crate::shared::now(),
            },
        },
    })))
}

async fn continuation_token(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Json<Value>, Refused> {
    let visitor = visitor(&shared, &headers)?;
    let token = random_hex(24)?;
    shared.change(|org, _| org.admit_again(visitor, token.clone()));
    Ok(Json(json!({ "accessToken": token })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    conversation_id: String,
    es_developer_name: String,
}

async fn create(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Refused> {
    let visitor = visitor(&shared, &headers)?;
    let asked: Create = guard::json(&body)?;
    deployment(&asked.es_developer_name)?;
    shared.change(|org, now| org.open(visitor, &asked.conversation_id, now))?;
    Ok(StatusCode::CREATED)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    #[serde(default)]
    incl_closed_convs: bool,
    limit: Option<usize>,
}

async fn list(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(asked): Query<List>,
) -> Result<Json<Value>, Refused> {
    let visitor = visitor(&shared, &headers)?;
    let limit = asked.limit.unwrap_or(50).min(50);
    Ok(Json(shared.read(|org| org.list(visitor, asked.incl_closed_convs, limit))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entries {
    limit: Option<usize>,
    start_timestamp: Option<i64>,
    end_timestamp: Option<i64>,
    direction: Option<Direction>,
    entry_type_filter: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
enum Direction {
    #[serde(alias = "from_end")]
    FromEnd,
    #[serde(alias = "from_start")]
    FromStart,
}

async fn entries(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Entries>,
) -> Result<Json<Value>, Refused> {
    let visitor = visitor(&shared, &headers)?;
    let limit = asked.limit.unwrap_or(500).min(500);
    let entries = shared.read(|org| {
        let conversation = org.conversation(visitor, &id)?;
        let wanted: Vec<Value> = conversation
            .entries()
            .filter(|entry| asked.start_timestamp.is_none_or(|start| entry.time >= start))
            .filter(|entry| asked.end_timestamp.is_none_or(|end| entry.time <= end))
            .filter(|entry| {
                asked
                    .entry_type_filter
                    .as_deref()
                    .filter(|filter| !filter.is_empty())
                    .is_none_or(|filter| filter.split(',').any(|kind| kind.trim() == entry.entry_type))
            })
            .map(crate::entry::Entry::rest)
            .collect();
        Ok::<_, Refused>(wanted)
    })?;
    let surplus = entries.len().saturating_sub(limit);
    // What does not fit is left out at the far end.
    let kept: Vec<Value> = if asked.direction == Some(Direction::FromStart) {
        entries.into_iter().take(limit).collect()
    } else {
        entries.into_iter().skip(surplus).collect()
    };
    Ok(Json(json!({ "conversationEntries": kept })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message: MessageBody,
    es_developer_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageBody {
    id: String,
    message_type: String,
    static_content: StaticContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StaticContent {
    format_type: String,
    text: String,
}

async fn message(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let visitor = visitor(&shared, &headers)?;
    let Message { message, es_developer_name } = guard::json(&body)?;
    deployment(&es_developer_name)?;
    if message.message_type != "StaticContentMessage" || message.static_content.format_type != "Text" {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "the sandbox takes text messages only"));
    }
    shared.change(|org, now| org.write(visitor, &id, &message.id, &message.static_content.text, now))?;
    let accepted = json!({ "conversationEntries": [{ "id": message.id, "clientTimestamp": crate::shared::now() }] });
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Typing {
    entry_type: String,
}

async fn typing(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let visitor = visitor(&shared, &headers)?;
    let asked: Typing = guard::json(&body)?;
    let on = match asked.entry_type.as_str() {
        "TypingStartedIndicator" => true,
        "TypingStoppedIndicator" => false,
        _ => return Err(Refused::new(StatusCode::BAD_REQUEST, "an entry of this type cannot be sent")),
    };
    shared.change(|org, _| org.visitor_types(visitor, &id, on))?;
    Ok(StatusCode::ACCEPTED)
}

async fn close(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let visitor = visitor(&shared, &headers)?;
    shared.change(|org, now| org.close(visitor, &id, now))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_session(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let visitor = visitor(&shared, &headers)?;
    shared.change(|org, now| org.leave(visitor, &id, now))?;
    Ok(StatusCode::NO_CONTENT)
}

fn deployment(name: &str) -> Result<(), Refused> {
    if name == DEPLOYMENT {
        return Ok(());
    }
    Err(Refused::new(StatusCode::BAD_REQUEST, "no such deployment"))
}
