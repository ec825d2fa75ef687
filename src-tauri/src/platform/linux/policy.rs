//! Which address may be the page, and which a frame: asked before anything loads, and again when the answer is there.

use std::sync::Arc;

use gtk::{glib, prelude::Cast};
use kiosk_core::{
    address::{self, Outside, Policy, Verdict},
    answer::{Answer, Judgement},
    visit::Death,
    wire::Trouble,
};
use webkit2gtk::{
    LoadEvent, NavigationAction, NavigationPolicyDecision, NavigationPolicyDecisionExt, NavigationType, PolicyDecision,
    PolicyDecisionExt, PolicyDecisionType, ResponsePolicyDecision, ResponsePolicyDecisionExt, URIRequestExt,
    URIResponseExt, WebView, WebViewExt,
};

use super::{
    super::{Keys, Listener},
    beginning::Beginning,
    link,
};

/// The blank page that every chat webview is born with, and that no page may come back to.
pub(super) const BLANK: &str = "about:blank";

/// What becomes of what is not refused.
enum Use {
    Show,
    Save,
}

/// Judges every navigation of a view and its frames.
pub(super) fn watch(
    view: &WebView,
    listener: Arc<dyn Listener>,
    beginning: Beginning,
    policy: Arc<Policy>,
    saves: bool,
    links: Option<Keys>,
) {
    let decide = (listener.clone(), policy.clone(), beginning.clone());
    view.connect_decide_policy(move |view, decision, kind| {
        let (listener, policy, beginning) = &decide;
        let used = match kind {
            PolicyDecisionType::NavigationAction => navigation(decision, policy).map(|()| Use::Show),
            PolicyDecisionType::Response => response(decision, policy, saves, listener.as_ref()),
            // No second window, whatever the address.
            _ => Err("new_window"),
        };
        match used {
            Ok(Use::Show) => decision.use_(),
            Ok(Use::Save) => decision.download(),
            Err(rule) => {
                decision.ignore();
                let instead_of_page = beginning.refused();
                let asks = links.as_ref().filter(|keys| !keys.are_barred() && matches!(rule, "origin" | "new_window"));
                match asks.and_then(|keys| Some((clicked(decision)?, keys))) {
                    Some((outside, keys)) => link::ask(view, outside, listener, keys),
                    None => listener.blocked(rule),
                }
                if kind == PolicyDecisionType::NavigationAction && instead_of_page {
                    // The server sends elsewhere: a network that wants a sign-in first does that.
                    listener.load_failed(Trouble::OtherPage);
                }
            }
        }
        true
    });

    // A page that got here all the same is not the chat: that visit is over.
    view.connect_load_changed(move |view, event| {
        let uri = view.uri().unwrap_or_else(|| glib::GString::from(BLANK));
        if event != LoadEvent::Committed {
            return;
        }
        if policy.page(&uri) == Verdict::Allow {
            beginning.come();
        } else if uri != BLANK || beginning.has_come() {
            listener.blocked("page_escaped");
            listener.died(Death::Closed);
        }
    });
}

/// The address of a link that a person has clicked on, if a browser may have it.
fn clicked(decision: &PolicyDecision) -> Option<Outside> {
    let decision = decision.downcast_ref::<NavigationPolicyDecision>()?;
    let action = decision.navigation_action().filter(NavigationAction::is_user_gesture)?;
    address::outside(&action.request()?.uri()?).ok()
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
fn response(
    decision: &PolicyDecision,
    policy: &Policy,
    saves: bool,
    listener: &dyn Listener,
) -> Result<Use, &'static str> {
    let decision = decision.downcast_ref::<ResponsePolicyDecision>().ok_or("unreadable")?;
    let answer = decision.response().ok_or("unreadable")?;
    let (uri, mime) = (answer.uri().ok_or("unreadable")?, answer.mime_type());
    let disposition = answer.http_headers().and_then(|headers| headers.one("Content-Disposition"));
    let judgement = policy.answer(&Answer {
        url: &uri,
        is_page: decision.is_main_frame_main_resource(),
        status: answer.status_code(),
        mime: mime.as_deref(),
        is_attachment: disposition
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("attachment")),
        is_shown: decision.is_mime_type_supported(),
    });
    match judgement {
        Judgement::Show => Ok(Use::Show),
        Judgement::Save if saves => Ok(Use::Save),
        Judgement::Save => Err("download"),
        Judgement::Refuse(rule, trouble) => {
            if let Some(trouble) = trouble {
                listener.load_failed(trouble);
            }
            Err(rule)
        }
    }
}
