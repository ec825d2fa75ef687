//! The receipt of a visit: what the ledger keeps. Nothing in it tells who was there or what was said.

use serde::{Deserialize, Serialize};

use crate::wire::Cause;

/// One line of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The visit's number since the program started; of one that was interrupted, in the life of the program before.
    pub visit: u64,
    /// What ended it.
    pub cause: Cause,
    /// Somebody touched the screen, or its page told of a conversation.
    pub used: bool,
    /// Seconds between fresh and the end; 0 of one that was interrupted, since nobody knows when.
    pub lasted_seconds: u64,
    /// What became of `clearSession`.
    pub clear: Clear,
    /// How often `clearSession` was called.
    pub attempts: u32,
    /// New visits that were thrown away because their store was not proven empty.
    pub discarded: u32,
    /// How the reset ended.
    pub end: End,
    /// Milliseconds between the end of the visit (the countdown's end, where there was one) and [`Self::end`]; of one that
    /// was interrupted, since the program is there again.
    pub reset_ms: u64,
    /// The visit that came after, once it was fresh.
    pub next: Option<u64>,
    /// What its store held at birth: the proof is that this is 0.
    pub records: Option<u32>,
}

impl Receipt {
    /// Of a visit that this ended. Nobody had used it, nothing was tried, and nothing came after it: what was otherwise is filled in.
    pub(crate) fn of(visit: u64, cause: Cause) -> Self {
        Self {
            visit,
            cause,
            used: false,
            lasted_seconds: 0,
            clear: Clear::NotNeeded,
            attempts: 0,
            discarded: 0,
            end: End::OutOfService,
            reset_ms: 0,
            next: None,
            records: None,
        }
    }
}

/// A visit that is on, and so a receipt that is owed: what is kept beyond this life of the program until it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The visit's number.
    pub visit: u64,
    /// Somebody touched the screen, or its page told of a conversation.
    pub used: bool,
}

/// What became of `clearSession` at the end of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clear {
    /// It did what it says, as far as the client's version can tell.
    Confirmed,
    /// It never did, or nobody can tell. The webview went all the same.
    Unconfirmed,
    /// There was no page to call it in.
    NotPossible,
    /// Nobody had used the visit.
    NotNeeded,
}

/// How a reset ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The next visit is fresh.
    Fresh,
    /// There is no next visit yet.
    OutOfService,
    /// This visit never was in service: it was thrown away at birth.
    Discarded,
}
