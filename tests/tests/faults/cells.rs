//! What breaks, when it breaks, and what is promised then.

use std::time::Duration;

/// Seconds until the page must be ready.
pub(crate) const READY: u64 = 5;
/// Seconds that "still there?" waits for an answer; the least that can be configured.
pub(crate) const ANSWER: u64 = 20;

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    RendererKilled,
    RendererStopped,
    RendererLoops,
    RendererHoards,
    FrontKilled,
    FrontStopped,
    NetworkKilled,
    NetworkStopped,
    ServerRefuses,
    ServerHangs,
    Server500,
    Server423,
    ServerElsewhere,
    ClearHangs,
    ClearRejects,
    ClearLies,
    ClearResolves,
    ClearThrows,
    ClearIsSlow,
    FrameDead,
    Flood,
}

/// When it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before the first visit is up.
    Start,
    Chatting,
    Notice,
    Clearing,
    NewVisit,
    Question,
}

use Fault::*;
use Step::*;

pub(crate) const FAULTS: [Fault; 21] = [
    RendererKilled,
    RendererStopped,
    RendererLoops,
    RendererHoards,
    FrontKilled,
    FrontStopped,
    NetworkKilled,
    NetworkStopped,
    ServerRefuses,
    ServerHangs,
    Server500,
    Server423,
    ServerElsewhere,
    ClearHangs,
    ClearRejects,
    ClearLies,
    ClearResolves,
    ClearThrows,
    ClearIsSlow,
    FrameDead,
    Flood,
];
pub(crate) const STEPS: [Step; 6] = [Start, Chatting, Notice, Clearing, NewVisit, Question];

/// Each fault at the step where it hurts most; `make soak` has the others.
pub(crate) const SHORT: [(Fault, Step); 32] = [
    (RendererKilled, Chatting),
    (RendererKilled, Notice),
    (RendererKilled, Clearing),
    (RendererKilled, NewVisit),
    (RendererStopped, Chatting),
    (RendererLoops, Notice),
    (RendererStopped, NewVisit),
    (RendererLoops, Clearing),
    (RendererHoards, Chatting),
    (NetworkKilled, Chatting),
    (NetworkKilled, NewVisit),
    (NetworkStopped, NewVisit),
    (ServerRefuses, Start),
    (Server500, Clearing),
    (ServerElsewhere, Start),
    (Server423, Chatting),
    (ServerHangs, Start),
    (ServerHangs, Chatting),
    (ServerRefuses, Chatting),
    (ClearHangs, Clearing),
    (ClearRejects, Clearing),
    (ClearLies, Clearing),
    (ClearResolves, Clearing),
    (ClearThrows, Clearing),
    (ClearIsSlow, Clearing),
    (FrameDead, Notice),
    (Flood, Chatting),
    (Flood, Notice),
    (RendererKilled, Question),
    (RendererStopped, Question),
    (FrontKilled, Clearing),
    (FrontStopped, Chatting),
];

/// A fault of the page needs a page, and one of the clear comes to light in the clear.
pub(crate) fn makes_sense(fault: Fault, step: Step) -> bool {
    match step {
        Start | NewVisit => !fault.needs_page(),
        Clearing => fault != FrameDead,
        Chatting | Notice => !fault.is_clear(),
        Question => !fault.is_clear() && fault != Flood,
    }
}

impl Fault {
    pub(crate) fn is_clear(self) -> bool {
        matches!(self, ClearHangs | ClearRejects | ClearLies | ClearResolves | ClearThrows | ClearIsSlow)
    }

    pub(crate) fn is_front(self) -> bool {
        matches!(self, FrontKilled | FrontStopped)
    }

    pub(crate) fn is_server(self) -> bool {
        matches!(self, ServerRefuses | ServerHangs | Server500 | Server423 | ServerElsewhere)
    }

    pub(crate) fn needs_page(self) -> bool {
        self.is_clear() || matches!(self, RendererLoops | RendererHoards | FrameDead | Flood)
    }

    /// The kiosk has to find out by itself, with nobody ending the chat.
    pub(crate) fn ends_visit(self, step: Step) -> bool {
        match self {
            RendererKilled | RendererStopped | RendererLoops | RendererHoards | NetworkKilled | NetworkStopped => true,
            ServerRefuses if step == Chatting => true,
            fault if fault.is_clear() => false,
            _ => matches!(step, Start | NewVisit | Clearing),
        }
    }

    /// From the fault, or from the end of the chat behind it, to fresh or out of service.
    pub(crate) fn bound(self, step: Step) -> Duration {
        // The question waits for its answer.
        let answer = if step == Question && !self.ends_visit(step) { ANSWER } else { 0 };
        let seconds = match (self, step) {
            // A server is missed when it was silent twice.
            (ServerRefuses, Chatting) => 20,
            (_, Start | NewVisit) => READY + 10,
            // Two calls of a second each, a pause, the next visit.
            (fault, _) if fault.is_clear() || fault == FrameDead => 5,
            (fault, _) if fault.is_server() => READY + 5,
            _ => 10,
        };
        Duration::from_secs(seconds + answer)
    }

    pub(crate) fn clear(self) -> &'static str {
        match self {
            ClearRejects => "() => Promise.reject('a string')",
            ClearLies => {
                "async () => { for (const name of ['Ready', 'ButtonCreated']) dispatchEvent(new CustomEvent('onEmbeddedMessaging' + name)) }"
            }
            ClearResolves => "async () => {}",
            ClearThrows => "() => { throw new TypeError('broken') }",
            ClearIsSlow => "async (end) => { await Control.pause(700); return original(end) }",
            _ => "() => new Promise(() => {})",
        }
    }
}
