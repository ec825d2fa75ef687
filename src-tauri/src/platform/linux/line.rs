//! A direct line between a chat page and this program.
//!
//! By the engine's own way a page's message changes threads three times before it is here, and what is asked of the page three
//! times more: most of the time between an agent's end and the call of `clearSession`. A library of ours in the page's process
//! (`stand_ins/line.rs`) has a socket instead, and both of its ends are read by the threads that work with what comes.
//!
//! The line never decides who may speak. A page begins the long way, through the framework and its capabilities; each message that
//! got through that way is answered with its number, and the page takes the line when it has sent nothing since, so that no
//! message overtakes another. What comes by the line passes the same gate. In the other direction the line is taken once a
//! message has come by it and no script is on its way into the page. Without the library, or when the line breaks, all goes the long way.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use gtk::{
    gio::{
        self, Cancellable,
        prelude::{SocketExt, SocketExtManual},
    },
    glib::{self, ControlFlow, IOCondition, Priority, object::ObjectExt, variant::ToVariant},
};
use kiosk_core::{flood::LONGEST_MESSAGE, wire::Ask};
use tauri::webview::PlatformWebview;
use webkit2gtk::{WebContextExt, WebView, WebViewExt};

use super::{super::Listener, engine, processes::is_page};

/// As the engine's own messages: a page that floods the line holds up no more than one that floods the engine.
const PRIORITY: Priority = Priority::HIGH_IDLE;

/// The longest ask that goes by the line, in bytes, as the other end reads it. A notice of many minutes goes the long way.
const LONGEST_ASK: usize = 64 * 1024;
/// After so many the line listens no more: a process that the engine takes for the page later goes the long way.
const MOST_STRANGERS: u32 = 8;
/// The rule that forbids to speak on the line to whoever was not let on it.
const STRANGER: &str = "message_line";

thread_local! {
    static LINES: RefCell<Vec<(glib::WeakRef<WebView>, Rc<Line>)>> = const { RefCell::new(Vec::new()) };
}

struct Line {
    visit: u64,
    listener: Arc<dyn Listener>,
    /// The processes that the view's page has, or had a moment ago.
    peers: RefCell<Vec<gio::Socket>>,
    /// The framework has let a message of this view through.
    is_offered: Cell<bool>,
    /// Whose page has taken the line, and takes what is asked of it.
    speaker: RefCell<Option<gio::Socket>>,
    /// So many came who were no page's process.
    strangers: Cell<u32>,
    /// Scripts that are on their way into the page, which nothing may overtake.
    scripts: Cell<u32>,
    sources: RefCell<Vec<glib::Source>>,
}

/// Lays a line to the process that the view's page will have. Before that process starts.
pub(super) fn lay(view: &WebView, visit: u64, listener: Arc<dyn Listener>) {
    let (Some(context), Some(folder)) = (view.context(), engine::library_folder()) else { return };
    let line = Rc::new(Line {
        visit,
        listener,
        peers: RefCell::default(),
        is_offered: Cell::new(false),
        speaker: RefCell::new(None),
        strangers: Cell::new(0),
        scripts: Cell::new(0),
        sources: RefCell::default(),
    });
    // Without a line there is the long way.
    let Ok(name) = line.listen() else { return };
    context.set_web_extensions_directory(&folder.to_string_lossy());
    context.set_web_extensions_initialization_user_data(&name.to_variant());
    LINES.with_borrow_mut(|lines| {
        lines.retain(|(of, _)| of.upgrade().is_some());
        lines.push((view.downgrade(), line));
    });
}

/// Ends the view's line.
pub(super) fn cut(view: &WebView) {
    LINES.with_borrow_mut(|lines| lines.retain(|(of, _)| of.upgrade().is_some_and(|of| of != *view)));
}

fn of(view: &WebView) -> Option<Rc<Line>> {
    LINES.with_borrow(|lines| {
        lines.iter().find(|(of, _)| of.upgrade().as_ref() == Some(view)).map(|(_, line)| line.clone())
    })
}

/// The framework let a message of a bridge with this number through, which had come the long way.
pub(super) fn offer(view: &WebView, number: u32) {
    let Some(line) = of(view) else { return };
    line.speaker.replace(None);
    let turn = serde_json::to_string(&Ask::Turn { number }).unwrap_or_default();
    // Only the page that sent the message knows its number.
    let sent = line.peers.borrow().iter().filter(|peer| send(peer, &turn)).count();
    line.is_offered.set(line.is_offered.get() || sent > 0);
}

/// Asks the bridge in the view's page for something: with the ask itself, or a script that brings it.
pub(crate) fn ask(view: &PlatformWebview, ask: &str, script: impl FnOnce() -> String) {
    let view = view.inner();
    let line = of(&view);
    if let Some(line) = &line {
        let is_free = line.scripts.get() == 0;
        if is_free && line.speaker.borrow().as_ref().is_some_and(|speaker| send(speaker, ask)) {
            return;
        }
        line.scripts.set(line.scripts.get() + 1);
    }
    view.evaluate_javascript(&script(), None, None, Cancellable::NONE, move |_| {
        if let Some(line) = line {
            line.scripts.set(line.scripts.get().saturating_sub(1));
        }
    });
}

impl Line {
    /// Waits for the page's process under a name that lies in no folder, and gives the name.
    fn listen(self: &Rc<Self>) -> Result<String, glib::Error> {
        let name = glib::uuid_string_random().to_string();
        let socket =
            gio::Socket::new(gio::SocketFamily::Unix, gio::SocketType::Seqpacket, gio::SocketProtocol::Default)?;
        // The bindings have no words for such a name.
        let address = glib::Object::builder::<gio::UnixSocketAddress>()
            .property("path-as-array", glib::ByteArray::from(name.as_bytes()))
            .property("address-type", gio::UnixSocketAddressType::Abstract)
            .build();
        socket.bind(&address, false)?;
        socket.listen()?;
        socket.set_blocking(false);
        let line = Rc::downgrade(self);
        let source = socket.create_source(IOCondition::IN, Cancellable::NONE, None, PRIORITY, move |socket, _| {
            let Some(line) = line.upgrade() else { return ControlFlow::Break };
            match socket.accept(Cancellable::NONE) {
                Ok(peer) if is_from_page(&peer) => line.connect(peer),
                Ok(_) => return line.turn_away(),
                Err(_) => {}
            }
            ControlFlow::Continue
        });
        self.attach(source);
        Ok(name)
    }

    /// To look at who comes takes time, and whoever shares the machine can read the name in the kernel's list: nobody
    /// keeps the window busy with it.
    fn turn_away(&self) -> ControlFlow {
        self.listener.blocked(STRANGER);
        self.strangers.set(self.strangers.get() + 1);
        if self.strangers.get() < MOST_STRANGERS { ControlFlow::Continue } else { ControlFlow::Break }
    }

    fn connect(self: &Rc<Self>, peer: gio::Socket) {
        peer.set_blocking(false);
        let line = Rc::downgrade(self);
        let source = peer.create_source(IOCondition::IN, Cancellable::NONE, None, PRIORITY, move |socket, _| {
            let Some(line) = line.upgrade() else { return ControlFlow::Break };
            line.receive(socket)
        });
        self.attach(source);
        self.peers.borrow_mut().push(peer);
    }

    fn attach(&self, source: glib::Source) {
        source.attach(None);
        let mut sources = self.sources.borrow_mut();
        sources.retain(|source| !source.is_destroyed());
        sources.push(source);
    }

    fn receive(&self, socket: &gio::Socket) -> ControlFlow {
        // One byte more than may be: what was cut off does not pass the gate.
        let mut packet = [0_u8; LONGEST_MESSAGE + 1];
        let read = match socket.receive(&mut packet[..], Cancellable::NONE) {
            Ok(read) if read > 0 => read,
            Err(error) if error.matches(gio::IOErrorEnum::WouldBlock) => return ControlFlow::Continue,
            // The process is gone; whoever looks after the view hears of it.
            _ => {
                self.peers.borrow_mut().retain(|peer| peer != socket);
                self.speaker.replace_with(|speaker| speaker.take().filter(|speaker| speaker != socket));
                return ControlFlow::Break;
            }
        };
        match packet.get(..read).and_then(|packet| std::str::from_utf8(packet).ok()) {
            Some(text) if self.is_offered.get() => {
                let before = self.speaker.replace(Some(socket.clone()));
                if before.as_ref() != Some(socket) {
                    tracing::debug!(event = "line.taken", visit = self.visit);
                }
                self.listener.arrived(text);
            }
            Some(_) => self.listener.blocked(STRANGER),
            None => self.listener.blocked("message"),
        }
        ControlFlow::Continue
    }
}

/// A name in no folder has no owner: so it is asked who comes. An engine's process for a page, or nobody.
fn is_from_page(peer: &gio::Socket) -> bool {
    let who = peer.credentials().and_then(|credentials| credentials.unix_pid()).ok();
    who.and_then(|pid| u32::try_from(pid).ok()).is_some_and(is_page)
}

/// Says whether it could be sent. A process that does not read is no reason to wait.
fn send(peer: &gio::Socket, text: &str) -> bool {
    text.len() <= LONGEST_ASK && peer.send(text.as_bytes(), Cancellable::NONE).is_ok()
}

impl Drop for Line {
    fn drop(&mut self) {
        for source in self.sources.borrow().iter() {
            source.destroy();
        }
    }
}
