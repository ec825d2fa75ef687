//! The kiosk's own loopback servers, asked by other programs on the machine, and by pages that had a foreign name point
//! at this machine (DNS rebinding).

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::catalogue::Class;
use crate::home::Home;
use crate::kiosk::{Kiosk, Start};
use crate::report::{Row, Verdict};

/// One answer.
const ANSWER: Duration = Duration::from_secs(5);
const UP: Duration = Duration::from_secs(60);

/// Asks the ports of the practice chat, and that of the kiosk's own chat page.
///
/// # Errors
/// When the kiosk does not come up.
pub fn attack(start: &Start, home: &Home) -> Result<Vec<Row>> {
    let [page, frame, console, own] = free_ports()?;
    let mut rows = Vec::new();
    let practice = format!(
        "[sandbox]\npage_port = {page}\nframe_port = {frame}\nconsole_port = {console}\n[log]\nformat = \"json\"\n"
    );
    let kiosk = Kiosk::configured(start, home, &practice)?;
    kiosk.event("sandbox.started", &Value::Null, UP)?;
    for (name, port, path) in
        [("page", page, "/"), ("frame", frame, "/sandbox/faults"), ("console", console, "/api/state")]
    {
        rows.extend(names(&format!("practice-{name}"), port, path));
    }
    rows.push(judge(
        "port-console-origin",
        "another page steers the agent's console",
        console,
        &post("127.0.0.1", console, "/api/reset", "http://evil.example"),
    ));
    rows.push(judge(
        "port-wire-origin",
        "another page talks to the messaging service",
        frame,
        &post("127.0.0.1", frame, "/iamessage/api/v2/conversation", "http://evil.example"),
    ));
    drop(kiosk);

    let org = format!("http://localhost:{frame}");
    let served = format!(
        "[salesforce]\norg_id = \"00D000000000001\"\ndeployment = \"Support_Web\"\nsite_url = \"{org}\"\nscrt_url = \"{org}\"\n\
         port = {own}\n[log]\nformat = \"json\"\n"
    );
    let kiosk = Kiosk::configured(start, home, &served)?;
    kiosk.event("started", &Value::Null, UP)?;
    rows.extend(names("chat-page", own, "/config.json"));
    Ok(rows)
}

/// The server answers to its own name, and to no other.
fn names(name: &str, port: u16, path: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let begun = Instant::now();
    let own = ["localhost", "127.0.0.1"]
        .into_iter()
        .any(|host| status(port, &get(&format!("{host}:{port}"), path)).unwrap_or(0) == 200);
    let said = if own { "answered" } else { "it does not answer to its own name" };
    rows.push(row(&format!("port-{name}-own"), "the kiosk's own server, asked by its own name", said, own, begun));
    for (kind, host) in [
        ("foreign", format!("evil.example:{port}")),
        ("subdomain", format!("localhost.evil.example:{port}")),
        ("dot", format!("localhost.:{port}")),
        ("user", format!("localhost:{port}@evil.example")),
        ("no-port", "localhost".to_owned()),
        ("port", "localhost:1".to_owned()),
        ("any", format!("0.0.0.0:{port}")),
        ("empty", String::new()),
    ] {
        rows.push(judge(
            &format!("port-{name}-{kind}"),
            &format!("the kiosk's own server, asked by another name ({kind})"),
            port,
            &get(&host, path),
        ));
    }
    rows
}

fn judge(id: &str, words: &str, port: u16, request: &str) -> Row {
    let begun = Instant::now();
    match status(port, request) {
        Ok(status) => row(id, words, &format!("refused: {status}"), (400..500).contains(&status), begun),
        Err(error) => row(id, words, &format!("{error:#}"), false, begun),
    }
}

fn row(id: &str, words: &str, said: &str, safe: bool, begun: Instant) -> Row {
    let verdict = if safe { Verdict::Safe } else { Verdict::Unsafe };
    Row::made(id, Class::Bridge, words, said.to_owned(), verdict, begun.elapsed())
}

fn get(host: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

fn post(host: &str, port: u16, path: &str, origin: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {origin}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\
         Connection: close\r\n\r\n{{}}"
    )
}

/// The status of the answer.
fn status(port: u16, request: &str) -> Result<u16> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("nobody listens")?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 64];
    let read = stream.read(&mut head)?;
    let head = String::from_utf8_lossy(&head[..read]);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.with_context(|| format!("no answer that can be read: {head:?}"))
}

/// Ports that are free now, each another one.
fn free_ports() -> Result<[u16; 4]> {
    let held: Vec<TcpListener> =
        (0..4).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<std::io::Result<_>>()?;
    let mut ports = [0; 4];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}
