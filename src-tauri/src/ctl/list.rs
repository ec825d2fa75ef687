//! The kiosks with their health at a glance.

use kiosk_fleet::{
    desired::State,
    report::{Health, Reported, Visit},
    topic::{Place, Target},
};
use serde_json::json;

use super::{
    link::{Kiosk, Link},
    now, say,
};

/// A version has this many characters at most where a person looks.
const WIDEST: usize = 32;

pub(super) async fn run(link: &mut Link, target: &Target, json: bool) -> anyhow::Result<bool> {
    let kiosks = link.kiosks(target).await?;
    if json {
        for (place, kiosk) in &kiosks {
            let line = json!({ "kiosk": place.to_string(), "online": kiosk.online, "reported": kiosk.reported });
            say(&line.to_string())?;
        }
    } else {
        let mut rows =
            vec![["KIOSK", "HEALTH", "VISIT", "VERSION", "CONFIGURATION", "WAITING", "REPORTED"].map(str::to_owned)];
        rows.extend(kiosks.iter().map(|(place, kiosk)| row(place, kiosk)));
        for line in table(&rows) {
            say(&line)?;
        }
        let well = kiosks.values().filter(|kiosk| is_well(kiosk)).count();
        say(&format!("\n{well} of {} in service", kiosks.len()))?;
    }
    Ok(kiosks.values().all(is_well))
}

/// It is there, and people can use it.
pub(super) fn is_well(kiosk: &Kiosk) -> bool {
    kiosk.online && kiosk.reported.as_ref().is_some_and(|reported| reported.health == Health::InService)
}

fn row(place: &Place, kiosk: &Kiosk) -> [String; 7] {
    let reported = kiosk.reported.clone().unwrap_or_default();
    let health = match (kiosk.online, reported.health) {
        (false, _) => "away",
        (true, Health::InService) => "in service",
        (true, Health::OutOfService) => "OUT OF SERVICE",
        (true, Health::Starting) => "starting",
    };
    let visit = match reported.visit {
        Visit::None => "-",
        Visit::Untouched => "untouched",
        Visit::InUse => "in use",
        Visit::Resetting => "resetting",
    };
    let age = if reported.at == 0 { "never".to_owned() } else { age(now().saturating_sub(reported.at)) };
    [
        place.to_string(),
        health.to_owned(),
        if kiosk.online { visit.to_owned() } else { "-".to_owned() },
        // The only text of the kiosk's own. All else is a number, a name or one of few words, so no cell grows.
        cut(&reported.version),
        configuration(&reported),
        reported.events.waiting.to_string(),
        age,
    ]
}

fn configuration(reported: &Reported) -> String {
    let runs = match reported.configuration.version {
        0 => "file".to_owned(),
        version => format!("v{version}"),
    };
    match &reported.configuration.desired {
        Some(desired) if desired.state != State::Applied => {
            let state = match desired.state {
                State::Waiting => "waits",
                State::Trial => "on trial",
                State::Applied => "applied",
                State::Refused => "REFUSED",
                State::RolledBack => "ROLLED BACK",
            };
            format!("{runs} (v{} {state})", desired.version)
        }
        _ => runs,
    }
}

fn age(seconds: i64) -> String {
    match seconds {
        ..60 => "now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..172_800 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// A text that one bad kiosk cannot make as wide as it likes: a column of 65,536 characters is a panic of the formatter.
fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some(_) => text.chars().take(WIDEST - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Columns as wide as their widest cell.
fn table(rows: &[[String; 7]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    let line = |row: &[String; 7]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_kiosk_makes_the_table_wider_than_a_person_can_look() {
        let place = Place { site: "berlin".parse().unwrap(), id: "k1".parse().unwrap() };
        for (version, shown) in [
            ("1.0.0".to_owned(), "1.0.0".to_owned()),
            // Characters are counted, not bytes.
            ("ä".repeat(WIDEST), "ä".repeat(WIDEST)),
            ("ä".repeat(WIDEST + 1), format!("{}…", "ä".repeat(WIDEST - 1))),
            ("ä".repeat(70_000), format!("{}…", "ä".repeat(WIDEST - 1))),
        ] {
            let reported = Reported { version, at: i64::MIN, ..Reported::default() };
            let cells = row(&place, &Kiosk { online: true, reported: Some(reported) });
            assert_eq!(cells[3], shown);
            let lines = table(&[cells]);
            assert!(lines[0].contains(&shown) && lines[0].chars().count() < 200, "{lines:?}");
        }
    }
}
