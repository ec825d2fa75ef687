//! Our own page with Salesforce's snippet, served on a fixed loopback port: the org must trust its origin, and
//! `http://localhost:PORT` is one that an org can.

use std::{net::Ipv4Addr, sync::Arc};

use anyhow::Context;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use kiosk_core::{
    config::{Config, Salesforce},
    language::Language,
    origin::Origin,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::{brand, languages, refusals};

const INDEX: &str = include_str!("../../ui/chat/index.html");
const STYLE: &str = include_str!("../../ui/chat/chat.css");
const SCRIPT: &str = include_str!("../../ui/chat/chat.js");

/// The running page. Dropping it stops the server.
pub(crate) struct ChatPage {
    address: Url,
    server: JoinHandle<()>,
}

struct Shared {
    /// The only `Host` that is answered, so that no other name can be made to lead here (DNS rebinding).
    host: String,
    config: Value,
    policy: HeaderValue,
    logo: Option<Vec<u8>>,
}

impl ChatPage {
    /// Serves the page for an org.
    ///
    /// # Errors
    /// When the port is in use: it cannot be another one, since the org trusts this one.
    pub(crate) async fn start(org: &Salesforce, config: &Config, logo: Option<Vec<u8>>) -> anyhow::Result<Self> {
        let port = org.port;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(|| {
            format!(
                "port {port} on this machine cannot be used for the chat page. Another program, perhaps a second \
                 kiosk, has it: stop that, or choose another `port` under [salesforce] and add its origin to the \
                 org's CORS and trusted-domain lists"
            )
        })?;
        let address = Url::parse(&format!("http://localhost:{port}/")).context("the chat page's own address")?;
        let shared = Arc::new(Shared {
            host: format!("localhost:{port}"),
            config: page_config(org, config, logo.is_some()),
            policy: content_policy(org)?,
            logo,
        });
        let app = Router::new()
            .route("/", get(|| asset("text/html; charset=utf-8", INDEX)))
            .route("/chat.css", get(|| asset("text/css; charset=utf-8", STYLE)))
            .route("/chat.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
            .route("/config.json", get(|State(s): State<Arc<Shared>>| async move { axum::Json(s.config.clone()) }))
            .route("/logo", get(serve_logo))
            .layer(middleware::from_fn_with_state(shared.clone(), guard))
            .with_state(shared);
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, server })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &Url {
        &self.address
    }
}

impl Drop for ChatPage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn page_config(org: &Salesforce, config: &Config, has_logo: bool) -> Value {
    let mut brand = brand::for_pages(&config.brand);
    brand["logo"] = json!(has_logo.then_some("/logo"));
    // The org may have its own name for the kiosk's language (`en_GB`); of the others only ours is known.
    let languages: Value = Language::ALL
        .into_iter()
        .map(|language| {
            let name = if language == config.language { org.language.as_str() } else { language.at_salesforce() };
            let said = json!({
                "salesforce": name,
                "direction": language.direction(),
                "greeting": languages::greeting(&config.brand, language),
                "words": languages::for_chat(language),
            });
            (language.code().to_owned(), said)
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    json!({
        "org_id": org.org_id,
        "deployment": org.deployment,
        "site_url": org.site_url.as_str().trim_end_matches('/'),
        "scrt_url": org.scrt_url.as_str().trim_end_matches('/'),
        "language": config.language,
        "languages": languages,
        "brand": brand,
    })
}

/// Scripts and frames from the org's own origins, nothing from elsewhere.
fn content_policy(org: &Salesforce) -> anyhow::Result<HeaderValue> {
    let origins: Vec<String> =
        [&org.site_url, &org.scrt_url].into_iter().filter_map(Origin::of).map(|origin| origin.to_string()).collect();
    let site = Origin::of(&org.site_url).map(|origin| origin.to_string()).unwrap_or_default();
    let org = origins.join(" ");
    // The org's script builds styles and its button in the page, so styles may be inline; scripts may not.
    let policy = format!(
        "default-src 'none'; script-src 'self' {org}; style-src 'self' 'unsafe-inline' {org}; img-src 'self' data: \
         {org}; font-src 'self' {org}; connect-src 'self' {org}; frame-src {site}; base-uri 'none'; form-action 'none'"
    );
    HeaderValue::from_str(&policy).context("the chat page's content policy")
}

async fn guard(State(shared): State<Arc<Shared>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if host != Some(shared.host.as_str()) {
        refusals::refuse("host");
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let mut response = next.run(request).await;
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, shared.policy.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    ];
    response.headers_mut().extend(fixed);
    response
}

async fn asset(kind: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], body)
}

async fn serve_logo(State(shared): State<Arc<Shared>>) -> Response {
    match &shared.logo {
        Some(logo) => ([(header::CONTENT_TYPE, crate::app::image_type(logo))], logo.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
