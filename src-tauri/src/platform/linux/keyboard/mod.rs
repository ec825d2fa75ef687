//! The keyboard on the screen: the core decides, this joins it with the engine, the hands and the window.
//!
//! It is made of the toolkit's own buttons, in a strip of the window that no page is painted in. A third page of ours
//! would take a process and a hundred megabytes for forty keys, and the front's page lies above the chat or is hidden.

mod context;
mod icons;
mod strip;
mod system;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::{Duration, Instant},
};

use gtk::{
    gdk::{self, prelude::SeatExt},
    glib::{self, object::Cast, translate::ToGlibPtrMut},
    prelude::{DeviceExt, WidgetExt},
};
use kiosk_core::{
    config::ScreenKeyboard,
    keyboard::{Effect, For, Hand, Input, Keyboard},
};
use webkit2gtk::WebView;

use self::{context::Context, strip::Strip};
use super::super::{KeyboardPlan, Keys};

thread_local! {
    /// One for each view that has one. Only the main thread has them.
    static BOARDS: RefCell<Vec<Weak<Board>>> = const { RefCell::new(Vec::new()) };
}

/// The keyboard of one view.
struct Board {
    view: glib::WeakRef<WebView>,
    plan: KeyboardPlan,
    keys: Keys,
    keyboard: RefCell<Keyboard>,
    begun: Instant,
    context: RefCell<Option<Context>>,
    strip: RefCell<Option<Strip>>,
    /// Somebody used it.
    used: Box<dyn Fn()>,
    /// The wake-up that is on its way.
    due: Cell<Option<Duration>>,
}

/// Gives a view its keyboard, if there is to be one. `used` is called for each key.
pub(super) fn watch(view: &WebView, plan: KeyboardPlan, keys: Keys, used: impl Fn() + 'static) {
    let whom = match plan.whose {
        ScreenKeyboard::Off => return,
        ScreenKeyboard::Auto => For::Fingers,
        ScreenKeyboard::BuiltIn | ScreenKeyboard::System => For::AnyHand,
    };
    let board = Rc::new(Board {
        view: glib::object::ObjectExt::downgrade(view),
        keyboard: RefCell::new(Keyboard::new(whom, plan.language)),
        plan,
        keys,
        begun: Instant::now(),
        context: RefCell::default(),
        strip: RefCell::default(),
        used: Box::new(used),
        due: Cell::default(),
    });
    let told = Rc::downgrade(&board);
    let context = Context::take_over(view, move |field| {
        if let Some(board) = told.upgrade() {
            board.handle(field.map_or(Input::Blur, Input::Focus));
        }
    });
    board.context.replace(Some(context));
    watch_hands(view, &board);
    BOARDS.with_borrow_mut(|boards| {
        boards.retain(|board| board.strong_count() > 0);
        boards.push(Rc::downgrade(&board));
    });
    // The view holds its keyboard; with the view goes all that it knew.
    let held = Cell::new(Some(board));
    view.connect_destroy(move |_| {
        if let Some(board) = held.take() {
            board.strip.take();
            board.handle(Input::Barred(true));
            board.context.take();
        }
    });
}

/// Puts every keyboard away whose page gets no keys now.
pub(crate) fn hide() {
    let boards: Vec<_> = BOARDS.with_borrow(|boards| boards.iter().filter_map(Weak::upgrade).collect());
    for board in boards {
        board.look_at_keys();
        board.perform();
    }
}

/// Hands in the page and keys of a real keyboard, before the page has seen them.
fn watch_hands(view: &WebView, board: &Rc<Board>) {
    let board = Rc::downgrade(board);
    WidgetExt::connect_event(view, move |_, event| {
        let Some(board) = board.upgrade() else { return glib::Propagation::Proceed };
        let finger = event.source_device().is_some_and(|device| device.source() == gdk::InputSource::Touchscreen);
        match event.event_type() {
            gdk::EventType::TouchBegin => board.handle(Input::Press(Hand::Finger)),
            gdk::EventType::TouchEnd | gdk::EventType::TouchCancel | gdk::EventType::ButtonRelease => {
                board.handle(Input::Release);
            }
            gdk::EventType::ButtonPress if event.button() == Some(gdk::BUTTON_PRIMARY) => {
                board.handle(Input::Press(if finger { Hand::Finger } else { Hand::Mouse }));
            }
            gdk::EventType::KeyPress => {
                let own = board.context.borrow().as_ref().is_some_and(Context::is_own_key);
                if !own {
                    board.handle(Input::RealKey);
                }
            }
            _ => {}
        }
        glib::Propagation::Proceed
    });
}

impl Board {
    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn handle(self: &Rc<Self>, input: Input) {
        self.look_at_keys();
        self.keyboard.borrow_mut().handle(self.now(), input);
        self.perform();
    }

    /// Does the page get keys?
    fn look_at_keys(&self) {
        let barred = self.keys.are_barred();
        self.keyboard.borrow_mut().handle(self.now(), Input::Barred(barred));
    }

    fn touch(self: &Rc<Self>, touch: Input) {
        (self.used)();
        self.handle(touch);
    }

    fn perform(self: &Rc<Self>) {
        loop {
            // Not borrowed while it is done: what is done can lead back here.
            let effect = self.keyboard.borrow_mut().poll_effect();
            match effect {
                Some(effect) => self.do_it(effect),
                None => break,
            }
        }
        self.wake_up();
    }

    fn do_it(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Show => self.show(),
            Effect::Hide => {
                tracing::debug!(event = "keyboard.hidden");
                match self.plan.whose {
                    ScreenKeyboard::System => system::show(false),
                    _ => drop(self.strip.take()),
                }
            }
            Effect::Redraw => {
                if let Some(strip) = self.strip.borrow().as_ref() {
                    strip.redraw(&self.keyboard.borrow());
                }
            }
            Effect::Ask => self.ask(),
            Effect::Insert(text) => text.chars().for_each(|letter| self.strike(&gdk::keys::Key::from_unicode(letter))),
            Effect::Backspace => self.strike(&gdk::keys::constants::BackSpace),
            Effect::Enter => self.strike(&gdk::keys::constants::Return),
        }
    }

    fn show(self: &Rc<Self>) {
        tracing::debug!(event = "keyboard.shown");
        if self.plan.whose == ScreenKeyboard::System {
            return system::show(true);
        }
        let Some(window) = self.window() else { return };
        let board = Rc::downgrade(self);
        let touched: strip::Touched = Rc::new(move |touch| {
            if let Some(board) = board.upgrade() {
                board.touch(touch);
            }
        });
        let strip = Strip::put_up(&window, &self.keyboard.borrow(), &self.plan.paint(), touched);
        self.follow_size(&strip);
        self.strip.replace(Some(strip));
    }

    /// A screen that is turned, or becomes another size, gets other keys.
    fn follow_size(self: &Rc<Self>, strip: &Strip) {
        let (board, last) = (Rc::downgrade(self), Cell::new(0));
        strip.root().connect_size_allocate(move |_, area| {
            if last.replace(area.width()) == area.width() {
                return;
            }
            let board = board.clone();
            // Not while the sizes are being given out.
            glib::idle_add_local_once(move || {
                let Some(board) = board.upgrade() else { return };
                // The keys go from under the fingers, and nobody tells that these were lifted.
                board.handle(Input::LetGo);
                if let Some(strip) = board.strip.borrow().as_ref() {
                    strip.redraw(&board.keyboard.borrow());
                }
            });
        });
    }

    /// The box in which everything of the window lies.
    fn window(&self) -> Option<gtk::Box> {
        let overlay = super::places::overlay_of(&self.view.upgrade()?)?;
        overlay.parent()?.downcast().ok()
    }

    /// Presses a key in the view, by the way that a real one takes: what is refused there is refused here.
    fn strike(&self, key: &gdk::keys::Key) {
        let (Some(view), Some(context)) = (self.view.upgrade(), self.context.borrow().clone()) else { return };
        context.with_own_key(|| {
            for kind in [gdk::EventType::KeyPress, gdk::EventType::KeyRelease] {
                if let Some(event) = stroke(&view, kind, key) {
                    view.event(&event);
                }
            }
        });
    }

    /// The engine tells of a field's focus, but not of one that goes to a frame in which a field has it already. To
    /// paste is possible exactly where a text can be written, in whichever frame.
    fn ask(self: &Rc<Self>) {
        let Some(view) = self.view.upgrade() else { return };
        let board = Rc::downgrade(self);
        context::ask_editable(&view, move |editable| {
            if let Some(board) = board.upgrade() {
                board.handle(Input::Editable(editable));
            }
        });
    }

    fn wake_up(self: &Rc<Self>) {
        let Some(at) = self.keyboard.borrow().poll_timeout() else { return };
        if self.due.get().is_some_and(|due| due <= at) {
            return;
        }
        self.due.set(Some(at));
        let board = Rc::downgrade(self);
        let rest = at.saturating_sub(self.now()) + Duration::from_millis(1);
        glib::timeout_add_local_once(rest, move || {
            let Some(board) = board.upgrade() else { return };
            board.due.set(None);
            board.look_at_keys();
            board.keyboard.borrow_mut().handle_timeout(board.now());
            board.perform();
        });
    }
}

/// A stroke of a key, as the toolkit would bring it.
fn stroke(view: &WebView, kind: gdk::EventType, key: &gdk::keys::Key) -> Option<gdk::Event> {
    let window = view.window()?;
    let display = WidgetExt::display(view);
    let code = gdk::Keymap::for_display(&display)?.entries_for_keyval(**key).first().map_or(0, gdk::KeymapKey::keycode);
    let mut event = gdk::Event::new(kind);
    event.set_device(display.default_seat()?.keyboard().as_ref());
    // SAFETY: a key event was asked for, so its fields are those of one; the window's reference is the event's own.
    unsafe {
        let event: *mut gdk::ffi::GdkEvent = event.to_glib_none_mut().0;
        let fields = event.cast::<gdk::ffi::GdkEventKey>();
        (*fields).window = glib::translate::ToGlibPtr::to_glib_full(&window);
        (*fields).time = gtk::current_event_time();
        (*fields).keyval = **key;
        (*fields).hardware_keycode = u16::try_from(code).unwrap_or(0);
    }
    Some(event)
}
