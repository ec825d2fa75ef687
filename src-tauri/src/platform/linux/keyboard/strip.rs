//! The keyboard as it is seen: a strip at the window's lower edge, and the page above it that much smaller.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gtk::{
    atk::prelude::AtkObjectExt,
    gdk, glib,
    prelude::{
        BinExt, BoxExt, ButtonExt, Cast, ContainerExt, CssProviderExt, EventBoxExt, FixedExt, LabelExt,
        StyleContextExt, WidgetExt, WidgetExtManual,
    },
};
use kiosk_core::{
    config::Color,
    keyboard::{self, Area, Finger, Input, Key, Keyboard, Language, Layer, Paint, Placed},
};

use super::{
    super::fingers,
    icons::{self, Icon},
};
use crate::words;

/// Hears what hands do to the keys.
pub(super) type Touched = Rc<dyn Fn(Input)>;

/// The mouse's pointer; a finger has a number of the toolkit's, which is never 0.
const POINTER: Finger = Finger(0);

/// The strip. Dropping it takes it off the screen.
pub(super) struct Strip {
    root: gtk::EventBox,
    keys: gtk::Fixed,
    style: gtk::CssProvider,
    height: i32,
    shown: RefCell<Vec<Shown>>,
    touched: Touched,
}

/// One key on the screen. What it is may change under the finger, its place not.
struct Shown {
    area: Area,
    key: Rc<Cell<Key>>,
    button: gtk::Button,
}

impl Strip {
    /// Puts it below everything else in the window.
    pub(super) fn put_up(window: &gtk::Box, keyboard: &Keyboard, paint: &Paint, touched: Touched) -> Self {
        let size = (window.allocated_width(), window.allocated_height());
        let height = keyboard::height(size);
        let root = gtk::EventBox::new();
        root.style_context().add_class("keyboard");
        root.set_above_child(false);
        // Its place is the same in all languages: only what is written goes from right to left.
        root.set_direction(gtk::TextDirection::Ltr);
        let keys = gtk::Fixed::new();
        keys.set_direction(gtk::TextDirection::Ltr);
        keys.set_size_request(-1, height);
        root.add(&keys);
        // A finger between the keys is nobody's, least of all the page's.
        root.add_events(gdk::EventMask::BUTTON_PRESS_MASK | gdk::EventMask::TOUCH_MASK);
        root.connect_button_press_event(|_, _| glib::Propagation::Stop);
        root.connect_button_release_event(|_, _| glib::Propagation::Stop);
        root.connect_touch_event(|_, _| glib::Propagation::Stop);
        let style = gtk::CssProvider::new();
        // Our own text: a fault in it would show as plain keys.
        let _ = style.load_from_data(css(paint, height).as_bytes());
        if let Some(screen) = WidgetExt::screen(window) {
            gtk::StyleContext::add_provider_for_screen(&screen, &style, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
        }
        window.pack_end(&root, false, false, 0);
        let strip = Self { root, keys, style, height, shown: RefCell::default(), touched };
        strip.draw(keyboard, size.0);
        strip.root.show_all();
        strip
    }

    /// Shows what is on the keys now.
    pub(super) fn redraw(&self, keyboard: &Keyboard) {
        self.draw(keyboard, self.root.allocated_width());
    }

    /// The root widget: its size tells when the screen has been turned.
    pub(super) fn root(&self) -> &gtk::EventBox {
        &self.root
    }

    fn draw(&self, keyboard: &Keyboard, width: i32) {
        let placed = keyboard::place(&keyboard.face(), (width, self.height));
        let style = self.root.style_context();
        if keyboard.is_secret() {
            style.add_class("secret");
        } else {
            style.remove_class("secret");
        }
        let mut shown = self.shown.borrow_mut();
        let same = shown.len() == placed.len() && shown.iter().zip(&placed).all(|(is, new)| is.area == new.area);
        if !same {
            for old in shown.drain(..) {
                old.button.hide();
                let keys = self.keys.clone();
                // It may be the very one that is being pressed.
                glib::idle_add_local_once(move || keys.remove(&old.button));
            }
            shown.extend(placed.iter().map(|placed| self.button(placed)));
        }
        for (shown, placed) in shown.iter().zip(&placed) {
            shown.key.set(placed.key);
            self.dress(&shown.button, placed, keyboard);
        }
    }

    fn button(&self, placed: &Placed) -> Shown {
        let button = gtk::Button::new();
        // The focus stays where the text goes.
        button.set_can_focus(false);
        button.set_size_request(placed.area.width, placed.area.height);
        let key = Rc::new(Cell::new(placed.key));
        self.watch_hands(&button, &key);
        // The hands' own events end before the button sees them: what is left is a press without one.
        let (touched, own) = (self.touched.clone(), key.clone());
        button.connect_clicked(move |_| touched(Input::Click(own.get())));
        self.keys.put(&button, placed.area.x, placed.area.y);
        button.show();
        Shown { area: placed.area, key, button }
    }

    /// The toolkit's button knows one finger at a time: a key that is touched before the last one is let go would be lost.
    fn watch_hands(&self, button: &gtk::Button, key: &Rc<Cell<Key>>) {
        let (touched, key) = (self.touched.clone(), key.clone());
        button.add_events(gdk::EventMask::TOUCH_MASK);
        button.connect_event(move |button, event| {
            let finger = fingers::finger(event).map_or(POINTER, Finger);
            let primary = event.button().is_none_or(|button| button == gdk::BUTTON_PRIMARY);
            let input = match event.event_type() {
                gdk::EventType::ButtonPress | gdk::EventType::TouchBegin if primary => Input::Down(finger, key.get()),
                gdk::EventType::ButtonRelease | gdk::EventType::TouchEnd
                    if primary && fingers::is_on(button, event) =>
                {
                    Input::Lift(finger)
                }
                gdk::EventType::ButtonRelease | gdk::EventType::TouchEnd | gdk::EventType::TouchCancel if primary => {
                    Input::Slip(finger)
                }
                gdk::EventType::GrabBroken => Input::LetGo,
                // Another button's; and a second press in a row, which comes once more under another name; and a finger that moves.
                gdk::EventType::ButtonPress
                | gdk::EventType::DoubleButtonPress
                | gdk::EventType::TripleButtonPress
                | gdk::EventType::ButtonRelease
                | gdk::EventType::TouchUpdate => return glib::Propagation::Stop,
                _ => return glib::Propagation::Proceed,
            };
            if let Input::Down(..) = input {
                button.set_state_flags(gtk::StateFlags::ACTIVE, false);
            } else {
                button.unset_state_flags(gtk::StateFlags::ACTIVE);
            }
            touched(input);
            glib::Propagation::Stop
        });
    }

    fn dress(&self, button: &gtk::Button, placed: &Placed, keyboard: &Keyboard) {
        let look = Look::of(placed.key, keyboard);
        let style = button.style_context();
        for class in ["other", "accent", "small"] {
            style.remove_class(class);
        }
        look.classes.iter().for_each(|class| style.add_class(class));
        let child: gtk::Widget = match &look.sign {
            Sign::Text(text) => {
                let label = button.child().and_then(|child| child.downcast::<gtk::Label>().ok()).unwrap_or_default();
                if label.text() != *text {
                    label.set_text(text);
                }
                label.upcast()
            }
            Sign::Icon(icon) => icons::widget(*icon, (self.height / 5) * 2 / 5).upcast(),
        };
        if button.child().as_ref() != Some(&child) {
            if let Some(old) = button.child() {
                button.remove(&old);
            }
            button.add(&child);
            child.show();
        }
        if let (Some(name), Some(accessible)) = (look.name, button.accessible()) {
            accessible.set_name(&words::say_to_visitor(name));
        }
    }
}

impl Drop for Strip {
    fn drop(&mut self) {
        if let Some(screen) = WidgetExt::screen(&self.root) {
            gtk::StyleContext::remove_provider_for_screen(&screen, &self.style);
        }
        self.root.hide();
        let root = self.root.clone();
        // The key that was pressed last may still be dealt with.
        glib::idle_add_local_once(move || {
            if let Some(parent) = root.parent().and_then(|parent| parent.downcast::<gtk::Container>().ok()) {
                parent.remove(&root);
            }
        });
    }
}

/// What is on a key.
enum Sign {
    Text(String),
    Icon(Icon),
}

struct Look {
    sign: Sign,
    classes: &'static [&'static str],
    /// For a screen reader, where the sign does not say it: the sentence's id.
    name: Option<&'static str>,
}

impl Look {
    fn of(key: Key, keyboard: &Keyboard) -> Self {
        let text = |text: &str, classes, name| Self { sign: Sign::Text(text.to_owned()), classes, name };
        let icon = |icon, classes, name| Self { sign: Sign::Icon(icon), classes, name: Some(name) };
        match key {
            Key::Char(letter) => text(letter.encode_utf8(&mut [0; 4]), &[], None),
            Key::Word(word) => text(word, &["small"], None),
            // Where Japanese shows what is no syllable yet: beside the key that would end it.
            Key::Space if !keyboard.waiting().is_empty() => text(keyboard.waiting(), &[], Some("key-space")),
            Key::Space => text(keyboard.language().name(), &["small"], Some("key-space")),
            Key::Backspace => icon(Icon::Backspace, &["other"], "key-backspace"),
            Key::Enter => icon(Icon::Enter, &["accent"], "key-enter"),
            Key::Shift => {
                let on = keyboard.is_shifted();
                icon(Icon::Shift { on }, if on { &["accent"] } else { &["other"] }, "key-shift")
            }
            Key::Layer(Layer::Letters) => text(letters(keyboard.language()), &["other", "small"], Some("key-letters")),
            Key::Layer(Layer::Symbols) => text("?123", &["other", "small"], Some("key-symbols")),
            Key::Layer(Layer::Languages) => icon(Icon::Languages, &["other"], "key-languages"),
            Key::Language(language) if language == keyboard.language() => {
                text(language.name(), &["accent", "small"], None)
            }
            Key::Language(language) => text(language.name(), &["small"], None),
            Key::Hide => icon(Icon::Hide, &["other"], "key-hide"),
        }
    }
}

/// The first letters of the language's letters.
fn letters(language: Language) -> &'static str {
    match language {
        Language::Japanese => "あいう",
        Language::Arabic => "أبج",
        _ => "abc",
    }
}

/// The space between two keys is part of both: a finger there hits one of them.
fn css(paint: &Paint, height: i32) -> String {
    let row = height / 5;
    let (gap, radius) = ((row / 24).max(2), row / 7);
    let rule = |selector: &str, (ground, ink): (Color, Color)| {
        format!(".keyboard button{selector} {{ background-color: {ground}; color: {ink}; }}\n")
    };
    let mut css = format!(
        ".keyboard {{ background-color: {ground}; }}\n\
         .keyboard button {{ min-width: 0; min-height: 0; margin: 0; padding: 0; border: {gap}px solid transparent; \
         border-radius: {outer}px; background-image: none; background-clip: padding-box; box-shadow: none; \
         text-shadow: none; outline: none; transition: none; font-family: system-ui, \"Noto Sans\", \"DejaVu Sans\", \
         sans-serif; font-size: {font}px; font-weight: 500; }}\n\
         .keyboard button.small {{ font-size: {small}px; }}\n",
        ground = paint.ground,
        outer = radius + gap,
        font = row * 2 / 5,
        small = (row * 3 / 10).max(16),
    );
    css.push_str(&rule("", paint.key));
    css.push_str(&rule(".other", paint.other));
    css.push_str(&rule(".accent", paint.accent));
    css.push_str(&rule(":active", paint.down));
    // Over a shoulder nobody sees which key of a secret goes down.
    css.push_str(&rule(":active", paint.key).replace(".keyboard button", ".keyboard.secret button"));
    css
}
