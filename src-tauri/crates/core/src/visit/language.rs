//! The language that a person chose on the welcome: for one visit, and for a page of its own.

use super::{Behind, Cover, Effect, Machine, Now, Phase, Serving};
use crate::{language::Language, receipt, wire::Cause};

impl Machine {
    /// A page is told its language before it loads, so the untouched visit behind the welcome makes room for a new one. The welcome
    /// stays, in the new language.
    pub(super) fn on_language(&mut self, now: Now, language: Language) {
        if language != self.language && self.settings.languages.contains(&language) {
            self.change_language(now, language, Cause::Language);
        }
    }

    /// Somebody chose a language and went away.
    pub(super) fn forget_language(&mut self, now: Now) {
        self.change_language(now, self.settings.language, Cause::Idle);
    }

    fn change_language(&mut self, now: Now, language: Language, cause: Cause) {
        match &self.phase {
            Phase::Serving(Serving { life, cover: Cover::Welcome }) if !life.is_somebodys() => {
                let life = *life;
                if life.is_used() {
                    // Its page has opened a conversation by itself: it is cleared before it makes room.
                    self.speak(language);
                    return self.clear_then(now, cause, language, Behind::Welcome);
                }
                self.end(life, cause, now, receipt::Clear::NotNeeded, 0);
            }
            Phase::Opening(opening) if opening.behind == Behind::Welcome => self.discard(now, cause),
            _ => return,
        }
        self.speak(language);
        if !self.is_overlaid() {
            self.effects.push_back(Effect::Show(self.scene.clone()));
        }
        self.open_in(now, language, Behind::Welcome);
    }
}
