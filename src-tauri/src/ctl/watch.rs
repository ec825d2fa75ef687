//! What happens in the fleet, line by line.

use std::time::Duration;

use kiosk_fleet::topic::Target;
use serde_json::Value;

use super::{link::Link, say};

pub(super) async fn run(link: &mut Link, target: &Target) -> anyhow::Result<bool> {
    link.subscribe(&["availability", "event"]).await?;
    loop {
        let message = tokio::select! {
            message = link.next(Duration::from_secs(3600)) => message?,
            _ = tokio::signal::ctrl_c() => return Ok(true),
        };
        let Some(message) = message.filter(|message| target.means(&message.place)) else { continue };
        let place = &message.place;
        if message.rest == "availability" {
            say(&format!("{place}  {}", if message.payload == b"online" { "online" } else { "away" }))?;
        } else if let Ok(Value::Object(mut event)) = serde_json::from_slice(&message.payload) {
            let name = event.remove("event");
            let name = name.as_ref().and_then(Value::as_str).unwrap_or("?").to_owned();
            let at = event.remove("at").and_then(|at| jiff::Timestamp::from_second(at.as_i64()?).ok());
            event.remove("n");
            let fields: Vec<String> = event.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let at = at.map(|at| at.to_string()).unwrap_or_default();
            say(&format!("{at}  {place}  {name}  {}", fields.join(" ")).replace('\n', " "))?;
        }
    }
}
