//! Which address may be the page, and which a frame: asked before anything loads, and again when the answer is there.

use std::{cell::Cell, rc::Rc, sync::Arc};

use gtk::{glib, prelude::Cast};
use kiosk_core::{
    address::{Policy, Verdict},
    visit::Death,
    wire::Trouble,
};
use webkit2gtk::{
    LoadEvent, NavigationPolicyDecision, NavigationPolicyDecisionExt, NavigationType, PolicyDecision,
    PolicyDecisionExt, PolicyDecisionType, ResponsePolicyDecision, ResponsePolicyDecisionExt, URIRequestExt,
    URIResponseExt, WebView, WebViewExt,
};

use super::super::Listener;

/// The blank page that every chat webview is born with, and that no page may come back to.
const BLANK: &str = "about:blank";

/// Judges every navigation of a view and its frames.
pub(super) fn watch(view: &WebView, listener: Arc<dyn Listener>, policy: Arc<Policy>) {
    let decide = (listener.clone(), policy.clone());
    view.connect_decide_policy(move |_, decision, kind| {
        let (listener, policy) = &decide;
        let used = match kind {
            PolicyDecisionType::NavigationAction => navigation(decision, policy),
            PolicyDecisionType::Response => response(decision, policy, listener.as_ref()),
            // No second window, whatever the address.
            _ => Err("new_window"),
        };
        match used {
            Ok(()) => decision.use_(),
            Err(rule) => {
                decision.ignore();
                listener.blocked(rule);
            }
        }
        true
    });

    // A page that got here all the same is not the chat: that visit is over.
    let left_blank = Rc::new(Cell::new(false));
    view.connect_load_changed(move |view, event| {
        if event != LoadEvent::Committed {
            return;
        }
        let uri = view.uri().unwrap_or_else(|| glib::GString::from(BLANK));
        if policy.page(&uri) == Verdict::Allow {
            left_blank.set(true);
        } else if uri != BLANK || left_blank.get() {
            listener.blocked("page_escaped");
            listener.died(Death::Closed);
        }
    });
}

/// A navigation about to start, of the page or of a frame: the engine does not say which.
fn navigation(decision: &PolicyDecision, policy: &Policy) -> Result<(), &'static str> {
    let action = decision
        .downcast_ref::<NavigationPolicyDecision>()
        .and_then(NavigationPolicyDecisionExt::navigation_action)
        .ok_or("unreadable")?;
    let uri = action.request().and_then(|request| request.uri()).ok_or("unreadable")?;
    // Behind the chat page lies the blank one that the visit was born with.
    if action.navigation_type() == NavigationType::BackForward && uri == BLANK {
        return Err("back");
    }
    match (policy.page(&uri), policy.frame(&uri)) {
        (Verdict::Allow, _) | (_, Verdict::Allow) => Ok(()),
        (Verdict::Refuse(rule), _) => Err(rule.name()),
    }
}

/// An answer that has begun to arrive. Here the engine says whether it is the page's own.
fn response(decision: &PolicyDecision, policy: &Policy, listener: &dyn Listener) -> Result<(), &'static str> {
    let decision = decision.downcast_ref::<ResponsePolicyDecision>().ok_or("unreadable")?;
    let answer = decision.response().ok_or("unreadable")?;
    let uri = answer.uri().ok_or("unreadable")?;
    if !decision.is_mime_type_supported() {
        return Err("download");
    }
    if !decision.is_main_frame_main_resource() {
        // Frames, and what a page loads by itself; the frame's address was judged when it started.
        return Ok(());
    }
    if let Verdict::Refuse(rule) = policy.page(&uri) {
        listener.load_failed(Trouble::OtherPage);
        return Err(rule.name());
    }
    // The server wants it saved, not shown.
    if answer.suggested_filename().is_some_and(|name| !name.is_empty()) {
        listener.load_failed(Trouble::PageFailed);
        return Err("download");
    }
    match answer.status_code() {
        0 | 200..400 => {}
        423 | 500..=599 => {
            listener.load_failed(Trouble::Maintenance);
            return Err("server_error");
        }
        _ => {
            listener.load_failed(Trouble::PageFailed);
            return Err("server_error");
        }
    }
    let is_page = answer.mime_type().is_some_and(|kind| kind == "text/html" || kind == "application/xhtml+xml");
    if is_page { Ok(()) } else { Err("not_a_page") }
}
