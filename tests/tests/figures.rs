//! Figures for Prometheus on a socket of this machine: who may read them, and what a killed kiosk leaves behind.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use serde_json::{Value, json};

#[test]
fn on_a_socket_for_its_user_and_group() -> Result<()> {
    let stage = Stage::named("figures-socket").up()?;
    let pages = Pages::start()?;
    let socket = stage.home.root().join("metrics");
    // A kiosk that was killed left its socket.
    drop(UnixListener::bind(&socket)?);
    let setup = || Setup::on_page(&pages, "client=v1").set("metrics.listen", format!("unix:{}", socket.display()));
    let mut kiosk = Kiosk::start(&stage, setup())?;
    kiosk.fresh(1)?;
    ensure!(read(&socket)?.contains("kiosk_in_service 1"));
    let meta = fs::metadata(&socket)?;
    ensure!(meta.file_type().is_socket() && meta.permissions().mode() & 0o777 == 0o660, "{meta:?}");
    kiosk.kill()?;
    ensure!(socket.exists(), "or this test shows nothing");

    let mut kiosk = Kiosk::start(&stage, setup())?;
    kiosk.fresh(1)?;
    kiosk_tests::process::tree(kiosk.pid())?[0].signal("USR2")?;
    kiosk.expect_reset(1, "staff", "not_needed")?;
    let text = read(&socket)?;
    for figure in [
        "kiosk_visits",
        "kiosk_reset_seconds",
        "kiosk_clears",
        "kiosk_proofs",
        "kiosk_blocked",
        "kiosk_deaths",
        "kiosk_memory_bytes",
        "kiosk_fleet_queue_events",
        "kiosk_fleet_lost_events",
        "kiosk_build_info",
    ] {
        ensure!(text.contains(&format!("# TYPE {figure} ")), "{figure} is not in\n{text}");
    }
    ensure!(text.ends_with("# EOF\n"), "{text}");
    kiosk.expect_alive()
}

#[test]
fn nobodys_file_and_nobodys_socket_is_taken() -> Result<()> {
    let stage = Stage::named("figures-taken").up()?;
    let pages = Pages::start()?;
    let file = stage.home.root().join("precious");
    fs::write(&file, "precious")?;
    let setup =
        |path: &Path| Setup::on_page(&pages, "client=v1").set("metrics.listen", format!("unix:{}", path.display()));
    let kiosk = Kiosk::start(&stage, setup(&file))?;
    kiosk.event("metrics.failed", &Value::Null)?;
    kiosk.fresh(1)?;
    drop(kiosk);
    ensure!(fs::read_to_string(&file)? == "precious");

    let socket = stage.home.root().join("busy");
    let other = UnixListener::bind(&socket)?;
    let kiosk = Kiosk::start(&stage, setup(&socket))?;
    kiosk.event("metrics.failed", &json!({}))?;
    kiosk.fresh(1)?;
    drop(other);
    Ok(())
}

/// As a collector reads them.
fn read(socket: &Path) -> Result<String> {
    wait::until("the figures", PATIENCE, || {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--fail", "--unix-socket"]).arg(socket).arg("http://localhost/metrics");
        let output = curl.output().context("curl is not installed")?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    })
}
