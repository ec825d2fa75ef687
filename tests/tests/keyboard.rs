//! The keyboard on the screen: it comes for a text field in whichever frame, writes there, goes, and keeps nothing.

use anyhow::{Result, ensure};
use kiosk_core::keyboard::{Key, Language, Purpose};
use kiosk_tests::keyboard::Fingers;
use kiosk_tests::org::ACCENT;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Org, Setup, Stage, screen, visitor};
use serde_json::Value;

#[test]
fn a_whole_chat_without_a_keyboard() -> Result<()> {
    let stage = Stage::named("keyboard-chat").up()?;
    let org = Org::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("window.keyboard", "built-in"))?;
    kiosk.enter(&stage, 1)?;

    // The chat's own client gives its composer the focus, in its frame of another origin.
    let mut fingers = opens_chat(&stage, &org, &kiosk)?;
    let conversation = org.wait_waiting()?;
    let id = conversation.id();
    fingers.write("hello there")?;
    stage.screen.shot("written")?;
    fingers.press(Key::Enter)?;
    org.wait_message(id, "hello there")?;
    org.accept(id, "Dana")?;
    org.say(id, "Good morning")?;
    stage.screen.shot("answered")?;
    kiosk.expect_alive()
}

/// Opens a chat by touch alone; the keyboard comes up for its composer.
fn opens_chat<'a>(stage: &'a Stage, org: &Org, kiosk: &Kiosk) -> Result<Fingers<'a>> {
    let start = visitor::sees_start(stage)?;
    let (x, y) = screen::patch(&start, ACCENT)?.middle()?;
    stage.input.click(x, y)?;
    // The chat has a bar in the same colour at its top, and its composer at the lower edge of the screen.
    let open = stage.screen.wait_until("open", PATIENCE, |picture| {
        screen::patch(picture, ACCENT).is_ok_and(|patch| patch.width >= 400 && patch.y < 150)
    })?;
    let bar = screen::patch(&open, ACCENT)?;
    stage.input.click(i16::try_from(bar.x + 150)?, i16::try_from(open.height())? - 70)?;
    let mut fingers = Fingers::on(stage, kiosk, Purpose::Text)?;
    let conversation = org.wait_waiting()?;
    // Blanks before a text are not sent, and show when keys arrive.
    wait::until("keys should arrive", PATIENCE, || {
        fingers.press(Key::Space)?;
        Ok(Some(org.conversation(conversation.id())?).filter(kiosk_tests::org::Conversation::visitor_types))
    })?;
    Ok(fingers)
}
