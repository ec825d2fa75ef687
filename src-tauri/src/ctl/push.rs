//! Another configuration: a share of the kiosks first, then the rest if those are well.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    str::FromStr,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use kiosk_fleet::{
    desired::{Document, State},
    key::SecretKey,
    topic::{Place, Target},
};

use super::{
    Signing,
    link::{Kiosks, Link, take},
    list::is_well,
    now, progress, say,
};
use crate::fleet;

/// A configuration for kiosks.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct Push {
    /// The configuration file, without `[fleet]` and `[metrics]`.
    file: PathBuf,
    /// Whom it is for: SITE/ID, SITE/* or */*.
    #[arg(long, default_value = "*/*")]
    target: Target,
    /// How many get it first: a share (10%) or a number (3).
    #[arg(long, default_value = "10%")]
    canary: Share,
    /// The document's number, which must be higher than all before. Without it: the seconds since 1970.
    #[arg(long, value_name = "NUMBER")]
    number: Option<u64>,
    /// Seconds that the first ones have to come into service with it.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(10..=86400))]
    wait: u64,
    #[command(flatten)]
    signing: Signing,
}

/// A share of the kiosks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    Percent(usize),
    Number(usize),
}

impl FromStr for Share {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "say a share from 1% to 100%, or a number from 1";
        match text.strip_suffix('%') {
            Some(percent) => percent.parse().ok().filter(|percent| (1..=100).contains(percent)).map(Self::Percent),
            None => text.parse().ok().filter(|number| *number > 0).map(Self::Number),
        }
        .ok_or(WRONG)
    }
}

impl Share {
    /// At least one, where there is one.
    fn of(self, all: usize) -> usize {
        match self {
            Self::Percent(percent) => all.saturating_mul(percent).div_ceil(100),
            Self::Number(number) => number,
        }
        .min(all)
    }
}

pub(super) async fn run(link: &mut Link, push: &Push) -> anyhow::Result<bool> {
    let secret = push.signing.secret()?;
    let name = push.file.display();
    let text = std::fs::read_to_string(&push.file).with_context(|| format!("{name} cannot be read"))?;
    // What only the kiosk can know, such as whether its logo is there, the kiosk judges.
    fleet::without_own_sections(kiosk_core::config::parse(&text).map_err(|mistake| mistake.to_string()))
        .map_err(|reason| anyhow::anyhow!("{name}: {reason}"))?;
    let mut kiosks = link.kiosks(&push.target).await?;
    let well: Vec<Place> = kiosks.iter().filter(|(_, kiosk)| is_well(kiosk)).map(|(place, _)| place.clone()).collect();
    anyhow::ensure!(!well.is_empty(), "no kiosk of {} is in service", push.target);
    let first: BTreeSet<Place> = well.into_iter().take(push.canary.of(kiosks.len())).collect();
    let rest: Vec<Place> = kiosks.keys().filter(|place| !first.contains(place)).cloned().collect();
    let question = format!("{name} for {} kiosks first, then for {} more?", first.len(), rest.len());
    if !push.signing.confirm(&question)? {
        return Ok(false);
    }
    let version = push.number.unwrap_or_else(|| u64::try_from(now()).unwrap_or(0));
    for place in &first {
        hand_over(link, version, place, &text, &secret).await?;
    }
    if !settled(link, &mut kiosks, &first, version, push.wait).await? {
        say(&format!("Version {version} goes no further: the first ones are not all well with it."))?;
        return Ok(false);
    }
    for (done, place) in rest.iter().enumerate() {
        hand_over(link, version, place, &text, &secret).await?;
        progress(done + 1, rest.len());
    }
    say(&format!(
        "Version {version} works on {} and is on its way to {} more; `ctl list` shows how they take it.",
        first.len(),
        rest.len()
    ))?;
    Ok(true)
}

async fn hand_over(link: &Link, version: u64, place: &Place, text: &str, secret: &SecretKey) -> anyhow::Result<()> {
    let document = Document::sign(version, Target::One(place.clone()), text.to_owned(), secret);
    link.publish(place.desired(), serde_json::to_vec(&document)?, true).await
}

/// Waits until each of them has taken it or not. Whether all have, and are well.
async fn settled(
    link: &mut Link,
    kiosks: &mut Kiosks,
    places: &BTreeSet<Place>,
    version: u64,
    wait: u64,
) -> anyhow::Result<bool> {
    let end = Instant::now() + Duration::from_secs(wait);
    loop {
        let mut applied = 0;
        for place in places {
            let Some(kiosk) = kiosks.get(place) else { continue };
            let desired = kiosk.reported.as_ref().and_then(|reported| reported.configuration.desired.as_ref());
            match desired.filter(|desired| desired.version == version) {
                Some(desired) if matches!(desired.state, State::Refused | State::RolledBack) => {
                    let reason: String = desired
                        .reason
                        .iter()
                        .flat_map(|reason| reason.chars())
                        .filter(|letter| !letter.is_control())
                        .collect();
                    say(&format!(
                        "{place}  {}: {reason}",
                        if desired.state == State::Refused { "refused" } else { "rolled back" }
                    ))?;
                    return Ok(false);
                }
                Some(desired) if desired.state == State::Applied && is_well(kiosk) => applied += 1,
                _ => {}
            }
        }
        progress(applied, places.len());
        if applied == places.len() {
            return Ok(true);
        }
        let left = end.saturating_duration_since(Instant::now());
        let Some(message) = link.next(left).await? else {
            say(&format!(
                "{} of {} have not come into service with it in time.",
                places.len() - applied,
                places.len()
            ))?;
            return Ok(false);
        };
        take(kiosks, &message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_at_least_one() {
        for (text, all, first) in
            [("10%", 100, 10), ("10%", 3, 1), ("100%", 7, 7), ("3", 2, 2), ("3", 10, 3), ("1%", 0, 0)]
        {
            assert_eq!(text.parse::<Share>().map(|share| share.of(all)), Ok(first), "{text} of {all}");
        }
        for text in ["", "0", "0%", "101%", "-1", "ten", "%"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }
}
