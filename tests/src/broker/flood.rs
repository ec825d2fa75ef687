//! A broker that never stops and never listens.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::afar::ROOT;

/// What takes connections and subscriptions as a broker does and answers pings, and then sends malformed commands
/// without end and acknowledges nothing.
#[derive(Debug)]
pub struct Flood {
    port: u16,
    shared: Arc<Flooded>,
}

#[derive(Debug, Default)]
struct Flooded {
    /// The numbers of the events that came, for each connection.
    told: Mutex<Vec<Vec<u64>>>,
    sent: AtomicUsize,
}

impl Flood {
    /// The length of a command.
    const LENGTH: usize = 200_000;
    /// So many are sent on one connection. Who has read them all keeps them all: more would take the machine along.
    const MOST: usize = 4000;

    /// Starts it on a free port; it ends with the test's process.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let flood = Self { port: listener.local_addr()?.port(), shared: Arc::default() };
        let accepting = Arc::clone(&flood.shared);
        thread::spawn(move || {
            for (number, line) in listener.incoming().map_while(Result::ok).enumerate() {
                accepting.lock().push(Vec::new());
                let shared = Arc::clone(&accepting);
                // The kiosk closes it when it has had enough.
                thread::spawn(move || drop(shared.serve(&line, number)));
            }
        });
        Ok(flood)
    }

    /// Its port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many commands were sent on all connections.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// The numbers of the events that came by this connection, the first being 0, so far.
    #[must_use]
    pub fn told(&self, connection: usize) -> Vec<u64> {
        self.shared.lock().get(connection).cloned().unwrap_or_default()
    }
}

impl Flooded {
    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u64>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one connection to its end.
    fn serve(self: &Arc<Self>, mut line: &TcpStream, connection: usize) -> Result<()> {
        let (ping, pings) = mpsc::channel();
        let mut pings = Some(pings);
        loop {
            let (kind, body) = packet(line)?;
            match kind {
                // CONNECT.
                0x10 => line.write_all(&[0x20, 3, 0, 0, 0])?,
                // SUBSCRIBE, for four topics.
                0x82 => {
                    let Some(pings) = pings.take() else { continue };
                    let number = body.get(..2).context("a packet's number")?;
                    line.write_all(&[&[0x90, 7][..], number, &[0, 1, 1, 1, 1]].concat())?;
                    let (shared, line) = (Arc::clone(self), line.try_clone()?);
                    thread::spawn(move || drop(shared.flood(&line, &pings)));
                }
                // PINGREQ: from now on only one thread writes.
                0xc0 => ping.send(())?,
                // PUBLISH.
                0x30..=0x3f => {
                    if let Some(number) = event_number(&body)
                        && let Some(told) = self.lock().get_mut(connection)
                    {
                        told.push(number);
                    }
                }
                _ => {}
            }
        }
    }

    fn flood(&self, mut line: &TcpStream, pings: &Receiver<()>) -> io::Result<()> {
        let pong = [0xd0, 0];
        for _ in 0..Flood::MOST {
            for () in pings.try_iter() {
                line.write_all(&pong)?;
            }
            line.write_all(&malformed())?;
            self.sent.fetch_add(1, Ordering::SeqCst);
        }
        for () in pings {
            line.write_all(&pong)?;
        }
        Ok(())
    }
}

/// The next packet: its first byte, and what follows its length.
fn packet(mut from: impl Read) -> Result<(u8, Vec<u8>)> {
    let mut byte = [0_u8];
    from.read_exact(&mut byte)?;
    let kind = byte[0];
    let (mut length, mut shift) = (0_usize, 0_u32);
    loop {
        from.read_exact(&mut byte)?;
        length |= usize::from(byte[0] & 0x7f) << shift;
        shift += 7;
        if byte[0] < 0x80 || shift > 21 {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok((kind, body))
}

/// The number of the event in a PUBLISH, if there is one.
fn event_number(body: &[u8]) -> Option<u64> {
    let (length, rest) = body.split_first_chunk::<2>()?;
    let (topic, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    if topic != format!("{ROOT}/event").as_bytes() {
        return None;
    }
    // Behind the packet's own number, and behind the byte that says that there are no properties.
    let event: Value = serde_json::from_slice(rest.get(3..)?).ok()?;
    event["n"].as_u64()
}

/// A PUBLISH that asks for no acknowledgement, with what is no command.
fn malformed() -> Vec<u8> {
    let topic = format!("{ROOT}/cmd/{}", Uuid::new_v4());
    let mut left = 2 + topic.len() + 1 + Flood::LENGTH;
    let mut packet = vec![0x30];
    // Seven bits a byte, the lowest first.
    while left > 0x7f {
        packet.push(u8::try_from(left & 0x7f).unwrap_or_default() | 0x80);
        left >>= 7;
    }
    packet.push(u8::try_from(left).unwrap_or_default());
    packet.extend(u16::try_from(topic.len()).unwrap_or_default().to_be_bytes());
    packet.extend(topic.into_bytes());
    // No properties.
    packet.push(0);
    packet.resize(packet.len() + Flood::LENGTH, b'x');
    packet
}
