//! Native notifications: off the main loop, with a deadline, and without a word of the chat.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kiosk_core::{language::Language, wire::Cause};

/// A notification service that takes longer is as good as none: the person has the notice.
const DEADLINE: Duration = Duration::from_secs(3);

/// Raises notifications, one at a time.
#[derive(Clone)]
pub(crate) struct Notifier {
    app_name: String,
    is_shared: bool,
    /// A service that hangs holds one thread, not one more for each chat.
    busy: Arc<AtomicBool>,
    /// The one that is up.
    up: Arc<Mutex<Option<notify_rust::NotificationHandle>>>,
}

impl Notifier {
    /// Notifications in the name of the company.
    pub(crate) fn new(app_name: &str, is_shared: bool) -> Self {
        Self { app_name: app_name.to_owned(), is_shared, busy: Arc::default(), up: Arc::default() }
    }

    /// Raises one and logs what became of it.
    pub(crate) fn raise(&self, cause: Cause, language: Language) {
        if self.busy.swap(true, Ordering::SeqCst) {
            tracing::warn!(event = "notification.failed", reason = "the service still holds the last one");
            return;
        }
        let this = self.clone();
        tauri::async_runtime::spawn(async move {
            let busy = this.busy.clone();
            let sending = tokio::task::spawn_blocking(move || {
                let result = this.send(cause, language);
                this.busy.store(false, Ordering::SeqCst);
                result
            });
            match tokio::time::timeout(DEADLINE, sending).await {
                Ok(Ok(Ok(id))) => tracing::info!(event = "notification.sent", id),
                Ok(Ok(Err(reason))) => tracing::warn!(event = "notification.failed", reason),
                Ok(Err(_)) => {
                    busy.store(false, Ordering::SeqCst);
                    tracing::warn!(event = "notification.failed", reason = "the sender broke");
                }
                Err(_) => tracing::warn!(event = "notification.failed", reason = "the service does not answer"),
            }
        });
    }

    /// Takes the notification away: it is about a visit that is over.
    pub(crate) fn take_away(&self) {
        let up = self.up.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(up) = up {
            // A service that hangs holds this thread of the blocking pool, and nothing else.
            tauri::async_runtime::spawn_blocking(move || up.close());
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn send(&self, cause: Cause, language: Language) -> Result<u32, &'static str> {
        let (summary, body) = kiosk_words::notification(language, cause, self.is_shared);
        notify_rust::Notification::new()
            .appname(&self.app_name)
            .summary(&summary)
            .body(&body)
            .icon("support-kiosk")
            .hint(notify_rust::Hint::Transient(true))
            .timeout(notify_rust::Timeout::Milliseconds(10_000))
            .show()
            .map(|handle| {
                let id = handle.id();
                *self.up.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
                id
            })
            // The error's own text can hold the bus address; what to do is the same for all.
            .map_err(|_| "no notification service answers on the session bus")
    }

    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn send(&self, cause: Cause, language: Language) -> Result<u32, &'static str> {
        let (summary, body) = kiosk_words::notification(language, cause, self.is_shared);
        notify_rust::Notification::new()
            .appname(&self.app_name)
            .summary(&summary)
            .body(&body)
            .show()
            .map(|_| 0)
            .map_err(|_| "the system refused the notification")
    }
}
