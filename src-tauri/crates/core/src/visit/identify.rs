//! Which kiosk this is, in letters that can be read across a room: for whoever looks for one among many.
//!
//! It lies above whatever the visit shows and changes nothing of it. What a person must answer comes before it.

use std::time::Duration;

use super::{Cover, Effect, Machine, Note, Now, Phase, Serving, Timer};
use crate::wire::Scene;

/// It is shown for so long, or until somebody touches it.
const SHOWN: Duration = Duration::from_secs(30);

impl Machine {
    pub(super) fn on_identify(&mut self, now: Now) {
        let reason = match &self.phase {
            _ if self.panel.is_some() => "staff",
            Phase::Off => "off",
            Phase::Noticing(_) | Phase::Serving(Serving { cover: Cover::Asking, .. }) => "question",
            _ => {
                self.timers.set(Timer::Identify, now + SHOWN);
                let identity = &self.settings.identity;
                let (site, id) = identity.place.clone().unzip();
                return self.effects.push_back(Effect::Show(Scene::Identify { name: identity.name.clone(), site, id }));
            }
        };
        self.log(Note::NotIdentified { reason });
    }

    pub(super) fn is_identifying(&self) -> bool {
        self.timers.is_set(Timer::Identify)
    }

    /// Back to what the visit shows.
    pub(super) fn end_identify(&mut self, now: Now) {
        if self.is_identifying() {
            self.timers.stop(Timer::Identify);
            self.show_what_is_below(now);
            self.plan_renewal(now);
        }
    }

    pub(super) fn show_what_is_below(&mut self, now: Now) {
        self.refresh_scene(now);
        self.effects.push_back(Effect::Show(self.scene.clone()));
    }
}
