//! What the library remembers from one connection to the next: nothing.

use std::{
    future::{Future, ready},
    pin::Pin,
};

use rumqttc::{PersistedAckMode, PersistedSession, SessionStore, SessionStoreError, SessionStoreKey};

use super::{SESSION_SECONDS, UNACKNOWLEDGED};

/// The broker keeps the session between two connections, and the library then wants to know what was on its way in the
/// last one. Nothing is: the agent sends again what was not acknowledged, and no message needs more than one answer.
#[derive(Debug)]
pub(super) struct NothingOnItsWay;

type Stored<'a, T> = Pin<Box<dyn Future<Output = Result<T, SessionStoreError>> + Send + 'a>>;

impl SessionStore for NothingOnItsWay {
    fn load<'a>(&'a self, key: &'a SessionStoreKey) -> Stored<'a, Option<PersistedSession>> {
        let session = PersistedSession {
            format_version: 1,
            client_id: key.client_id().to_owned(),
            clean_start: false,
            session_expiry_interval: Some(SESSION_SECONDS),
            outgoing_inflight_upper_limit: Some(UNACKNOWLEDGED),
            ack_mode: PersistedAckMode::Automatic,
            last_pkid: 0,
            last_puback: 0,
            replay: Vec::new(),
            incoming_qos2: Vec::new(),
        };
        Box::pin(ready(Ok(Some(session))))
    }

    fn save<'a>(&'a self, _: &'a SessionStoreKey, _: &'a PersistedSession) -> Stored<'a, ()> {
        Box::pin(ready(Ok(())))
    }

    fn clear<'a>(&'a self, _: &'a SessionStoreKey) -> Stored<'a, ()> {
        Box::pin(ready(Ok(())))
    }
}
