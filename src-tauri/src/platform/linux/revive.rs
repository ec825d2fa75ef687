//! A crash of this very process: it starts itself anew, in the same process, so that whoever watches over it sees none.
//!
//! The engine ends its host on purpose in some cases, for instance when one of its processes dies while it is being
//! started ("readPIDFromPeer", fatal in `libwebkit2gtk`). Nothing in the process can forbid that, but a signal handler
//! may call `execve` (signal-safety(7)).

use std::{
    env,
    ffi::{CString, OsString, c_char, c_int},
    fs, io,
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        process::CommandExt,
    },
    path::PathBuf,
    process::Command,
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicPtr, Ordering},
    },
    time::Duration,
};

use super::{descriptors, engine, processes::is_engine};

/// How often in a row it comes back by itself; then it is the service manager's turn.
const MOST: u32 = 5;
/// A process that has lived for so long has a clean slate.
pub(crate) const QUIET: Duration = Duration::from_secs(60);

/// Counts the crashes in a row, from one life to the next.
const COUNT: &str = "SUPPORT_KIOSK_CRASHES";

/// What `execve` needs, made ready beforehand: a handler may not allocate.
struct NextLife {
    program: CString,
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    /// Owns what the two lists point to.
    _texts: Vec<CString>,
}

static NEXT_LIFE: AtomicPtr<NextLife> = AtomicPtr::new(ptr::null_mut());

/// From now on a crash starts the program anew. Gives how many crashes in a row came before this life.
pub(crate) fn revive_after_crash() -> u32 {
    descriptors::remember();
    // Before it can be replaced.
    let _ = own_path();
    let before = env::var(COUNT).ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    engine::crashed_before(before);
    if before > 0 || env::var_os(BEGUN).is_some() {
        end_orphans();
    }
    if before >= MOST {
        return before;
    }
    prepare(before + 1);
    for signal in [libc::SIGABRT, libc::SIGTRAP, libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE] {
        // SAFETY: the handler only loads an atomic and calls functions that are safe in a handler.
        unsafe {
            libc::signal(signal, on_crash as *const () as libc::sighandler_t);
        }
    }
    before
}

/// The process has lived long enough: the next crash is the first again.
pub(crate) fn forget_crashes() {
    if !NEXT_LIFE.load(Ordering::SeqCst).is_null() {
        prepare(1);
    }
}

/// The program ends because somebody wants it to: what crashes on the way is not begun anew.
pub(crate) fn stay_down() {
    // What it points to is left as it is, like the one before: a handler may be reading it.
    NEXT_LIFE.store(ptr::null_mut(), Ordering::SeqCst);
}

/// Set for a life that was begun on purpose.
const BEGUN: &str = "SUPPORT_KIOSK_BEGUN";

/// Set for a life that was begun because the files below it had been replaced.
const REPLACED: &str = "SUPPORT_KIOSK_REPLACED";

/// Whether this life was begun because the files below it had been replaced.
pub(crate) fn begun_after_replacement() -> bool {
    env::var_os(REPLACED).is_some()
}

/// Begins a new life in this very process, on purpose. It comes back only when that cannot be done.
pub(crate) fn start_anew(replaced: bool) -> io::Error {
    let mut next = match own_program() {
        Ok(next) => next,
        Err(error) => return error,
    };
    if replaced {
        next.env(REPLACED, "1");
    }
    descriptors::end_with_this_life();
    next.args(env::args_os().skip(1)).env(BEGUN, "1").exec()
}

/// The program as it is on disk now, with nothing in its environment that belongs to this life.
pub(crate) fn own_program() -> io::Result<Command> {
    let mut program = Command::new(own_path()?);
    for name in engine::own_variables() {
        program.env_remove(name);
    }
    program.env_remove(COUNT).env_remove(BEGUN).env_remove(REPLACED);
    Ok(program)
}

/// Where the program was when it began: after an upgrade the system calls that file deleted, and another one is there. One that was
/// moved is where the system says.
fn own_path() -> io::Result<PathBuf> {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    match PATH.get() {
        Some(path) if path.exists() => Ok(path.clone()),
        Some(_) => env::current_exe(),
        None => env::current_exe().map(|path| PATH.get_or_init(|| path).clone()),
    }
}

fn prepare(count: u32) {
    let text = |text: OsString| CString::new(text.into_vec()).ok();
    let Ok(program) = own_path() else { return };
    let Ok(program) = CString::new(program.as_os_str().as_bytes()) else { return };
    let arguments: Vec<CString> = env::args_os().filter_map(text).collect();
    let own = engine::own_variables();
    let variables = env::vars_os().filter(|(name, _)| name != COUNT && own.iter().all(|own| name != own));
    let counted = (OsString::from(COUNT), OsString::from(count.to_string()));
    let environment: Vec<CString> = variables
        .chain([counted])
        .filter_map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            text(name)
        })
        .collect();
    let list = |texts: &[CString]| texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
    let (argument_list, environment_list) = (list(&arguments), list(&environment));
    let texts = arguments.into_iter().chain(environment).collect();
    let next = NextLife { program, arguments: argument_list, environment: environment_list, _texts: texts };
    // The one before is left as it is: a handler on another thread may be reading it. That happens twice in a life.
    NEXT_LIFE.store(Box::into_raw(Box::new(next)), Ordering::SeqCst);
}

extern "C" fn on_crash(signal: c_int) {
    let next = NEXT_LIFE.load(Ordering::SeqCst);
    // SAFETY: `next` is null or points to a value that is never freed. All calls are safe in a signal handler. The
    // mask is cleared because it outlives `execve`, and the next life must hear its signals.
    unsafe {
        if let Some(next) = next.as_ref() {
            let mut none = std::mem::zeroed::<libc::sigset_t>();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
            descriptors::end_with_this_life();
            libc::execve(next.program.as_ptr(), next.arguments.as_ptr(), next.environment.as_ptr());
        }
        // There is no next life: die of it as any program would.
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

/// The processes of the last life are still this one's children. They hold nothing that is wanted, and nobody else
/// would ever take notice of their end.
fn end_orphans() {
    let own = std::process::id();
    let Ok(children) = fs::read_to_string(format!("/proc/{own}/task/{own}/children")) else { return };
    let pids = children.split_whitespace().filter_map(|pid| pid.parse::<libc::pid_t>().ok());
    // Whoever started this program by becoming it may have left children of its own: a window manager, a panel.
    for pid in pids.filter(|pid| is_engine(*pid)) {
        // SAFETY: the process id is a child of ours, so it cannot have been given to somebody else.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
            libc::waitpid(pid, ptr::null_mut(), 0);
        }
    }
}
