//! A double of a screen reader: it walks the accessible tree of the program's window on a bus of its own (AT-SPI), as Orca does,
//! and keeps what it is told.

use std::fmt::Write;
use std::future::poll_fn;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};
use zbus::export::futures_core::Stream;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, MatchRule, MessageStream, Proxy, message};

use crate::process::{self, Owned};
use crate::stage::Stage;
use crate::wait::{self, PATIENCE};

const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";
const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const EVENTS: &str = "org.a11y.atspi.Event.Object";
/// No page of ours is deeper; one that goes round in a circle ends here.
const DEEPEST: usize = 60;
/// An object that is gone does not answer.
const ANSWERS: Duration = Duration::from_secs(3);

/// The states that matter here, by their number in AT-SPI.
const FOCUSABLE: u32 = 11;
const FOCUSED: u32 = 12;
const MODAL: u32 = 16;
const SHOWING: u32 = 25;

/// The roles of web pages that matter here, by their number in AT-SPI.
const ROLES: [(u32, &str); 22] = [
    (2, "alert"),
    (16, "dialog"),
    (20, "filler"),
    (27, "image"),
    (28, "internal frame"),
    (29, "label"),
    (39, "panel"),
    (40, "password text"),
    (43, "push button"),
    (49, "scroll pane"),
    (54, "status bar"),
    (71, "header"),
    (73, "paragraph"),
    (79, "entry"),
    (83, "heading"),
    (85, "section"),
    (95, "document web"),
    (99, "grouping"),
    (110, "landmark"),
    (111, "log"),
    (115, "timer"),
    (116, "static"),
];

type Reference = (String, OwnedObjectPath);

/// The reader, for as long as it lives.
#[derive(Debug)]
pub struct Reader {
    heard: Arc<Mutex<Vec<Heard>>>,
    // Declared before the runtime that drives it.
    bus: Connection,
    runtime: Runtime,
    _launcher: Owned,
}

/// One thing that the reader was told.
#[derive(Debug, Clone)]
pub struct Heard {
    /// `TextChanged`, `StateChanged`, `ChildrenChanged`, `Announcement`, ….
    pub what: String,
    /// What of it: `insert`, `focused`, ….
    pub detail: String,
    /// The text, where there is one.
    pub text: String,
    /// Whether the object is in a live region, and which: `polite`, `assertive`, or nothing.
    pub live: String,
    /// The object's name and role.
    pub who: String,
}

/// One object of the tree, with all that is below it.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// How it is called.
    pub name: String,
    /// More about it.
    pub description: String,
    /// What it is: `push button`, `heading`, `status bar`, ….
    pub role: String,
    /// What it says.
    pub text: String,
    /// `live`, `container-live`, ….
    pub attributes: Vec<(String, String)>,
    /// Where it is on the screen: x, y, width, height.
    pub place: (i32, i32, i32, i32),
    states: u64,
    /// What is in it.
    pub children: Vec<Node>,
}

impl Node {
    /// It can be reached by Tab.
    #[must_use]
    pub fn is_focusable(&self) -> bool {
        self.has(FOCUSABLE)
    }

    /// It has the keyboard.
    #[must_use]
    pub fn is_focused(&self) -> bool {
        self.has(FOCUSED)
    }

    /// Nothing beside it can be used.
    #[must_use]
    pub fn is_modal(&self) -> bool {
        self.has(MODAL)
    }

    /// It is on the screen.
    #[must_use]
    pub fn is_showing(&self) -> bool {
        self.has(SHOWING)
    }

    fn has(&self, state: u32) -> bool {
        self.states >> state & 1 == 1
    }

    /// An attribute's value; nothing when it is not there.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// This one and all below it, in reading order.
    #[must_use]
    pub fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.children.iter().flat_map(Self::all));
        all
    }

    /// The first of these with this role and this in its name or text.
    #[must_use]
    pub fn find(&self, role: &str, words: &str) -> Option<&Self> {
        let says = |node: &Self| node.name.contains(words) || node.text.contains(words);
        self.all().into_iter().find(|node| node.role == role && says(node))
    }

    /// All that can be read in it, for a search.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::new();
        for node in self.all() {
            for text in [&node.name, &node.description, &node.text] {
                words.push_str(text);
                words.push('\n');
            }
            for (_, value) in &node.attributes {
                words.push_str(value);
                words.push('\n');
            }
        }
        words
    }

    /// The tree as lines, for a person.
    #[must_use]
    pub fn print(&self) -> String {
        fn line(node: &Node, depth: usize, into: &mut String) {
            let marks =
                [(node.is_focused(), "focused"), (node.is_focusable(), "focusable"), (node.is_modal(), "modal")];
            let marks: Vec<&str> = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
            let hidden = if node.is_showing() { "" } else { " (not showing)" };
            let live = node.attribute("container-live");
            let _ = writeln!(
                into,
                "{:indent$}{}{hidden} {:?} {:?} {:?} {marks:?} {live} {:?}",
                "",
                node.role,
                node.name,
                node.description,
                node.text,
                node.place,
                indent = depth * 2
            );
            for child in &node.children {
                line(child, depth + 1, into);
            }
        }
        let mut lines = String::new();
        line(self, 0, &mut lines);
        lines
    }
}

impl Reader {
    /// Brings the accessibility bus up on the stage's session bus, and listens on it. Before the kiosk.
    pub fn start(stage: &Stage) -> Result<Self> {
        let mut command = process::command(LAUNCHER);
        command
            .arg("--launch-immediately")
            .envs(stage.home.environment())
            .env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address())
            .env("DISPLAY", stage.display.name())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let launcher = Owned::spawn("at-spi-bus-launcher", &mut command)?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let session =
            runtime.block_on(async { zbus::connection::Builder::address(stage.bus.address())?.build().await })?;
        let address = wait::until("the accessibility bus should come up", PATIENCE, || {
            Ok(runtime.block_on(address(&session)).ok().filter(|address| !address.is_empty()))
        })?;
        let bus = runtime.block_on(async { zbus::connection::Builder::address(address.as_str())?.build().await })?;
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let reader = Self { heard, bus, runtime, _launcher: launcher };
        reader.listen()?;
        Ok(reader)
    }

    /// Programs tell only what somebody has asked for.
    fn listen(&self) -> Result<()> {
        self.runtime.block_on(async {
            let registry = Proxy::new(&self.bus, REGISTRY, "/org/a11y/atspi/registry", REGISTRY).await?;
            for event in [
                "object:",
                "object:text-changed",
                "object:state-changed",
                "object:children-changed",
                "object:announcement",
            ] {
                registry.call_method("RegisterEvent", &(event, Vec::<String>::new(), "")).await?;
            }
            let rule = MatchRule::builder().msg_type(message::Type::Signal).interface(EVENTS)?.build();
            let mut stream = MessageStream::for_match_rule(rule, &self.bus, Some(4096)).await?;
            let (bus, heard) = (self.bus.clone(), Arc::clone(&self.heard));
            tokio::spawn(async move {
                while let Some(Ok(message)) = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
                    if let Some(one) = hear(&bus, &message).await {
                        heard.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                    }
                }
            });
            anyhow::Ok(())
        })
    }

    /// Everything that a screen reader can get to, from the desktop down.
    pub fn tree(&self) -> Result<Node> {
        self.runtime.block_on(async {
            let root = (REGISTRY.to_owned(), OwnedObjectPath::try_from(ROOT)?);
            Ok(walk(&self.bus, root, DEEPEST).await.unwrap_or_default())
        })
    }

    /// Waits until the tree is as it should be, and gives it.
    pub fn sees(&self, what: &str, fits: impl Fn(&Node) -> bool) -> Result<Node> {
        let mut last = Node::default();
        let seen = wait::until(what, PATIENCE, || {
            last = self.tree()?;
            Ok(fits(&last).then(|| last.clone()))
        });
        seen.with_context(|| format!("the tree is\n{}", last.print()))
    }

    /// How much was told so far.
    #[must_use]
    pub fn mark(&self) -> usize {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What was told since then.
    #[must_use]
    pub fn heard_since(&self, mark: usize) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().skip(mark).cloned().collect()
    }
}

async fn address(session: &Connection) -> Result<String> {
    let proxy = Proxy::new(session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus").await?;
    Ok(proxy.call("GetAddress", &()).await?)
}

/// One object and what is below it; `None` when it is gone.
async fn walk(bus: &Connection, (owner, path): Reference, depth: usize) -> Option<Node> {
    let mut node = describe(bus, &owner, &path).await?;
    if depth > 0 {
        let mut children: Vec<Reference> =
            call(bus, &owner, &path, ACCESSIBLE, "GetChildren", &()).await.unwrap_or_default();
        if children.is_empty() {
            // A webview's page is another process's, plugged in here; the toolkit's own list leaves it out.
            let plugged: Option<Reference> = call(bus, &owner, &path, ACCESSIBLE, "GetChildAtIndex", &(0_i32,)).await;
            children.extend(plugged.filter(|(_, path)| !path.as_str().ends_with("/null")));
        }
        for child in children {
            node.children.extend(Box::pin(walk(bus, child, depth - 1)).await);
        }
    }
    Some(node)
}

async fn describe(bus: &Connection, owner: &str, path: &OwnedObjectPath) -> Option<Node> {
    let mut role: String = call(bus, owner, path, ACCESSIBLE, "GetRoleName", &()).await?;
    if role.is_empty() {
        // The engine knows its numbers only.
        let number: u32 = call(bus, owner, path, ACCESSIBLE, "GetRole", &()).await?;
        role = ROLES
            .iter()
            .find(|(known, _)| *known == number)
            .map_or_else(|| format!("role {number}"), |(_, name)| (*name).to_owned());
    }
    let states: Vec<u32> = call(bus, owner, path, ACCESSIBLE, "GetState", &()).await.unwrap_or_default();
    let interfaces: Vec<String> = call(bus, owner, path, ACCESSIBLE, "GetInterfaces", &()).await.unwrap_or_default();
    let attributes: std::collections::HashMap<String, String> =
        call(bus, owner, path, ACCESSIBLE, "GetAttributes", &()).await.unwrap_or_default();
    let has = |name: &str| interfaces.iter().any(|one| one.ends_with(name));
    let text = if has(".Text") {
        call(bus, owner, path, "org.a11y.atspi.Text", "GetText", &(0_i32, -1_i32)).await.unwrap_or_default()
    } else {
        String::new()
    };
    let place = if has(".Component") {
        call(bus, owner, path, "org.a11y.atspi.Component", "GetExtents", &(0_u32,)).await.unwrap_or_default()
    } else {
        (0, 0, 0, 0)
    };
    Some(Node {
        name: property(bus, owner, path, "Name").await,
        description: property(bus, owner, path, "Description").await,
        role,
        text,
        attributes: attributes.into_iter().collect(),
        place,
        states: states.iter().rev().fold(0, |all, part| all << 32 | u64::from(*part)),
        children: Vec::new(),
    })
}

async fn call<B, R>(
    bus: &Connection,
    owner: &str,
    path: &OwnedObjectPath,
    interface: &str,
    method: &str,
    body: &B,
) -> Option<R>
where
    B: serde::Serialize + zbus::zvariant::DynamicType,
    R: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
{
    let called = bus.call_method(Some(owner), path, Some(interface), method, body);
    let answer = tokio::time::timeout(ANSWERS, called).await;
    let answer = answer.ok()?.ok()?;
    answer.body().deserialize().ok()
}

async fn property(bus: &Connection, owner: &str, path: &OwnedObjectPath, name: &str) -> String {
    let value: Option<OwnedValue> =
        call(bus, owner, path, "org.freedesktop.DBus.Properties", "Get", &(ACCESSIBLE, name)).await;
    value.and_then(|value| String::try_from(value).ok()).unwrap_or_default()
}

/// `(s detail, i, i, v any, …)` from an object that is asked who it is.
async fn hear(bus: &Connection, message: &zbus::Message) -> Option<Heard> {
    let header = message.header();
    let what = header.member()?.to_string();
    if what == "BoundsChanged" || what == "PropertyChange" {
        return None;
    }
    let body = message.body();
    let (detail, text) =
        match body.deserialize::<(String, i32, i32, OwnedValue, std::collections::HashMap<String, OwnedValue>)>() {
            Ok((detail, _, _, any, _)) => (detail, String::try_from(any).unwrap_or_default()),
            Err(_) => {
                let (detail, _, _, any, _) = body.deserialize::<(String, i32, i32, OwnedValue, Reference)>().ok()?;
                (detail, String::try_from(any).unwrap_or_default())
            }
        };
    let (owner, path) = (header.sender()?.to_string(), OwnedObjectPath::from(header.path()?.to_owned()));
    let who = describe(bus, &owner, &path).await.unwrap_or_default();
    let live = who.attribute("container-live").to_owned();
    Some(Heard { what, detail, text, live, who: format!("{} {:?}", who.role, who.name) })
}

/// For messages of a test: what was heard, line by line.
#[must_use]
pub fn lines(heard: &[Heard]) -> String {
    heard.iter().map(|one| format!("{one:?}\n")).collect()
}
