//! Several fingers at once, on a screen that knows them: mutter's, under Wayland.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_core::keyboard::{Face, Key, Language, Layer, Purpose, face};
use kiosk_tests::pages::Page;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, Touch, events, keyboard, program, scenes, screen, touch, visitor};
use serde_json::{Value, json};

/// Between the keys of the staff's pad.
const GAP: i16 = 12;
/// In the middle of the screen, above the keyboard.
const COMPOSER: (i16, i16) = (640, 200);

#[test]
fn two_thumbs_write_what_they_touch() -> Result<()> {
    let Some((stage, pages)) = set_up("two-thumbs")? else { return Ok(()) };
    let mut kiosk = Kiosk::start(&stage, Touch::screen(Setup::on_page(&pages, "client=v1")))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    let page = feels_fingers(&kiosk, pages.visitor(1)?, &touch)?;
    let letters = face(Layer::Letters, Language::English, Purpose::Text, false);
    let at = |key| place(&letters, key);
    // In its first moment its keys do nothing, and blanks before a text show when they do.
    wait::until("a key should arrive", PATIENCE, || {
        touch.tap(at(Key::Backspace)?)?;
        touch.tap(at(Key::Char('h'))?)?;
        Ok(page.wait_within("input", &json!({"value": "h"}), 1, Duration::from_millis(500)).ok())
    })?;

    // Each thumb comes down before the other is up, twice on the same key, and the last word is the left one's.
    let wrote = |text: &str| page.wait_for("input", &json!({"value": text}), 1);
    let place_of = |letter| at(if letter == ' ' { Key::Space } else { Key::Char(letter) });
    alternately(&touch, &"ello there".chars().map(place_of).collect::<Result<Vec<_>>>()?)?;
    wrote("hello there")?;

    // A thumb that rests on a key, or slides away from it, keeps nothing from the other.
    touch.down(0, at(Key::Char('x'))?)?;
    touch.slide(0, (640, 100))?;
    touch.tap_with(1, at(Key::Char('y'))?)?;
    touch.tap_with(2, at(Key::Char('z'))?)?;
    touch.up(0)?;
    wrote("hello therexyz")?;

    // Shift is held by one, the other writes; once it is let go it is over.
    touch.down(0, at(Key::Shift)?)?;
    touch.tap_with(1, at(Key::Char('o'))?)?;
    touch.tap_with(1, at(Key::Char('k'))?)?;
    touch.up(0)?;
    touch.tap_with(1, at(Key::Char('a'))?)?;
    wrote("hello therexyzOKa")?;

    // What is held takes away, until the other hand has put other keys under it.
    let inputs = || page.seen("input").len();
    let there = inputs();
    touch.down(0, at(Key::Backspace)?)?;
    wait::until("a held key should repeat", PATIENCE, || Ok((inputs() > there + 3).then_some(())))?;
    touch.tap_with(1, at(Key::Layer(Layer::Symbols))?)?;
    let still = || -> Result<bool> {
        let before = inputs();
        thread::sleep(Duration::from_secs(1));
        Ok(inputs() == before)
    };
    ensure!(still()? || still()?, "it repeats on under keys that are gone");
    touch.up(0)?;
    let left = page.seen("input").last().map(|seen| seen.text("value").to_owned()).unwrap_or_default();
    let symbols = face(Layer::Symbols, Language::English, Purpose::Text, false);
    touch.tap_with(1, place(&symbols, Key::Char('?'))?)?;
    wrote(&format!("{left}?"))?;
    kiosk.expect_alive()
}

/// Where a finger is down while the front comes or goes, nobody is told that it was lifted.
#[test]
fn fingers_that_are_down_while_the_front_lifts_make_nothing_deaf() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-front")? else { return Ok(()) };
    let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 3).set("idle.after_seconds", 3);
    let mut kiosk = Kiosk::start(&stage, Touch::screen(setup))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    let page = feels_fingers(&kiosk, pages.visitor(1)?, &touch)?;
    page.event(&events::agents_end("f1"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    for visit in 2..=4 {
        wait::until("the front should welcome", PATIENCE, || Ok((kiosk.scene_now() == "welcome").then_some(())))?;
        // Two hands at once, and one stays.
        let mark = kiosk.log.mark();
        touch.down(0, (600, 380))?;
        touch.down(1, (700, 420))?;
        touch.up(0)?;
        kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
        touch.down(2, (500, 300))?;
        touch.up(1)?;
        touch.up(2)?;
        let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
        fills_screen(&page)?;
        // The composer hears the next finger.
        let mark = kiosk.log.mark();
        touch.tap(COMPOSER)?;
        kiosk.log.wait_after(mark, "keyboard.shown", &Value::Null, PATIENCE)?;
        // A finger is on the chat when the notice comes, and is lifted on the welcome.
        touch.down(0, COMPOSER)?;
        page.event(&events::agents_end(&format!("f{visit}")))?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        touch.up(0)?;
    }
    kiosk.expect_alive()
}

/// Its place is the one that it has on a screen that can be seen.
#[test]
fn the_notices_button_feels_a_finger_but_not_one_that_was_writing() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-notice")? else { return Ok(()) };
    let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 60);
    let seen = Kiosk::start(&stage, setup.clone())?;
    seen.fresh(1)?;
    pages.visitor(1)?.launched()?.event(&events::agents_end("seen"))?;
    let button = visitor::sees_notice(&stage, "notice")?;
    drop(seen);

    let mut kiosk = Kiosk::start(&stage, Touch::screen(setup))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    let page = feels_fingers(&kiosk, pages.visitor(2)?, &touch)?;
    page.event(&events::agents_end("touched"))?;
    kiosk.notice(1)?;
    // Both thumbs were still at work in the place where the button came up.
    for thumb in [0, 1, 0, 1] {
        touch.tap_with(thumb, button)?;
    }
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(1500))?;
    // A hand rests on the screen, and another one presses.
    touch.down(2, (100, 100))?;
    let pressed = kiosk.log.mark();
    touch.tap_with(3, button)?;
    kiosk.log.wait_after(pressed, "clear.called", &Value::Null, Duration::from_secs(5))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// Not everybody taps: a hand may be slow, or tremble. And some pages cancel every touch, against scrolling.
#[test]
fn a_slow_finger_presses_what_it_is_lifted_from() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-slow")? else { return Ok(()) };
    let setup = scenes::with_accent(Setup::on_page(&pages, "client=v1")).set("notice.seconds", 60);
    let setup = setup.set("idle.after_seconds", 10);
    let seen = Kiosk::start(&stage, setup.clone())?;
    seen.fresh(1)?;
    let start = scenes::button(&stage, "welcome")?.middle()?;
    let mark = seen.log.mark();
    stage.input.click(start.0, start.1)?;
    seen.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    pages.visitor(1)?.launched()?.event(&events::agents_end("seen"))?;
    let button = scenes::button(&stage, "notice")?.middle()?;
    drop(seen);

    let mut kiosk = Kiosk::start(&stage, Touch::screen(setup))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    wait::until("the front should welcome", PATIENCE, || Ok((kiosk.scene_now() == "welcome").then_some(())))?;
    wait::until("the button should feel a slow finger", PATIENCE, || {
        slowly(&touch, start)?;
        Ok((kiosk.scene_now() == "none").then_some(()))
    })?;
    let page = feels_fingers(&kiosk, pages.visitor(2)?, &touch)?;
    for event in ["touchstart", "touchmove", "touchend"] {
        let cancels = "(event) => event.preventDefault(), { passive: false }";
        page.script("page", &format!("document.addEventListener('{event}', {cancels})"))?;
    }
    page.event(&events::agents_end("slow"))?;
    kiosk.notice(1)?;
    // One that rests on the button, or is lifted beside it, means nothing.
    touch.down(1, button)?;
    thread::sleep(Duration::from_secs(4));
    touch.up(1)?;
    touch.down(1, button)?;
    touch.slide(1, (button.0, 100))?;
    touch.up(1)?;
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(1500))?;
    let mark = kiosk.log.mark();
    slowly(&touch, button)?;
    kiosk.log.wait_after(mark, "clear.called", &Value::Null, Duration::from_secs(5))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// Longer than the engine waits for a tap, and not quite in one place.
fn slowly(touch: &Touch, (x, y): (i16, i16)) -> Result<()> {
    touch.down(0, (x, y))?;
    thread::sleep(Duration::from_secs(1));
    touch.slide(0, (x + 12, y + 6))?;
    touch.up(0)
}

/// A hand that rests somewhere makes no button dead: not the welcome, not the bar's.
#[test]
fn under_a_resting_hand_everything_else_feels() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-rest")? else { return Ok(()) };
    let setup = Setup::on_page(&pages, "client=v1").set("profile", "terminal").set("idle.after_seconds", 3);
    let mut kiosk = Kiosk::start(&stage, Touch::screen(setup.set("window.full_screen", true)))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    let page = feels_fingers(&kiosk, pages.visitor(1)?, &touch)?;
    // "I am done" is at the end of the bar.
    touch.down(0, COMPOSER)?;
    touch.tap_with(1, (1180, 30))?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    touch.up(0)?;
    drop(page);

    wait::until("the front should welcome", PATIENCE, || Ok((kiosk.scene_now() == "welcome").then_some(())))?;
    let mark = kiosk.log.mark();
    touch.down(0, (1180, 30))?;
    touch.tap_with(1, (640, 400))?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    kiosk.expect_alive()
}

/// Five touches in the corner, and the PIN with both thumbs. The pad is where it is on a screen that can be seen.
#[test]
fn staff_comes_in_by_touch() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-staff")? else { return Ok(()) };
    let ran = program::run(&stage.home, &["pin"], "960369\n", PATIENCE)?;
    ensure!(ran.code() == Some(0), "{}", ran.stderr);
    let setup = scenes::with_accent(Setup::on_page(&pages, "client=v1")).set("idle.after_seconds", 5);
    let seen = Kiosk::start(&stage, setup.clone())?;
    seen.enter(&stage, 1)?;
    visitor::knocks(&seen, || stage.input.click(20, 20))?;
    seen.scene("staff")?;
    let is_ok = |area: &screen::Area| area.height > 50 && area.width < 2 * area.height;
    let pad = stage
        .screen
        .wait_until("pad", PATIENCE, |picture| screen::patch(picture, scenes::ACCENT).is_ok_and(|area| is_ok(&area)))?;
    let ok = screen::patch(&pad, scenes::ACCENT)?;
    drop(seen);

    let mut kiosk = Kiosk::start(&stage, Touch::screen(setup))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    feels_fingers(&kiosk, pages.visitor(2)?, &touch)?;
    // The front goes under two fingers, and comes back to one that it must feel.
    kiosk.scene("still_there")?;
    let mark = kiosk.log.mark();
    touch.down(0, (600, 150))?;
    touch.down(1, (700, 150))?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    touch.up(0)?;
    touch.up(1)?;
    let mark = kiosk.log.mark();
    visitor::knocks(&kiosk, || touch.tap((20, 20)))?;
    kiosk.log.wait_after(mark, "staff.opened", &Value::Null, PATIENCE)?;
    kiosk.scene("staff")?;
    // The last row is: back, 0, OK; above OK are 9, 6 and 3.
    let (x, y) = ok.middle()?;
    let (width, height) = (i16::try_from(ok.width)? + GAP, i16::try_from(ok.height)? + GAP);
    let [nine, six, three, zero] = [(x, y - height), (x, y - 2 * height), (x, y - 3 * height), (x - width, y)];
    wait::until("the PIN should be right", PATIENCE, || {
        // In its first moment the scene takes no touch.
        thread::sleep(Duration::from_secs(1));
        alternately(&touch, &[nine, six, zero, three, six, nine])?;
        touch.tap((x, y))?;
        let said = kiosk.log.wait_for("staff.pin", &Value::Null, Duration::from_secs(5));
        Ok(said.ok().filter(|said| said.text("result") == "right"))
    })?;
    kiosk.expect_alive()
}

/// The next person would find the page as large as the last one made it.
#[test]
fn two_fingers_enlarge_nothing() -> Result<()> {
    let Some((stage, pages)) = set_up("fingers-zoom")? else { return Ok(()) };
    let mut kiosk = Kiosk::start(&stage, Touch::screen(Setup::on_page(&pages, "client=v1")))?;
    let touch = Touch::start(&stage)?;
    kiosk.fresh(1)?;
    let page = feels_fingers(&kiosk, pages.visitor(1)?, &touch)?;
    // The engine waits for a page that listens to touches before it takes them for a gesture.
    for (round, listens) in ["", "addEventListener('touchstart', () => {}, { passive: false })"].iter().enumerate() {
        for place in ["page", "frame"] {
            page.script(place, listens)?;
        }
        let blocked = kiosk.log.mark();
        for (first, second) in [(0, 1), (1, 0), (2, 3)] {
            touch.down(first, (600, 300))?;
            touch.down(second, (680, 300))?;
            for step in 1..=20 {
                touch.slide(first, (600 - step * 20, 300))?;
                touch.slide(second, (680 + step * 20, 300))?;
            }
            // A third one comes while they move, and one of the two comes anew.
            touch.down(4, (640, 100))?;
            touch.up(second)?;
            touch.down(second, (900, 300))?;
            for step in 1..=20 {
                touch.slide(first, (200 + step * 10, 300))?;
                touch.slide(second, (900 + step * 10, 300))?;
                touch.slide(4, (640, 100 + step * 5))?;
            }
            [first, second, 4].into_iter().try_for_each(|finger| touch.up(finger))?;
        }
        kiosk.log.wait_after(blocked, "blocked", &json!({"rule": "zoom"}), PATIENCE)?;
        page.script("page", "Control.tell('scale', { scale: String(visualViewport.scale) })")?;
        let scale = page.wait_for("scale", &Value::Null, round + 1)?;
        ensure!(scale.text("scale") == "1", "the page is enlarged: {scale:?}");
    }
    kiosk.expect_alive()
}

fn set_up(name: &str) -> Result<Option<(Stage, Pages)>> {
    if !Touch::is_there() {
        writeln!(io::stderr(), "Skipped: mutter is not installed here (apt install mutter pipewire).")?;
        return Ok(None);
    }
    Ok(Some((Stage::named(name).up()?, Pages::start()?)))
}

/// Touches the page until it feels it: mutter's screen is one for fingers from the first of them on, which is lost.
fn feels_fingers<'a>(kiosk: &Kiosk, page: Page<'a>, touch: &Touch) -> Result<Page<'a>> {
    let page = page.launched()?;
    fills_screen(&page)?;
    let mark = kiosk.log.mark();
    wait::until("a finger should be felt", PATIENCE, || {
        touch.tap(COMPOSER)?;
        Ok(kiosk.log.wait_after(mark, "keyboard.shown", &Value::Null, Duration::from_millis(500)).ok())
    })?;
    Ok(page)
}

/// Both thumbs in turn: each comes down before the other is up.
fn alternately(touch: &Touch, places: &[(i16, i16)]) -> Result<()> {
    let mut last = None;
    for (thumb, place) in [0, 1].into_iter().cycle().zip(places) {
        touch.down(thumb, *place)?;
        if let Some(last) = last.replace(thumb) {
            touch.up(last)?;
        }
    }
    last.map_or(Ok(()), |last| touch.up(last))
}

/// Nobody sees this screen: wherever it is touched, above the keyboard, there is the composer.
fn fills_screen(page: &Page<'_>) -> Result<()> {
    let whole = "style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%'";
    page.script("page", &format!("document.querySelector('iframe').{whole}"))?;
    page.script("frame", &format!("composer.{whole}"))
}

fn place(face: &Face, key: Key) -> Result<(i16, i16)> {
    keyboard::middle(face, key, touch::SIZE)
}
