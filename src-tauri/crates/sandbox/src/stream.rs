//! The two event streams: a visitor's, and the console's.

use crate::{
    faults::Stream,
    guard::Refused,
    log::Event as Logged,
    shared::{ORG_ID, Shared},
    wire,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::sse::{Event, KeepAlive, Sse},
};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

type Events = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

/// `GET /eventrouter/v1/sse`.
pub(crate) async fn visitor(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Events, Refused> {
    let visitor = wire::visitor(&shared, &headers)?;
    if headers.get("x-org-id").is_none_or(|org| org != ORG_ID) {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "X-Org-ID is missing or of another org"));
    }
    let fault = shared.stream_fault();
    if fault.mode == Stream::Drop {
        return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "the stream is down"));
    }
    let last = headers.get("last-event-id").and_then(|last| last.to_str().ok());
    let last = if fault.mode == Stream::Replay { Some("0") } else { last };
    let position = shared
        .change(|org, _| org.listen(visitor, last))
        .ok_or_else(|| Refused::new(StatusCode::UNAUTHORIZED, "the token is gone"))?;
    let (sender, receiver) = mpsc::channel(16);
    let listener = Listener { shared, visitor };
    tokio::spawn(listener.run(position, fault.cuts, sender));
    Ok(sse(receiver))
}

/// `GET /api/events`: the count of changes, at once and at each change. Whoever is slow skips counts, never the last.
pub(crate) async fn changes(State(shared): State<Arc<Shared>>) -> Events {
    let (sender, receiver) = mpsc::channel(1);
    let mut changes = shared.changes();
    changes.mark_changed();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = shared.stopped() => return,
                () = sender.closed() => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
            let revision = *changes.borrow_and_update();
            let event = Event::default().event("state").data(format!("{{\"revision\":{revision}}}"));
            tokio::select! {
                () = shared.stopped() => return,
                sent = sender.send(Ok(event)) => if sent.is_err() { return },
            }
        }
    });
    sse(receiver)
}

/// One open stream of a visitor. Its end is noticed however it comes.
struct Listener {
    shared: Arc<Shared>,
    visitor: u64,
}

impl Listener {
    async fn run(self, mut position: u64, cuts: u64, sender: mpsc::Sender<Result<Event, Infallible>>) {
        let mut changes = self.shared.changes();
        loop {
            changes.mark_unchanged();
            let fault = self.shared.stream_fault();
            let Some(events) = self.shared.read(|org| org.events(self.visitor, position)) else {
                return;
            };
            if fault.cuts != cuts {
                return;
            }
            let copies = if fault.mode == Stream::Duplicate { 2 } else { 1 };
            for logged in events {
                position = logged.position + 1;
                for _ in 0..copies {
                    tokio::select! {
                        () = self.shared.stopped() => return,
                        sent = sender.send(Ok(event(&logged))) => if sent.is_err() { return },
                    }
                }
            }
            tokio::select! {
                () = self.shared.stopped() => return,
                () = sender.closed() => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.change(|org, _| org.unlisten(self.visitor));
    }
}

fn event(logged: &Logged) -> Event {
    Event::default().event(logged.name).id(logged.id.to_string()).data(&*logged.data)
}

/// A comment now and then: a client gives a silent stream up after 90 s.
fn sse(receiver: mpsc::Receiver<Result<Event, Infallible>>) -> Events {
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
