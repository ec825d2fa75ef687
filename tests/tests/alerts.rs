//! The alert rules for Prometheus: right in form, and each one fires when it should and not before.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

#[test]
fn promtool_finds_them_right() -> Result<()> {
    promtool(&["check", "rules", "support-kiosk.rules.yml"])?;
    promtool(&["test", "rules", "support-kiosk.test.yml"])?;
    // Every rule has a test.
    let (rules, test) = (file("support-kiosk.rules.yml")?, file("support-kiosk.test.yml")?);
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    ensure!(alerts.len() > 5, "{alerts:?}");
    for alert in alerts {
        ensure!(test.contains(&format!("alertname: {alert}\n        exp_alerts:")), "{alert} is never seen to fire");
    }
    Ok(())
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/prometheus")
}

fn file(name: &str) -> Result<String> {
    Ok(std::fs::read_to_string(folder().join(name))?)
}

fn promtool(arguments: &[&str]) -> Result<()> {
    let output = Command::new("promtool").args(arguments).current_dir(folder()).output();
    let output = output.context("promtool is not installed: on Debian it is in the package prometheus")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    Ok(())
}
