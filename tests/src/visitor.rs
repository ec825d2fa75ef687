//! A person at the kiosk, as far as hands and eyes go: what to touch is found by its colour on the screen.

use anyhow::{Result, ensure};

use crate::kiosk::Kiosk;
use crate::org::{ACCENT, Conversation, Org};
use crate::pages::{COMPOSER, Page};
use crate::screen;
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// Opens a chat in the sandbox's client, and writes a first message; gives the conversation that waits in the queue.
pub fn opens_chat(stage: &Stage, org: &Org, text: &str) -> Result<Conversation> {
    let is_button = |width: u32| (200..1000).contains(&width);
    let seen = stage.screen.wait_until("chat-button", PATIENCE, |picture| {
        screen::patch(picture, ACCENT).is_ok_and(|patch| is_button(patch.width) && patch.height > 40)
    })?;
    let (x, y) = screen::patch(&seen, ACCENT)?.middle()?;
    // The label is in the middle; above it there is only the colour.
    stage.input.click(x, y)?;
    let open = stage.screen.wait_until("chat-open", PATIENCE, |picture| {
        screen::patch(picture, ACCENT).is_ok_and(|patch| patch.width >= 1000)
    })?;
    let bar = screen::patch(&open, ACCENT)?;
    let (middle, _) = bar.middle()?;
    // The composer is at the lower edge, left of the button that sends.
    stage.input.click(middle - 200, i16::try_from(open.height())? - 70)?;
    writes(stage, text)?;
    let conversation = org.wait_waiting()?;
    org.wait_message(conversation.id(), text)
}

/// Writes a message where the focus is, and sends it with Enter.
pub fn writes(stage: &Stage, text: &str) -> Result<()> {
    stage.input.type_text(text)?;
    stage.input.key("Return")
}

/// Ends the chat in the sandbox's client: its button in the bar above, and "End chat" in the question that follows.
pub fn ends_chat(stage: &Stage) -> Result<()> {
    // From the composer back: the transcript, the button; the question begins at "Keep chatting".
    stage.input.keys("shift+Tab", 2)?;
    stage.input.key("Return")?;
    stage.input.key("shift+Tab")?;
    stage.input.key("Return")
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
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    stage.input.type_text(text)?;
    page.wait_for("input", &serde_json::json!({"value": text}), 1)?;
    Ok(())
}

/// "Start over now" in the notice: it has the focus from the beginning.
pub fn starts_over(stage: &Stage) -> Result<()> {
    stage.input.key("Return")
}

/// "Keep reading" in the notice.
pub fn keeps_reading(stage: &Stage) -> Result<()> {
    stage.input.key("Tab")?;
    stage.input.key("Return")
}

/// Fails unless the screen becomes as `before`, but for a blinking cursor: nothing of the visit in between is left.
pub fn finds(stage: &Stage, kiosk: &Kiosk, step: &str, before: &screen::RgbaImage) -> Result<()> {
    stage.screen.wait_until(step, PATIENCE, |now| screen::differ(before, now) < 0.01)?;
    ensure!(kiosk.scene_now() != "out_of_service", "the kiosk is out of service");
    Ok(())
}
