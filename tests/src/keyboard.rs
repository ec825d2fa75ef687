//! Fingers on the kiosk's own keyboard: where its keys lie is what the core says, and what they do is seen in the page.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_core::config;
use kiosk_core::keyboard::{self, Face, Field, Finger, For, Input, Key, Keyboard, Language, Layer, Paint, Purpose};
use serde_json::Value;

use crate::kiosk::Kiosk;
use crate::screen;
use crate::stage::Stage;
use crate::wait::{self, PATIENCE};

const FINGER: Finger = Finger(1);

/// What a person sees of the keyboard, and the fingers on it.
#[derive(Debug)]
pub struct Fingers<'a> {
    stage: &'a Stage,
    /// The same keyboard once more, so that each key is where it is expected.
    seen: Keyboard,
    paint: Paint,
    now: Duration,
}

impl<'a> Fingers<'a> {
    /// On a keyboard that has just come up for a field of this kind.
    pub fn on(stage: &'a Stage, kiosk: &Kiosk, purpose: Purpose) -> Result<Self> {
        Self::branded(stage, kiosk, purpose, "#ffffff")
    }

    /// The same where the brand has another background.
    pub fn branded(stage: &'a Stage, kiosk: &Kiosk, purpose: Purpose, background: &str) -> Result<Self> {
        kiosk.event("keyboard.shown", &Value::Null)?;
        let mut brand = config::parse("")?.brand;
        brand.background = background.parse()?;
        let fingers = Self::expecting(stage, purpose, Paint::of(&brand));
        fingers.see(true)?;
        Ok(fingers)
    }

    /// The same where it begins in another language than English.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.seen.handle(self.now, Input::Click(Key::Language(language)));
        self
    }

    fn expecting(stage: &'a Stage, purpose: Purpose, paint: Paint) -> Self {
        let mut seen = Keyboard::new(For::AnyHand, Language::English);
        seen.handle(Duration::ZERO, Input::Press(keyboard::Hand::Finger));
        seen.handle(Duration::ZERO, Input::Focus(Field { purpose, inhibited: false }));
        seen.handle(Duration::ZERO, Input::Release);
        seen.handle_timeout(Duration::from_secs(1));
        Self { stage, seen, paint, now: Duration::from_secs(10) }
    }

    /// Waits until it is painted, or gone.
    pub fn see(&self, up: bool) -> Result<()> {
        let ground = self.paint.ground;
        let what = if up { "the keyboard should be painted" } else { "the keyboard should be gone" };
        wait::until(what, PATIENCE, || {
            let now = self.stage.screen.look()?;
            let area = self.area(&now)?;
            // Its upper and its lower edge: a page that is dimmed under the notice can have the colour of one.
            let edges = [area.y, area.y + area.height - 4].map(|y| screen::Area { y, height: 4, ..area });
            let ground = [ground.red, ground.green, ground.blue];
            let painted = edges.iter().all(|edge| screen::share(&now, *edge, ground) > 0.9);
            Ok((painted == up).then_some(()))
        })
    }

    /// Touches a key.
    pub fn press(&mut self, key: Key) -> Result<()> {
        let (x, y) = self.place(key)?;
        let before = self.stage.screen.look()?;
        self.stage.input.click(x, y)?;
        self.now += Duration::from_secs(1);
        self.seen.handle(self.now, Input::Down(FINGER, key));
        self.seen.handle(self.now, Input::Lift(FINGER));
        if key.types() {
            return Ok(());
        }
        // The next key is where it is seen.
        wait::until("other keys should be painted", PATIENCE, || {
            Ok((screen::differ(&before, &self.stage.screen.look()?) > 0.01).then_some(()))
        })
    }

    /// Writes a text, letter by letter.
    pub fn write(&mut self, text: &str) -> Result<()> {
        text.chars().try_for_each(|letter| self.press(if letter == ' ' { Key::Space } else { Key::Char(letter) }))
    }

    /// Chooses a language.
    pub fn choose(&mut self, language: Language) -> Result<()> {
        self.press(Key::Layer(Layer::Languages))?;
        self.press(Key::Language(language))
    }

    /// The middle of a key on the screen.
    pub fn place(&self, key: Key) -> Result<(i16, i16)> {
        let screen = self.stage.screen.look()?;
        middle(&self.seen.face(), key, (i32::try_from(screen.width())?, i32::try_from(screen.height())?))
    }

    /// Where the keyboard is on a screen of this size.
    pub fn area(&self, screen: &screen::RgbaImage) -> Result<screen::Area> {
        let height = u32::try_from(self.height(screen)?)?;
        Ok(screen::Area { x: 0, y: screen.height() - height, width: screen.width(), height })
    }

    fn height(&self, screen: &screen::RgbaImage) -> Result<i32> {
        Ok(keyboard::height((i32::try_from(screen.width())?, i32::try_from(screen.height())?)))
    }
}

/// The middle of a key on a screen of this size, when these are the keys.
pub fn middle(face: &Face, key: Key, screen: (i32, i32)) -> Result<(i16, i16)> {
    let height = keyboard::height(screen);
    let placed = keyboard::place(face, (screen.0, height));
    let found = placed.iter().find(|placed| placed.key == key);
    let area = found.with_context(|| format!("the keyboard has no key {key:?} now"))?.area;
    ensure!(area.width >= 44 && area.height >= 44, "{key:?} is too small: {area:?}");
    let top = screen.1 - height;
    Ok((i16::try_from(area.x + area.width / 2)?, i16::try_from(top + area.y + area.height / 2)?))
}
