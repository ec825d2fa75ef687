//! The keyboard on the screen: it comes for a text field in whichever frame, writes there, goes, and keeps nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kiosk_core::keyboard::{Key, Language, Layer, Purpose};
use kiosk_tests::input::Button;
use kiosk_tests::keyboard::Fingers;
use kiosk_tests::org::{ACCENT, Conversation};
use kiosk_tests::pages::{COMPOSER, Page};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};
use tokio::runtime::Builder;

#[test]
fn a_whole_chat_without_a_keyboard_and_the_next_person_finds_it_new() -> Result<()> {
    let stage = Stage::named("keyboard-chat").up()?;
    let org = Org::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("window.keyboard", "built-in"))?;
    kiosk.enter(&stage, 1)?;

    // The chat's own client gives its composer the focus, in its frame of another origin.
    let (mut fingers, conversation) = opens_chat(&stage, &org, &kiosk)?;
    let id = conversation.id();
    fingers.write("hello therr")?;
    fingers.press(Key::Backspace)?;
    fingers.write("e")?;
    fingers.press(Key::Enter)?;
    org.wait_message(id, "hello there")?;
    org.accept(id, "Dana")?;
    org.say(id, "Good morning")?;

    // Where a German has z, an English keyboard has y; capitals and signs lie on other layers.
    fingers.choose(Language::German)?;
    fingers.press(Key::Shift)?;
    fingers.write("Zwölf")?;
    fingers.press(Key::Layer(Layer::Symbols))?;
    fingers.write("?")?;
    fingers.press(Key::Enter)?;
    org.wait_message(id, "Zwölf?").inspect_err(|_| drop(stage.screen.shot("german")))?;
    stage.screen.wait_still("answered")?;
    fingers.choose(Language::Arabic)?;
    fingers.write("مرحبا")?;
    fingers.press(Key::Enter)?;
    org.wait_message(id, "مرحبا")?;
    stage.screen.wait_still("arabic")?;

    // The notice has the screen to itself, and the next person a keyboard that knows nothing of German.
    org.end(id, "Agent")?;
    kiosk.notice(1)?;
    kiosk.event("keyboard.hidden", &Value::Null)?;
    fingers.see(false)?;
    visitor::sees_notice(&stage, "notice")?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    let mark = kiosk.log.mark();
    let (mut fingers, conversation) = opens_chat(&stage, &org, &kiosk)?;
    fingers.write("yes")?;
    fingers.press(Key::Enter)?;
    org.wait_message(conversation.id(), "yes")?;

    // The transcript takes the focus, and nobody needs keys.
    stage.input.click(640, 250)?;
    kiosk.log.wait_after(mark, "keyboard.hidden", &Value::Null, PATIENCE)?;
    fingers.see(false)?;

    // Not a word of it is anywhere in the log.
    let log = kiosk.log.text();
    ensure!(!["hello", "Zw", "مرحبا", "yes"].iter().any(|word| log.contains(word)), "the log knows what was typed");
    kiosk.expect_alive()
}

#[test]
fn a_touch_brings_it_up_and_a_real_key_or_its_own_takes_it_away() -> Result<()> {
    let stage = Stage::named("keyboard-real").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("window.keyboard", "built-in"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let mut fingers = touches_composer(&stage, &kiosk)?;
    writes_first(&mut fingers, &page)?;

    // Held, it takes everything away.
    fingers.write("bcd")?;
    page.wait_for("input", &json!({"value": "abcd"}), 1)?;
    let (x, y) = fingers.place(Key::Backspace)?;
    stage.input.press_for(Button::Left, x, y, Duration::from_secs(2))?;
    page.wait_for("input", &json!({"value": ""}), 1)?;

    // A real key is written too, and whoever has keys needs none on the screen.
    stage.input.type_text("r")?;
    page.wait_for("input", &json!({"value": "r"}), 1)?;
    kiosk.event("keyboard.hidden", &Value::Null)?;
    fingers.see(false)?;
    let mark = kiosk.log.mark();
    let fingers = touches_composer(&stage, &kiosk)?;
    // In its first moment its keys do nothing: the second of two touches on the composer would hit one.
    let (x, y) = fingers.place(Key::Hide)?;
    wait::until("its own key should put it away", PATIENCE, || {
        stage.input.click(x, y)?;
        Ok(kiosk.log.wait_after(mark, "keyboard.hidden", &Value::Null, Duration::from_millis(500)).ok())
    })?;
    fingers.see(false)?;
    kiosk.expect_alive()
}

#[test]
fn its_keys_are_what_the_field_is_for() -> Result<()> {
    let stage = Stage::named("keyboard-kinds").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("window.keyboard", "built-in"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let kinds = [("email", Purpose::Email, '@'), ("tel", Purpose::Phone, '+'), ("password", Purpose::Password, 'k')];
    for (kind, purpose, letter) in kinds {
        page.script("frame", &format!("composer.blur(); composer.value = ''; composer.type = '{kind}'"))?;
        let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
        let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
        stage.input.click(x, y)?;
        let mut fingers = Fingers::on(&stage, &kiosk, purpose)?;
        wait::until("a key should arrive", PATIENCE, || {
            fingers.press(Key::Char(letter))?;
            Ok(page.wait_within("input", &json!({"value": letter}), 1, Duration::from_millis(500)).ok())
        })?;
        stage.screen.shot(kind)?;
        page.script("frame", "composer.blur()")?;
        kiosk.event("keyboard.hidden", &Value::Null)?;
        fingers.see(false)?;
    }
    Ok(())
}

#[test]
fn a_page_can_neither_bring_it_up_nor_use_it_nor_see_it() -> Result<()> {
    let stage = Stage::named("keyboard-page").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("window.keyboard", "built-in"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    // Whatever the page does by itself: it has a field, gives it the focus, and pretends to be a hand.
    for place in ["page", "frame"] {
        page.script(place, FORGES)?;
    }
    kiosk.log.none_for("keyboard.shown", &Value::Null, Duration::from_secs(3))?;

    for place in ["page", "frame"] {
        page.script(place, "clearInterval(window.forging); document.getElementById('forged').remove()")?;
    }

    // While it is up: keys that a page makes up are none of its, and it is no part of any page.
    let mut fingers = touches_composer(&stage, &kiosk)?;
    writes_first(&mut fingers, &page)?;
    let before = stage.screen.wait_still("up")?;
    page.script(
        "frame",
        "const own = document.createElement('input'); own.style.position = 'fixed'; own.inputMode = 'none';
       document.body.append(own); document.querySelectorAll('button').forEach((one) => one.click())",
    )?;
    let strip = fingers.area(&before)?;
    ensure!(strip.y + strip.height == before.height(), "it is not at the lower edge: {strip:?}");
    page.script(
        "page",
        "const all = document.createElement('div');
       all.style.cssText = 'position: fixed; inset: 0; height: 2000px; background: #ff00ff; z-index: 2147483647';
       document.body.append(all)",
    )?;
    let covered = stage.screen.wait_until("covered", PATIENCE, |now| screen::shows(now, [0xff, 0, 0xff]))?;
    ensure!(screen::share(&covered, strip, [0xff, 0, 0xff]) == 0.0, "the page painted over the keyboard");
    kiosk.expect_alive()
}

/// Focus, clicks, touches and keys of a script's own making.
const FORGES: &str = "const field = document.createElement('input'); field.id = 'forged'; document.body.append(field);
    for (const focus of [() => field.focus(), () => field.click(), () => field.select()]) focus();
    for (const kind of ['touchstart', 'touchend', 'pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click']) {
      field.dispatchEvent(new Event(kind, { bubbles: true })); }
    navigator.virtualKeyboard?.show?.();
    window.forging = setInterval(() => { field.blur(); field.focus(); }, 200)";

#[test]
fn a_mouse_alone_brings_nothing_up_by_default() -> Result<()> {
    let stage = Stage::named("keyboard-mouse").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    visitor::drafts(&stage, &page, "by keys")?;
    kiosk.log.none_for("keyboard.shown", &Value::Null, Duration::from_secs(2))?;
    Ok(())
}

#[test]
fn writing_on_it_is_activity() -> Result<()> {
    let stage = Stage::named("keyboard-idle").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("window.keyboard", "built-in");
    let kiosk = Kiosk::start(&stage, setup.set("idle.after_seconds", 4).set("idle.answer_seconds", 20))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let mut fingers = touches_composer(&stage, &kiosk)?;
    writes_first(&mut fingers, &page)?;
    let mark = kiosk.log.mark();
    let begun = Instant::now();
    // Twice the idle time, by nothing but keys on the screen.
    while begun.elapsed() < Duration::from_secs(8) {
        fingers.write("b")?;
    }
    kiosk.log.none_since(mark, "scene.shown", &Value::Null)?;
    // And when it stops, the question comes, with the screen to itself.
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "still_there"}), PATIENCE)?;
    kiosk.event("keyboard.hidden", &Value::Null)?;
    fingers.see(false)
}

#[test]
fn under_the_notice_it_cannot_come_back() -> Result<()> {
    let stage = Stage::named("keyboard-notice").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1&thief=1").set("window.keyboard", "built-in");
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let fingers = touches_composer(&stage, &kiosk)?;
    page.event(&events::agents_end("k1"))?;
    kiosk.notice(1)?;
    fingers.see(false)?;
    let mark = kiosk.log.mark();
    // The frame takes the focus back five times a second, and a finger helps it.
    for _ in 0..5 {
        stage.input.click(300, 200)?;
        kiosk.log.none_for("keyboard.shown", &Value::Null, Duration::from_millis(400))?;
    }
    kiosk.log.none_since(mark, "keyboard.shown", &Value::Null)?;
    visitor::sees_notice(&stage, "notice")?;
    Ok(())
}

#[test]
fn the_desktops_keyboard_is_asked_to_come_and_to_go() -> Result<()> {
    let stage = Stage::named("keyboard-system").up()?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let visible = Arc::new(Mutex::new(Vec::new()));
    let double = DesktopKeyboard { visible: Arc::clone(&visible) };
    let _connection = runtime.block_on(async {
        zbus::connection::Builder::address(stage.bus.address())?
            .serve_at("/sm/puri/OSK0", double)?
            .name("sm.puri.OSK0")?
            .build()
            .await
    })?;
    let asked = |expected: &[bool]| {
        wait::until(&format!("the desktop's keyboard should hear {expected:?}"), PATIENCE, || {
            let heard = visible.lock().unwrap_or_else(PoisonError::into_inner);
            Ok((*heard == expected).then_some(()))
        })
    };
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("window.keyboard", "system"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    asked(&[true])?;
    page.event(&events::agents_end("k2"))?;
    kiosk.notice(1)?;
    asked(&[true, false])
}

/// A desktop's keyboard on the session bus, as Squeekboard is: it keeps what it was asked for.
struct DesktopKeyboard {
    visible: Arc<Mutex<Vec<bool>>>,
}

#[zbus::interface(name = "sm.puri.OSK0")]
impl DesktopKeyboard {
    fn set_visible(&self, visible: bool) {
        self.visible.lock().unwrap_or_else(PoisonError::into_inner).push(visible);
    }
}

/// Opens a chat by touch alone; the keyboard comes up for its composer.
fn opens_chat<'a>(stage: &'a Stage, org: &Org, kiosk: &Kiosk) -> Result<(Fingers<'a>, Conversation)> {
    let start = visitor::sees_start(stage)?;
    let (x, y) = screen::patch(&start, ACCENT)?.middle()?;
    stage.input.click(x, y)?;
    let mut fingers = Fingers::on(stage, kiosk, Purpose::Text)?;
    let conversation = org.wait_waiting()?;
    // Blanks before a text are not sent, and show when keys arrive.
    wait::until("keys should arrive", PATIENCE, || {
        fingers.press(Key::Space)?;
        Ok(Some(org.conversation(conversation.id())?).filter(Conversation::visitor_types))
    })?;
    Ok((fingers, conversation))
}

/// Touches the composer of a host page, and waits for the keyboard.
fn touches_composer<'a>(stage: &'a Stage, kiosk: &Kiosk) -> Result<Fingers<'a>> {
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    Fingers::on(stage, kiosk, Purpose::Text)
}

/// One letter, however often it takes: the very first touches may find a keyboard that has only just come.
fn writes_first(fingers: &mut Fingers<'_>, page: &Page<'_>) -> Result<()> {
    wait::until("a key should arrive", PATIENCE, || {
        fingers.write("a")?;
        Ok(page.wait_within("input", &json!({"value": "a"}), 1, Duration::from_millis(500)).ok())
    })?;
    Ok(())
}

/// Where an English keyboard has q and z, a French one has a and w, and a German one has y for z.
#[test]
fn it_begins_in_the_language_that_is_spoken_and_each_person_finds_the_kiosks_own() -> Result<()> {
    let stage = Stage::named("keyboard-language").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("window.keyboard", "built-in").set("idle.after_seconds", 30);
    let mut kiosk = Kiosk::start(&stage, setup.set("language", "fr"))?;
    kiosk.fresh(1)?;
    kiosk.scene("welcome")?;
    stage.screen.wait_still("welcome")?;
    // Past the start button and English: German.
    stage.input.keys("Tab", 2)?;
    stage.input.key("Return")?;
    kiosk.fresh(2)?;
    stage.input.keys("shift+Tab", 2)?;
    stage.input.key("Return")?;
    kiosk.scene("none")?;
    writes(&stage, &kiosk, &pages.visitor(2)?.launched()?, Language::German, "azy")?;
    kiosk.signal("USR2")?;
    kiosk.enter(&stage, 3)?;
    writes(&stage, &kiosk, &pages.visitor(3)?.launched()?, Language::French, "azq")?;
    kiosk.expect_alive()
}

/// Writes a text that begins with "a", on keys of this language.
fn writes(stage: &Stage, kiosk: &Kiosk, page: &Page<'_>, language: Language, text: &str) -> Result<()> {
    let mut fingers = touches_composer(stage, kiosk)?.in_language(language);
    writes_first(&mut fingers, page)?;
    fingers.write(&text[1..])?;
    page.wait_for("input", &json!({"value": text}), 1)?;
    Ok(())
}

/// The screens that most kiosks have, and what a person sees on them.
#[test]
fn on_every_screen_the_composer_and_the_last_message_stay_in_sight() -> Result<()> {
    for (width, height, background) in [(1024, 600, "#ffffff"), (1920, 1080, "#12181c"), (1080, 1920, "#ffffff")] {
        let stage = Stage::named(&format!("keyboard-{width}x{height}")).size(width, height).up()?;
        let org = Org::start()?;
        let setup = Setup::on_org(&org).set("window.width", width).set("window.height", height);
        let setup = setup.set("window.keyboard", "built-in").set("brand.background", background);
        let kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        let start = visitor::sees_start(&stage)?;
        let (x, y) = screen::patch(&start, ACCENT)?.middle()?;
        stage.input.click(x, y)?;
        let mut fingers = Fingers::branded(&stage, &kiosk, Purpose::Text, background)?;
        let conversation = org.wait_waiting()?;
        wait::until("keys should arrive", PATIENCE, || {
            fingers.press(Key::Space)?;
            Ok(Some(org.conversation(conversation.id())?).filter(Conversation::visitor_types))
        })?;
        fingers.write("hello")?;
        fingers.press(Key::Enter)?;
        org.wait_message(conversation.id(), "hello")?;
        // The message's own colour is the client's; above the keyboard there is room for it and for the composer.
        let strip = fingers.area(&stage.screen.look()?)?;
        let page = screen::Area { y: strip.y / 3, height: strip.y - strip.y / 3, ..strip };
        stage.screen.wait_until("letters", PATIENCE, |now| screen::share(now, page, ACCENT) > 0.005)?;
        fingers.press(Key::Layer(Layer::Languages))?;
        stage.screen.shot("languages")?;
        fingers.press(Key::Language(Language::Arabic))?;
        stage.screen.shot("arabic")?;
    }
    Ok(())
}
