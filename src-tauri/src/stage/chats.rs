//! The chats' webviews: how one is made and closed, and what the engine tells of it.

use std::sync::{Arc, LazyLock};

use kiosk_core::{
    config::Brand,
    visit::{Death, Input},
    wire::{Ask, NoticeKey, Report, Trouble},
};
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, Url, Webview, WebviewUrl, Window,
    webview::{DownloadEvent, NewWindowResponse, PermissionResponse, WebviewBuilder},
};

use super::{WINDOW, background};
use crate::{
    bridge::Bridge,
    commands::CHAT_LABEL,
    driver::Inputs,
    intake::{Intake, Passed},
    platform, refusals,
    watch::Newest,
};

/// A chat webview as the kiosk wants it; the address policy and the dialogs are the platform's part.
pub(crate) fn chat_builder(visit: u64, script: &str, brand: &Brand) -> WebviewBuilder<tauri::Wry> {
    let refused = refusals::refuse;
    // Every visit is born on a blank page; the chat page is loaded when the store is proven empty.
    WebviewBuilder::new(format!("{CHAT_LABEL}{visit}"), WebviewUrl::CustomProtocol(blank()))
        .incognito(true)
        .devtools(false)
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .focused(false)
        .background_color(background(brand))
        .initialization_script(script)
        .on_new_window(move |_, _| {
            refused("new_window");
            NewWindowResponse::Deny
        })
        .on_download(move |_, event| {
            if matches!(event, DownloadEvent::Requested { .. }) {
                refused("download");
            }
            false
        })
        .on_permission_request(move |_, _| {
            refused("permission");
            PermissionResponse::Deny
        })
        .disable_drag_drop_handler()
}

fn blank() -> Url {
    static BLANK: LazyLock<Url> =
        LazyLock::new(|| Url::parse("about:blank").unwrap_or_else(|_| unreachable!("a constant address")));
    BLANK.clone()
}

/// On the main thread.
pub(super) fn build_chat(
    app: &AppHandle,
    builder: WebviewBuilder<tauri::Wry>,
    visit: u64,
    wiring: platform::Chat,
    inputs: Inputs,
) -> tauri::Result<()> {
    let window = window(app)?;
    let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
    let before = platform::before_birth();
    let chat = window.add_child(builder, LogicalPosition::new(0., 0.), LogicalSize::new(size.width, size.height))?;
    chat.with_webview(move |view| {
        platform::note_birth(&view, before);
        platform::place_chat(&view);
        platform::watch_chat(&view, wiring);
        platform::list_store(&view, move |records| {
            inputs.send(match records {
                Some(records) => Input::Listed { visit, records },
                None => Input::NotListed { visit },
            });
        });
        platform::start_process(&view);
    })
}

/// Destroys the chat webviews of these visits. On the main thread.
pub(super) fn close_chats(app: &AppHandle, these: impl Fn(u64) -> bool) {
    for (label, chat) in app.webviews() {
        let visit = label.strip_prefix(CHAT_LABEL).and_then(|visit| visit.parse().ok());
        if visit.is_some_and(&these) {
            let _ = chat.with_webview(|view| platform::let_go(&view));
            let _ = chat.close();
        }
    }
}

/// Hands over a report that came as a message, on the window's thread.
pub(crate) fn take_report(inputs: &Inputs, visit: u64, report: Report) {
    let may_be_an_end = matches!(report, Report::Status(_));
    let input = Input::Report { visit, report };
    // It may be an agent's end, for which somebody's next key waits.
    if may_be_an_end { inputs.send_here(input) } else { inputs.send(input) }
}

/// The webview of a visit, if it is still there.
pub(crate) fn chat(app: &AppHandle, visit: u64) -> Option<Webview> {
    app.get_webview(&format!("{CHAT_LABEL}{visit}"))
}

fn window(app: &AppHandle) -> tauri::Result<Window> {
    app.get_window(WINDOW).ok_or(tauri::Error::WindowNotFound)
}

/// What the engine tells about one visit's webview, as inputs.
pub(super) struct Ears {
    pub(super) visit: u64,
    pub(super) inputs: Inputs,
    pub(super) app: AppHandle,
    pub(super) newest: Newest,
    pub(super) bridge: Bridge,
    pub(super) intake: Arc<Intake>,
}

impl platform::Listener for Ears {
    fn touched(&self) {
        self.inputs.send(Input::Touched);
    }

    fn notice_key(&self, key: NoticeKey) {
        // The notice is in the visit that is on; the one behind it has none.
        if let Some(chat) = chat(&self.app, self.visit).filter(|_| self.visit == self.newest.visit()) {
            self.bridge.call(&Ask::Key { key }).make(&chat);
        }
    }

    fn died(&self, death: Death) {
        self.inputs.send(Input::Died { visit: self.visit, death });
    }

    fn load_failed(&self, trouble: Trouble) {
        self.inputs.send(Input::LoadFailed { visit: self.visit, trouble });
    }

    fn blocked(&self, rule: &'static str) {
        refusals::refuse_in(Some(self.visit), rule);
    }

    fn passes(&self, message: &str) -> Option<u32> {
        match self.intake.judge(message) {
            Ok(Passed::Report { number, .. }) => Some(number),
            Ok(Passed::ToBeRefused(rule)) => {
                self.blocked(rule);
                Some(0)
            }
            Err(rule) => {
                self.blocked(rule);
                None
            }
        }
    }

    fn hand_over(&self, hand_over: &dyn Fn()) -> bool {
        self.intake.pass(hand_over)
    }

    fn arrived(&self, message: &str) {
        match self.intake.judge(message) {
            Ok(Passed::Report { report: Some(report), .. }) => take_report(&self.inputs, self.visit, report),
            Ok(Passed::Report { report: None, .. }) => self.blocked("report"),
            Ok(Passed::ToBeRefused(rule)) | Err(rule) => self.blocked(rule),
        }
    }
}
