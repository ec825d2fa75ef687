//! A line between two programs on this machine, which can be cut without either end hearing of it, and made slow.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

/// How much is passed on at once.
const PIECE: usize = 4096;

/// What the line does with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// It passes them on.
    Good,
    /// It keeps them until it is good again, and closes nothing.
    Cut,
    /// It passes on so many a second, in each direction.
    Slow(usize),
}

/// The line, for as long as it lives.
#[derive(Debug)]
pub struct Line {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    quality: Mutex<Quality>,
    changed: Condvar,
    connections: AtomicUsize,
}

impl Line {
    /// A good line on a free port, to this port.
    pub fn to(target: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let shared =
            Shared { quality: Mutex::new(Quality::Good), changed: Condvar::new(), connections: AtomicUsize::default() };
        let shared = Arc::new(shared);
        let accepting = Arc::clone(&shared);
        // It lives as long as the test's process; nobody connects any more when the test is over.
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                // Where nobody listens, the line is closed at once.
                if let Ok(far) = TcpStream::connect(("127.0.0.1", target)) {
                    accepting.join(&near, &far);
                    accepting.join(&far, &near);
                }
            }
        });
        Ok(Self { port, shared })
    }

    /// Its near end.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How often somebody has connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// From now on it is like this.
    pub fn be(&self, quality: Quality) {
        *self.shared.lock() = quality;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Quality> {
        self.quality.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One direction.
    fn join(self: &Arc<Self>, from: &TcpStream, to: &TcpStream) {
        let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
        let shared = Arc::clone(self);
        thread::spawn(move || {
            let mut bytes = [0; PIECE];
            loop {
                let piece = match *shared.lock() {
                    Quality::Slow(rate) => (rate / 10).clamp(1, PIECE),
                    _ => PIECE,
                };
                let count = match from.read(&mut bytes[..piece]) {
                    Ok(count) if count > 0 => count,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    _ => break,
                };
                shared.wait_for_passage(count);
                if to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            // The other direction ends by itself.
            drop(to.shutdown(Shutdown::Both));
            drop(from.shutdown(Shutdown::Both));
        });
    }

    fn wait_for_passage(&self, count: usize) {
        let mut quality = self.lock();
        while *quality == Quality::Cut {
            quality = self.changed.wait(quality).unwrap_or_else(PoisonError::into_inner);
        }
        if let Quality::Slow(rate) = *quality {
            drop(quality);
            thread::sleep(Duration::from_secs(1).mul_f64(count as f64 / rate.max(1) as f64));
        }
    }
}
