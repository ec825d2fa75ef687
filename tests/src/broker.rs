//! A real broker on loopback, somebody who reads and writes there, and one that only passes for a broker.

mod flood;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rumqttc::{Client, Event, MqttOptions, Packet, PublishOptions, QoS};
use serde_json::Value;

use crate::home::Home;
use crate::process::{self, Owned};
use crate::tls;
use crate::wait::{self, PATIENCE};

pub use flood::Flood;

/// The administrator, on a broker that knows users.
pub const ADMIN: (&str, &str) = ("admin", "admin's password");

/// The broker; dropping it kills it.
#[derive(Debug)]
pub struct Broker {
    folder: PathBuf,
    port: u16,
    process: Owned,
}

impl Broker {
    /// Starts it on a free port. What it knows is kept in the home.
    pub fn start(home: &Home) -> Result<Self> {
        Self::start_with(home, "allow_anonymous true\n", "")
    }

    /// Starts it with more lines in its configuration, `listener` for those that belong to its port.
    pub fn start_with(home: &Home, more: &str, listener: &str) -> Result<Self> {
        Self::start_as(home, |port, folder| {
            format!(
                "listener {port} 127.0.0.1\n{listener}{more}persistence true\npersistence_location {}/\n\
                 user root\nlog_dest none\nmax_keepalive 120\n",
                folder.display()
            )
        })
    }

    fn start_as(home: &Home, configuration: impl Fn(u16, &Path) -> String) -> Result<Self> {
        let folder = home.root().join("broker");
        fs::create_dir_all(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        fs::write(folder.join("mosquitto.conf"), configuration(port, &folder))?;
        let process = run(&folder)?;
        let broker = Self { folder, port, process };
        broker.wait_up()?;
        Ok(broker)
    }

    /// Starts it with the configuration and the access list that the package brings, for these users (name and
    /// password) and the administrator. Its certificate is signed by `ca.pem` in the home.
    pub fn as_packaged(home: &Home, users: &[(&str, &str)]) -> Result<Self> {
        let root = home.root();
        tls::certificate(root, "ca", None, None)?;
        tls::certificate(root, "broker", None, Some("ca"))?;
        let (passwords, acl) = access(home, users)?;
        Self::start_as(home, |port, folder| {
            let text = include_str!("../../packaging/mosquitto/mosquitto.conf");
            let text = [
                ("listener 8883", format!("listener {port} 127.0.0.1")),
                ("/etc/mosquitto/certs", root.display().to_string()),
                ("/etc/mosquitto/passwords", passwords.display().to_string()),
                ("/etc/mosquitto/acl", acl.display().to_string()),
            ]
            .into_iter()
            .fold(text.to_owned(), |text, (there, here)| text.replace(there, &here));
            // What Debian's own file has.
            let place = folder.display();
            format!("persistence true\npersistence_location {place}/\nuser root\nlog_dest none\n{text}")
        })
    }

    /// Starts it with the access list that the package brings, for these users (name and password) and the
    /// administrator.
    pub fn guarded(home: &Home, users: &[(&str, &str)]) -> Result<Self> {
        let (passwords, acl) = access(home, users)?;
        let more =
            format!("allow_anonymous false\npassword_file {}\nacl_file {}\n", passwords.display(), acl.display());
        Self::start_with(home, &more, "")
    }

    /// Its port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Its address without encryption.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Ends it in order; it writes down what it knows.
    pub fn stop(&mut self) -> Result<()> {
        self.process.signal("TERM")?;
        self.process.wait_exit(PATIENCE)?;
        Ok(())
    }

    /// Kills it in the middle of whatever it does; it writes nothing down.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts it again, with what it knew.
    pub fn again(&mut self) -> Result<()> {
        self.process = run(&self.folder)?;
        self.wait_up()
    }

    /// Stops it in the middle of whatever it does (`STOP`), or lets it go on (`CONT`).
    pub fn signal(&self, signal: &str) -> Result<()> {
        self.process.signal(signal)
    }

    fn wait_up(&self) -> Result<()> {
        wait::until_true("the broker should listen", PATIENCE, || TcpStream::connect(("127.0.0.1", self.port)).is_ok())
    }
}

/// The files with the users and with what they may.
fn access(home: &Home, users: &[(&str, &str)]) -> Result<(PathBuf, PathBuf)> {
    let (passwords, acl) = (home.root().join("passwords"), home.root().join("acl"));
    let lines = users.iter().chain([&ADMIN]).map(|(user, password)| format!("{user}:{password}\n"));
    fs::write(&passwords, lines.collect::<String>())?;
    let hashed = process::command("mosquitto_passwd").arg("-U").arg(&passwords).status()?;
    anyhow::ensure!(hashed.success(), "mosquitto_passwd failed");
    fs::write(&acl, include_str!("../../packaging/mosquitto/acl"))?;
    Ok((passwords, acl))
}

fn run(folder: &Path) -> Result<Owned> {
    let mut command = process::command("mosquitto");
    // Debian puts it where only root looks.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin")).arg("-c").arg(folder.join("mosquitto.conf"));
    Owned::spawn("mosquitto", &mut command)
}

/// One message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its topic.
    pub topic: String,
    /// Its payload as text.
    pub text: String,
}

impl Message {
    /// Its payload as JSON; null when it is none.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Somebody who reads everything and may write. It comes back by itself, and what came meanwhile is not lost.
pub struct Watcher {
    client: Client,
    heard: Arc<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    messages: Mutex<Vec<Message>>,
    more: Condvar,
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").field("heard", &self.heard).finish_non_exhaustive()
    }
}

impl Watcher {
    /// Reads everything below `kiosk/` and `homeassistant/`.
    pub fn start(broker: &Broker) -> Result<Self> {
        let mut options = MqttOptions::new("watcher", ("127.0.0.1", broker.port()));
        options.set_clean_start(false).set_session_expiry_interval(Some(3600)).set_max_packet_size(Some(2_000_000));
        options.set_credentials(ADMIN.0, ADMIN.1.as_bytes().to_vec());
        options.set_broker_session_resume_policy(rumqttc::BrokerSessionResumePolicy::AllowBrokerOnly);
        let (client, mut connection) = Client::builder(options).capacity(100).build();
        let heard = Arc::new(Heard::default());
        let (listener, subscriber) = (Arc::clone(&heard), client.clone());
        let (tell, subscribed) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        let filters = ["kiosk/#", "homeassistant/#"]
                            .map(|filter| rumqttc::SubscribeFilter::new(filter.to_owned(), QoS::AtLeastOnce));
                        drop(subscriber.try_subscribe_many(filters));
                    }
                    // Only the first one is waited for.
                    Ok(Event::Incoming(Packet::SubAck(_))) => drop(tell.send(())),
                    Ok(Event::Incoming(Packet::Publish(publish))) => listener.push(Message {
                        topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                        text: String::from_utf8_lossy(&publish.payload).into_owned(),
                    }),
                    Ok(_) => {}
                    Err(rumqttc::ConnectionError::RequestsDone) => return,
                    Err(_) => thread::sleep(Duration::from_millis(50)),
                }
            }
        });
        subscribed.recv_timeout(PATIENCE).context("the watcher could not subscribe")?;
        Ok(Self { client, heard })
    }

    /// Tries to publish as somebody else, who is connected for this alone.
    pub fn publish_as(broker: &Broker, user: (&str, &str), topic: &str, payload: &str) -> Result<()> {
        let mut options = MqttOptions::new("somebody", ("127.0.0.1", broker.port()));
        options.set_credentials(user.0, user.1.as_bytes().to_vec());
        let (client, mut connection) = Client::builder(options).capacity(10).build();
        client.publish(topic.to_owned(), payload.as_bytes().to_vec(), PublishOptions::new(QoS::AtLeastOnce))?;
        for event in connection.iter() {
            if let Event::Incoming(Packet::PubAck(_)) = event? {
                return Ok(());
            }
        }
        bail!("the broker never answered")
    }

    /// Publishes.
    pub fn publish(&self, topic: &str, payload: impl Into<Vec<u8>>, retain: bool) -> Result<()> {
        let options = PublishOptions::new(QoS::AtLeastOnce).retain(retain);
        self.client.publish(topic.to_owned(), payload.into(), options).context("publish")
    }

    /// All messages on every topic so far.
    #[must_use]
    pub fn everything(&self) -> Vec<Message> {
        self.heard.lock().clone()
    }

    /// All messages on this topic so far.
    #[must_use]
    pub fn all(&self, topic: &str) -> Vec<Message> {
        self.heard.lock().iter().filter(|message| message.topic == topic).cloned().collect()
    }

    /// Waits until a message on this topic is as wished, one that came before included.
    pub fn wait(&self, topic: &str, what: &str, wish: impl Fn(&Message) -> bool) -> Result<Message> {
        let deadline = Instant::now() + PATIENCE;
        let mut messages = self.heard.lock();
        loop {
            if let Some(found) = messages.iter().find(|message| message.topic == topic && wish(message)) {
                return Ok(found.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let last: Vec<&Message> = messages.iter().rev().take(8).collect();
                bail!("waited in vain for {what} on {topic}; the last messages were {last:#?}");
            }
            messages =
                self.heard.more.wait_timeout(messages, left).map_or_else(|error| error.into_inner().0, |ok| ok.0);
        }
    }
}

impl Heard {
    fn lock(&self) -> MutexGuard<'_, Vec<Message>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, message: Message) {
        self.lock().push(message);
        self.more.notify_all();
    }
}
