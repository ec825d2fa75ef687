//! Who cannot see the screen: what a screen reader gets of each scene, of the notice and of the bar, what it does not get, and that
//! keys alone are enough.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::COMPOSER;
use kiosk_tests::reader::{self, Heard, Node};
use kiosk_tests::searches::marker;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Reader, Setup, Stage, events, screen, visitor};
use serde_json::json;

/// Smaller than this a control is missed by fingers.
const TARGET: i32 = 44;
const CONTROLS: [&str; 5] = ["push button", "toggle button", "entry", "password text", "link"];

#[test]
fn a_whole_visit_is_read_and_done_with_keys_and_nothing_of_it_is_read_after_it() -> Result<()> {
    let stage = Stage::named("screen-reader").up()?;
    let reader = Reader::start(&stage)?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").heard().set("window.bar", "top");
    let mut kiosk = Kiosk::start(&stage, setup.set("idle.after_seconds", 5).set("notice.seconds", 60))?;

    // The welcome: what it says, and nothing of the page and the bar below it.
    kiosk.scene("welcome")?;
    let is_on = |name: &'static str| move |tree: &Node| focused(tree).is_some_and(|node| node.name == name);
    let welcome = reader.sees("the welcome has the focus", is_on("Touch to start"))?;
    ensure!(welcome.find("heading", "How can we help").is_some(), "{}", welcome.print());
    covers(&welcome, &["Message", "I am done", "Chat with us"])?;
    every_control_is_named_and_large(&welcome)?;
    let said = welcome.find("status bar", "How can we help").context("nothing is announced")?;
    ensure!(said.attribute("container-live") == "polite", "{said:?}");
    // There and back.
    for (key, name) in
        [("Tab", "English"), ("Tab", "Deutsch"), ("shift+Tab", "English"), ("shift+Tab", "Touch to start")]
    {
        stage.input.key(key)?;
        reader.sees(&format!("{key} leads to {name}"), is_on(name))?;
    }
    let mark = kiosk.log.mark();
    stage.input.key("Return")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;

    // The chat, with the bar beside it, and nothing of the front.
    let secret = marker("said");
    let page = pages.visitor(1)?.launched()?;
    page.agent_says("Dana", &secret)?;
    let chat = reader.sees("the chat can be read", |tree| tree.words().contains(&secret))?;
    ensure!(
        chat.find("push button", "I am done").is_some() && chat.find("entry", "Message").is_some(),
        "{}",
        chat.print()
    );
    covers(&chat, &["Touch to start", "Deutsch"])?;

    // The question covers the conversation for everybody.
    kiosk.scene("still_there")?;
    let asked = reader.sees("the question has the focus", is_on("Yes, continue"))?;
    covers(&asked, &[&secret, "Message", "F6 leads here"])?;
    every_control_is_named_and_large(&asked)?;
    let question = asked.all().into_iter().find(|node| node.is_modal()).context("nothing is modal")?;
    ensure!(!question.name.is_empty() && !question.description.is_empty(), "{question:?}");
    does_not_chatter(&reader)?;
    let mark = kiosk.log.mark();
    stage.input.key("Return")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    reader.sees("the chat can be read again", |tree| tree.words().contains(&secret))?;

    // The notice: announced, modal, its countdown quiet, the next visit below it out of reach.
    page.event(&events::agents_end("s1"))?;
    kiosk.notice(1)?;
    let notice = reader.sees("the notice has the focus", is_on("Start over now"))?;
    let alert = notice.find("alert", "The agent has ended this chat").context("no alert")?;
    ensure!(alert.is_modal() && alert.description.contains("still read it"), "{alert:?}");
    ensure!(alert.attribute("container-live") == "assertive" && alert.words().contains("seconds"), "{alert:?}");
    covers(&notice, &["Message", &secret])?;
    every_control_is_named_and_large(&notice)?;
    does_not_chatter(&reader)?;
    stage.input.key("Tab")?;
    reader.sees("Tab leads to the other button", is_on("Keep reading"))?;
    stage.input.key("Tab")?;
    reader.sees("and back", is_on("Start over now"))?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;

    // Nothing of it anywhere, and the focus is where the next person begins.
    kiosk.log.wait_for("scene.shown", &json!({"scene": "welcome"}), PATIENCE)?;
    let next = reader.sees("the next welcome has the focus", is_on("Touch to start"))?;
    covers(&next, &[&secret, "Message", "The agent has ended"])?;
    stage.input.key("Return")?;
    let next = reader.sees("the next chat can be read", |tree| tree.find("entry", "Message").is_some())?;
    covers(&next, &[&secret, "Dana"])?;
    kiosk.expect_alive()
}

#[test]
fn every_key_of_the_keyboard_on_the_screen_has_a_name() -> Result<()> {
    let stage = Stage::named("screen-reader-keys").up()?;
    let reader = Reader::start(&stage)?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").heard().set("window.keyboard", "built-in");
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    pages.visitor(1)?.launched()?;
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    let keys =
        |tree: &Node| tree.all().into_iter().filter(|node| node.role == "push button" && node.place.2 > 0).count();
    let tree = reader.sees("the keyboard comes up", |tree| keys(tree) > 25)?;
    // The page's own field is as small as its company made it.
    for key in tree.all().into_iter().filter(|node| node.role == "push button") {
        ensure!(!key.name.trim().is_empty() && key.place.2 >= TARGET && key.place.3 >= TARGET, "{key:?}");
    }
    Ok(())
}

#[test]
fn without_the_accessibility_bus_or_when_it_goes_visits_go_on() -> Result<()> {
    let stage = Stage::named("screen-reader-gone").up()?;
    let pages = Pages::start()?;
    let setup = || Setup::on_page(&pages, "client=v1").heard().set("notice.seconds", 2);
    let mut kiosk = Kiosk::start(&stage, setup())?;
    kiosk.fresh(1)?;
    for visit in 1..=2 {
        pages.visitor(usize::try_from(visit)?)?.launched()?.event(&events::agents_end(&format!("n{visit}")))?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
    }
    kiosk.expect_alive()?;
    kiosk.kill()?;
    let loads = pages.loads();

    let reader = Reader::start(&stage)?;
    let mut kiosk = Kiosk::start(&stage, setup())?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(loads + 1)?.launched()?;
    wait::until("the chat can be read", PATIENCE, || Ok(reader.tree()?.find("entry", "Message").map(drop)))?;
    drop(reader);
    page.event(&events::agents_end("g1"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// The innermost thing that has the keyboard, in the window's own pages.
fn focused(tree: &Node) -> Option<&Node> {
    tree.all().into_iter().rfind(|node| node.is_focused())
}

/// Five ticks of a countdown.
fn does_not_chatter(reader: &Reader) -> Result<()> {
    let mark = reader.mark();
    thread::sleep(Duration::from_secs(5));
    let told = reader.heard_since(mark);
    let is_said = |one: &&Heard| !["", "off"].contains(&one.live.as_str()) && one.what != "StateChanged";
    ensure!(told.iter().filter(is_said).count() <= 1, "it is read out again and again:\n{}", reader::lines(&told));
    Ok(())
}

/// None of these words can be reached.
fn covers(tree: &Node, words: &[&str]) -> Result<()> {
    let all = tree.words();
    for word in words {
        ensure!(!all.contains(word), "{word:?} can be read though it cannot be seen:\n{}", tree.print());
    }
    Ok(())
}

fn every_control_is_named_and_large(tree: &Node) -> Result<()> {
    let controls: Vec<&Node> = tree.all().into_iter().filter(|node| CONTROLS.contains(&node.role.as_str())).collect();
    ensure!(!controls.is_empty(), "no controls:\n{}", tree.print());
    for control in controls {
        ensure!(!control.name.trim().is_empty(), "a control without a name: {control:?}");
        let (_, _, width, height) = control.place;
        ensure!(width >= TARGET && height >= TARGET, "too small: {control:?}");
    }
    Ok(())
}
