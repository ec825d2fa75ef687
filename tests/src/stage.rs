//! Everything around the program that is not the chat: display, bus, desktop services, home.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use x11rb::connection::Connection;
use x11rb::properties::WmSizeHints;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, Window, WindowClass};
use x11rb::rust_connection::RustConnection;

use crate::bus::Bus;
use crate::display::Display;
use crate::home::Home;
use crate::input::Input;
use crate::notifications::{Notifications, Service};
use crate::screen::Screen;
use crate::windows::{self, Shown};

/// One stage at a time: two windows painting at once on a small machine miss their deadlines.
static TURN: Mutex<()> = Mutex::new(());

/// What a stage is to be like.
#[derive(Debug)]
pub struct Plan {
    name: String,
    width: u16,
    height: u16,
    managed: bool,
    service: Service,
}

/// The stage, for as long as it lives. Declare it before the kiosk, so that it outlives it.
#[derive(Debug)]
pub struct Stage {
    /// The person's hands.
    pub input: Input,
    /// The person's eyes.
    pub screen: Screen,
    /// What the desktop was asked to show.
    pub notifications: Notifications,
    /// The session bus.
    pub bus: Bus,
    /// The display.
    pub display: Display,
    /// The home folder.
    pub home: Home,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    /// Plans a stage: 1280x800, openbox, a notification service that answers.
    #[must_use]
    pub fn named(test: &str) -> Plan {
        Plan { name: test.to_owned(), width: 1280, height: 800, managed: true, service: Service::Answering }
    }

    /// The windows that are shown now, lowest first.
    pub fn windows(&self) -> Result<Vec<Shown>> {
        windows::shown(self.display.name())
    }

    /// The smallest and the largest size that a window may have, where it says so.
    #[allow(clippy::type_complexity)] // Two sizes.
    pub fn size_hints(&self, window: Window) -> Result<Option<((i32, i32), (i32, i32))>> {
        let (display, _) = self.display.connect()?;
        let hints = WmSizeHints::get_normal_hints(&display, window)?.reply()?;
        Ok(hints.and_then(|hints| hints.min_size.zip(hints.max_size)))
    }

    /// Opens another program's window.
    pub fn open_window(&self, x: i16, y: i16, width: u16, height: u16) -> Result<Other> {
        let (connection, root) = self.display.connect()?;
        let id = connection.generate_id()?;
        let screen = &connection.setup().roots[0];
        let looks = CreateWindowAux::new().background_pixel(screen.black_pixel);
        let (depth, visual) = (screen.root_depth, screen.root_visual);
        let kind = WindowClass::INPUT_OUTPUT;
        connection.create_window(depth, id, root, x, y, width, height, 0, kind, visual, &looks)?.check()?;
        connection.map_window(id)?.check()?;
        Ok(Other { id, _connection: connection })
    }
}

/// Another program's window, for as long as this value lives.
#[derive(Debug)]
pub struct Other {
    id: Window,
    _connection: RustConnection,
}

impl Other {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> Window {
        self.id
    }
}

impl Plan {
    /// A screen of another size.
    #[must_use]
    pub fn size(mut self, width: u16, height: u16) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// No window manager: the program is alone on the display, as on a real kiosk.
    #[must_use]
    pub fn unmanaged(mut self) -> Self {
        self.managed = false;
        self
    }

    /// Another kind of notification service.
    #[must_use]
    pub fn notifications(mut self, service: Service) -> Self {
        self.service = service;
        self
    }

    /// Sets it up, once no other stage of this test program stands.
    pub fn up(self) -> Result<Stage> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let home = Home::make(&self.name)?;
        let mut display = Display::start(self.width, self.height)?;
        if self.managed {
            display.manage()?;
        }
        let bus = Bus::start(&home.run())?;
        Ok(Stage {
            input: Input::on(display.name())?,
            screen: Screen::on(&display, &self.name)?,
            notifications: Notifications::start(&bus, self.service)?,
            bus,
            display,
            home,
            _turn: turn,
        })
    }
}
