//! A person's hands: keyboard and pointer through the X test extension.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keysym,
    MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::display;
use crate::keymap::{self, Keymap, Stroke};

/// The pointer's buttons, by the numbers of X.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Left = 1,
    /// The wheel pressed down; pastes the primary selection.
    Middle = 2,
    /// The right one.
    Right = 3,
    /// One notch away from the person.
    WheelUp = 4,
    /// One notch towards the person.
    WheelDown = 5,
    /// The one under the thumb that goes back.
    Back = 8,
    /// The one under the thumb that goes forward.
    Forward = 9,
}

/// The hands on one display. Every call returns after the server has taken the input.
#[derive(Debug)]
pub struct Input {
    connection: RustConnection,
    root: Window,
    keymap: Mutex<Keymap>,
}

impl Input {
    /// Hands on the display of this name.
    pub fn on(display: &str) -> Result<Self> {
        let (connection, root) = display::connect(display)?;
        connection.xtest_get_version(2, 2)?.reply().context("the display has no test extension")?;
        let keymap = Mutex::new(Keymap::read(&connection)?);
        Ok(Self { connection, root, keymap })
    }

    /// Types a text, one stroke a character; a line break is Return.
    pub fn type_text(&self, text: &str) -> Result<()> {
        for one in text.chars() {
            let stroke = self.stroke(keymap::of_char(one))?;
            self.strike(stroke)?;
        }
        Ok(())
    }

    /// Presses and releases a key or a chord: `Return`, `ctrl+p`, `alt+F4`, `ctrl+shift+i`.
    pub fn key(&self, chord: &str) -> Result<()> {
        let mut names: Vec<&str> = chord.split('+').collect();
        let last = names.pop().context("a chord has a key")?;
        let mut held = Vec::new();
        for name in names {
            held.push(self.stroke(keymap::of_name(name)?)?.key);
        }
        let last = self.stroke(keymap::of_name(last)?)?;
        for key in &held {
            self.fake(KEY_PRESS_EVENT, *key, 0, 0)?;
        }
        self.strike(last)?;
        for key in held.iter().rev() {
            self.fake(KEY_RELEASE_EVENT, *key, 0, 0)?;
        }
        Ok(())
    }

    /// Presses a key or a chord that many times.
    pub fn keys(&self, chord: &str, times: usize) -> Result<()> {
        (0..times).try_for_each(|_| self.key(chord))
    }

    /// Moves the pointer.
    pub fn point(&self, x: i16, y: i16) -> Result<()> {
        self.fake(MOTION_NOTIFY_EVENT, 0, x, y)
    }

    /// Moves there and clicks.
    pub fn click(&self, x: i16, y: i16) -> Result<()> {
        self.click_with(Button::Left, x, y)
    }

    /// Moves there and clicks with a button of choice.
    pub fn click_with(&self, button: Button, x: i16, y: i16) -> Result<()> {
        self.point(x, y)?;
        self.fake(BUTTON_PRESS_EVENT, button as u8, 0, 0)?;
        self.fake(BUTTON_RELEASE_EVENT, button as u8, 0, 0)
    }

    /// Moves there and clicks with the button of this number.
    pub fn click_button(&self, button: u8, x: i16, y: i16) -> Result<()> {
        self.point(x, y)?;
        self.fake(BUTTON_PRESS_EVENT, button, 0, 0)?;
        self.fake(BUTTON_RELEASE_EVENT, button, 0, 0)
    }

    /// Does it while a key is held.
    pub fn hold(&self, key: &str, act: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let key = self.stroke(keymap::of_name(key)?)?.key;
        self.fake(KEY_PRESS_EVENT, key, 0, 0)?;
        let done = act(self);
        self.fake(KEY_RELEASE_EVENT, key, 0, 0)?;
        done
    }

    /// Moves there and keeps a button pressed for a while.
    pub fn press_for(&self, button: Button, x: i16, y: i16, long: Duration) -> Result<()> {
        self.point(x, y)?;
        self.fake(BUTTON_PRESS_EVENT, button as u8, 0, 0)?;
        std::thread::sleep(long);
        self.fake(BUTTON_RELEASE_EVENT, button as u8, 0, 0)
    }

    /// Turns the wheel at a place; positive notches scroll down.
    pub fn wheel(&self, x: i16, y: i16, notches: i32) -> Result<()> {
        let button = if notches < 0 { Button::WheelUp } else { Button::WheelDown };
        (0..notches.unsigned_abs()).try_for_each(|_| self.click_with(button, x, y))
    }

    /// Drags with the left button, in ten steps.
    pub fn drag(&self, from: (i16, i16), to: (i16, i16)) -> Result<()> {
        self.point(from.0, from.1)?;
        self.fake(BUTTON_PRESS_EVENT, Button::Left as u8, 0, 0)?;
        for step in 1..=10 {
            let at = |from: i16, to: i16| from + (to - from) / 10 * step;
            self.point(at(from.0, to.0), at(from.1, to.1))?;
        }
        self.point(to.0, to.1)?;
        self.fake(BUTTON_RELEASE_EVENT, Button::Left as u8, 0, 0)
    }

    fn stroke(&self, symbol: Keysym) -> Result<Stroke> {
        let mut keymap = self.keymap.lock().unwrap_or_else(PoisonError::into_inner);
        keymap.stroke(&self.connection, symbol)
    }

    fn strike(&self, stroke: Stroke) -> Result<()> {
        let shift = self.stroke(keymap::SHIFT)?.key;
        if stroke.shift {
            self.fake(KEY_PRESS_EVENT, shift, 0, 0)?;
        }
        self.fake(KEY_PRESS_EVENT, stroke.key, 0, 0)?;
        self.fake(KEY_RELEASE_EVENT, stroke.key, 0, 0)?;
        if stroke.shift {
            self.fake(KEY_RELEASE_EVENT, shift, 0, 0)?;
        }
        Ok(())
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) -> Result<()> {
        self.connection
            .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)?
            .check()
            .context("the display refused the input")?;
        // An answer to any request proves that the ones before were carried out.
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }
}
