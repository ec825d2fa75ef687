//! The engine's way to an input method: it says when a text field has the focus, in whichever frame, and what the field
//! is for. No script of a page is asked, and none can reach it.
//!
//! The engine has one such context a view. This one takes its place and hands real keys to the toolkit's, as the
//! engine's own does, so that dead keys and input methods of the system go on working.

use std::{
    cell::{Cell, RefCell},
    ffi::{c_char, c_int, c_uint},
    ptr,
};

use gtk::{
    gdk, gio,
    glib::{
        self,
        object::{Cast, ObjectExt},
        subclass::prelude::{IsSubclassable, ObjectImpl, ObjectSubclass, ObjectSubclassIsExt},
        translate::{Borrowed, FromGlibPtrNone, IntoGlib, ToGlibPtr, from_glib, from_glib_borrow},
    },
    prelude::{IMContextExt, WidgetExt},
};
use kiosk_core::keyboard::{Field, Purpose};
use webkit2gtk::{InputHints, InputMethodContext, InputMethodContextExt, InputPurpose, WebView, ffi};

/// Hears which field has the focus; `None`: none has it.
type Told = Box<dyn Fn(Option<Field>)>;
type Raw = *mut ffi::WebKitInputMethodContext;

mod imp {
    use super::{Cell, InputMethodContext, ObjectImpl, ObjectSubclass, RefCell, Told, glib};

    pub(in super::super) struct Context {
        /// The toolkit's, for real keys.
        pub(super) toolkit: gtk::IMMulticontext,
        /// Who wants to know of the focus.
        pub(super) told: RefCell<Option<Told>>,
        /// A text field has the focus.
        pub(super) focused: Cell<bool>,
        /// The key that comes now is one of the keyboard's on the screen.
        pub(super) own: Cell<bool>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Context {
        const NAME: &'static str = "SupportKioskInputContext";
        type Type = super::Context;
        type ParentType = InputMethodContext;

        fn new() -> Self {
            Self {
                toolkit: gtk::IMMulticontext::new(),
                told: RefCell::default(),
                focused: Cell::default(),
                own: Cell::default(),
            }
        }
    }

    impl ObjectImpl for Context {}
}

glib::wrapper! {
    pub(super) struct Context(ObjectSubclass<imp::Context>) @extends InputMethodContext;
}

impl Context {
    /// Takes the place of the view's own context. `told` hears which field has the focus; `None`: none has it.
    pub(super) fn take_over(view: &WebView, told: impl Fn(Option<Field>) + 'static) -> Self {
        let context: Self = glib::Object::new();
        context.imp().told.replace(Some(Box::new(told)));
        context.join(view);
        let changed = context.downgrade();
        context.connect_notify_local(None, move |_, what| {
            if let Some(context) = changed.upgrade().filter(|_| what.name().starts_with("input-")) {
                // As the engine's own does: an input method of the system learns nothing from a password.
                context.imp().toolkit.set_input_purpose(for_toolkit(context.input_purpose()));
                context.tell();
            }
        });
        webkit2gtk::WebViewExt::set_input_method_context(view, Some(&context));
        context
    }

    /// Does something during which a key is none of a real keyboard.
    pub(super) fn with_own_key(&self, act: impl FnOnce()) {
        self.imp().own.set(true);
        act();
        self.imp().own.set(false);
    }

    /// Whether the key that comes now is one of the keyboard's on the screen.
    pub(super) fn is_own_key(&self) -> bool {
        self.imp().own.get()
    }

    fn tell(&self) {
        let field = self.imp().focused.get().then(|| Field {
            purpose: purpose(self.input_purpose()),
            inhibited: self.input_hints().contains(InputHints::INHIBIT_OSK),
        });
        if let Some(told) = self.imp().told.borrow().as_ref() {
            told(field);
        }
    }

    /// What the toolkit's context has to say goes on to the engine.
    fn join(&self, view: &WebView) {
        let toolkit = &self.imp().toolkit;
        toolkit.set_client_window(view.window().as_ref());
        let realized = toolkit.downgrade();
        view.connect_realize(move |view| {
            if let Some(toolkit) = realized.upgrade() {
                toolkit.set_client_window(view.window().as_ref());
            }
        });
        let on = |signal: &'static str| {
            let context = self.downgrade();
            move || {
                if let Some(context) = context.upgrade() {
                    context.emit_by_name::<()>(signal, &[]);
                }
            }
        };
        let (started, changed, finished) = (on("preedit-started"), on("preedit-changed"), on("preedit-finished"));
        toolkit.connect_preedit_start(move |_| started());
        toolkit.connect_preedit_changed(move |_| changed());
        toolkit.connect_preedit_end(move |_| finished());
        let context = self.downgrade();
        toolkit.connect_commit(move |_, text| {
            if let Some(context) = context.upgrade() {
                context.emit_by_name::<()>("committed", &[&text]);
            }
        });
        let context = self.downgrade();
        toolkit.connect_delete_surrounding(move |_, offset, count| {
            let (Some(context), Ok(count)) = (context.upgrade(), u32::try_from(count)) else { return false };
            context.emit_by_name::<()>("delete-surrounding", &[&offset, &count]);
            true
        });
    }

    /// The text at the cursor that is not settled, and where the cursor is in it.
    fn unsettled(&self) -> (String, u32) {
        let (text, _, cursor) = self.imp().toolkit.preedit_string();
        (text.into(), u32::try_from(cursor).unwrap_or(0))
    }
}

/// Asks whether a text can be written where the focus is, in whichever frame: that is exactly where one can paste.
pub(super) fn ask_editable(view: &WebView, answered: impl FnOnce(bool) + 'static) {
    type Answered = Box<dyn FnOnce(bool)>;

    // The bindings' own function leaves the answer out.
    unsafe extern "C" fn finish(
        view: *mut glib::gobject_ffi::GObject,
        result: *mut gio::ffi::GAsyncResult,
        answered: glib::ffi::gpointer,
    ) {
        // SAFETY: the engine calls back once, with the view and what was handed over below. An error is not asked for:
        // it comes with a no.
        let (answered, editable) = unsafe {
            let editable =
                ffi::webkit_web_view_can_execute_editing_command_finish(view.cast(), result, ptr::null_mut());
            (Box::from_raw(answered.cast::<Answered>()), from_glib(editable))
        };
        answered(editable);
    }

    let answered: Box<Answered> = Box::new(Box::new(answered));
    // SAFETY: the view and the text are alive for the call; the box is taken back where the answer arrives.
    unsafe {
        ffi::webkit_web_view_can_execute_editing_command(
            view.to_glib_none().0,
            c"Paste".as_ptr(),
            ptr::null_mut(),
            Some(finish),
            Box::into_raw(answered).cast(),
        );
    }
}

fn purpose(purpose: InputPurpose) -> Purpose {
    match purpose {
        InputPurpose::Digits => Purpose::Digits,
        InputPurpose::Number => Purpose::Number,
        InputPurpose::Phone => Purpose::Phone,
        InputPurpose::Url => Purpose::Url,
        InputPurpose::Email => Purpose::Email,
        InputPurpose::Password => Purpose::Password,
        _ => Purpose::Text,
    }
}

fn for_toolkit(purpose: InputPurpose) -> gtk::InputPurpose {
    match purpose {
        InputPurpose::Digits => gtk::InputPurpose::Digits,
        InputPurpose::Number => gtk::InputPurpose::Number,
        InputPurpose::Phone => gtk::InputPurpose::Phone,
        InputPurpose::Url => gtk::InputPurpose::Url,
        InputPurpose::Email => gtk::InputPurpose::Email,
        InputPurpose::Password => gtk::InputPurpose::Password,
        _ => gtk::InputPurpose::FreeForm,
    }
}

// SAFETY: the class is only added to: its parent's set-up runs first, and each method gets what the engine's
// declaration of it says.
unsafe impl IsSubclassable<imp::Context> for InputMethodContext {
    fn class_init(class: &mut glib::Class<Self>) {
        <glib::Object as IsSubclassable<imp::Context>>::class_init(class);
        let methods = class.as_mut();
        methods.set_enable_preedit = Some(set_enable_preedit);
        methods.get_preedit = Some(get_preedit);
        methods.filter_key_event = Some(filter_key_event);
        methods.notify_focus_in = Some(notify_focus_in);
        methods.notify_focus_out = Some(notify_focus_out);
        methods.notify_cursor_area = Some(notify_cursor_area);
        methods.reset = Some(reset);
    }
}

/// The context behind the engine's pointer.
///
/// # Safety
/// The engine hands its own context over, alive for the call.
unsafe fn of(this: Raw) -> Option<Context> {
    // SAFETY: as the caller says.
    let context: Borrowed<InputMethodContext> = unsafe { from_glib_borrow(this) };
    context.downcast_ref::<Context>().cloned()
}

unsafe extern "C" fn set_enable_preedit(this: Raw, enabled: glib::ffi::gboolean) {
    // SAFETY: called by the engine with its context.
    if let Some(context) = unsafe { of(this) } {
        // SAFETY: a plain value.
        context.imp().toolkit.set_use_preedit(unsafe { from_glib(enabled) });
    }
}

unsafe extern "C" fn get_preedit(
    this: Raw,
    text: *mut *mut c_char,
    underlines: *mut *mut glib::ffi::GList,
    cursor: *mut c_uint,
) {
    // SAFETY: called by the engine with its context; each place is null or may be written to, and what is put there is
    // the engine's to free.
    unsafe {
        let (unsettled, at) = of(this).map(|context| context.unsettled()).unwrap_or_default();
        if !underlines.is_null() {
            let length = u32::try_from(unsettled.chars().count()).unwrap_or(0);
            *underlines = if length == 0 {
                ptr::null_mut()
            } else {
                let line = ffi::webkit_input_method_underline_new(0, length);
                glib::ffi::g_list_prepend(ptr::null_mut(), line.cast())
            };
        }
        if !text.is_null() {
            *text = unsettled.to_glib_full();
        }
        if !cursor.is_null() {
            *cursor = at;
        }
    }
}

unsafe extern "C" fn filter_key_event(this: Raw, event: *mut gdk::ffi::GdkEventKey) -> glib::ffi::gboolean {
    // SAFETY: called by the engine with its context.
    let Some(context) = (unsafe { of(this) }) else { return glib::ffi::GFALSE };
    if context.is_own_key() {
        return glib::ffi::GFALSE;
    }
    // SAFETY: the event is alive for the call; this takes a copy.
    let event = unsafe { gdk::EventKey::from_glib_none(event) };
    context.imp().toolkit.filter_keypress(&event).into_glib()
}

unsafe extern "C" fn notify_focus_in(this: Raw) {
    // SAFETY: called by the engine with its context.
    if let Some(context) = unsafe { of(this) } {
        context.imp().focused.set(true);
        context.imp().toolkit.focus_in();
        context.tell();
    }
}

unsafe extern "C" fn notify_focus_out(this: Raw) {
    // SAFETY: called by the engine with its context.
    if let Some(context) = unsafe { of(this) } {
        context.imp().focused.set(false);
        context.imp().toolkit.focus_out();
        context.tell();
    }
}

unsafe extern "C" fn notify_cursor_area(this: Raw, x: c_int, y: c_int, width: c_int, height: c_int) {
    // SAFETY: called by the engine with its context.
    if let Some(context) = unsafe { of(this) } {
        context.imp().toolkit.set_cursor_location(&gdk::Rectangle::new(x, y, width, height));
    }
}

unsafe extern "C" fn reset(this: Raw) {
    // SAFETY: called by the engine with its context.
    if let Some(context) = unsafe { of(this) } {
        context.imp().toolkit.reset();
    }
}
