//! Where a visit stands, and what is known of it there.

use std::time::Duration;

use super::Now;
use crate::{
    language::Language,
    receipt::Receipt,
    wire::{Cause, Trouble},
};

#[derive(Clone, Debug)]
pub(super) enum Phase {
    Off,
    Opening(Opening),
    Serving(Serving),
    Noticing(Noticing),
    Clearing(Clearing),
    OutOfService(Trouble),
}

/// A new visit on its way.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) since: Now,
    pub(super) stage: Stage,
    pub(super) behind: Behind,
    /// What its page has told of conversations already: the bridge holds back nothing but "ready".
    pub(super) told: Told,
}

/// What is shown while a new visit comes up, and so how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// "One moment", or that it is out of service.
    Moment,
    /// The welcome, in the language that was chosen there.
    Welcome,
    /// "One moment" for somebody who has touched the welcome meanwhile.
    Touched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its store is being listed.
    Listing,
    /// Its store is proven empty; its page loads.
    Loading,
}

/// A visit in service.
#[derive(Clone, Debug)]
pub(super) struct Serving {
    pub(super) life: Life,
    pub(super) cover: Cover,
}

impl Serving {
    /// Whatever it has told, nobody was in it, and nobody sees it.
    pub(super) fn is_nobodys_behind_the_welcome(&self) -> bool {
        self.cover == Cover::Welcome && !self.life.is_somebodys()
    }
}

/// What covers the chat of a visit in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    None,
    Welcome,
    Asking,
}

/// What a visit has been so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) fresh_at: Now,
    /// Somebody touched it: that the page cannot make up.
    pub(super) touched: bool,
    /// The visitor's own words came from it: somebody may write whose hands are not seen, by dictation for instance.
    pub(super) wrote: bool,
    pub(super) told: Told,
    /// When that happened which ends it; the notice is read after that.
    pub(super) ended_at: Option<Now>,
}

impl Life {
    /// There may be something in it to clear.
    pub(super) fn is_used(&self) -> bool {
        self.touched || self.told.any
    }

    /// Somebody was there. A page that talks by itself is nobody: it would be asked and reset all night.
    pub(super) fn is_somebodys(&self) -> bool {
        self.touched || self.wrote
    }

    /// How long it was in service, up to what ended it.
    pub(super) fn served(&self, over: Now) -> Duration {
        self.ended_at.unwrap_or(over).saturating_sub(self.fresh_at)
    }
}

/// What a page tells of conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// There is one, or there was.
    pub(super) any: bool,
    pub(super) talk: Talk,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Talk {
    #[default]
    None,
    Talking,
    /// In the queue, whatever is said meanwhile.
    Queued,
    /// The visitor has written, and the next word is not theirs.
    Unanswered,
}

impl Talk {
    /// Something was said, or opened: there is a conversation, wherever it stands.
    pub(super) fn goes_on(self) -> Self {
        if self == Self::None { Self::Talking } else { self }
    }

    /// Somebody wrote.
    pub(super) fn after_message(self, by: Option<&str>) -> Self {
        match (self, by) {
            (Self::Queued, _) => self,
            (_, Some("EndUser")) => Self::Unanswered,
            (_, by) if is_answer(by) => Self::Talking,
            _ => self.goes_on(),
        }
    }
}

/// System and router write too, and a role may be new: these are no answers.
pub(super) fn is_answer(by: Option<&str>) -> bool {
    matches!(by, Some("Agent" | "Supervisor" | "Chatbot"))
}

/// The notice is up.
#[derive(Clone, Debug)]
pub(super) struct Noticing {
    pub(super) life: Life,
    pub(super) cause: Cause,
    pub(super) extended: u32,
    pub(super) shown: bool,
}

/// `clearSession` is being called.
#[derive(Clone, Debug)]
pub(super) struct Clearing {
    pub(super) life: Life,
    pub(super) cause: Cause,
    pub(super) since: Now,
    pub(super) attempt: u32,
    /// How the visit after it comes up, where that is not as usual.
    pub(super) next: Option<(Language, Behind)>,
}

/// A visit that is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) receipt: Receipt,
    pub(super) since: Now,
}
