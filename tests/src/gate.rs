//! A gate before a server: it lets through, or fails the way networks and services fail.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::wait;

/// How a request for the host page begins.
const PAGE: [u8; 14] = *b"GET /host.html";

/// What happens to whoever comes. Each change cuts the connections that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Everything goes through.
    Open,
    /// Nobody listens.
    Refusing,
    /// Who comes is let in and never hears a word.
    Hanging,
    /// Every request gets this status and a page that is not the chat.
    Answering(u16),
    /// Every request is sent to another address.
    Elsewhere(String),
    /// Every request is asked for a name and a password.
    Locked,
}

/// The gate, for as long as it lives.
#[derive(Debug)]
pub struct Gate {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    target: u16,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    connections: Vec<TcpStream>,
    left_hanging: usize,
}

impl Gate {
    /// An open gate on a free port, before the server at `target` on this machine.
    pub fn before(target: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let state = State { mode: Mode::Open, connections: Vec::new(), left_hanging: 0 };
        let shared = Arc::new(Shared { target, state: Mutex::new(state) });
        let acceptor = accept(listener, Arc::clone(&shared));
        Ok(Self { port, shared, acceptor: Mutex::new(Some(acceptor)) })
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many requests for the host page were left hanging so far.
    #[must_use]
    pub fn left_hanging(&self) -> usize {
        self.shared.state().left_hanging
    }

    /// From now on it behaves like this.
    pub fn set(&self, mode: Mode) -> Result<()> {
        let refuse = mode == Mode::Refusing;
        {
            let mut state = self.shared.state();
            state.mode = mode;
            for connection in state.connections.drain(..) {
                // The other side may have closed it already.
                drop(connection.shutdown(Shutdown::Both));
            }
        }
        let mut acceptor = self.acceptor.lock().unwrap_or_else(PoisonError::into_inner);
        if refuse {
            if let Some(acceptor) = acceptor.take() {
                // It waits for somebody to come.
                drop(TcpStream::connect(("127.0.0.1", self.port)));
                drop(acceptor.join());
            }
        } else if acceptor.is_none() {
            let listener = wait::until("the gate's port should be free again", Duration::from_secs(10), || {
                Ok(TcpListener::bind(("127.0.0.1", self.port)).ok())
            })?;
            *acceptor = Some(accept(listener, Arc::clone(&self.shared)));
        }
        Ok(())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // A drop cannot report; the threads end with the test in any case.
        drop(self.set(Mode::Refusing));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    thread::spawn(move || {
        for came in listener.incoming() {
            let Ok(came) = came else { continue };
            let mode = {
                let mut state = shared.state();
                if let Ok(copy) = came.try_clone() {
                    state.connections.push(copy);
                }
                state.mode.clone()
            };
            if mode == Mode::Refusing {
                return;
            }
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                // A connection that breaks is what this is for.
                drop(serve(came, &mode, &shared));
            });
        }
    })
}

fn serve(mut came: TcpStream, mode: &Mode, shared: &Shared) -> Result<()> {
    match mode {
        Mode::Open => {
            let server = TcpStream::connect(("127.0.0.1", shared.target))?;
            shared.state().connections.push(server.try_clone()?);
            let (from, to) = (came.try_clone()?, server.try_clone()?);
            thread::spawn(move || pump(from, to));
            pump(server, came);
        }
        Mode::Refusing => {}
        Mode::Hanging => {
            // Who only looks whether somebody listens asks for nothing, and an old page may still ask for its own things.
            let mut asked = [0; PAGE.len()];
            came.read_exact(&mut asked)?;
            if asked == PAGE {
                shared.state().left_hanging += 1;
            }
            // Read until the connection is cut: a full buffer would be noticed by the other side.
            io::copy(&mut came, &mut io::sink())?;
        }
        Mode::Answering(status) => {
            head(&mut came)?;
            let page = "<!doctype html><title>Error</title><h1>This is not the chat</h1>";
            let length = page.len();
            write!(
                came,
                "HTTP/1.1 {status} Trouble\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
                 Connection: close\r\n\r\n{page}"
            )?;
        }
        Mode::Elsewhere(address) => {
            head(&mut came)?;
            write!(
                came,
                "HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )?;
        }
        Mode::Locked => {
            head(&mut came)?;
            let challenge = "WWW-Authenticate: Basic realm=\"Staff\"";
            write!(came, "HTTP/1.1 401 Unauthorized\r\n{challenge}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
        }
    }
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    // Whichever side ends first, the other one is told.
    drop(io::copy(&mut from, &mut to));
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}

/// Reads a request up to its empty line; what is asked for does not matter.
fn head(from: &mut TcpStream) -> Result<()> {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = from.read(&mut buffer)?;
        let part = buffer.get(..read).filter(|part| !part.is_empty()).context("the request ended early")?;
        seen.extend_from_slice(part);
    }
    Ok(())
}
