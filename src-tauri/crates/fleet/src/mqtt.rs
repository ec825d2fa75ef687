//! The connection to the broker: MQTT 5, with TLS, and again whenever it is lost.
//!
//! Each connection has a client of its own. What was on its way when one is lost is sent again by the agent on the next,
//! so nothing hangs on the library's own memory.

mod reader;
mod session;

use std::{
    io,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rumqttc::{
    AsyncClient, ClientError, ConnectReturnCode, ConnectionError, IncomingPacketSizeLimit, LastWill, MqttOptions,
    PublishOptions, QoS, SubscribeFilter, TlsConfiguration, Transport,
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{sleep, timeout},
};
use uuid::Uuid;

use reader::{Heard, Reader};
use session::NothingOnItsWay;

use crate::{
    agent::{Action, Agent, Effect, Input, Now},
    desired,
    disk::Disk,
    report::Waiting,
};

/// The broker keeps what is meant for a kiosk for so long while it is away: as long as a command can live.
const SESSION_SECONDS: u32 = 600;
/// A broker that says nothing for one and a half times as long is gone.
const KEEP_ALIVE_SECONDS: u16 = 30;
/// A connection must stand within this time.
const CONNECT: Duration = Duration::from_secs(15);
/// What is on its way gets this long when the program ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// A connection that lasted so long starts the pauses over.
const LASTING: Duration = Duration::from_secs(30);
/// The shortest and the longest pause before the next try.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(120));
/// Messages on their way from the agent to the connection.
const CAPACITY: usize = 64;
/// What the agent has to say at one moment must be on its way within this time. A broker that acknowledges nothing lets
/// nothing more out, and meanwhile nothing else is done, not even what is due.
const TAKEN: Duration = Duration::from_secs(15);
/// The library reads so many packets before it looks at what is to go out. It keeps all of them meanwhile, and each can
/// be as large as a configuration.
const READ_AT_ONCE: usize = 8;
/// Messages that the broker has not acknowledged. The library keeps a place for each that could be: without a bound, for
/// 65,535 of them, which is 19 MB.
const UNACKNOWLEDGED: u16 = 64;

/// How to get to the broker.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is encrypted; `None` on this machine only.
    pub tls: Option<Tls>,
    /// The name that the broker knows this client by.
    pub client: String,
    /// User and password.
    pub login: Option<(String, String)>,
}

/// How a connection is encrypted. All in PEM.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Who may sign the broker's certificate; `None`: whom the system trusts.
    pub ca: Option<Vec<u8>>,
    /// This client's certificate and key, which need [`Tls::ca`].
    pub client: Option<(Vec<u8>, Vec<u8>)>,
}

/// What the program around it does.
pub trait World {
    /// Does what a command or a configuration asks.
    fn act(&mut self, action: Action);
    /// A command or a configuration was taken or refused; all three are known words.
    fn log(&mut self, event: &'static str, what: &'static str, reason: &'static str);
    /// The connection stands (`None`), or does not, for this reason.
    fn link(&mut self, down: Option<&'static str>);
    /// What waits for the broker has changed.
    fn waiting(&mut self, waiting: Waiting);
}

/// What the program tells.
#[derive(Debug)]
pub enum Told {
    /// Something for the agent.
    Input(Input),
    /// The program ends: say farewell.
    Stop,
}

/// Lives until it is told to stop.
///
/// # Errors
/// The TLS files cannot be used.
pub async fn run<D: Disk>(
    mut agent: Agent<D>,
    clock: &Clock,
    broker: &Broker,
    place: &crate::topic::Place,
    mut told: UnboundedReceiver<Told>,
    world: &mut impl World,
) -> Result<(), String> {
    let mut options = options(broker)?;
    options.set_clean_start(false);
    options.set_session_expiry_interval(Some(SESSION_SECONDS));
    options.set_session_store(NothingOnItsWay);
    options.set_read_batch_size(READ_AT_ONCE);
    options.set_last_will(LastWill::new(place.availability(), "offline", QoS::AtLeastOnce, true, None));
    let mut attempt = 0;
    loop {
        let mut line = Line::open(options.clone()).map_err(|error| error.to_string())?;
        let since = Instant::now();
        let down = line.live(&mut agent, clock, place, &mut told, world).await;
        line.reader.stop();
        agent.handle(clock.now(), Input::Disconnected);
        let Some(down) = down else { return Ok(()) };
        // The broker believes that these have arrived, and sends them no more.
        for (topic, payload) in line.reader.rest() {
            agent.handle(clock.now(), Input::Message { topic, payload });
        }
        // What is left over does not wait for the next connection.
        perform_offline(&mut agent, world);
        world.link(Some(down));
        attempt = if since.elapsed() >= LASTING { 0 } else { attempt + 1 };
        let pause = sleep(pause(attempt, Uuid::new_v4().as_u64_pair().0));
        tokio::pin!(pause);
        // The program goes on meanwhile, and what it does is kept.
        loop {
            let due = clock.until(agent.poll_timeout());
            tokio::select! {
                () = &mut pause => break,
                () = sleep(due) => agent.handle_timeout(clock.now()),
                told = told.recv() => match told {
                    Some(Told::Input(input)) => agent.handle(clock.now(), input),
                    Some(Told::Stop) | None => return Ok(()),
                },
            }
            perform_offline(&mut agent, world);
        }
    }
}

/// The pause before a try: twice as long each time, and anywhere in its upper half, so that a thousand kiosks do not come
/// back in the same second.
#[must_use]
pub fn pause(attempt: u32, random: u64) -> Duration {
    let (least, most) = PAUSES;
    let whole = least.saturating_mul(2_u32.saturating_pow(attempt.min(16))).min(most);
    let millis = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
    whole / 2 + Duration::from_millis(random % (millis / 2).max(1))
}

/// The two clocks.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Default for Clock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock {
    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Now {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Now { since_start: self.0.elapsed(), unix: i64::try_from(unix).unwrap_or(i64::MAX) }
    }

    fn until(&self, at: Option<Duration>) -> Duration {
        at.map_or(Duration::from_secs(3600), |at| at.saturating_sub(self.0.elapsed()))
    }
}

/// One connection.
struct Line {
    client: AsyncClient,
    reader: Reader,
    delivered: UnboundedReceiver<Result<u64, ()>>,
    deliver: UnboundedSender<Result<u64, ()>>,
    up: bool,
}

impl Line {
    fn open(options: MqttOptions) -> Result<Self, rumqttc::ClientBuildError> {
        let (client, eventloop) = AsyncClient::builder(options).capacity(CAPACITY).try_build()?;
        let (deliver, delivered) = unbounded_channel();
        Ok(Self { client, reader: Reader::start(eventloop), delivered, deliver, up: false })
    }

    /// Gives why the connection is over; `None` when the program is.
    async fn live<D: Disk>(
        &mut self,
        agent: &mut Agent<D>,
        clock: &Clock,
        place: &crate::topic::Place,
        told: &mut UnboundedReceiver<Told>,
        world: &mut impl World,
    ) -> Option<&'static str> {
        let mut waiting = Waiting::default();
        loop {
            let due = clock.until(agent.poll_timeout());
            tokio::select! {
                heard = self.reader.recv() => match heard {
                    Some(Ok(heard)) => {
                        if let Err(down) = self.on_heard(agent, clock, place, heard, world).await {
                            return Some(down);
                        }
                    }
                    Some(Err(error)) => return Some(reason(&error)),
                    None => return Some("ended"),
                },
                Some(delivered) = self.delivered.recv() => match delivered {
                    Ok(number) => agent.handle(clock.now(), Input::Delivered(number)),
                    Err(()) => return Some("refused"),
                },
                told = told.recv() => match told {
                    Some(Told::Input(input)) => agent.handle(clock.now(), input),
                    Some(Told::Stop) | None => {
                        self.farewell(agent, clock, place, world).await;
                        return None;
                    }
                },
                () = sleep(due) => agent.handle_timeout(clock.now()),
            }
            match timeout(TAKEN, self.perform(agent, world)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Some("ended"),
                Err(_) => return Some("timeout"),
            }
            if agent.waiting() != waiting {
                waiting = agent.waiting();
                world.waiting(waiting);
            }
        }
    }

    async fn on_heard<D: Disk>(
        &mut self,
        agent: &mut Agent<D>,
        clock: &Clock,
        place: &crate::topic::Place,
        heard: Heard,
        world: &mut impl World,
    ) -> Result<(), &'static str> {
        match heard {
            Heard::Connected => {
                let filters =
                    place.subscriptions().into_iter().map(|filter| SubscribeFilter::new(filter, QoS::AtLeastOnce));
                self.client.subscribe_many(filters).await.map_err(|_| "ended")?;
                self.up = true;
                world.link(None);
                agent.handle(clock.now(), Input::Connected);
            }
            Heard::SubscriptionRefused => world.log("fleet.subscription_refused", "subscription", "not_authorized"),
            Heard::Message { topic, payload } => agent.handle(clock.now(), Input::Message { topic, payload }),
            Heard::Closed => return Err("closed_by_broker"),
        }
        Ok(())
    }

    async fn perform<D: Disk>(&mut self, agent: &mut Agent<D>, world: &mut impl World) -> Result<(), ClientError> {
        while let Some(effect) = agent.poll_effect() {
            match effect {
                Effect::Publish { topic, payload, retain, event } if self.up => {
                    let options = PublishOptions::new(QoS::AtLeastOnce).retain(retain);
                    let notice = self.client.publish_tracked(topic, payload, options).await?;
                    if let Some(number) = event {
                        let deliver = self.deliver.clone();
                        tokio::spawn(async move {
                            let delivered = notice.wait_async().await.map(|_| number).map_err(drop);
                            // Nobody waits for it after the connection's end.
                            let _ = deliver.send(delivered);
                        });
                    }
                }
                Effect::Publish { .. } => {}
                Effect::Do(action) => world.act(action),
                Effect::Log { event, what, reason } => world.log(event, what, reason),
            }
        }
        Ok(())
    }

    /// What is on its way gets there if it can, and the broker learns that this is no accident.
    async fn farewell<D: Disk>(
        &mut self,
        agent: &mut Agent<D>,
        clock: &Clock,
        place: &crate::topic::Place,
        world: &mut impl World,
    ) {
        if !self.up {
            return;
        }
        let bye = async {
            while agent.unacknowledged() > 0 {
                let Some(Ok(number)) = self.delivered.recv().await else { return };
                agent.handle(clock.now(), Input::Delivered(number));
                if self.perform(agent, world).await.is_err() {
                    return;
                }
            }
            let options = PublishOptions::new(QoS::AtLeastOnce).retained();
            if let Ok(notice) = self.client.publish_tracked(place.availability(), "offline", options).await {
                let _ = notice.wait_async().await;
            }
            if self.client.disconnect().await.is_ok() {
                while let Some(Ok(_)) = self.reader.recv().await {}
            }
        };
        // A broker that does not answer is told nothing; its own watch, the last will, tells the others.
        let _ = timeout(FAREWELL, bye).await;
    }
}

/// What needs no broker is done without one.
fn perform_offline<D: Disk>(agent: &mut Agent<D>, world: &mut impl World) {
    while let Some(effect) = agent.poll_effect() {
        match effect {
            Effect::Publish { .. } => {}
            Effect::Do(action) => world.act(action),
            Effect::Log { event, what, reason } => world.log(event, what, reason),
        }
    }
    world.waiting(agent.waiting());
}

/// The library's options for a broker.
///
/// # Errors
/// The system's certificates cannot be read.
pub fn options(broker: &Broker) -> Result<MqttOptions, String> {
    let mut options = MqttOptions::new(broker.client.clone(), (broker.host.clone(), broker.port));
    options.set_keep_alive(KEEP_ALIVE_SECONDS);
    options.set_connect_timeout(CONNECT);
    options.set_outgoing_inflight_upper_limit(UNACKNOWLEDGED);
    let largest = u32::try_from(desired::LARGEST + 1024).unwrap_or(u32::MAX);
    options.set_max_packet_size(Some(largest));
    options.set_incoming_packet_size_limit(IncomingPacketSizeLimit::Bytes(largest));
    if let Some((user, password)) = &broker.login {
        options.set_credentials(user.clone(), password.clone().into_bytes());
    }
    match &broker.tls {
        None => {}
        Some(Tls { ca: Some(ca), client }) => {
            let tls = TlsConfiguration::Simple { ca: ca.clone(), alpn: None, client_auth: client.clone() };
            options.set_transport(Transport::Tls(tls));
        }
        Some(Tls { ca: None, .. }) => {
            let transport = Transport::try_tls_with_default_config()
                .map_err(|error| format!("the system's certificates cannot be used: {error}"))?;
            options.set_transport(transport);
        }
    }
    Ok(options)
}

/// Why a connection is over, in one known word: the library's own sentences can hold addresses.
#[must_use]
pub fn reason(error: &ConnectionError) -> &'static str {
    match error {
        ConnectionError::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection_refused",
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::UnexpectedEof => "lost",
            io::ErrorKind::TimedOut => "timeout",
            _ => "io",
        },
        ConnectionError::Timeout(_) => "timeout",
        ConnectionError::Tls(_) => "tls",
        ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword) => "bad_password",
        ConnectionError::ConnectionRefused(ConnectReturnCode::NotAuthorized) => "not_authorized",
        ConnectionError::ConnectionRefused(_) => "refused",
        ConnectionError::MqttState(_) => "lost",
        _ => "protocol",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound_and_differ() {
        for attempt in 0..40 {
            let (low, high) = (pause(attempt, 0), pause(attempt, u64::MAX));
            assert!(low >= PAUSES.0 / 2 && high <= PAUSES.1 && low <= high, "{attempt}: {low:?} {high:?}");
        }
        assert!(pause(5, 0) > pause(1, 0));
        assert_ne!(pause(3, 1), pause(3, 2));
    }
}
