//! Stands in for the voices of the speech synthesiser flite, until somebody wants to speak.
//!
//! The engine is linked to flite with all its voices and dictionaries: 13 libraries in each of its processes, with 205,000
//! addresses for the loader to correct, which takes 35 to 40 ms of a processor and 3.7 MiB of memory that no other process
//! shares (Debian 12, flite 2.2). A page that speaks is rare. So where the loader looks for one of the large ones, it finds
//! this one, which has their functions (all that they export) and loads the real one at the first call.
//!
//! The names and libraries are those of flite 2.2. What a later version adds and the engine calls would be missing here: the
//! small libraries, in which that is likely (the synthesiser itself, its English), are left as they are.

use std::{
    ffi::CStr,
    mem,
    sync::atomic::{AtomicUsize, Ordering},
};

/// A number or an address: all that flite's functions take and give fits, and an argument too many does no harm to a C function.
type Word = usize;

macro_rules! stand_in_for {
    ($($library:literal: $($name:ident),+;)+) => {$($(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(a: Word, b: Word, c: Word, d: Word) -> Word {
            static REAL: AtomicUsize = AtomicUsize::new(0);
            const NAME: &CStr = match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => c"",
            };
            // SAFETY: the caller's promise is the real function's.
            unsafe { call(&REAL, $library, NAME, [a, b, c, d]) }
        }
    )+)+};
}

stand_in_for! {
    c"libflite_cmu_us_awb.so.1": register_cmu_us_awb, unregister_cmu_us_awb;
    c"libflite_cmu_us_kal.so.1": register_cmu_us_kal, unregister_cmu_us_kal;
    c"libflite_cmu_us_kal16.so.1": register_cmu_us_kal16, unregister_cmu_us_kal16;
    c"libflite_cmu_us_rms.so.1": register_cmu_us_rms, unregister_cmu_us_rms;
    c"libflite_cmu_us_slt.so.1": register_cmu_us_slt, unregister_cmu_us_slt;
    c"libflite_cmu_time_awb.so.1": register_cmu_time_awb, unregister_cmu_time_awb;
    c"libflite_cmu_grapheme_lex.so.1": cmu_grapheme_lex_init, cmu_grapheme_lex_lts_function, cmu_grapheme_postlex,
        cmu_grapheme_syl_boundary;
}

/// Calls the real function; without it the answer is 0, flite's own for a voice that is not to be had.
///
/// # Safety
/// The arguments are those of the function of that name.
unsafe fn call(real: &AtomicUsize, library: &CStr, name: &CStr, [a, b, c, d]: [Word; 4]) -> Word {
    let mut address = real.load(Ordering::Acquire);
    if address == 0 {
        let Some(found) = find(library, name) else { return 0 };
        // Two threads find the same.
        real.store(found, Ordering::Release);
        address = found;
    }
    // SAFETY: the loader's own answer for this name, in a library that is never unloaded.
    unsafe {
        let function = mem::transmute::<usize, extern "C" fn(Word, Word, Word, Word) -> Word>(address);
        function(a, b, c, d)
    }
}

/// The function in the real library, which lies beside the synthesiser's own.
fn find(library: &CStr, name: &CStr) -> Option<usize> {
    // SAFETY: names that end with a zero, and a structure that is filled in before it is read. The library's constructors are
    // the system's own.
    unsafe {
        let synthesiser = libc::dlsym(libc::RTLD_DEFAULT, c"flite_init".as_ptr());
        let mut place = mem::zeroed::<libc::Dl_info>();
        if synthesiser.is_null() || libc::dladdr(synthesiser, &raw mut place) == 0 || place.dli_fname.is_null() {
            return None;
        }
        let beside = CStr::from_ptr(place.dli_fname).to_bytes();
        let folder = &beside[..=beside.iter().rposition(|byte| *byte == b'/')?];
        // By its whole path: by its name alone the loader would find this library again.
        let path = [folder, library.to_bytes_with_nul()].concat();
        let real = libc::dlopen(path.as_ptr().cast(), libc::RTLD_LAZY | libc::RTLD_LOCAL);
        if real.is_null() {
            return None;
        }
        let function = libc::dlsym(real, name.as_ptr());
        (!function.is_null()).then_some(function as usize)
    }
}
