//! Looks at the machine for the doctor: the display, the buses, servers, the kernel. Nothing is changed. Every look has a deadline.

use std::{
    ffi::CString,
    net::{TcpStream, ToSocketAddrs},
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

use gtk::{
    gio::{
        self,
        prelude::{IOStreamExt, InputStreamExt, OutputStreamExtManual, SocketClientExt},
    },
    glib,
};
use x11rb::{
    connection::{Connection, RequestConnection},
    protocol::{
        dpms::{self, ConnectionExt as _},
        xproto::{AtomEnum, ConnectionExt as _, MapState, Window},
    },
    rust_connection::RustConnection,
};

use crate::platform::{Head, Name, Seat, Unreached};

/// How long a server may take.
const PATIENCE: u32 = 8;
/// How long a service on a bus may take, in milliseconds.
const BUS_PATIENCE: i32 = 3000;
/// So much of an answer is read, in bytes.
const HEAD: usize = 32 * 1024;

/// What a look gives, if it comes to its end in time. One that does not is left where it hangs: its program ends soon.
fn in_time<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = mpsc::channel();
    // A system that gives no thread drops the sender, and the look was in vain.
    thread::Builder::new().spawn(move || drop(tell.send(look()))).ok()?;
    told.recv_timeout(Duration::from_secs(PATIENCE.into())).ok()
}

/// The X11 display that the environment names; `None` when it does not answer.
pub(crate) fn seat() -> Option<Seat> {
    in_time(look_at_seat)?
}

fn look_at_seat() -> Option<Seat> {
    let (connection, screen) = x11rb::connect(None).ok()?;
    let root = connection.setup().roots.get(screen)?.root;
    let saver = connection.get_screen_saver().ok()?.reply().ok()?;
    let blank_after = (saver.timeout > 0).then(|| Duration::from_secs(saver.timeout.into()));
    Some(Seat {
        manager: manager(&connection, root),
        programs: programs(&connection, root).unwrap_or_default(),
        blank_after,
        powers_off: powers_off(&connection).unwrap_or(false),
    })
}

fn atom(connection: &RustConnection, name: &str) -> Option<u32> {
    Some(connection.intern_atom(true, name.as_bytes()).ok()?.reply().ok()?.atom).filter(|atom| *atom != 0)
}

fn property(connection: &RustConnection, window: Window, name: &str) -> Option<Vec<u8>> {
    let atom = atom(connection, name)?;
    let reply = connection.get_property(false, window, atom, AtomEnum::ANY, 0, 1024).ok()?.reply().ok()?;
    Some(reply.value).filter(|value| !value.is_empty())
}

/// The window manager by its own name (EWMH).
fn manager(connection: &RustConnection, root: Window) -> Option<String> {
    let own = property(connection, root, "_NET_SUPPORTING_WM_CHECK")?;
    let own = u32::from_ne_bytes(own.get(..4)?.try_into().ok()?);
    let name = property(connection, own, "_NET_WM_NAME")?;
    Some(String::from_utf8_lossy(&name).into_owned())
}

/// The programs whose windows can be seen, by class: a title could tell what somebody does.
fn programs(connection: &RustConnection, root: Window) -> Option<Vec<String>> {
    let windows = match property(connection, root, "_NET_CLIENT_LIST") {
        Some(list) => list.chunks_exact(4).filter_map(|id| Some(u32::from_ne_bytes(id.try_into().ok()?))).collect(),
        None => connection.query_tree(root).ok()?.reply().ok()?.children,
    };
    let mut programs: Vec<String> = windows.into_iter().filter_map(|window| program(connection, window)).collect();
    programs.sort();
    programs.dedup();
    Some(programs)
}

fn program(connection: &RustConnection, window: Window) -> Option<String> {
    let shown = connection.get_window_attributes(window).ok()?.reply().ok()?;
    if shown.map_state != MapState::VIEWABLE {
        return None;
    }
    let class = property(connection, window, "WM_CLASS")?;
    let name = class.split(|byte| *byte == 0).rfind(|part| !part.is_empty())?;
    Some(String::from_utf8_lossy(name).chars().take(40).collect())
}

/// Whether the screen is switched off after a while.
fn powers_off(connection: &RustConnection) -> Option<bool> {
    connection.extension_information(dpms::X11_EXTENSION_NAME).ok()??;
    let info = connection.dpms_info().ok()?.reply().ok()?;
    let times = connection.dpms_get_timeouts().ok()?.reply().ok()?;
    Some(info.state && [times.standby_timeout, times.suspend_timeout, times.off_timeout].iter().any(|time| *time > 0))
}

/// Whether the session bus answers.
pub(crate) fn has_session_bus() -> bool {
    // Without an address the library would start a bus of its own.
    let is_named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    is_named && in_time(|| gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).is_ok()) == Some(true)
}

/// Who owns this name on the session bus.
pub(crate) fn bus_name(name: &'static str) -> Name {
    in_time(move || ask_bus(name)).unwrap_or(Name::Nobody)
}

fn ask_bus(name: &str) -> Name {
    let Ok(bus) = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE) else { return Name::Nobody };
    let ask = |method: &str, reply: &str| {
        let reply = glib::VariantTy::new(reply).ok();
        let (service, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
        let (flags, cancel) = (gio::DBusCallFlags::NONE, gio::Cancellable::NONE);
        let name = glib::Variant::tuple_from_iter([glib::ToVariant::to_variant(name)]);
        let argument = (method == "NameHasOwner").then_some(&name);
        bus.call_sync(Some(service), path, service, method, argument, reply, flags, BUS_PATIENCE, cancel).ok()
    };
    if ask("NameHasOwner", "(b)").and_then(|reply| reply.child_value(0).get::<bool>()) == Some(true) {
        return Name::Owned;
    }
    let startable = ask("ListActivatableNames", "(as)").and_then(|reply| reply.child_value(0).get::<Vec<String>>());
    if startable.is_some_and(|names| names.iter().any(|one| one == name)) { Name::Startable } else { Name::Nobody }
}

/// Sends the beginning of a request (`GET / HTTP/1.1` and its headers, with the empty line) to a server and reads the head of the
/// answer. The connection is made as the engine makes it: by the system's proxies, certificates and names.
///
/// # Errors
/// Why there is none.
pub(crate) fn ask_server(is_tls: bool, host: &str, port: u16, request: &str) -> Result<Head, Unreached> {
    let client = gio::SocketClient::new();
    client.set_timeout(PATIENCE);
    client.set_tls(is_tls);
    let stream = client.connect_to_host(host, port, gio::Cancellable::NONE).map_err(|error| unreached(&error))?;
    let (input, output) = (stream.input_stream(), stream.output_stream());
    output.write_all(request.as_bytes(), gio::Cancellable::NONE).map_err(|error| unreached(&error))?;
    let mut head = Vec::new();
    while head.len() < HEAD && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let part = input.read_bytes(4096, gio::Cancellable::NONE).map_err(|error| unreached(&error))?;
        if part.is_empty() {
            break;
        }
        head.extend_from_slice(&part);
    }
    Head::read(&head).ok_or(Unreached::NotHttp)
}

/// Whether anything listens there, without a word to it.
pub(crate) fn is_listening(host: &str, port: u16) -> bool {
    let addresses = (host.trim_matches(['[', ']']), port).to_socket_addrs().into_iter().flatten();
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok())
}

fn unreached(error: &glib::Error) -> Unreached {
    if error.kind::<gio::ResolverError>().is_some() || error.matches(gio::IOErrorEnum::HostNotFound) {
        return Unreached::NoSuchHost;
    }
    match error.kind::<gio::TlsError>() {
        Some(gio::TlsError::BadCertificate) => return Unreached::Certificate,
        Some(gio::TlsError::Unavailable) => return Unreached::NoTls,
        Some(_) => return Unreached::Handshake,
        None => {}
    }
    match error.kind::<gio::IOErrorEnum>() {
        Some(gio::IOErrorEnum::ConnectionRefused) => Unreached::Refused,
        Some(gio::IOErrorEnum::TimedOut) => Unreached::TimedOut,
        Some(gio::IOErrorEnum::NotSupported) => Unreached::NoTls,
        Some(gio::IOErrorEnum::ProxyFailed | gio::IOErrorEnum::ProxyAuthFailed | gio::IOErrorEnum::ProxyNeedAuth) => {
            Unreached::Proxy
        }
        _ => Unreached::NoWay,
    }
}

/// Whether somebody keeps the clock right; `None` when the kernel does not say.
pub(crate) fn clock_is_kept() -> Option<bool> {
    // SAFETY: the structure is plain numbers, for which zero is valid, and the kernel writes within it. With no mode set nothing
    // is changed.
    let (state, status) = unsafe {
        let mut clock: libc::timex = std::mem::zeroed();
        (libc::adjtimex(&raw mut clock), clock.status)
    };
    (state >= 0).then_some(state != libc::TIME_ERROR && status & libc::STA_UNSYNC == 0)
}

/// How many bytes this user can still write where a folder is.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let path = CString::new(folder.as_os_str().as_bytes()).ok()?;
    // SAFETY: the path ends with a zero and outlives the call; the structure is plain numbers, and the kernel writes within it.
    let found = unsafe {
        let mut found: libc::statvfs = std::mem::zeroed();
        (libc::statvfs(path.as_ptr(), &raw mut found) == 0).then_some(found)
    }?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}
