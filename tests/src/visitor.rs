//! A person at the kiosk, as far as hands and eyes go: what to touch is found by its colour on the screen.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::kiosk::{BRAND, Kiosk};
use crate::org::{ACCENT, Conversation, Org};
use crate::pages::{COMPOSER, Page};
use crate::screen::{self, Area, RgbaImage};
use crate::stage::Stage;
use crate::wait::{self, PATIENCE};

/// Opens a chat in the sandbox's client, and writes a first message; gives the conversation that waits in the queue.
pub fn opens_chat(stage: &Stage, org: &Org, text: &str) -> Result<Conversation> {
    let start = sees_start(stage)?;
    let (x, y) = screen::patch(&start, ACCENT)?.middle()?;
    stage.input.click(x, y)?;
    // The chat has a bar in the same colour at its top, and its composer at the lower edge of the screen.
    let open = stage.screen.wait_until("chat-open", PATIENCE, |picture| {
        screen::patch(picture, ACCENT).is_ok_and(|patch| patch.width >= 400 && patch.y < 150)
    })?;
    let bar = screen::patch(&open, ACCENT)?;
    stage.input.click(i16::try_from(bar.x + 150)?, i16::try_from(open.height())? - 70)?;
    let conversation = org.wait_waiting()?;
    waits_for_the_composer(stage, org, conversation.id())?;
    writes(stage, text)?;
    org.wait_message(conversation.id(), text)
}

/// Waits for the chat's start button, which is in the middle. The notice has one of this colour on the right, and may be the
/// last that was painted.
pub fn sees_start(stage: &Stage) -> Result<RgbaImage> {
    stage.screen.wait_until("start", PATIENCE, |picture| {
        screen::patch(picture, ACCENT).is_ok_and(|patch| {
            let off_middle = (patch.x * 2 + patch.width).abs_diff(picture.width());
            (200..1000).contains(&patch.width) && patch.y > 150 && off_middle < picture.width() / 10
        })
    })
}

/// The focus takes a moment to get into the frame. Blanks before a text are not sent, and show when keys arrive.
fn waits_for_the_composer(stage: &Stage, org: &Org, id: &str) -> Result<()> {
    wait::until("the composer should take keys", PATIENCE, || {
        stage.input.type_text(" ")?;
        let arrived = wait::until("typing", Duration::from_millis(500), || {
            Ok(Some(org.conversation(id)?).filter(Conversation::visitor_types))
        });
        Ok(arrived.ok())
    })?;
    Ok(())
}

/// Writes a message where the focus is, and sends it with Enter.
pub fn writes(stage: &Stage, text: &str) -> Result<()> {
    stage.input.type_text(text)?;
    stage.input.key("Return")
}

/// Types one letter after the other for as long as `meanwhile` takes.
pub fn types_while<T>(stage: &Stage, meanwhile: impl FnOnce() -> Result<T>) -> Result<T> {
    floods_while(|| stage.input.type_text("a"), meanwhile)
}

/// Clicks in the same place, as fast as the display takes it, for as long as `meanwhile` takes.
pub fn clicks_while<T>(stage: &Stage, x: i16, y: i16, meanwhile: impl FnOnce() -> Result<T>) -> Result<T> {
    floods_while(|| stage.input.click(x, y), meanwhile)
}

fn floods_while<T>(press: impl Fn() -> Result<()> + Sync, meanwhile: impl FnOnce() -> Result<T>) -> Result<T> {
    let goes_on = AtomicBool::new(true);
    thread::scope(|scope| {
        let device = scope.spawn(|| -> Result<()> {
            while goes_on.load(Ordering::Relaxed) {
                press()?;
            }
            Ok(())
        });
        let told = meanwhile();
        goes_on.store(false, Ordering::Relaxed);
        device.join().ok().context("the device fell")??;
        told
    })
}

/// Ends the chat in the sandbox's client: its button in the bar above, and "End chat" in the question that follows.
pub fn ends_chat(stage: &Stage) -> Result<()> {
    // From the composer back: the transcript, the button; the question begins at "Keep chatting".
    stage.input.keys("shift+Tab", 2)?;
    stage.input.key("Return")?;
    stage.input.key("shift+Tab")?;
    stage.input.key("Return")
}

/// Knocks with five touches, again until somebody hears it: one that comes in the very moment in which the front lifts may be lost, and
/// then a person tries again.
pub fn knocks(kiosk: &Kiosk, touch: impl Fn() -> Result<()>) -> Result<()> {
    let mark = kiosk.log.mark();
    wait::until("somebody should hear it", PATIENCE, || {
        (0..5).try_for_each(|_| touch())?;
        let heard = |event: &str| event.starts_with("staff.");
        let line = kiosk.log.wait_line(mark, "an answer", Duration::from_secs(2), |line| heard(line.event()));
        Ok(line.ok())
    })?;
    Ok(())
}

/// A whole conversation of a few words with an agent of this name, up to the moment before its end.
pub fn talks(stage: &Stage, org: &Org, agent: &str, question: &str, answer: &str) -> Result<Conversation> {
    let conversation = opens_chat(stage, org, question)?;
    org.accept(conversation.id(), agent)?;
    org.say(conversation.id(), answer)?;
    org.wait_message(conversation.id(), answer)
}

/// Touches the composer of a host page of [`crate::pages`] and writes into it without sending.
pub fn drafts(stage: &Stage, page: &Page<'_>, text: &str) -> Result<()> {
    let (x, y) = composer(stage)?;
    let clicks = page.seen("click").iter().filter(|click| click.text("type") == "click").count();
    stage.input.click(x, y)?;
    // The focus is in the frame when the frame has seen the whole click.
    page.wait_for("click", &json!({"type": "click"}), clicks + 1)?;
    stage.input.type_text(text)?;
    page.wait_for("input", &json!({"value": text}), 1)?;
    Ok(())
}

/// Touches the chat of a host page whose frame takes the focus by itself, and waits until it has.
pub fn touches(stage: &Stage, page: &Page<'_>) -> Result<()> {
    let (x, y) = composer(stage)?;
    let focused = page.seen("focus").len();
    // Above the composer: the transcript.
    stage.input.click(x, y / 2)?;
    page.wait_for("focus", &Value::Null, focused + 1)?;
    Ok(())
}

/// Touches it and writes a first letter, which arrives.
pub fn first_letter(stage: &Stage, page: &Page<'_>, letter: char) -> Result<()> {
    touches(stage, page)?;
    stage.input.type_text(letter.encode_utf8(&mut [0; 4]))?;
    page.wait_for("input", &Value::Null, 1)?;
    Ok(())
}

/// Where the composer of a host page is, once it is painted.
fn composer(stage: &Stage) -> Result<(i16, i16)> {
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    screen::patch(&seen, COMPOSER)?.middle()
}

/// Waits until the notice is painted, and gives the middle of "Start over now".
pub fn sees_notice(stage: &Stage, step: &str) -> Result<(i16, i16)> {
    let seen = stage.screen.wait_until(step, PATIENCE, |picture| screen::patch(picture, BRAND).is_ok_and(is_button))?;
    screen::patch(&seen, BRAND)?.middle()
}

fn is_button(patch: Area) -> bool {
    (100..600).contains(&patch.width) && patch.height >= 44
}

/// "Start over now" in the notice, by key: it has the focus from the beginning.
pub fn starts_over(stage: &Stage) -> Result<()> {
    presses(stage)
}

/// "Start over now" or "Keep reading" in the notice, by a finger.
pub fn touches_button(stage: &Stage, (x, y): (i16, i16)) -> Result<()> {
    pauses();
    stage.input.click(x, y)
}

/// "Keep reading" in the notice, by key. The focus stays there.
pub fn keeps_reading(stage: &Stage) -> Result<()> {
    stage.input.key("Tab")?;
    presses(stage)
}

/// The button of the notice that has the focus, by key.
pub fn presses(stage: &Stage) -> Result<()> {
    pauses();
    stage.input.key("Return")
}

/// Takes the hands off: neither Enter in the middle of a sentence nor a finger that was already on its way is meant for the notice.
fn pauses() {
    thread::sleep(TYPING_PAUSE);
}

/// Longer than the pause after which the kiosk takes a key or a touch as meant for the notice.
const TYPING_PAUSE: Duration = Duration::from_millis(1200);

/// Fails unless the screen becomes as `before`: nothing of the visit in between is left. Each web process smooths
/// letters a little differently (up to three pixels in a hundred); an open chat differs in more than half.
pub fn finds(stage: &Stage, step: &str, before: &RgbaImage) -> Result<()> {
    stage.screen.wait_until(step, PATIENCE, |now| screen::differ(before, now) < 0.06)?;
    Ok(())
}
