//! The reading end of a connection: the library's loop in a task of its own, and a bound for what waits for the agent.
//!
//! The loop must go on while the agent works: what is to be published goes out by it too. But a broker must not fill the
//! memory with what it sends meanwhile. So each message takes room until the agent gets it, and where there is none left
//! the loop stands still, and with it the broker. That does not last: the agent takes one message after the other, and
//! should it wait at that moment for the broker to take something, which needs the loop, then [`super::TAKEN`] ends the
//! line.

use std::{iter, sync::Arc};

use rumqttc::{ConnectionError, Event, EventLoop, Packet, SubscribeReasonCode};
use tokio::{
    sync::{
        OwnedSemaphorePermit, Semaphore,
        mpsc::{UnboundedReceiver, unbounded_channel},
    },
    task::JoinHandle,
};

/// So many bytes wait for the agent at most: more than all that is sent to a kiosk in good faith in one moment.
const ROOM: usize = 16 << 20;
/// What each message takes beside its own bytes. So two thousand small ones are the bound.
const EACH: usize = 8 << 10;

/// What the agent's end needs to know of what the broker sends. Nothing else is kept: not the packets, which hold on to
/// the bytes that they were read from, and not their properties, which take far more memory than they are long.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// The connection stands.
    Connected,
    /// A subscription was refused.
    SubscriptionRefused,
    /// Something was published.
    Message {
        /// Where.
        topic: String,
        /// What.
        payload: Vec<u8>,
    },
    /// The broker takes its leave.
    Closed,
}

impl Heard {
    /// Never more than there is: it would be waited for in vain.
    fn room(&self) -> u32 {
        let bytes = match self {
            Self::Message { topic, payload } => topic.len().saturating_add(payload.len()),
            Self::Connected | Self::SubscriptionRefused | Self::Closed => 0,
        };
        u32::try_from(bytes.saturating_add(EACH).min(ROOM)).unwrap_or(u32::MAX)
    }
}

/// What was heard, or why nothing more will be; and its room, which is free again when this is dropped.
type Handed = (Result<Heard, ConnectionError>, Option<OwnedSemaphorePermit>);

/// The task, and what it has heard. It must not be cut in the middle of a packet while the line is in use.
pub(super) struct Reader {
    heard: UnboundedReceiver<Handed>,
    task: JoinHandle<()>,
}

impl Reader {
    pub(super) fn start(mut eventloop: EventLoop) -> Self {
        let (sender, heard) = unbounded_channel::<Handed>();
        let room = Arc::new(Semaphore::new(ROOM));
        let task = tokio::spawn(async move {
            loop {
                let heard = match eventloop.poll().await {
                    Ok(event) => hear(event),
                    Err(error) => {
                        // Nobody listens after the line's end.
                        let _ = sender.send((Err(error), None));
                        return;
                    }
                };
                let Some(heard) = heard else { continue };
                // Nobody closes it.
                let Ok(taken) = Arc::clone(&room).acquire_many_owned(heard.room()).await else { return };
                if sender.send((Ok(heard), Some(taken))).is_err() {
                    return;
                }
            }
        });
        Self { heard, task }
    }

    /// The next thing, in order; an error is the last one.
    pub(super) async fn recv(&mut self) -> Option<Result<Heard, ConnectionError>> {
        self.heard.recv().await.map(|(heard, _)| heard)
    }

    /// Ends the connection, without a word to the broker.
    pub(super) fn stop(&self) {
        self.task.abort();
    }

    /// The messages that are here and were not taken yet.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let heard = &mut self.heard;
        iter::from_fn(move || heard.try_recv().ok()).filter_map(|(heard, _)| match heard {
            Ok(Heard::Message { topic, payload }) => Some((topic, payload)),
            _ => None,
        })
    }
}

fn hear(event: Event) -> Option<Heard> {
    let Event::Incoming(packet) = event else { return None };
    match packet {
        Packet::ConnAck(_) => Some(Heard::Connected),
        Packet::SubAck(answer) => {
            let is_success = |code: &SubscribeReasonCode| matches!(code, SubscribeReasonCode::Success(_));
            (!answer.return_codes.iter().all(is_success)).then_some(Heard::SubscriptionRefused)
        }
        Packet::Publish(publish) => {
            let topic = String::from_utf8(publish.topic.to_vec()).ok()?;
            Some(Heard::Message { topic, payload: publish.payload.to_vec() })
        }
        Packet::Disconnect(_) => Some(Heard::Closed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rumqttc::{Publish, QoS};

    use super::*;
    use crate::desired::LARGEST;

    #[test]
    fn the_largest_message_fits_and_small_ones_are_bounded_too() {
        let message = |length| Heard::Message { topic: "kiosk".to_owned(), payload: vec![0; length] };
        let room = |heard: &Heard| usize::try_from(heard.room()).unwrap_or(usize::MAX);
        assert!(room(&message(LARGEST + 1024)) * 10 < ROOM);
        assert!(room(&message(ROOM * 2)) <= ROOM, "it would never get in");
        assert!(room(&message(0)) * 1000 < ROOM && room(&message(0)) * 3000 > ROOM);
        assert!(room(&Heard::SubscriptionRefused) >= EACH);
    }

    #[test]
    fn only_what_the_agent_needs_is_heard() {
        let publish = |topic: &str| Packet::Publish(Publish::new(topic, QoS::AtMostOnce, "x", None));
        let message = Heard::Message { topic: "a/b".to_owned(), payload: b"x".to_vec() };
        assert_eq!(hear(Event::Incoming(publish("a/b"))), Some(message));
        assert_eq!(hear(Event::Incoming(Packet::PingResp)), None);
        assert_eq!(hear(Event::Outgoing(rumqttc::Outgoing::PingReq)), None);
    }
}
