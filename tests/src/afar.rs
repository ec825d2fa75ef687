//! An administrator far away from the kiosk: signs commands, and reads the answers.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use kiosk_fleet::command::Command;
use kiosk_fleet::key::SecretKey;
use serde_json::Value;
use uuid::Uuid;

use crate::broker::{Broker, Watcher};
use crate::kiosk::Setup;
use crate::pages::Pages;

/// Where the kiosk of [`setup`] speaks.
pub const ROOT: &str = "kiosk/v1/berlin/k1";

/// A kiosk `berlin/k1` on this broker, which follows [`secret`].
pub fn setup(pages: &Pages, broker: &Broker) -> Setup {
    setup_at(pages, &broker.url())
}

/// The same with the broker at this address, or something that passes for it.
pub fn setup_at(pages: &Pages, broker: &str) -> Setup {
    Setup::on_page(pages, "client=v1")
        .set("fleet.broker", broker)
        .set("fleet.site", "berlin")
        .set("fleet.id", "k1")
        .set("fleet.command_keys", vec![secret().public().to_string()])
}

/// The key that signs.
#[must_use]
pub fn secret() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

/// Sends the kiosk of [`setup`] a command, and gives the first answer to it.
pub fn command(watcher: &Watcher, name: &str, note: Option<&str>) -> Result<Value> {
    let (id, issued) = (Uuid::new_v4(), now()?);
    let note = note.map(str::to_owned);
    let signed = Command::sign_with_note(id, "berlin/k1".parse()?, name, note, issued, issued + 60, &secret());
    watcher.publish(&format!("{ROOT}/cmd/{id}"), serde_json::to_vec(&signed)?, false)?;
    Ok(watcher.wait(&format!("{ROOT}/cmd/{id}/result"), "an answer", |_| true)?.value())
}

/// A command that was issued `ago` seconds from now and lives for `life`.
pub fn sign(secret: &SecretKey, target: &str, name: &str, ago: i64, life: i64) -> Result<(Uuid, String)> {
    let (id, issued) = (Uuid::new_v4(), now()? + ago);
    let command = Command::sign(id, target.parse()?, name, issued, issued + life, secret);
    Ok((id, serde_json::to_string(&command)?))
}

/// Waits until the kiosk of [`setup`] reports what is wished.
pub fn reported(watcher: &Watcher, what: &str, wish: impl Fn(&Value) -> bool) -> Result<Value> {
    Ok(watcher.wait(&format!("{ROOT}/reported"), what, |message| wish(&message.value()))?.value())
}

fn now() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?)
}
