//! The harness itself, without the program: what a test does reaches a window, a bus, a process, and comes back.

use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use kiosk_tests::display::Display;
use kiosk_tests::notifications::Notifications;
use kiosk_tests::process::{self, Owned};
use kiosk_tests::screen::{self, Area};
use kiosk_tests::stage::Plan;
use kiosk_tests::{Config, Service, Stage, wait};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, EventMask, KeyButMask, Window, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use zbus::zvariant::Value as Variant;

const SOON: Duration = Duration::from_secs(10);
const TEAL: [u8; 3] = [0x10, 0x90, 0x80];

/// A window of the test's own, painted in one colour.
struct Painted {
    connection: RustConnection,
    id: Window,
}

impl Painted {
    fn open(display: &Display) -> Result<Self> {
        let (connection, root) = display.connect()?;
        let id = connection.generate_id()?;
        let looks = CreateWindowAux::new()
            .background_pixel(0x0010_9080)
            .event_mask(EventMask::KEY_PRESS | EventMask::BUTTON_PRESS | EventMask::STRUCTURE_NOTIFY);
        connection.create_window(0, id, root, 100, 100, 400, 300, 0, WindowClass::INPUT_OUTPUT, 0, &looks)?;
        connection.change_property8(
            x11rb::protocol::xproto::PropMode::REPLACE,
            id,
            x11rb::protocol::xproto::AtomEnum::WM_NAME,
            x11rb::protocol::xproto::AtomEnum::STRING,
            b"painted",
        )?;
        connection.map_window(id)?;
        connection.flush()?;
        Ok(Self { connection, id })
    }

    fn next(&self) -> Result<Event> {
        wait::until("the window should get an event", SOON, || Ok(self.connection.poll_for_event()?))
    }

    /// The characters of the next key presses, read with the keymap as an application does.
    fn typed(&self, count: usize) -> Result<String> {
        let mut text = String::new();
        while text.chars().count() < count {
            let Event::KeyPress(press) = self.next()? else {
                continue;
            };
            let shifted = press.state.contains(KeyButMask::SHIFT);
            let map = self.connection.get_keyboard_mapping(press.detail, 1)?.reply()?;
            let symbol = map.keysyms.get(usize::from(shifted)).copied().context("no symbol")?;
            text.extend(char::from_u32(symbol & 0x00ff_ffff).filter(|one| !is_modifier(*one)));
        }
        Ok(text)
    }
}

/// Shift, Control and their like have codes of their own above all characters that we type.
fn is_modifier(one: char) -> bool {
    ('\u{ff00}'..='\u{ffff}').contains(&one)
}

#[test]
fn typed_text_arrives_in_a_window_under_a_manager() -> Result<()> {
    typed_text_arrives(Stage::named("harness-managed"))
}

#[test]
fn typed_text_arrives_in_a_window_without_a_manager() -> Result<()> {
    typed_text_arrives(Stage::named("harness-unmanaged").unmanaged())
}

fn typed_text_arrives(plan: Plan) -> Result<()> {
    let stage = plan.up()?;
    let window = Painted::open(&stage.display)?;
    let seen = stage.screen.wait_until("painted", SOON, |picture| screen::shows(picture, TEAL))?;
    let (x, y) = screen::patch(&seen, TEAL)?.middle()?;
    stage.input.click(x, y)?;
    wait::until("the click should arrive", SOON, || {
        Ok(matches!(window.next()?, Event::ButtonPress(press) if press.detail == 1).then_some(()))
    })?;
    let text = "Hello, World! 100% @home (a_b) äß€";
    stage.input.type_text(text)?;
    let typed = window.typed(text.chars().count())?;
    ensure!(typed == text, "typed {text:?}, arrived {typed:?}");
    Ok(())
}

#[test]
fn pictures_tell_colours_and_differences() -> Result<()> {
    let stage = Stage::named("harness-pictures").unmanaged().up()?;
    let before = stage.screen.shot("empty")?;
    ensure!(screen::is_flat(&before), "an empty display has one colour");
    let window = Painted::open(&stage.display)?;
    let after = stage.screen.wait_until("painted", SOON, |picture| screen::shows(picture, TEAL))?;
    ensure!(!screen::is_flat(&after));
    let inside = Area { x: 100, y: 100, width: 400, height: 300 };
    ensure!(screen::share(&after, inside, TEAL) > 0.999);
    let expected = 400.0 * 300.0 / (1280.0 * 800.0);
    let differ = screen::differ(&before, &after);
    ensure!((differ - expected).abs() < 0.001, "they differ in {differ}");
    let windows = stage.windows()?;
    ensure!(windows.len() == 1 && windows[0].id == window.id, "{windows:?}");
    ensure!((windows[0].x, windows[0].y, windows[0].width, windows[0].height) == (100, 100, 400, 300));
    ensure!(windows[0].name == "painted");
    Ok(())
}

#[test]
fn a_manager_lists_its_clients() -> Result<()> {
    let stage = Stage::named("harness-clients").up()?;
    ensure!(stage.windows()?.is_empty(), "openbox alone shows no window");
    let _window = Painted::open(&stage.display)?;
    let windows = wait::until("the window should be listed", SOON, || {
        Ok(Some(stage.windows()?).filter(|windows| !windows.is_empty()))
    })?;
    ensure!(windows.len() == 1 && windows[0].name == "painted", "{windows:?}");
    Ok(())
}

#[test]
fn the_notification_double_answers_and_remembers() -> Result<()> {
    let stage = Stage::named("harness-notify").up()?;
    let id = notify(&stage, SOON)?;
    ensure!(id == 1, "the first id is 1, not {id}");
    let note = stage.notifications.wait_for(1, SOON)?;
    ensure!(note.app_name == "harness" && note.summary == "The chat has ended" && note.timeout == 5000);
    ensure!(note.actions == ["default", "Open"], "{note:?}");
    ensure!(note.hints.contains_key("urgency"), "{note:?}");
    ensure!(notify(&stage, SOON)? == 2);
    Ok(())
}

#[test]
fn a_hanging_notification_service_takes_the_call_and_never_answers() -> Result<()> {
    let stage = Stage::named("harness-hanging").notifications(Service::Hanging).up()?;
    let Err(error) = notify(&stage, Duration::from_millis(300)) else {
        bail!("it answered");
    };
    ensure!(error.to_string().contains("elapsed"), "{error:#}");
    stage.notifications.wait_for(1, SOON)?;
    Ok(())
}

#[test]
fn an_absent_notification_service_is_not_on_the_bus() -> Result<()> {
    let stage = Stage::named("harness-absent").notifications(Service::Absent).up()?;
    let Err(error) = notify(&stage, SOON) else {
        bail!("somebody answered");
    };
    ensure!(format!("{error:#}").contains("ServiceUnknown"), "{error:#}");
    ensure!(stage.notifications.all().is_empty());
    Ok(())
}

/// What `notify-send` does.
fn notify(stage: &Stage, within: Duration) -> Result<u32> {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let bus = zbus::connection::Builder::address(stage.bus.address())?.build().await?;
        let hints = HashMap::from([("urgency", Variant::U8(1))]);
        let body =
            ("harness", 0_u32, "", "The chat has ended", "Text", ["default", "Open"].as_slice(), hints, 5000_i32);
        let name = "org.freedesktop.Notifications";
        let call = bus.call_method(Some(name), "/org/freedesktop/Notifications", Some(name), "Notify", &body);
        let answer = tokio::time::timeout(within, call).await.context("elapsed")??;
        Ok(answer.body().deserialize()?)
    })
}

#[test]
fn processes_are_seen_with_their_children_and_go_with_their_owner() -> Result<()> {
    let mut owned =
        Owned::spawn("sh", process::command("sh").args(["-c", "sleep 60 & sleep 60"]).stdin(Stdio::null()))?;
    let root = owned.pid();
    // A child has the shell's name, and no memory of its own yet, until it has become what it is to be.
    wait::until("its children should be there", SOON, || {
        let tree = process::tree(root)?;
        let sleeping = tree.iter().filter(|one| one.name == "sleep").count() == 2;
        Ok((tree.len() == 3 && sleeping && tree.iter().all(|one| one.pss() > 0)).then_some(()))
    })?;
    ensure!(owned.try_exit()?.is_none());
    drop(owned);
    wait::until("the group should be gone", SOON, || Ok(process::group(root)?.is_empty().then_some(())))
}

#[test]
fn a_configuration_reads_as_toml() -> Result<()> {
    let config = Config::new()
        .chat("http://localhost:1/", &["http://127.0.0.1:2"])
        .set("profile", "kiosk")
        .set("notice.seconds", 3);
    let expected = r#"profile = "kiosk"
[chat]
frames = ["http://127.0.0.1:2"]
url = "http://localhost:1/"
[idle]
after_seconds = 0
[log]
format = "json"
level = "debug"
[notice]
seconds = 3
"#;
    ensure!(config.text() == expected, "{}", config.text());
    Ok(())
}

#[test]
fn the_recorded_vectors_can_be_read() -> Result<()> {
    let vectors = kiosk_tests::events::vectors()?;
    ensure!(vectors.len() == 34);
    let outcomes = ["reset", "other_end", "ignore", "invalid"];
    ensure!(vectors.iter().all(|one| outcomes.contains(&one.expected.as_str())));
    ensure!(vectors.iter().any(|one| one.detail == Value::Null));
    Ok(())
}

#[test]
fn a_double_that_is_dropped_leaves_the_bus() -> Result<()> {
    let stage = Stage::named("harness-dropped").notifications(Service::Absent).up()?;
    let double = Notifications::start(&stage.bus, Service::Answering)?;
    notify(&stage, SOON)?;
    drop(double);
    wait::until("the name should be free", SOON, || Ok(notify(&stage, SOON).is_err().then_some(())))
}
