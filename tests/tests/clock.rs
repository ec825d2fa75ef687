//! The clock on the wall jumps by an hour, forth and back, at each step of a visit: nothing of it is measured by that
//! clock, so nothing comes sooner or later.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::Page;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events};
use serde_json::json;

/// Debian's libfaketime.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// The program refuses a preloaded library, and rightly; so its machine has one for every program: a folder `/etc` of
/// its own, that only this program sees.
const MACHINE: &str = "cp -a /etc \"$FAKE_ETC\" && echo \"$FAKE_LIBRARY\" > \"$FAKE_ETC/ld.so.preload\" && \
                       mount --bind \"$FAKE_ETC\" /etc && exec \"$0\" \"$@\"";

/// When the clock jumps.
#[derive(Debug, Clone, Copy)]
enum Step {
    Chatting,
    Notice,
    Clearing,
}

#[test]
fn by_an_hour_forth_and_back() -> Result<()> {
    let may_mount = Command::new("unshare").args(["--mount", "true"]).output();
    if !may_mount.is_ok_and(|output| output.status.success()) || !Path::new(LIBRARY).exists() {
        // Only root has a machine of its own; the continuous build runs as root.
        return Ok(());
    }
    let stage = Stage::named("clock").up()?;
    let pages = Pages::start()?;
    let offset = stage.home.root().join("offset");
    fs::write(&offset, "+0")?;
    let setup = Setup::on_page(&pages, "client=v1")
        .set("notice.seconds", 3)
        .set("clear.timeout_seconds", 1)
        .set("clear.attempts", 2)
        .under(&["unshare", "--mount", "sh", "-c", MACHINE])
        .variable("FAKE_ETC", &stage.home.root().join("etc").display().to_string())
        .variable("FAKE_LIBRARY", LIBRARY)
        .variable("FAKETIME_TIMESTAMP_FILE", &offset.display().to_string())
        .variable("FAKETIME_NO_CACHE", "1")
        .variable("DONT_FAKE_MONOTONIC", "1");
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let mut visit = 1;
    for jump in ["+3600", "-3600"] {
        for step in [Step::Chatting, Step::Notice, Step::Clearing] {
            let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
            stage.input.click(640, 300)?;
            page.wait_for("click", &json!({"type": "click"}), 1)?;
            page.agent_says("Dana", "Good morning")?;
            let clear = reset_with_jump(&kiosk, &page, visit, step, &offset, jump)
                .with_context(|| format!("{jump} seconds at {step:?}"))?;
            let receipt = kiosk.expect_reset(visit, "agent_end", clear)?;
            ensure!(receipt.number("reset_ms")? < 60_000, "the reset was measured by the wall: {}", receipt.raw);
            expect_fake_clock(receipt.text("timestamp"), jump)?;
            fs::write(&offset, "+0")?;
            visit += 1;
        }
    }
    kiosk.expect_alive()
}

/// Gives what the receipt must say of the clear.
fn reset_with_jump(
    kiosk: &Kiosk,
    page: &Page<'_>,
    visit: u64,
    step: Step,
    offset: &Path,
    jump: &str,
) -> Result<&'static str> {
    if matches!(step, Step::Clearing) {
        page.script(
            "page",
            "embeddedservice_bootstrap.userVerificationAPI.clearSession = () => new Promise(() => {})",
        )?;
    }
    if matches!(step, Step::Chatting) {
        fs::write(offset, jump)?;
    }
    page.event(&events::agents_end(&format!("c{visit}")))?;
    kiosk.notice(visit)?;
    if matches!(step, Step::Notice) {
        fs::write(offset, jump)?;
    }
    if matches!(step, Step::Clearing) {
        kiosk.event("clear.called", &json!({"visit": visit}))?;
        fs::write(offset, jump)?;
        return Ok("unconfirmed");
    }
    Ok("confirmed")
}

/// Or the jump would prove nothing.
fn expect_fake_clock(told: &str, jump: &str) -> Result<()> {
    let hour = |text: &str| text.get(11..13).and_then(|hour| hour.parse::<i64>().ok());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let real = i64::try_from(now / 3600 % 24)?;
    let told = hour(told).with_context(|| format!("no hour in {told:?}"))?;
    let expected = (real + if jump.starts_with('+') { 1 } else { 23 }) % 24;
    // The hour may have turned in between.
    ensure!(told == expected || told == (expected + 23) % 24, "it is {real} o'clock, {jump}, and the log says {told}");
    Ok(())
}
