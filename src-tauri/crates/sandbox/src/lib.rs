//! A stand-in Salesforce org on loopback: the documented wire, a site with a chat client of the documented shape, a page
//! that hosts it, and an agent's console. It is the kiosk's default other side, and its tests'.
//!
//! Three servers, each on 127.0.0.1 only: the page (on `localhost`, so that the chat's frame is cross-site to it), the org
//! (site, frame and wire), the console.

mod action;
mod console;
mod conversation;
mod entry;
mod faults;
mod guard;
mod log;
mod org;
mod shared;
mod site;
mod stream;
mod wire;

use crate::shared::{Addresses, Shared};
use axum::Router;
use std::{
    collections::BTreeMap,
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::watch};

/// A running stand-in org. Dropping it stops its servers.
#[derive(Debug)]
pub struct Sandbox {
    addresses: Addresses,
    page_url: String,
    console_url: String,
    _running: watch::Sender<()>,
}

/// Where it listens, whom it trusts, what it looks like.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port of the page. 0: any.
    pub page_port: u16,
    /// Port of site, frame and wire. 0: any.
    pub frame_port: u16,
    /// Port of the console. 0: any.
    pub console_port: u16,
    /// Origins that may host the chat and call the wire. Empty: any port of `http://localhost` and `http://127.0.0.1`.
    pub trusted_origins: Vec<String>,
    /// The shop's name.
    pub brand: String,
    /// Its colour, `#rrggbb`.
    pub accent: String,
    /// What the page says before a chat.
    pub greeting: String,
    /// The same in other languages, by their tags.
    pub greetings: BTreeMap<String, String>,
}

/// Why it did not start. Its text is a sentence that names the port.
#[derive(Debug)]
pub struct StartError {
    server: &'static str,
    port: u16,
    source: io::Error,
}

impl Sandbox {
    /// Binds the ports and serves until it is dropped.
    ///
    /// # Errors
    /// A port that cannot be had.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        let (page, page_v6, page_port) = bind_localhost(options.page_port).await?;
        let (frame, frame_port) = bind("site", options.frame_port).await?;
        let (console, console_port) = bind("console", options.console_port).await?;
        let seed = shared::random_hex(8).map_err(|error| StartError {
            server: "page",
            port: page_port,
            source: io::Error::other(error.to_string()),
        })?;
        let addresses = Addresses::new(page_port, frame_port, console_port);
        let (running, stopped) = watch::channel(());
        let shared = Arc::new(Shared::new(seed, addresses.clone(), options, stopped.clone()));
        if let Some(page_v6) = page_v6 {
            serve(page_v6, site::page(Arc::clone(&shared)), stopped.clone());
        }
        serve(page, site::page(Arc::clone(&shared)), stopped.clone());
        serve(frame, site::org(Arc::clone(&shared)), stopped.clone());
        serve(console, console::router(shared), stopped);
        tracing::debug!(page_port, frame_port, console_port, "sandbox is up");
        Ok(Sandbox {
            page_url: format!("{}/", addresses.page),
            console_url: format!("{}/", addresses.console),
            addresses,
            _running: running,
        })
    }

    /// The page that hosts the chat.
    pub fn page_url(&self) -> &str {
        &self.page_url
    }

    /// Its origin.
    pub fn page_origin(&self) -> &str {
        &self.addresses.page
    }

    /// The origin of site, frame and wire.
    pub fn frame_origin(&self) -> &str {
        &self.addresses.org
    }

    /// `siteUrl`, as `init` takes it.
    pub fn site_url(&self) -> &str {
        &self.addresses.site
    }

    /// `scrt2URL`, as `init` takes it.
    pub fn scrt_url(&self) -> &str {
        &self.addresses.org
    }

    /// The agent's console, and the control API under `api/`.
    pub fn console_url(&self) -> &str {
        &self.console_url
    }

    /// The org's id.
    pub fn org_id(&self) -> &str {
        shared::ORG_ID
    }

    /// The deployment's developer name.
    pub fn deployment(&self) -> &str {
        shared::DEPLOYMENT
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            page_port: 0,
            frame_port: 0,
            console_port: 0,
            trusted_origins: Vec::new(),
            brand: "Fernhill Supply".to_owned(),
            accent: "#1f5c4d".to_owned(),
            greeting: "How can we help today?".to_owned(),
            greetings: BTreeMap::new(),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StartError { server, port, source } = self;
        write!(f, "The sandbox cannot serve its {server} on port {port}: {source}.")
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Serves until nobody holds the sandbox any more.
fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<()>) {
    tokio::spawn(async move {
        let stop = async move { while stopped.changed().await.is_ok() {} };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
            tracing::warn!(%error, "a sandbox server stopped");
        }
    });
}

async fn bind(server: &'static str, port: u16) -> Result<(TcpListener, u16), StartError> {
    let failed = |source| StartError { server, port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    Ok((listener, port))
}

/// `localhost` may mean ::1 first: then somebody else's server on that port would be our page. So the port must be ours
/// there too, unless this machine has no ::1.
async fn bind_localhost(wanted: u16) -> Result<(TcpListener, Option<TcpListener>, u16), StartError> {
    let mut tries = 0;
    loop {
        let (v4, port) = bind("page", wanted).await?;
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(v6) => return Ok((v4, Some(v6), port)),
            Err(taken) if taken.kind() == io::ErrorKind::AddrInUse => {
                tries += 1;
                if wanted != 0 || tries == TRIES {
                    return Err(StartError { server: "page", port, source: taken });
                }
            }
            Err(_no_ipv6) => return Ok((v4, None, port)),
        }
    }
}

const TRIES: u32 = 8;
