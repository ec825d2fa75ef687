//! The direct line between a chat page and the program: it is taken, the page does not find it, nobody else gets on it, and
//! without it everything goes the long way.

use std::collections::HashMap;
use std::fs;
use std::os::fd::OwnedFd;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::Page;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events};
use rustix::net::{AddressFamily, Shutdown, SocketAddrUnix, SocketFlags, SocketType};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags};
use serde_json::{Value, json};

/// What the bridge finds the line under.
const NAME: &str = "__supportKioskLine";

#[test]
fn a_visit_is_reset_by_the_line_and_neither_page_nor_frame_finds_it() -> Result<()> {
    let (stage, pages) = (Stage::named("line-taken").up()?, Pages::start()?);
    let kiosk = Kiosk::start(&stage, setup(&pages))?;
    let page = on_the_line(&kiosk, &stage, &pages)?;
    for place in ["page", "frame"] {
        let look = format!("Control.tell('looked', {{ place: '{place}', found: '{NAME}' in window }})");
        page.script(place, &look)?;
        page.wait_for("looked", &json!({"place": place, "found": false}), 1)?;
    }
    page.event(&events::agents_end("s"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    ensure!(page.clears() == 1, "{} calls of clearSession", page.clears());
    kiosk.event("line.taken", &json!({"visit": 2}))?;
    expect_none_refused(&kiosk)
}

#[test]
fn a_line_that_breaks_leaves_the_long_way_and_the_next_visit_has_its_own() -> Result<()> {
    let (stage, pages) = (Stage::named("line-broken").up()?, Pages::start()?);
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    let page = on_the_line(&kiosk, &stage, &pages)?;
    for end in ends_in(kiosk.pid())? {
        rustix::net::shutdown(&end, Shutdown::Both)?;
    }
    page.event(&events::agents_end("s"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.event("line.taken", &json!({"visit": 2}))?;
    kiosk.expect_alive()
}

#[test]
fn a_page_that_is_loaded_anew_begins_the_long_way_and_takes_the_line_again() -> Result<()> {
    let (stage, pages) = (Stage::named("line-reload").up()?, Pages::start()?);
    let kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    kiosk.event("line.taken", &json!({"visit": 1}))?;
    let mark = kiosk.log.mark();
    pages.visitor(1)?.script("page", "location.reload()")?;
    let again = pages.visitor(2)?.launched()?;
    kiosk.log.wait_after(mark, "line.taken", &json!({"visit": 1}), PATIENCE)?;
    again.event(&events::agents_end("s"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    expect_none_refused(&kiosk)
}

/// A page has the framework's key, and can send what looks like the bridge's.
#[test]
fn a_page_cannot_make_its_bridge_speak_to_nobody() -> Result<()> {
    let (stage, pages) = (Stage::named("line-forged").up()?, Pages::start()?);
    let kiosk = Kiosk::start(&stage, setup(&pages))?;
    let page = on_the_line(&kiosk, &stage, &pages)?;
    let calls = [
        "'plugin:window|close', {}",
        "'report', { report: { report: 'shown' } }",
        "'report', { report: { report: 'shown' }, number: 7 }",
    ];
    for (count, call) in calls.iter().enumerate() {
        // Where its fetch is refused, the framework posts a message.
        let forge = format!(
            "const own = window.fetch; window.fetch = () => Promise.reject(new Error('refused'));
             __TAURI_INTERNALS__.invoke({call}).catch(() => {{}});
             window.fetch = own; setTimeout(() => Control.tell('forged'));"
        );
        page.script("page", &forge)?;
        page.wait_for("forged", &Value::Null, count + 1)?;
        page.event(&events::status("s", "Active", "Waiting"))?;
        kiosk.read(1, "ignore")?;
    }
    kiosk.event("blocked", &json!({"rule": "command"}))?;
    page.event(&events::agents_end("s"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    expect_none_refused(&kiosk)
}

#[test]
fn nobody_else_gets_on_the_line() -> Result<()> {
    let (stage, pages) = (Stage::named("line-stranger").up()?, Pages::start()?);
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    let page = on_the_line(&kiosk, &stage, &pages)?;
    let names = names_of(kiosk.pid())?;
    ensure!(!names.is_empty(), "the kiosk listens nowhere");
    for name in names {
        let stranger =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        rustix::net::connect(&stranger, &SocketAddrUnix::new_abstract_name(name.as_bytes())?)?;
        // It may be hung up before this is sent.
        let _ = rustix::net::send(&stranger, b"{}", rustix::net::SendFlags::NOSIGNAL);
        let mut packet = [0_u8; 16];
        let hung_up = || {
            let read = rustix::net::recv(&stranger, &mut packet, rustix::net::RecvFlags::DONTWAIT);
            Ok(match read {
                Ok((0, _)) | Err(rustix::io::Errno::CONNRESET) => Some(()),
                _ => None,
            })
        };
        wait::until("the kiosk should hang up", PATIENCE, hung_up)?;
    }
    kiosk.event("blocked", &json!({"rule": "message_line"}))?;
    // The page's own line is still there: it was not taken a second time.
    page.event(&events::agents_end("s"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    let taken = kiosk.log.all("line.taken");
    ensure!(taken.iter().filter(|line| line.has(&json!({"visit": 1}))).count() == 1, "{taken:?}");
    kiosk.expect_alive()
}

fn setup(pages: &Pages) -> Setup {
    Setup::on_page(pages, "client=v1").set("notice.seconds", 0).set("log.level", "debug")
}

/// The first visit's page, with a conversation, once it has taken the line.
fn on_the_line<'a>(kiosk: &Kiosk, stage: &Stage, pages: &'a Pages) -> Result<Page<'a>> {
    kiosk.enter(stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    kiosk.event("line.taken", &json!({"visit": 1}))?;
    Ok(page)
}

fn expect_none_refused(kiosk: &Kiosk) -> Result<()> {
    let refused = kiosk.log.all("blocked");
    ensure!(!refused.iter().any(|line| line.has(&json!({"rule": "message_line"}))), "refused on the line: {refused:?}");
    Ok(())
}

/// One socket of the system's own list: whether it is connected, the name under which it listens.
struct Socket {
    is_connected: bool,
    name: String,
}

/// The sockets of whole packets under names that lie in no folder, which this process has, by the process's numbers for them.
fn sockets(pid: u32) -> Result<Vec<(i32, Socket)>> {
    let table = fs::read_to_string("/proc/net/unix")?;
    let mut all: HashMap<String, Socket> = table.lines().skip(1).filter_map(listed).collect();
    let mut found = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        let entry = entry?;
        let Ok(target) = fs::read_link(entry.path()) else { continue };
        if let Some(socket) = all.remove(&*target.to_string_lossy()) {
            found.push((entry.file_name().to_string_lossy().parse()?, socket));
        }
    }
    Ok(found)
}

/// `Num RefCount Protocol Flags Type St Inode Path`; type 5 has whole packets, state 3 is connected.
fn listed(line: &str) -> Option<(String, Socket)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, _, _, _, "0005", state, inode, path] = fields[..] else { return None };
    let name = path.strip_prefix('@')?.to_owned();
    Some((format!("socket:[{inode}]"), Socket { is_connected: state == "03", name }))
}

fn names_of(pid: u32) -> Result<Vec<String>> {
    Ok(sockets(pid)?.into_iter().filter(|(_, socket)| !socket.is_connected).map(|(_, socket)| socket.name).collect())
}

/// The process's own ends of its lines.
fn ends_in(pid: u32) -> Result<Vec<OwnedFd>> {
    let of = Pid::from_raw(pid.try_into()?).context("no process has the number 0")?;
    let process = rustix::process::pidfd_open(of, PidfdFlags::empty())?;
    let mut ends = Vec::new();
    for (number, _) in sockets(pid)?.iter().filter(|(_, socket)| socket.is_connected) {
        ends.push(rustix::process::pidfd_getfd(&process, *number, PidfdGetfdFlags::empty())?);
    }
    ensure!(!ends.is_empty(), "the kiosk has no line to a page");
    Ok(ends)
}
