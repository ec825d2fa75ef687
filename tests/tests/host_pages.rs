//! The host pages of this harness fail as Salesforce's own were seen to: tried in the bare engine, without the kiosk.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::pages::{BUTTON, CLEAN, DIRTY, Page};
use kiosk_tests::process::{self, Owned};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Pages, Stage, events, screen, visitor};
use serde_json::{Value, json};

/// WebKitGTK's own small browser; Debian ships it with the library.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// Calls `clearSession` and tells how it ended and how long it took.
const CLEAR: &str = "
    const begun = performance.now();
    const tell = (how) => Control.tell('outcome', { how, ms: Math.round(performance.now() - begun) });
    try {
        Promise.resolve(embeddedservice_bootstrap.userVerificationAPI.clearSession())
            .then(() => tell('resolved'), () => tell('rejected'));
    } catch (error) { tell(error.constructor.name); }";

#[test]
fn v1_before_ready_throws_and_after_it_clears_with_ready_first() -> Result<()> {
    let show = Show::open("host-v1", "client=v1&ready=1500")?;
    let page = show.pages.visitor(1)?;
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "TypeError"}), 1)?;
    page.wait_for("event", &json!({"name": "ButtonCreated"}), 1)?;
    page.agent_says("Dana", "Hello")?;
    show.shows("dirty", DIRTY)?;
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    // What a page tells comes in any order.
    page.wait_for("event", &json!({"name": "ButtonCreated"}), 2)?;
    ensure!(order(&page) == ["Ready", "ButtonCreated", "called", "Ready", "ButtonCreated"], "{:?}", order(&page));
    let seen = show.shows("button", BUTTON)?;
    ensure!(!screen::shows(&seen, CLEAN), "the frame should be gone");
    Ok(())
}

#[test]
fn v1_orphans_the_first_of_two_calls_and_a_dead_frame_never_settles() -> Result<()> {
    let show = Show::open("host-v1-dead", "client=v1&clear=dead-once")?;
    let page = show.pages.visitor(1)?.launched()?;
    page.script("page", CLEAR)?;
    ensure!(page.wait_within("outcome", &Value::Null, 1, Duration::from_secs(6)).is_err(), "it settled");
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    ensure!(page.wait_within("outcome", &Value::Null, 2, Duration::from_secs(1)).is_err(), "the first settled too");
    Ok(())
}

#[test]
fn v2_is_a_proxy_and_keeps_its_frame() -> Result<()> {
    let show = Show::open("host-v2", "client=v2&ready=1500")?;
    let page = show.pages.visitor(1)?;
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "rejected"}), 1)?;
    let page = show.pages.visitor(1)?.launched()?;
    page.script(
        "page",
        "Control.tell('shape', { has: 'userVerificationAPI' in embeddedservice_bootstrap, v2: 'agentforce_messaging' in window })",
    )?;
    page.wait_for("shape", &json!({"has": false, "v2": true}), 1)?;
    page.agent_says("Dana", "Hello")?;
    show.shows("dirty", DIRTY)?;
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    show.shows("clean", CLEAN)?;
    Ok(())
}

#[test]
fn v2_says_after_five_seconds_that_all_is_well() -> Result<()> {
    let show = Show::open("host-v2-dead", "client=v2&clear=dead")?;
    let page = show.pages.visitor(1)?.launched()?;
    page.agent_says("Dana", "Hello")?;
    page.script("page", CLEAR)?;
    let outcome = page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    let took = outcome.fields["ms"].as_u64().unwrap_or_default();
    ensure!((4_990..6_000).contains(&took), "{took} ms");
    page.wait_for("event", &json!({"name": "Ready"}), 2)?;
    show.shows("still-dirty", DIRTY)?;
    Ok(())
}

#[test]
fn v2_wipes_late_what_was_typed_since() -> Result<()> {
    let show = Show::open("host-v2-late", "client=v2&clear=late")?;
    let page = show.pages.visitor(1)?.launched()?;
    page.script("page", CLEAR)?;
    page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    visitor::drafts(&show.stage, &page, "new")?;
    page.wait_for("wiped", &json!({"draft": "new"}), 1)?;
    Ok(())
}

#[test]
fn v2_goes_deaf_after_a_navigation_that_does_not_leave() -> Result<()> {
    let show = Show::open("host-v2-deaf", "client=v2")?;
    let page = show.pages.visitor(1)?.launched()?;
    page.agent_says("Dana", "Hello")?;
    page.event(&events::agents_end("before"))?;
    page.wait_for("event", &json!({"name": "SessionStatusUpdate"}), 1)?;
    page.navigate("/nothing")?;
    page.wait_for("deaf", &Value::Null, 1)?;
    page.event(&events::agents_end("after"))?;
    page.script("page", CLEAR)?;
    let outcome = page.wait_for("outcome", &json!({"how": "resolved"}), 1)?;
    ensure!(outcome.fields["ms"].as_u64().is_some_and(|ms| ms < 200), "{outcome:?}");
    ensure!(page.wait_within("event", &json!({"name": "SessionStatusUpdate"}), 2, Duration::from_secs(1)).is_err());
    show.shows("still-dirty", DIRTY)?;
    Ok(())
}

#[test]
fn the_thief_gets_every_key_and_click_of_the_x_server() -> Result<()> {
    let show = Show::open("host-thief", "client=v1&thief=1")?;
    let page = show.pages.visitor(1)?.launched()?;
    visitor::touches(&show.stage, &page)?;
    page.wait_for("click", &json!({"type": "click"}), 1)?;
    show.stage.input.type_text("!")?;
    page.wait_for("input", &json!({"value": "a draft!"}), 1)?;
    show.stage.input.key("Return")?;
    page.wait_for("submit", &json!({"value": "a draft!"}), 1)?;
    Ok(())
}

/// The host page in the bare engine.
struct Show {
    _browser: Owned,
    pages: Pages,
    stage: Stage,
}

impl Show {
    fn open(name: &str, query: &str) -> Result<Self> {
        let stage = Stage::named(name).unmanaged().up()?;
        let pages = Pages::start()?;
        let browser = Owned::spawn(
            "MiniBrowser",
            process::command(BROWSER)
                .args(["--private", "--full-screen", "--geometry=1280x800"])
                .arg(pages.host(query))
                .envs(stage.home.environment())
                .env("DISPLAY", stage.display.name())
                .env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address())
                .env("NO_AT_BRIDGE", "1")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        Ok(Self { _browser: browser, pages, stage })
    }

    fn shows(&self, step: &str, colour: screen::Colour) -> Result<screen::RgbaImage> {
        self.stage.screen.wait_until(step, PATIENCE, |picture| screen::shows(picture, colour))
    }
}

/// Events and calls in the order in which the page told them.
fn order(page: &Page<'_>) -> Vec<String> {
    let mut all: Vec<_> = page.seen("event").into_iter().chain(page.seen("clear.called")).collect();
    all.sort_by_key(|one| one.fields["n"].as_u64());
    all.iter().map(|one| if one.kind == "event" { one.text("name").to_owned() } else { "called".to_owned() }).collect()
}
