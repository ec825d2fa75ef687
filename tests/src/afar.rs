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
    Setup::on_page(pages, "client=v1")
        .set("fleet.broker", broker.url())
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
    let id = Uuid::new_v4();
    let issued = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let note = note.map(str::to_owned);
    let signed = Command::sign_with_note(id, "berlin/k1".parse()?, name, note, issued, issued + 60, &secret());
    watcher.publish(&format!("{ROOT}/cmd/{id}"), serde_json::to_vec(&signed)?, false)?;
    Ok(watcher.wait(&format!("{ROOT}/cmd/{id}/result"), "an answer", |_| true)?.value())
}
