//! What a screen reader gets: of the things that lie on each other in the window only the one that can be seen.
//!
//! The toolkit tells of every widget that there is, painted over or not: who cannot see the cover would read the conversation below
//! the question "still there?", and press "I am done" through the welcome.

use std::{cell::Cell, cell::RefCell, collections::HashMap};

use gtk::{
    atk,
    glib::{
        Quark,
        object::{IsA, ObjectExt, ObjectType},
    },
    prelude::{AtkObjectExt, WidgetExt},
};

/// How much of a container can be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// None of it: something covers it.
    Nothing,
    /// The last of its children alone, which lies above the others.
    Top,
}

type Count = unsafe extern "C" fn(*mut atk::ffi::AtkObject) -> i32;
type Child = unsafe extern "C" fn(*mut atk::ffi::AtkObject, i32) -> *mut atk::ffi::AtkObject;

thread_local! {
    /// By the address of the accessible object; what is not here can be read as a whole. Only the main thread has it.
    static REACH: RefCell<HashMap<usize, Reach>> = RefCell::default();
    /// The toolkit's own functions, once ours stand before them.
    static REAL: Cell<Option<(Count, Child)>> = const { Cell::new(None) };
}

/// All below the widget, a box or an overlay, is out of a screen reader's reach until [`uncovered`].
pub(super) fn covered(widget: &impl IsA<gtk::Widget>) {
    set(widget, Some(Reach::Nothing));
}

/// It can be read again.
pub(super) fn uncovered(widget: &impl IsA<gtk::Widget>) {
    set(widget, None);
}

/// Of its children only the one on top can be read.
pub(super) fn only_the_top(widget: &impl IsA<gtk::Widget>) {
    set(widget, Some(Reach::Top));
}

fn set(widget: &impl IsA<gtk::Widget>, to: Option<Reach>) {
    let Some(object) = widget.accessible() else { return };
    stand_before(&object);
    let before = children(&object);
    let key = object.as_ptr() as usize;
    REACH.with(|reach| match to {
        Some(to) => reach.borrow_mut().insert(key, to),
        None => reach.borrow_mut().remove(&key),
    });
    let after = children(&object);
    // Whoever keeps a list of them has to hear of it.
    let (what, changed) = if after.len() < before.len() { ("remove", before) } else { ("add", after) };
    for (index, child) in (0_u32..).zip(changed) {
        let child: *mut std::ffi::c_void = child.as_ptr().cast();
        object.emit_by_name_with_details::<()>("children-changed", Quark::from_str(what), &[&index, &child]);
    }
}

fn children(object: &atk::Object) -> Vec<atk::Object> {
    (0..object.n_accessible_children()).filter_map(|index| object.ref_accessible_child(index)).collect()
}

/// Puts our functions before the toolkit's, for all containers of this kind: those that nobody has covered do not notice.
/// To take the widget from its accessible object would do the same, but the bridge to the bus never gives such an object back.
fn stand_before(object: &atk::Object) {
    // SAFETY: every accessible object's class begins with this one, classes live as long as the program, and only the main thread
    // uses this one's.
    let class = unsafe {
        let instance: *mut gtk::glib::gobject_ffi::GTypeInstance = object.as_ptr().cast();
        &mut *(*instance).g_class.cast::<atk::ffi::AtkObjectClass>()
    };
    let (Some(count), Some(child)) = (class.get_n_children, class.ref_child) else { return };
    if count as usize == count_reached as *const () as usize {
        return;
    }
    // A kind with functions of its own has none of ours: then all of it can be read.
    if REAL.get().is_none_or(|(known, _)| known as usize == count as usize) {
        REAL.set(Some((count, child)));
        class.get_n_children = Some(count_reached);
        class.ref_child = Some(child_reached);
    }
}

fn reach(object: *mut atk::ffi::AtkObject) -> Option<Reach> {
    REACH.with(|reach| reach.borrow().get(&(object as usize)).copied())
}

unsafe extern "C" fn count_reached(object: *mut atk::ffi::AtkObject) -> i32 {
    let Some((count, _)) = REAL.get() else { return 0 };
    match reach(object) {
        Some(Reach::Nothing) => 0,
        // SAFETY: the toolkit's own function with the object that it was called for; likewise below.
        Some(Reach::Top) => unsafe { count(object) }.min(1),
        None => unsafe { count(object) },
    }
}

unsafe extern "C" fn child_reached(object: *mut atk::ffi::AtkObject, index: i32) -> *mut atk::ffi::AtkObject {
    let Some((count, child)) = REAL.get() else { return std::ptr::null_mut() };
    match reach(object) {
        Some(Reach::Nothing) => std::ptr::null_mut(),
        Some(Reach::Top) if index == 0 => unsafe { child(object, count(object) - 1) },
        Some(Reach::Top) => std::ptr::null_mut(),
        None => unsafe { child(object, index) },
    }
}

/// A question of the kiosk's own over the chat: a screen reader says its name when it comes up.
pub(super) fn is_question(widget: &impl IsA<gtk::Widget>, name: &str) {
    if let Some(object) = widget.accessible() {
        object.set_role(atk::Role::Alert);
        object.set_name(name);
    }
}
