//! A double of the desktop's notification service: it keeps what it was told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::runtime::{Builder, Runtime};
use zbus::Connection;
use zbus::zvariant::OwnedValue;

use crate::bus::Bus;

/// How the desktop's notification service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Service {
    /// It shows what it gets.
    #[default]
    Answering,
    /// It takes the call and never answers.
    Hanging,
    /// There is none on the bus.
    Absent,
}

/// One call of `Notify`.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The id that it was given.
    pub id: u32,
    /// Who sends it.
    pub app_name: String,
    /// The id of the one that it takes the place of, or 0.
    pub replaces: u32,
    /// The icon's name or path.
    pub icon: String,
    /// The headline.
    pub summary: String,
    /// The text below.
    pub body: String,
    /// Pairs of a key and its label.
    pub actions: Vec<String>,
    /// The hints, each value as text.
    pub hints: HashMap<String, String>,
    /// Milliseconds; -1 leaves it to the service.
    pub timeout: i32,
    /// When it came.
    pub at: Instant,
}

/// The double, for as long as it lives.
#[derive(Debug)]
pub struct Notifications {
    kept: Arc<Kept>,
    // Declared before the runtime that drives it.
    connection: Option<Connection>,
    runtime: Runtime,
}

impl Notifications {
    /// Takes the service's name on the bus, unless it is to be absent.
    pub fn start(bus: &Bus, service: Service) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let kept = Arc::new(Kept::default());
        let connection = if service == Service::Absent {
            None
        } else {
            let desktop =
                Desktop { kept: Arc::clone(&kept), hangs: service == Service::Hanging, last: AtomicU32::new(0) };
            Some(
                runtime
                    .block_on(serve(bus.address(), desktop))
                    .context("the notification double could not take its name on the bus")?,
            )
        };
        Ok(Self { kept, connection, runtime })
    }

    /// All that came so far, those that were never answered included.
    #[must_use]
    pub fn all(&self) -> Vec<Notification> {
        self.kept.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The person clicks on a notification.
    pub fn click(&self, id: u32) -> Result<()> {
        let connection = self.connection.as_ref().context("there is no service")?;
        let (path, name) = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications");
        self.runtime.block_on(connection.emit_signal(None::<()>, path, name, "ActionInvoked", &(id, "default")))?;
        Ok(())
    }

    /// The ids of those that were taken away.
    #[must_use]
    pub fn taken_away(&self) -> Vec<u32> {
        self.kept.taken_away.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until that many have come in all, and gives the last of them.
    pub fn wait_for(&self, count: usize, within: Duration) -> Result<Notification> {
        let notes = self.kept.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let (notes, _) = self
            .kept
            .came
            .wait_timeout_while(notes, within, |notes| notes.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        match count.checked_sub(1).and_then(|last| notes.get(last)) {
            Some(note) => Ok(note.clone()),
            None => bail!("notification {count} did not come within {within:?}; {} came", notes.len()),
        }
    }
}

#[derive(Debug, Default)]
struct Kept {
    notes: Mutex<Vec<Notification>>,
    came: Condvar,
    taken_away: Mutex<Vec<u32>>,
}

struct Desktop {
    kept: Arc<Kept>,
    hangs: bool,
    last: AtomicU32,
}

async fn serve(address: &str, desktop: Desktop) -> zbus::Result<Connection> {
    zbus::connection::Builder::address(address)?
        .serve_at("/org/freedesktop/Notifications", desktop)?
        .name("org.freedesktop.Notifications")?
        .build()
        .await
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[allow(clippy::too_many_arguments)] // The specification's own.
    async fn notify(
        &self,
        app_name: String,
        replaces: u32,
        icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout: i32,
    ) -> u32 {
        let id = match replaces {
            0 => self.last.fetch_add(1, Ordering::Relaxed) + 1,
            earlier => earlier,
        };
        let hints = hints.into_iter().map(|(key, value)| (key, format!("{value:?}"))).collect();
        self.kept.notes.lock().unwrap_or_else(PoisonError::into_inner).push(Notification {
            id,
            app_name,
            replaces,
            icon,
            summary,
            body,
            actions,
            hints,
            timeout,
            at: Instant::now(),
        });
        self.kept.came.notify_all();
        if self.hangs {
            std::future::pending::<()>().await;
        }
        id
    }

    async fn close_notification(&self, id: u32) {
        self.kept.taken_away.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    }

    async fn get_capabilities(&self) -> Vec<String> {
        self.hang_if_told().await;
        ["actions", "body", "persistence"].map(str::to_owned).to_vec()
    }

    async fn get_server_information(&self) -> (String, String, String, String) {
        self.hang_if_told().await;
        let text = str::to_owned;
        (text("double"), text("kiosk-tests"), text("1"), text("1.2"))
    }
}

impl Desktop {
    async fn hang_if_told(&self) {
        if self.hangs {
            std::future::pending::<()>().await;
        }
    }
}
