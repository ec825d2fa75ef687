//! The page's end of the direct line between a chat page and the program (`platform/linux/line.rs`, the other end).
//!
//! The engine calls this library in each chat's process, before the first page. Into every page of its own it puts one function,
//! which the bridge takes away before any script of the page runs: called with a function it gives it what the program says,
//! called with a text it sends the text. A packet is a message; nothing is read or understood here.
//!
//! Nothing is linked: the engine, its scripts and the toolkit are there when this is called, and a function that one of them
//! does not have means that there is no line. Everything happens on the process's main thread.

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_ulong, c_void},
    mem, ptr,
    sync::{
        OnceLock,
        atomic::{AtomicI32, AtomicPtr, Ordering},
    },
};

/// Under which the bridge finds the function (`ui/bridge/report.js`).
const NAME: &CStr = c"__supportKioskLine";
/// As long as the longest text that the program sends (`LONGEST_ASK` in the other `line.rs`), and one byte.
const LONGEST: usize = 64 * 1024 + 1;
/// The toolkit's number for a truth value, as what a function answers with.
const BOOLEAN: usize = 5 << 2;
/// Can be read, has ended, has failed.
const READABLE: c_uint = 1 | 8 | 16;
/// Before the engine's own messages: what the program asks for is little, and never waits behind what a page has under way.
const PRIORITY: c_int = 0;

type Object = *mut c_void;

macro_rules! functions {
    ($($name:ident: $type:ty,)+) => {
        /// What the engine and the toolkit are asked for.
        struct Functions { $($name: $type,)+ }

        impl Functions {
            /// Without one of them there is no line.
            fn find() -> Option<Self> {
                Some(Self { $($name: {
                    let name = concat!(stringify!($name), "\0");
                    // SAFETY: a name that ends with a zero. The loader's answer is the function of that name, whose type is
                    // that of its documentation.
                    unsafe {
                        let found = libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr().cast());
                        if found.is_null() {
                            return None;
                        }
                        mem::transmute::<*mut c_void, $type>(found)
                    }
                },)+ })
            }
        }
    };
}

functions! {
    g_variant_get_string: unsafe extern "C" fn(Object, *mut usize) -> *const c_char,
    g_signal_connect_data: unsafe extern "C" fn(Object, *const c_char, Cleared, Object, Object, c_int) -> c_ulong,
    g_unix_fd_add_full: unsafe extern "C" fn(c_int, c_int, c_uint, Readable, Object, Object) -> c_uint,
    g_object_ref: unsafe extern "C" fn(Object) -> Object,
    g_object_unref: unsafe extern "C" fn(Object),
    g_free: unsafe extern "C" fn(Object),
    webkit_script_world_get_default: unsafe extern "C" fn() -> Object,
    webkit_frame_is_main_frame: unsafe extern "C" fn(Object) -> c_int,
    webkit_frame_get_js_context_for_script_world: unsafe extern "C" fn(Object, Object) -> Object,
    jsc_context_set_value: unsafe extern "C" fn(Object, *const c_char, Object),
    jsc_value_new_function_variadic: unsafe extern "C" fn(Object, *const c_char, Called, Object, Object, usize) -> Object,
    jsc_value_new_string: unsafe extern "C" fn(Object, *const c_char) -> Object,
    jsc_value_get_context: unsafe extern "C" fn(Object) -> Object,
    jsc_value_is_function: unsafe extern "C" fn(Object) -> c_int,
    jsc_value_is_string: unsafe extern "C" fn(Object) -> c_int,
    jsc_value_to_string: unsafe extern "C" fn(Object) -> *mut c_char,
    jsc_value_function_callv: unsafe extern "C" fn(Object, c_uint, *mut Object) -> Object,
}

/// A page is about to begin: world, page, frame.
type Cleared = unsafe extern "C" fn(Object, Object, Object, Object);
/// The function in the page was called.
type Called = unsafe extern "C" fn(*const Arguments, Object) -> c_int;
/// There is something to read.
type Readable = unsafe extern "C" fn(c_int, c_uint, Object) -> c_int;

/// The toolkit's list of arguments.
#[repr(C)]
struct Arguments {
    values: *const Object,
    count: c_uint,
}

static FUNCTIONS: OnceLock<Functions> = OnceLock::new();
/// The socket, or less than zero.
static SOCKET: AtomicI32 = AtomicI32::new(-1);
/// The function of the page that is told what the program says.
static LISTENER: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The engine calls this, with the text that the program has set for the processes of one visit.
#[unsafe(no_mangle)]
unsafe extern "C" fn webkit_web_extension_initialize_with_user_data(_extension: Object, address: Object) {
    if address.is_null() || FUNCTIONS.get().is_some() {
        return;
    }
    let Some(functions) = Functions::find() else { return };
    let functions = FUNCTIONS.get_or_init(|| functions);
    // SAFETY: the engine gives a text, the default world lives as long as the process, and so do the functions below.
    unsafe {
        let mut length = 0;
        let address = (functions.g_variant_get_string)(address, &raw mut length).cast::<u8>();
        let Some(socket) = connect(std::slice::from_raw_parts(address, length)) else { return };
        SOCKET.store(socket, Ordering::Relaxed);
        (functions.g_unix_fd_add_full)(PRIORITY, socket, READABLE, readable, ptr::null_mut(), ptr::null_mut());
        let world = (functions.webkit_script_world_get_default)();
        let signal = c"window-object-cleared".as_ptr();
        (functions.g_signal_connect_data)(world, signal, cleared, ptr::null_mut(), ptr::null_mut(), 0);
    }
}

/// A socket of whole packets that is connected to this name, which lies in no folder.
fn connect(name: &[u8]) -> Option<c_int> {
    // SAFETY: a structure of numbers alone, filled in before it is read; the length is that of what was filled in.
    unsafe {
        let mut address = mem::zeroed::<libc::sockaddr_un>();
        address.sun_family = libc::sa_family_t::try_from(libc::AF_UNIX).ok()?;
        let place = address.sun_path.get_mut(1..=name.len())?;
        place.iter_mut().zip(name).for_each(|(place, byte)| *place = byte.cast_signed());
        let length = mem::offset_of!(libc::sockaddr_un, sun_path) + 1 + name.len();
        let socket = libc::socket(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC, 0);
        if socket < 0 {
            return None;
        }
        let connected = libc::connect(socket, (&raw const address).cast(), u32::try_from(length).ok()?);
        if connected == 0 && libc::fcntl(socket, libc::F_SETFL, libc::O_NONBLOCK) == 0 {
            return Some(socket);
        }
        libc::close(socket);
        None
    }
}

/// The page itself gets the function; frames in it do not.
unsafe extern "C" fn cleared(world: Object, _page: Object, frame: Object, _data: Object) {
    let Some(functions) = FUNCTIONS.get() else { return };
    // SAFETY: the engine's own objects, alive during the call; what is made here is given up here.
    unsafe {
        if (functions.webkit_frame_is_main_frame)(frame) == 0 {
            return;
        }
        forget_listener(functions);
        let context = (functions.webkit_frame_get_js_context_for_script_world)(frame, world);
        let none = ptr::null_mut();
        let function = (functions.jsc_value_new_function_variadic)(context, ptr::null(), called, none, none, BOOLEAN);
        (functions.jsc_context_set_value)(context, NAME.as_ptr(), function);
        (functions.g_object_unref)(function);
        (functions.g_object_unref)(context);
    }
}

/// Called in the page with a function to tell or a text to send. Says whether that was done.
unsafe extern "C" fn called(arguments: *const Arguments, _data: Object) -> c_int {
    let Some(functions) = FUNCTIONS.get() else { return 0 };
    // SAFETY: the engine's own list, alive during the call, and values in it.
    unsafe {
        if (*arguments).count == 0 {
            return 0;
        }
        let value = *(*arguments).values;
        if (functions.jsc_value_is_function)(value) != 0 {
            forget_listener(functions);
            LISTENER.store((functions.g_object_ref)(value), Ordering::Relaxed);
            return c_int::from(SOCKET.load(Ordering::Relaxed) >= 0);
        }
        if (functions.jsc_value_is_string)(value) == 0 {
            return 0;
        }
        let text = (functions.jsc_value_to_string)(value);
        if text.is_null() {
            return 0;
        }
        let length = CStr::from_ptr(text).count_bytes();
        // Without a socket this fails, too. A program that does not read is no reason to wait.
        let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
        let sent = libc::send(SOCKET.load(Ordering::Relaxed), text.cast(), length, flags);
        (functions.g_free)(text.cast());
        c_int::from(usize::try_from(sent) == Ok(length))
    }
}

unsafe fn forget_listener(functions: &Functions) {
    let old = LISTENER.swap(ptr::null_mut(), Ordering::Relaxed);
    if !old.is_null() {
        // SAFETY: it was held here, and nobody else has it from here.
        unsafe { (functions.g_object_unref)(old) };
    }
}

/// A packet has come, or the program is gone. Says whether there can be more.
unsafe extern "C" fn readable(socket: c_int, _state: c_uint, _data: Object) -> c_int {
    let Some(functions) = FUNCTIONS.get() else { return 0 };
    let mut packet = [0_u8; LONGEST];
    // SAFETY: the last byte of the packet stays zero, so that what was read ends as a text does; the listener is held here.
    unsafe {
        let read = libc::recv(socket, packet.as_mut_ptr().cast(), LONGEST - 1, libc::MSG_DONTWAIT);
        if read <= 0 {
            let again = read < 0 && *libc::__errno_location() == libc::EAGAIN;
            if !again {
                SOCKET.store(-1, Ordering::Relaxed);
                libc::close(socket);
            }
            return c_int::from(again);
        }
        let listener = LISTENER.load(Ordering::Relaxed);
        if !listener.is_null() {
            // It may put another in its place.
            (functions.g_object_ref)(listener);
            let context = (functions.jsc_value_get_context)(listener);
            let mut text = (functions.jsc_value_new_string)(context, packet.as_ptr().cast());
            let answer = (functions.jsc_value_function_callv)(listener, 1, &raw mut text);
            for object in [answer, text, listener] {
                if !object.is_null() {
                    (functions.g_object_unref)(object);
                }
            }
        }
        1
    }
}
