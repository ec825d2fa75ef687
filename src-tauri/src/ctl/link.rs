//! The administrator's connection, and what it has heard of the fleet.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
use kiosk_fleet::{
    mqtt,
    report::Reported,
    topic::{Place, ROOT, Target, published},
};
use rumqttc::{AsyncClient, Event, Packet, PublishOptions, QoS};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};
use uuid::Uuid;

use super::BrokerArgs;
use crate::fleet;

/// A broker must answer within this time.
const PATIENCE: Duration = Duration::from_secs(15);
/// What is retained has arrived when nothing more comes for so long.
const QUIET: Duration = Duration::from_millis(700);

/// The connection.
pub(super) struct Link {
    client: AsyncClient,
    heard: UnboundedReceiver<Heard>,
}

enum Heard {
    Up,
    Subscribed,
    Message(Message),
    Over(&'static str),
}

/// What a kiosk published.
pub(super) struct Message {
    pub(super) place: Place,
    /// The topic behind the kiosk's name.
    pub(super) rest: String,
    pub(super) payload: Vec<u8>,
    /// The broker had kept it; what a kiosk says just now is not.
    pub(super) is_retained: bool,
}

/// What is known of a kiosk.
#[derive(Clone, Debug, Default)]
pub(super) struct Kiosk {
    pub(super) online: bool,
    pub(super) reported: Option<Reported>,
}

pub(super) type Kiosks = BTreeMap<Place, Kiosk>;

impl Link {
    pub(super) async fn open(arguments: &BrokerArgs) -> anyhow::Result<Self> {
        let mut options = mqtt::options(&broker(arguments)?).map_err(anyhow::Error::msg)?;
        options.set_clean_start(true);
        let (client, mut eventloop) = AsyncClient::builder(options).capacity(256).try_build()?;
        let (tell, heard) = unbounded_channel();
        tokio::spawn(async move {
            loop {
                let told = match eventloop.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => Heard::Up,
                    Ok(Event::Incoming(Packet::SubAck(_))) => Heard::Subscribed,
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        let topic = String::from_utf8_lossy(&publish.topic);
                        let Some((place, rest)) = published(&topic) else { continue };
                        Heard::Message(Message {
                            place,
                            rest: rest.to_owned(),
                            payload: publish.payload.to_vec(),
                            is_retained: publish.retain,
                        })
                    }
                    Ok(_) => continue,
                    Err(error) => Heard::Over(mqtt::reason(&error)),
                };
                let is_over = matches!(told, Heard::Over(_));
                if tell.send(told).is_err() || is_over {
                    return;
                }
            }
        });
        let mut link = Self { client, heard };
        match timeout(PATIENCE, link.heard.recv()).await {
            Ok(Some(Heard::Up)) => Ok(link),
            Ok(Some(Heard::Over(reason))) => anyhow::bail!("there is no connection to the broker: {reason}"),
            _ => anyhow::bail!("the broker does not answer"),
        }
    }

    /// Listens to these last levels of all kiosks, such as `reported`.
    pub(super) async fn subscribe(&mut self, lasts: &[&str]) -> anyhow::Result<()> {
        let filters =
            lasts.iter().map(|last| rumqttc::SubscribeFilter::new(format!("{ROOT}/+/+/{last}"), QoS::AtLeastOnce));
        self.client.subscribe_many(filters).await.context("subscribe")?;
        Ok(())
    }

    pub(super) async fn publish(&self, topic: String, payload: Vec<u8>, retain: bool) -> anyhow::Result<()> {
        let options = PublishOptions::new(QoS::AtLeastOnce).retain(retain);
        let notice = self.client.publish_tracked(topic, payload, options).await.context("publish")?;
        timeout(PATIENCE, notice.wait_async())
            .await
            .context("the broker does not answer")?
            .context("the broker refused it")?;
        Ok(())
    }

    /// The next message; `None` when none comes in time.
    pub(super) async fn next(&mut self, within: Duration) -> anyhow::Result<Option<Message>> {
        loop {
            match timeout(within, self.heard.recv()).await {
                Err(_) => return Ok(None),
                Ok(Some(Heard::Message(message))) => return Ok(Some(message)),
                Ok(Some(Heard::Up | Heard::Subscribed)) => {}
                Ok(Some(Heard::Over(reason))) => anyhow::bail!("the connection to the broker is lost: {reason}"),
                Ok(None) => anyhow::bail!("the connection to the broker is lost"),
            }
        }
    }

    /// What the broker keeps of these kiosks.
    pub(super) async fn kiosks(&mut self, target: &Target) -> anyhow::Result<Kiosks> {
        self.subscribe(&["availability", "reported"]).await?;
        let mut kiosks = Kiosks::new();
        // A large fleet is never quiet: what its kiosks say meanwhile is taken, and waited for no longer. What the broker
        // keeps has an end.
        let mut end = Instant::now() + QUIET;
        while let Some(message) = self.next(end.saturating_duration_since(Instant::now())).await? {
            if message.is_retained {
                end = Instant::now() + QUIET;
            }
            if target.means(&message.place) {
                take(&mut kiosks, &message);
            }
        }
        Ok(kiosks)
    }

    pub(super) async fn close(self) {
        // Whoever goes says so if the broker still listens.
        if self.client.disconnect().await.is_ok() {
            let _ = timeout(Duration::from_secs(1), self.client.disconnect_now()).await;
        }
    }
}

/// Takes in what a kiosk says of itself.
pub(super) fn take(kiosks: &mut Kiosks, message: &Message) {
    match message.rest.as_str() {
        "availability" => kiosks.entry(message.place.clone()).or_default().online = message.payload == b"online",
        "reported" => {
            if let Ok(reported) = serde_json::from_slice(&message.payload) {
                kiosks.entry(message.place.clone()).or_default().reported = Some(reported);
            }
        }
        _ => {}
    }
}

/// The rules for a broker are the configuration's; so its reader judges the arguments.
fn broker(arguments: &BrokerArgs) -> anyhow::Result<mqtt::Broker> {
    let url = arguments.broker.as_deref().context("which broker? Say --broker mqtts://…")?;
    let mut section = toml::Table::new();
    let mut set = |key: &str, value: &str| section.insert(key.to_owned(), value.into());
    set("broker", url);
    set("site", "ctl");
    set("id", &Uuid::new_v4().simple().to_string());
    if let Some(username) = &arguments.username {
        set("username", username);
    }
    let files = [
        ("password_file", &arguments.password_file),
        ("ca_file", &arguments.ca_file),
        ("cert_file", &arguments.cert_file),
        ("key_file", &arguments.key_file),
    ];
    for (key, file) in files {
        if let Some(file) = file {
            set(key, file.to_str().with_context(|| format!("--{} is not UTF-8", key.replace('_', "-")))?);
        }
    }
    let text = toml::Table::from_iter([("fleet".to_owned(), section.into())]).to_string();
    let config = kiosk_core::config::parse(&text)
        .map_err(|mistake| anyhow::anyhow!("{}", mistake.message.replace("`fleet.", "`--").replace('_', "-")))?;
    let fleet = config.fleet.context("no broker")?;
    let place = Place { site: fleet.site.parse()?, id: fleet.id.parse()? };
    Ok(fleet::broker(&fleet, &place, Some(Path::new("./ctl")))?)
}
