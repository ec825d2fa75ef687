//! A widget that the engine leaves behind with each webview.
//!
//! To know what a key does in a text, the engine has a text widget of the toolkit's as a child of each view, and never takes
//! it away: the view goes, the child stays for ever with what belongs to it, 20 KiB a visit (WebKitGTK 2.50.6; measured with
//! a program that only makes views and destroys them: 17 KiB a view, and none once the child is taken from its parent).

use std::cell::RefCell;

use gtk::{
    glib::{
        self,
        object::{Cast, ObjectExt},
        translate::{FromGlibPtrNone, IntoGlib},
    },
    prelude::{StaticType, WidgetExt},
};
use webkit2gtk::WebView;

thread_local! {
    static CHILDREN: RefCell<Vec<glib::WeakRef<gtk::TextView>>> = const { RefCell::new(Vec::new()) };
}

/// Notices them from now on. Once, before the first webview.
pub(super) fn notice() {
    // The class must be there before its signal can be found.
    let _class = glib::Class::<gtk::Widget>::from_type(gtk::Widget::static_type());
    let Some(parent_set) = glib::subclass::SignalId::lookup("parent-set", gtk::Widget::static_type()) else { return };
    // SAFETY: the hook has the signature that the call asks for, and no data that could go away.
    unsafe {
        glib::gobject_ffi::g_signal_add_emission_hook(
            parent_set.into_glib(),
            0,
            Some(on_parent_set),
            std::ptr::null_mut(),
            None,
        );
    }
}

/// Takes them from a view that is about to be destroyed.
pub(super) fn take_from(view: &WebView) {
    let children = CHILDREN.take();
    let (own, others): (Vec<_>, Vec<_>) =
        children.into_iter().filter(|child| child.upgrade().is_some()).partition(|child| is_child(child, view));
    CHILDREN.set(others);
    for child in own {
        if let Some(child) = child.upgrade() {
            child.unparent();
        }
    }
}

fn is_child(child: &glib::WeakRef<gtk::TextView>, view: &WebView) -> bool {
    child.upgrade().and_then(|child| child.parent()).is_some_and(|parent| parent == *view)
}

/// Some widget got a parent, or lost one.
unsafe extern "C" fn on_parent_set(
    _: *mut glib::gobject_ffi::GSignalInvocationHint,
    count: u32,
    values: *const glib::gobject_ffi::GValue,
    _: glib::ffi::gpointer,
) -> glib::ffi::gboolean {
    if count > 0 && !values.is_null() {
        // SAFETY: the first value of every emission is the object that emits it, alive for the call.
        let widget = unsafe { glib::Value::from_glib_none(values) }.get::<gtk::Widget>();
        // Its parent is not looked at: it is still being made, and the reference of who makes it would be taken away.
        if let Some(text) = widget.ok().and_then(|widget| widget.downcast::<gtk::TextView>().ok()) {
            CHILDREN.with_borrow_mut(|children| children.push(text.downgrade()));
        }
    }
    glib::ffi::GTRUE
}
