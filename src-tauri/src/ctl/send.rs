//! A signed command, and the answers to it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Args;
use kiosk_fleet::{
    command::{Command, LONGEST_LIFE, LONGEST_NOTE, Name, is_note},
    topic::{Place, Target},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Signing, link::Link, now, progress, say};

/// A command.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct Send {
    /// reset, out-of-service, in-service, reload, restart, identify, report or screenshot.
    #[arg(value_parser = name)]
    command: Name,
    /// Whom it is for: SITE/ID, SITE/* or */*.
    target: Target,
    #[command(flatten)]
    signing: Signing,
    /// Seconds until the command is void and the answers are no longer waited for. 600 at most.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=600))]
    expires: u16,
    /// Words for the people in front of the screen, with out-of-service alone: one line of 140 characters at most.
    #[arg(long, value_name = "TEXT", value_parser = note)]
    note: Option<String>,
    /// Where pictures of the screen are put.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
}

fn name(text: &str) -> Result<Name, String> {
    Name::of(text).ok_or_else(|| format!("there is: {}", Name::ALL.map(Name::name).join(", ")))
}

fn note(text: &str) -> Result<String, String> {
    let text = text.trim();
    if is_note(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("say it in one line of 1 to {LONGEST_NOTE} characters"))
    }
}

pub(super) async fn run(link: &mut Link, send: &Send) -> anyhow::Result<bool> {
    anyhow::ensure!(send.note.is_none() || send.command == Name::OutOfService, "only out-of-service can have a --note");
    let secret = send.signing.secret()?;
    let kiosks = link.kiosks(&send.target).await?;
    let online: Vec<&Place> = kiosks.iter().filter(|(_, kiosk)| kiosk.online).map(|(place, _)| place).collect();
    anyhow::ensure!(!online.is_empty(), "no kiosk of {} is there", send.target);
    let name = send.command.name();
    let question = format!("{name} for {} of {} kiosks of {}?", online.len(), kiosks.len(), send.target);
    if !send.signing.confirm(&question)? {
        return Ok(false);
    }
    let (id, issued) = (Uuid::new_v4(), now());
    let life = i64::from(send.expires).min(LONGEST_LIFE);
    let command =
        Command::sign_with_note(id, send.target.clone(), name, send.note.clone(), issued, issued + life, &secret);
    link.subscribe(&[&format!("cmd/{id}/result")]).await?;
    link.publish(send.target.command(id), serde_json::to_vec(&command)?, false).await?;
    let answers = answers(link, send, id, online.len()).await?;
    let mut well = true;
    for place in online {
        let said = answers.get(place).map_or("no answer", String::as_str);
        well &= matches!(said, "accepted" | "done");
        say(&format!("{place}  {said}"))?;
    }
    Ok(well)
}

async fn answers(link: &mut Link, send: &Send, id: Uuid, all: usize) -> anyhow::Result<BTreeMap<Place, String>> {
    let end = Instant::now() + Duration::from_secs(send.expires.into());
    let topic = format!("cmd/{id}/result");
    let mut answers = BTreeMap::new();
    progress(0, all);
    while answers.len() < all {
        let left = end.saturating_duration_since(Instant::now());
        let Some(message) = link.next(left).await? else { break };
        if message.rest != topic || answers.contains_key(&message.place) {
            continue;
        }
        let answer: Value = serde_json::from_slice(&message.payload).unwrap_or_default();
        let mut said = plain(&answer["state"]);
        if !answer["reason"].is_null() {
            said = format!("{said}: {}", plain(&answer["reason"]));
        }
        if let Some(png) = answer["result"]["png"].as_str() {
            let file = send.output.join(format!("{}-{}.png", message.place.site, message.place.id));
            let bytes = BASE64_STANDARD.decode(png).context("the picture is broken")?;
            std::fs::write(&file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        answers.insert(message.place, said);
        progress(answers.len(), all);
    }
    Ok(answers)
}

/// A kiosk's word without what a terminal would obey.
fn plain(value: &Value) -> String {
    value.as_str().unwrap_or("?").chars().filter(|letter| !letter.is_control()).take(200).collect()
}
