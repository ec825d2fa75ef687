//! How far a chat's view has come: it is born with the blank page, and its own page is still to come.

use std::{cell::Cell, rc::Rc};

/// How often a page is asked for again.
const AGAIN: u32 = 2;

/// Shared by whoever watches the view.
#[derive(Clone, Debug, Default)]
pub(super) struct Beginning(Rc<Cell<Stage>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The page is still to come. The blank one has neither frames nor scripts: what is asked for is the page.
    Awaited { again: u32 },
    /// What came instead of the page was refused.
    Refused,
    /// The page has come, and the blank one must not come back.
    Come,
}

impl Default for Stage {
    fn default() -> Self {
        Self::Awaited { again: 0 }
    }
}

impl Beginning {
    /// The page has come.
    pub(super) fn come(&self) {
        self.0.set(Stage::Come);
    }

    /// Whether the page has come.
    pub(super) fn has_come(&self) -> bool {
        self.0.get() == Stage::Come
    }

    /// Something was refused. Says whether it came instead of the page.
    pub(super) fn refused(&self) -> bool {
        if self.has_come() {
            return false;
        }
        self.0.set(Stage::Refused);
        true
    }

    /// A load was given up. Says whether to ask for the page again: nobody of us has given it up, and not too often.
    pub(super) fn given_up(&self) -> bool {
        let Stage::Awaited { again } = self.0.get() else { return false };
        self.0.set(Stage::Awaited { again: again + 1 });
        again < AGAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_the_engine_gives_up_is_asked_for_again_but_not_for_ever() {
        let beginning = Beginning::default();
        assert_eq!([(); 4].map(|()| beginning.given_up()), [true, true, false, false]);
    }

    #[test]
    fn what_we_have_refused_is_not_asked_for_again() {
        let beginning = Beginning::default();
        assert!(beginning.refused());
        assert!(!beginning.given_up());
    }

    #[test]
    fn a_page_that_has_come_gives_up_its_frames_without_us() {
        let beginning = Beginning::default();
        beginning.clone().come();
        assert!(beginning.has_come(), "whoever shares it must know");
        assert!(!beginning.refused(), "it came after the page");
        assert!(!beginning.given_up());
    }
}
