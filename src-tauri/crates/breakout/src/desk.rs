//! The display under attack: hands on it, other programs' windows, and what can be seen.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, ModeInfo};
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, ImageFormat, InputFocus,
    MapState, PropMode, StackMode, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::catalogue::{Hand, Over, Spot, Wish};
use crate::display;
use crate::input::{Button, Input};
use crate::selection;
use crate::windows::{self, Shown};

/// A long press, as engines see it.
const LONG: Duration = Duration::from_millis(700);

/// A small resolution, where the display offers none.
const SMALL: (u16, u16) = (800, 600);
/// How long the screen keeps another resolution.
const RESIZED: Duration = Duration::from_millis(600);

/// A display that hands and eyes can reach.
#[derive(Debug)]
pub struct Desk {
    name: String,
    input: Input,
    connection: RustConnection,
    root: Window,
    mapped: Vec<Window>,
}

impl Desk {
    /// The display of this name.
    pub fn on(name: &str) -> Result<Self> {
        let (connection, root) = display::connect(name)?;
        Ok(Self { name: name.to_owned(), input: Input::on(name)?, connection, root, mapped: Vec::new() })
    }

    /// Does what a hand does; what is not for this display is left alone.
    pub fn act(&mut self, hand: &Hand, kiosk: Option<Window>) -> Result<()> {
        match hand {
            Hand::Key(chord) => self.input.key(chord)?,
            Hand::Click(button, spot) => {
                let (x, y) = self.place(*spot)?;
                self.input.click_button(*button, x, y)?;
            }
            Hand::HeldClick(key, button, spot) => {
                let (x, y) = self.place(*spot)?;
                self.input.hold(key, |input| input.click_button(*button, x, y))?;
            }
            Hand::Double(spot) => {
                let (x, y) = self.place(*spot)?;
                self.input.click(x, y)?;
                self.input.click(x, y)?;
            }
            Hand::Drag(from, to) => {
                let (from, to) = (self.place(*from)?, self.place(*to)?);
                self.input.drag(from, to)?;
            }
            Hand::Long(spot) => {
                let (x, y) = self.place(*spot)?;
                self.input.press_for(Button::Left, x, y, LONG)?;
            }
            Hand::Delete => self.ask_to_close(kiosk.context("the kiosk has no window")?)?,
            Hand::Ask(wish) => self.wish(*wish, kiosk.context("the kiosk has no window")?)?,
            Hand::Map(over) => self.map(*over)?,
            Hand::Shrink => {
                let size = ConfigureWindowAux::new().x(40).y(40).width(400).height(300);
                self.connection.configure_window(kiosk.context("the kiosk has no window")?, &size)?.check()?;
            }
            Hand::Resolution => self.change_resolution()?,
            Hand::Copy(text) => selection::copy(&self.name, text)?,
            Hand::Reset | Hand::Hostile(_) | Hand::Second | Hand::Pause(_) => {}
        }
        Ok(())
    }

    /// Presses and releases a chord.
    pub fn chord(&self, chord: &str) -> Result<()> {
        self.input.key(chord)
    }

    /// Takes away what an attempt put on the display.
    pub fn tidy(&mut self) -> Result<()> {
        for window in self.mapped.drain(..) {
            self.connection.destroy_window(window)?;
        }
        // An open menu of the manager's, or of the engine's, would swallow the next attempt's input.
        self.connection.sync()?;
        Ok(())
    }

    /// All windows that are shown now, the suite's own left out.
    pub fn windows(&self) -> Result<Vec<Shown>> {
        let mut all = windows::shown_on(&self.connection, self.root)?;
        all.retain(|window| !self.mapped.contains(&window.id));
        Ok(all)
    }

    /// Whether a window manager looks after the display.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        windows::is_managed(&self.connection, self.root).unwrap_or(false)
    }

    /// What lies above the window or shows beside it; `None`: it covers the screen.
    pub fn uncovered(&self, window: Window) -> Result<Option<String>> {
        let screen = self.connection.get_geometry(self.root)?.reply()?;
        let size = self.connection.get_geometry(window)?.reply()?;
        let at = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        if (at.dst_x, at.dst_y, size.width, size.height) != (0, 0, screen.width, screen.height) {
            return Ok(Some(format!(
                "the kiosk is {}x{} at {},{} on a screen of {}x{}",
                size.width, size.height, at.dst_x, at.dst_y, screen.width, screen.height
            )));
        }
        let frame = self.frame_of(window)?;
        let stack = self.connection.query_tree(self.root)?.reply()?.children;
        let above = stack.iter().skip_while(|one| **one != frame).skip(1);
        for &one in above {
            // A window may go while one looks.
            if self.hides(one).unwrap_or(false) {
                return Ok(Some(format!("a window lies above the kiosk ({one:#x})")));
            }
        }
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        Ok((attributes.map_state != MapState::VIEWABLE).then(|| "the kiosk's window is hidden".to_owned()))
    }

    /// Whether every pixel of the screen has the same colour.
    pub fn is_flat(&self) -> Result<bool> {
        let size = self.connection.get_geometry(self.root)?.reply()?;
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, size.width, size.height, !0)?
            .reply()
            .context("the screen could not be read")?;
        let bytes = image.data;
        // Whole slices at once: four bytes a pixel, and each like the one before it.
        Ok(bytes.len() <= 4 || bytes[4..] == bytes[..bytes.len() - 4])
    }

    fn place(&self, (x, y): Spot) -> Result<(i16, i16)> {
        let size = self.connection.get_geometry(self.root)?.reply()?;
        let part = |whole: u16, hundredths: u8| i16::try_from(u32::from(whole) * u32::from(hundredths) / 100);
        Ok((part(size.width, x)?, part(size.height, y)?))
    }

    /// The ancestor that lies on the root: the manager's frame, or the window itself.
    fn frame_of(&self, window: Window) -> Result<Window> {
        let mut at = window;
        loop {
            let parent = self.connection.query_tree(at)?.reply()?.parent;
            if parent == self.root || parent == x11rb::NONE {
                return Ok(at);
            }
            at = parent;
        }
    }

    fn hides(&self, window: Window) -> Result<bool> {
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        if attributes.map_state != MapState::VIEWABLE || attributes.class == WindowClass::INPUT_ONLY {
            return Ok(false);
        }
        let (size, screen) =
            (self.connection.get_geometry(window)?.reply()?, self.connection.get_geometry(self.root)?.reply()?);
        let on_screen = i32::from(size.x) + i32::from(size.width) > 0
            && i32::from(size.y) + i32::from(size.height) > 0
            && i32::from(size.x) < i32::from(screen.width)
            && i32::from(size.y) < i32::from(screen.height);
        Ok(on_screen && size.width > 1 && size.height > 1)
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    fn ask_to_close(&self, window: Window) -> Result<()> {
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let event = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, event)?.check()?;
        Ok(())
    }

    /// A message to the manager, by way of the root (EWMH). Without a manager nobody hears it.
    fn wish(&self, wish: Wish, window: Window) -> Result<()> {
        let remove = |state: &str| -> Result<(u32, [u32; 5])> {
            Ok((self.atom("_NET_WM_STATE")?, [0, self.atom(state)?, 0, 2, 0]))
        };
        let add = |state: &str| -> Result<(u32, [u32; 5])> {
            Ok((self.atom("_NET_WM_STATE")?, [1, self.atom(state)?, 0, 2, 0]))
        };
        let (kind, data) = match wish {
            Wish::Close => (self.atom("_NET_CLOSE_WINDOW")?, [0, 2, 0, 0, 0]),
            Wish::Iconify => (self.atom("WM_CHANGE_STATE")?, [3, 0, 0, 0, 0]),
            Wish::Unfullscreen => remove("_NET_WM_STATE_FULLSCREEN")?,
            Wish::Below => add("_NET_WM_STATE_BELOW")?,
            Wish::Shade => add("_NET_WM_STATE_SHADED")?,
            Wish::ShowDesktop => (self.atom("_NET_SHOWING_DESKTOP")?, [1, 0, 0, 0, 0]),
            Wish::NextDesktop => (self.atom("_NET_CURRENT_DESKTOP")?, [1, 0, 0, 0, 0]),
        };
        let event = ClientMessageEvent::new(32, window, kind, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, event)?.check()?;
        Ok(())
    }

    fn map(&mut self, over: Over) -> Result<()> {
        let screen = self.connection.get_geometry(self.root)?.reply()?;
        let (width, height) = if over == Over::Above { (screen.width, screen.height) } else { (300, 200) };
        let window = self.connection.generate_id()?;
        let set =
            CreateWindowAux::new().background_pixel(0x00c0_2040).override_redirect(u32::from(over == Over::Unmanaged));
        self.connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                self.root,
                100,
                100,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &set,
            )?
            .check()?;
        if over == Over::Above {
            let states = [self.atom("_NET_WM_STATE_ABOVE")?, self.atom("_NET_WM_STATE_FULLSCREEN")?];
            let property = self.atom("_NET_WM_STATE")?;
            self.connection
                .change_property32(PropMode::REPLACE, window, property, self.atom("ATOM")?, &states)?
                .check()?;
        }
        self.connection.map_window(window)?.check()?;
        self.mapped.push(window);
        let top = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.connection.configure_window(window, &top)?.check()?;
        if over == Over::Focused {
            // A window that is not shown yet cannot have the keyboard.
            for _ in 0..50 {
                if self.connection.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE {
                    self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
                    break;
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(())
    }

    /// To another size that the display offers, and back after a while.
    fn change_resolution(&self) -> Result<()> {
        let offered = self.connection.randr_get_screen_resources_current(self.root)?.reply()?;
        let crtc = *offered.crtcs.first().context("the display has no screen")?;
        let now = self.connection.randr_get_crtc_info(crtc, offered.config_timestamp)?.reply()?;
        let smaller = offered.modes.iter().find(|mode| (400..now.width).contains(&mode.width));
        let (mode, width, height) = match smaller {
            Some(mode) => (mode.id, mode.width, mode.height),
            None => (self.make_mode(&now.outputs)?, SMALL.0, SMALL.1),
        };
        let set = |mode: u32| -> Result<()> {
            let (current, time) = (x11rb::CURRENT_TIME, offered.config_timestamp);
            let set =
                self.connection.randr_set_crtc_config(crtc, current, time, 0, 0, mode, now.rotation, &now.outputs)?;
            set.reply()?;
            Ok(())
        };
        let size = |width: u16, height: u16| -> Result<()> {
            let millimetres = |pixels: u16| u32::from(pixels) * 254 / 960;
            let (across, down) = (millimetres(width), millimetres(height));
            self.connection.randr_set_screen_size(self.root, width, height, across, down)?.check()?;
            Ok(())
        };
        set(mode)?;
        size(width, height)?;
        thread::sleep(RESIZED);
        size(now.width, now.height)?;
        set(now.mode)?;
        thread::sleep(RESIZED);
        Ok(())
    }

    /// A display without a screen has the one resolution that it was started with, until somebody names another.
    fn make_mode(&self, outputs: &[u32]) -> Result<u32> {
        let name = b"breakout";
        let (width, height) = SMALL;
        let info = ModeInfo {
            width,
            height,
            dot_clock: 60 * u32::from(width) * u32::from(height),
            htotal: width,
            vtotal: height,
            name_len: u16::try_from(name.len())?,
            ..ModeInfo::default()
        };
        let mode = self.connection.randr_create_mode(self.root, info, name)?.reply()?.mode;
        for output in outputs {
            self.connection.randr_add_output_mode(*output, mode)?.check()?;
        }
        Ok(mode)
    }
}
