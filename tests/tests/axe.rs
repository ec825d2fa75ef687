//! Every scene, the notice and our own chat page, looked at by axe-core and by where everything lies, in the built program's own
//! webviews: whoever reads large letters, sits in a wheelchair, or has a large thumb.

use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use kiosk_tests::audit::{Audit, Measured};
use kiosk_tests::{Config, Org};
use serde_json::json;

/// The rules: WCAG 2.0 to 2.2, A and AA, and what axe calls good practice.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// Rules of these that are not asked for. None.
const OFF: [&str; 0] = [];
const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "ja", "ar"];

/// What axe cannot tell by itself, and why it is right.
const KNOWN: [(&str, &str); 2] = [
    // On a gradient, over a drawing, in a shadow root: counted by the script, on the flat colour behind.
    ("color-contrast", ""),
    // A sign for erasing, with a name in words.
    ("label-content-name-mismatch", "button[data-key=\"erase\"]"),
];

#[test]
fn axe_finds_nothing() -> Result<()> {
    let audit = Audit::on(1024, 600).set("axe", json!(["en", "ar"])).set("tags", json!(TAGS)).set("off", json!(OFF));
    let measured = run("axe", &audit.set("whole", true))?;
    ensure!(measured.len() > 6 * 28, "only {} were measured", measured.len());
    expect_none(&measured, "violations")?;
    expect_none(&measured, "faults")?;
    let looked_at = measured.iter().filter(|one| one.found["rules"].as_u64().is_some_and(|rules| rules > 20)).count();
    ensure!(looked_at * 3 == measured.len(), "axe looked at {looked_at} of {}", measured.len());
    for open in measured.iter().flat_map(|one| one.found["incomplete"].as_array().cloned().unwrap_or_default()) {
        let is_known = KNOWN
            .iter()
            .any(|(id, target)| open["id"] == *id && open["target"].as_str().is_some_and(|at| at.contains(target)));
        ensure!(is_known, "axe cannot tell: {open}");
    }
    // Whoever looks for faults has to see those that are there.
    let planted = &measured.iter().find(|one| one.scene == "welcome").context("no welcome")?.found["planted"];
    for fault in ["button-name", "region", "small", "contrast", "scrolls sideways"] {
        ensure!(
            planted.as_array().is_some_and(|seen| seen.iter().any(|one| one == fault)),
            "{fault} is not seen: {planted}"
        );
    }
    Ok(())
}

#[test]
fn on_a_tall_screen_the_actions_are_in_the_lower_half() -> Result<()> {
    let measured = run("axe-tall", &Audit::on(1080, 1920).set("low", true).set("whole", true))?;
    expect_none(&measured, "faults")
}

#[test]
fn on_a_very_large_tall_screen_too() -> Result<()> {
    let measured = run("axe-4k", &Audit::on(2160, 3840).in_language("fr").set("low", true).set("whole", true))?;
    expect_none(&measured, "faults")
}

#[test]
fn at_a_zoom_of_200_percent_nothing_is_cut() -> Result<()> {
    // What is left of 1024x600.
    expect_none(&run("axe-zoom", &Audit::on(512, 300))?, "faults")
}

#[test]
fn with_letters_twice_as_large_nothing_is_cut() -> Result<()> {
    expect_none(&run("axe-text", &Audit::on(1024, 600).set("text", "200%"))?, "faults")
}

#[test]
fn nothing_moves_for_who_has_switched_animations_off() -> Result<()> {
    let still = Audit::on(1024, 600).in_language("en").toolkit("gtk-enable-animations=false");
    for one in run("axe-still", &still)? {
        ensure!(one.found["reduced"] == true && one.found["moving"] == 0, "{} moves: {}", one.scene, one.found);
    }
    let moving = run("axe-moving", &Audit::on(1024, 600).in_language("en"))?;
    ensure!(moving.iter().any(|one| one.found["moving"] == 1), "nothing ever moves, so nothing was shown");
    Ok(())
}

/// The kiosk on a page of its own in front of a stand-in org, in all languages.
fn run(test: &str, audit: &Audit) -> Result<Vec<Measured>> {
    let org = Org::start()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let (id, deployment, site, scrt) = org.snippet();
    let config = Config::new()
        .set("languages", json!(LANGUAGES))
        .set("salesforce.org_id", id)
        .set("salesforce.deployment", deployment)
        .set("salesforce.site_url", site)
        .set("salesforce.scrt_url", scrt)
        .set("salesforce.port", port);
    let measured = audit.run(test, &config)?;
    for one in &measured {
        ensure!(
            one.found["language"] == *one.language,
            "{} is not in {}: {}",
            one.scene,
            one.language,
            one.found["language"]
        );
    }
    Ok(measured)
}

fn expect_none(measured: &[Measured], list: &str) -> Result<()> {
    let all: Vec<String> = measured.iter().flat_map(|one| one.list(list)).collect();
    ensure!(all.is_empty(), "{} {list}:\n{}", all.len(), all.join("\n"));
    Ok(())
}
