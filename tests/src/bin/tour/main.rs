//! The tour: a whole visit of the real program on its embedded sandbox, under a virtual display, with real keys. Each
//! step is a sentence, an assertion and a picture. `scripts/run` starts it where there is no display.

mod agent;
mod album;
mod console;
mod desktop;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::screen::{self, Colour};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Config, Kiosk, Service, Setup, Stage};
use serde_json::{Value, json};

use agent::Agent;
use album::Album;
use console::Console;
use desktop::Desktop;

/// The brand's accent: the chat button and the bar of the open chat have it.
const ACCENT: Colour = [0x1f, 0x5c, 0x4d];
const QUESTION: &str = "Hello, my drill came without its battery. Order 40217.";
const ANSWER: &str = "I am sorry about that! I have just sent you one, it arrives on Tuesday.";
const THANKS: &str = "Great, thank you very much.";
const FAREWELL: &str = "You are welcome. Goodbye!";

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("target/tour"), PathBuf::from);
    match tour(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error that is gone leaves nobody to tell.
            let _ = writeln!(io::stderr(), "The tour stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tour(folder: PathBuf) -> Result<()> {
    let mut album = Album::open(folder)?;
    let stage = Stage::named("tour").notifications(Service::Absent).up()?;
    let _desktop = Desktop::start(&stage)?;
    let mut kiosk = Kiosk::start(&stage, Setup::new(configuration()))?;
    let played = visit(&stage, &mut kiosk, &mut album);
    // What the program said is worth as much when it did not go well.
    let log = album.folder().join("log.jsonl");
    fs::write(&log, kiosk.log.text()).with_context(|| format!("{} cannot be written", log.display()))?;
    played?;
    say(&format!("All of it held. The pictures and the kiosk's log are in {}", album.folder().display()))
}

/// The whole visit.
fn visit(stage: &Stage, kiosk: &mut Kiosk, album: &mut Album) -> Result<()> {
    let started = kiosk.event("sandbox.started", &Value::Null)?;
    let agent = Agent::at(started.text("console"));
    say(&format!("The agent's console of this visit is at {}", started.text("console")))?;

    kiosk.fresh(1)?;
    let fresh =
        album.take(stage, "fresh", "The kiosk is up: its first visit was proven empty, and the page is ready.")?;
    kiosk.scene("welcome")?;
    album.take(stage, "welcome", "Nobody is there yet, so a welcome covers the page.")?;

    stage.input.click(640, 400)?;
    kiosk.scene("none")?;
    album.take(stage, "touched", "A person touches the screen, and the page is there.")?;
    let id = opens_chat(stage, &agent)?;
    stage.input.type_text(QUESTION)?;
    stage.input.key("Return")?;
    agent.wait_text(&id, QUESTION)?;
    album.take(stage, "question", "They open a chat and write. The words have arrived in the agent's queue.")?;

    agent.act(&id, "accept", &json!({"name": "Robin"}))?;
    agent.act(&id, "say", &json!({"text": ANSWER}))?;
    stage.input.type_text(THANKS)?;
    stage.input.key("Return")?;
    agent.wait_text(&id, THANKS)?;
    agent.act(&id, "say", &json!({"text": FAREWELL}))?;
    album.take(stage, "conversation", "The agent accepts and answers; the two write to each other.")?;
    if let Some(picture) = Console::picture(started.text("console"))? {
        album.keep(&picture, "console", "This is the agent's console at the same moment, in a browser.")?;
    }

    // Slow enough to be looked at; a healthy org takes milliseconds.
    agent.faults(&json!({"clear": "slow", "clear_delay_ms": 5000}))?;
    agent.act(&id, "end", &json!({}))?;
    kiosk.read(1, "reset")?;
    kiosk.notice(1)?;
    kiosk.event("notification.sent", &Value::Null)?;
    album.take_moving(
        stage,
        "notice",
        "The agent has ended the chat: a notice over it, and the desktop's own notification.",
    )?;

    types_in_vain(stage, kiosk, &agent, &id)?;
    album.take_moving(
        stage,
        "typing",
        "Somebody types and presses Enter. Nothing of it reached the chat or its server.",
    )?;

    stage.input.key("Return")?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    album.take_moving(
        stage,
        "one-moment",
        "\"Start over now\", by key. The page clears its chat behind this screen.",
    )?;
    ensure!(kiosk.scene_now() == "one_moment", "the picture came too late: the screen shows {}", kiosk.scene_now());

    let receipt = kiosk.expect_reset(1, "agent_end", "confirmed")?;
    let settled = kiosk.event("clear.settled", &json!({"visit": 1, "attempt": 1}))?;
    ensure!(settled.text("result") == "confirmed", "the clear was not confirmed: {}", settled.raw);
    let after = album.take(stage, "next-visit", "The next visit: a new page, its store proven empty.")?;
    let share = album::visibly_differ(&fresh, &after);
    ensure!(share < 0.002, "the next person should find the same screen as the first; {share:.4} of it differs");
    agent.expect_one_ended_session(&id)?;
    kiosk.expect_alive()?;

    say("")?;
    say(&format!("The receipt of that visit: {}", receipt.raw))
}

/// What a shop would write, and a log that a program can read.
fn configuration() -> Config {
    let [red, green, blue] = ACCENT;
    Config::new()
        .set("brand.name", "Fernhill Supply")
        .set("brand.greeting", "How can we help today?")
        .set("brand.accent", format!("#{red:02x}{green:02x}{blue:02x}"))
        .set("brand.background", "#f7f6f2")
        // Soon, so that the welcome is seen; a person who reads keeps the screen for as long as a conversation lasts.
        .set("idle.after_seconds", 8)
        .set("notice.seconds", 60)
}

/// Opens a chat with the button and waits until its composer takes keys; gives the conversation's id.
fn opens_chat(stage: &Stage, agent: &Agent) -> Result<String> {
    let patch = |what: &str, wish: fn(u32) -> bool| {
        wait::until(what, PATIENCE, || {
            Ok(screen::patch(&stage.screen.look()?, ACCENT).ok().filter(|area| wish(area.width) && area.height > 40))
        })
    };
    let button = patch("the chat button should be on the screen", |width| (200..1000).contains(&width))?;
    let (x, y) = button.middle()?;
    stage.input.click(x, y)?;
    let bar = patch("the chat should open", |width| width >= 600)?;
    let id = wait::until("a conversation should wait in the queue", PATIENCE, || agent.waiting())?;
    let (x, _) = bar.middle()?;
    let height = i16::try_from(stage.screen.look()?.height())?;
    stage.input.click(x - 150, height - 70)?;
    // The focus takes a moment to get into the frame; blanks before a text are not sent, and show when keys arrive.
    wait::until("the composer should take keys", PATIENCE, || {
        stage.input.type_text(" ")?;
        let typing = wait::until("typing", Duration::from_millis(500), || Ok(agent.visitor_types(&id)?.then_some(())));
        Ok(typing.ok())
    })?;
    Ok(id)
}

/// Types a message and Enter while the notice is up, and fails when anything of it gets anywhere.
fn types_in_vain(stage: &Stage, kiosk: &Kiosk, agent: &Agent, id: &str) -> Result<()> {
    let before = agent.conversation(id)?;
    stage.input.type_text("one more thing")?;
    stage.input.key("Return")?;
    // Longer than the pause after which Enter presses the notice's button.
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(1500))?;
    let after = agent.conversation(id)?;
    ensure!(before == after, "the server heard of it: before {before}, after {after}");
    Ok(())
}

fn say(sentence: &str) -> Result<()> {
    writeln!(io::stdout(), "{sentence}").context("standard output is closed")
}
