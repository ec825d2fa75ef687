//! Native notifications: off the main loop, with a deadline, and without a word of the chat.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use kiosk_core::{language::Language, wire::Cause};
use tokio::{sync::oneshot, time::timeout};

use crate::platform;

/// A notification service that takes longer is as good as none: the person has the notice.
const DEADLINE: Duration = Duration::from_secs(3);

/// Raises notifications, one at a time.
pub(crate) struct Notifier {
    orders: Sender<Order>,
    /// A service that hangs holds one thread, not one more for each chat.
    busy: Arc<AtomicBool>,
}

enum Order {
    Raise { cause: Cause, language: Language, answer: oneshot::Sender<Raised> },
    TakeAway,
}

/// The notification's number, or why there is none.
type Raised = Result<u32, &'static str>;

impl Notifier {
    /// Notifications in the name of the company.
    pub(crate) fn new(app_name: &str, is_shared: bool) -> Self {
        let (orders, coming) = channel();
        let busy = Arc::new(AtomicBool::new(false));
        let crier = Crier { app_name: app_name.to_owned(), is_shared, busy: busy.clone() };
        // The connection stays where it was made. The thread ends with the program.
        thread::spawn(move || crier.work(&coming));
        Self { orders, busy }
    }

    /// Raises one and logs what became of it.
    pub(crate) fn raise(&self, cause: Cause, language: Language) {
        if self.busy.swap(true, Ordering::SeqCst) {
            tracing::warn!(event = "notification.failed", reason = "the service still holds the last one");
            return;
        }
        let (answer, coming) = oneshot::channel();
        // Should the thread be gone, so is the other end of the answer.
        let _ = self.orders.send(Order::Raise { cause, language, answer });
        tauri::async_runtime::spawn(async move {
            match timeout(DEADLINE, coming).await {
                Ok(Ok(Ok(id))) => tracing::info!(event = "notification.sent", id),
                Ok(Ok(Err(reason))) => tracing::warn!(event = "notification.failed", reason),
                Ok(Err(_)) => tracing::warn!(event = "notification.failed", reason = "the sender broke"),
                Err(_) => tracing::warn!(event = "notification.failed", reason = "the service does not answer"),
            }
        });
    }

    /// Takes the notification away: it is about a visit that is over.
    pub(crate) fn take_away(&self) {
        let _ = self.orders.send(Order::TakeAway);
    }
}

/// Has the connection to the service, on a thread of its own.
struct Crier {
    app_name: String,
    is_shared: bool,
    busy: Arc<AtomicBool>,
}

impl Crier {
    fn work(&self, orders: &Receiver<Order>) {
        let mut up = None;
        for order in orders {
            match order {
                Order::Raise { cause, language, answer } => {
                    let raised = self.send(cause, language).map(|(id, shown)| {
                        up = Some(shown);
                        id
                    });
                    self.busy.store(false, Ordering::SeqCst);
                    // Nobody waits longer than the deadline.
                    let _ = answer.send(raised);
                }
                Order::TakeAway => drop(up.take().map(Shown::close)),
            }
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn send(&self, cause: Cause, language: Language) -> Result<(u32, Shown), &'static str> {
        if !platform::has_session_bus() {
            return Err("there is no session bus");
        }
        let (summary, body) = kiosk_words::notification(language, cause, self.is_shared);
        notify_rust::Notification::new()
            .appname(&self.app_name)
            .summary(&summary)
            .body(&body)
            .icon("io.supportkiosk.app")
            .hint(notify_rust::Hint::Transient(true))
            .timeout(notify_rust::Timeout::Milliseconds(10_000))
            .show()
            .map(|handle| (handle.id(), Shown(handle)))
            // The error's own text can hold the bus address; what to do is the same for all.
            .map_err(|_| "no notification service answers on the session bus")
    }

    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn send(&self, cause: Cause, language: Language) -> Result<(u32, Shown), &'static str> {
        let (summary, body) = kiosk_words::notification(language, cause, self.is_shared);
        notify_rust::Notification::new()
            .appname(&self.app_name)
            .summary(&summary)
            .body(&body)
            .show()
            .map(|_| (0, Shown))
            .map_err(|_| "the system refused the notification")
    }
}

/// A notification that is up.
#[cfg(all(unix, not(target_os = "macos")))]
struct Shown(notify_rust::NotificationHandle);
/// A notification that is up. Elsewhere it goes by itself.
#[cfg(not(all(unix, not(target_os = "macos"))))]
struct Shown;

impl Shown {
    fn close(self) {
        #[cfg(all(unix, not(target_os = "macos")))]
        self.0.close();
    }
}
