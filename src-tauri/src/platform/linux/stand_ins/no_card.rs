//! Stands in for the driver of a graphics card, where pages are drawn on the processor.
//!
//! A page's process wants a display of the graphics interface (EGL) before anything else, and ends if there is none, whoever
//! draws in the end. On a machine without a card that is a program that pretends to be one, with a compiler of its own: on
//! Debian 12 (Mesa 22.3, LLVM 15) 30 to 40 ms of a processor and 23 MiB in each process, for a display that nobody draws on.
//! This one is a display as well, and all that could be drawn with it is refused, as by a card that lacks it.
//!
//! The interface is that of vendor-neutral EGL (libglvnd, `glvnd/libeglabi.h`, version 0 in all of its releases). An EGL without it
//! does not look for vendors, and takes its own driver as ever.

use std::{
    cell::Cell,
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    ptr,
};

/// Constants of EGL 1.5 and its extensions, from the registry's `egl.xml`.
mod egl {
    use std::ffi::{c_int, c_uint};

    pub(super) const FALSE: c_uint = 0;
    pub(super) const TRUE: c_uint = 1;
    pub(super) const SUCCESS: c_int = 0x3000;
    pub(super) const BAD_ALLOC: c_int = 0x3003;
    pub(super) const NONE: c_uint = 0x3038;
    pub(super) const VENDOR: c_int = 0x3053;
    pub(super) const VERSION: c_int = 0x3054;
    pub(super) const EXTENSIONS: c_int = 0x3055;
    pub(super) const CLIENT_APIS: c_int = 0x308D;
    pub(super) const PLATFORM_SURFACELESS_MESA: c_uint = 0x31DD;
}

/// `__EGLapiImports` without the optional rest, which libglvnd has set to zero.
#[repr(C)]
pub(crate) struct Imports {
    get_platform_display: extern "C" fn(c_uint, *mut c_void, *const isize) -> *mut c_void,
    get_supports_api: extern "C" fn(c_uint) -> c_uint,
    get_vendor_string: extern "C" fn(c_int) -> *const c_char,
    get_proc_address: unsafe extern "C" fn(*const c_char) -> *const c_void,
    get_dispatch_address: extern "C" fn(*const c_char) -> *const c_void,
    set_dispatch_index: extern "C" fn(*const c_char, c_int),
}

/// Where libglvnd begins with a driver.
///
/// # Safety
/// `imports` is null or has room for a structure of this version.
#[unsafe(no_mangle)]
unsafe extern "C" fn __egl_Main(
    version: u32,
    _exports: *const c_void,
    _vendor: *mut c_void,
    imports: *mut Imports,
) -> c_uint {
    let major = version >> 16;
    if major != 0 || imports.is_null() {
        return egl::FALSE;
    }
    // SAFETY: the caller's promise.
    unsafe {
        imports.write(Imports {
            get_platform_display,
            get_supports_api,
            get_vendor_string,
            get_proc_address,
            get_dispatch_address,
            set_dispatch_index,
        });
    }
    egl::TRUE
}

/// Its address is the one display.
static DISPLAY: u8 = 0;

/// A display for nothing in particular; what belongs to a window is somebody else's.
extern "C" fn get_platform_display(platform: c_uint, _native: *mut c_void, _attributes: *const isize) -> *mut c_void {
    match platform {
        egl::NONE | egl::PLATFORM_SURFACELESS_MESA => ptr::from_ref(&DISPLAY).cast_mut().cast(),
        _ => ptr::null_mut(),
    }
}

extern "C" fn get_supports_api(_api: c_uint) -> c_uint {
    egl::TRUE
}

/// By these the engine knows that it may ask for a display without a window.
extern "C" fn get_vendor_string(name: c_int) -> *const c_char {
    const PLATFORM_EXTENSIONS: c_int = 0;
    match name {
        PLATFORM_EXTENSIONS => c"EGL_EXT_platform_base EGL_MESA_platform_surfaceless".as_ptr(),
        _ => ptr::null(),
    }
}

/// No function beyond EGL's own.
extern "C" fn get_dispatch_address(_name: *const c_char) -> *const c_void {
    ptr::null()
}

extern "C" fn set_dispatch_index(_name: *const c_char, _index: c_int) {}

/// # Safety
/// `name` is null or a text that ends with a zero.
unsafe extern "C" fn get_proc_address(name: *const c_char) -> *const c_void {
    if name.is_null() {
        return ptr::null();
    }
    // SAFETY: the caller's promise.
    match unsafe { CStr::from_ptr(name) }.to_bytes() {
        b"eglInitialize" => initialize as *const c_void,
        b"eglQueryString" => query_string as *const c_void,
        b"eglGetError" => get_error as *const c_void,
        b"eglBindAPI" | b"eglTerminate" | b"eglReleaseThread" => succeed as *const c_void,
        name if REFUSED.contains(&name) => refuse as *const c_void,
        _ => ptr::null(),
    }
}

/// The rest of EGL 1.4, without which libglvnd takes no driver. What came later may be missing.
const REFUSED: [&[u8]; 22] = [
    b"eglBindTexImage",
    b"eglChooseConfig",
    b"eglCopyBuffers",
    b"eglCreateContext",
    b"eglCreatePbufferFromClientBuffer",
    b"eglCreatePbufferSurface",
    b"eglCreatePixmapSurface",
    b"eglCreateWindowSurface",
    b"eglDestroyContext",
    b"eglDestroySurface",
    b"eglGetConfigAttrib",
    b"eglGetConfigs",
    b"eglMakeCurrent",
    b"eglQueryContext",
    b"eglQuerySurface",
    b"eglReleaseTexImage",
    b"eglSurfaceAttrib",
    b"eglSwapBuffers",
    b"eglSwapInterval",
    b"eglWaitClient",
    b"eglWaitGL",
    b"eglWaitNative",
];

thread_local! {
    /// EGL's last error is a thread's own.
    static ERROR: Cell<c_int> = const { Cell::new(egl::SUCCESS) };
}

/// False, or nothing, for each of them, whatever its arguments.
extern "C" fn refuse() -> usize {
    ERROR.set(egl::BAD_ALLOC);
    0
}

extern "C" fn succeed() -> c_uint {
    egl::TRUE
}

extern "C" fn get_error() -> c_int {
    ERROR.replace(egl::SUCCESS)
}

/// # Safety
/// Both are null or have room for a number.
unsafe extern "C" fn initialize(_display: *mut c_void, major: *mut c_int, minor: *mut c_int) -> c_uint {
    for (place, number) in [(major, 1), (minor, 4)] {
        if !place.is_null() {
            // SAFETY: the caller's promise.
            unsafe { place.write(number) };
        }
    }
    egl::TRUE
}

extern "C" fn query_string(_display: *mut c_void, name: c_int) -> *const c_char {
    match name {
        egl::VENDOR => c"Support Kiosk".as_ptr(),
        egl::VERSION => c"1.4 no card".as_ptr(),
        egl::EXTENSIONS => c"".as_ptr(),
        egl::CLIENT_APIS => c"OpenGL_ES".as_ptr(),
        _ => ptr::null(),
    }
}
