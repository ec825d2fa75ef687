//! The notice comes up, stays on top and takes its answer, whatever else the page has in it.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::pages::Page;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

/// Listeners of the document and of the window go with the old document.
const WRITES_ITSELF_ANEW: &str = "
    document.open();
    document.write('<!doctype html><title>Chat</title><h1>Written anew</h1>');
    document.close();
";

/// Pages hide what is empty, and dress whatever is a "div".
const RULES: &str = "
    const style = document.createElement('style');
    style.textContent = 'div:empty { display: none } html > div { visibility: hidden; pointer-events: none }';
    document.head.append(style);
";

/// As a box that asks how the chat was, once it is over.
const OPENS_A_DIALOG: &str = "
    const box = document.createElement('dialog');
    box.style = 'inset: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; background: white; border: 0';
    box.textContent = 'How was it?';
    document.body.append(box);
    box.showModal();
";

/// As dialogs do that want every touch for themselves.
const SWALLOWS_TOUCHES: &str = "
    for (const name of ['pointerdown', 'mousedown', 'click'])
        for (const place of [window, document]) place.addEventListener(name, (event) => event.stopImmediatePropagation(), true);
";

/// As when a page cleans up after itself, with whatever others have set.
const STOPS_TIMERS: &str = "for (let id = 0; id < 20000; id += 1) clearTimeout(id);";

/// A page wider than the screen, with a bar for scrolling of its own, that counts how often the focus is taken.
const SCROLLS_SIDEWAYS: &str = "
    const style = document.createElement('style');
    style.textContent = '::-webkit-scrollbar { height: 20px; background: gray } body { width: 300vw }';
    document.head.append(style);
    window.taken = 0;
    addEventListener('focusin', () => { window.taken += 1; }, true);
";

/// What a page may have replaced when the notice comes up.
const REPLACES: &str = "
    const broken = { configurable: true, get() { throw new Error('replaced'); }, set() { throw new Error('replaced'); } };
    for (const [type, name] of [
        [ShadowRoot, 'adoptedStyleSheets'], [ShadowRoot, 'activeElement'], [Document, 'documentElement'],
        [Element, 'className'], [HTMLElement, 'hidden'], [HTMLDialogElement, 'open'], [Event, 'target'],
        [Event, 'type'], [MouseEvent, 'clientX'], [DOMRectReadOnly, 'left'], [DOMRectReadOnly, 'bottom'],
    ]) Object.defineProperty(type.prototype, name, broken);
";

#[test]
fn on_a_page_that_writes_itself_anew() -> Result<()> {
    comes_up_and_is_answered("anew", WRITES_ITSELF_ANEW, "")
}

#[test]
fn on_a_page_whose_rules_hide_it() -> Result<()> {
    comes_up_and_is_answered("rules", RULES, "")
}

#[test]
fn under_a_dialog_of_the_pages_own() -> Result<()> {
    comes_up_and_is_answered("dialog", "", OPENS_A_DIALOG)
}

#[test]
fn on_a_page_that_swallows_touches() -> Result<()> {
    comes_up_and_is_answered("touches", SWALLOWS_TOUCHES, "")
}

#[test]
fn on_a_page_that_replaces_what_it_stands_on() -> Result<()> {
    comes_up_and_is_answered("replaced", REPLACES, "")
}

/// It stands still until the kiosk asks the page whether it lives, and then it is on top again.
#[test]
fn on_a_page_that_stops_all_timers() -> Result<()> {
    let stage = Stage::named("any-page-timers").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 120))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.event(&events::agents_end("any"))?;
    kiosk.notice(1)?;
    let button = visitor::sees_notice(&stage, "notice")?;
    runs(&page, &format!("{STOPS_TIMERS}{OPENS_A_DIALOG}"))?;
    wait::until("the notice should feel a touch again", PATIENCE, || {
        stage.input.click(button.0, button.1)?;
        Ok(kiosk.log.wait_for("clear.called", &Value::Null, Duration::from_secs(1)).ok())
    })?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    Ok(())
}

/// Raised again and again, it would take the focus each time, and a screen reader would never come to its end.
#[test]
fn on_a_page_with_a_bar_for_scrolling_it_is_raised_once() -> Result<()> {
    let stage = Stage::named("any-page-scrolls").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 120))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    runs(&page, SCROLLS_SIDEWAYS)?;
    page.event(&events::agents_end("any"))?;
    kiosk.notice(1)?;
    visitor::sees_notice(&stage, "scrolls")?;
    page.script("page", "setTimeout(() => Control.tell('taken', { times: String(window.taken) }), 2000)")?;
    let taken = page.wait_for("taken", &Value::Null, 1)?;
    ensure!(matches!(taken.text("times"), "0" | "1" | "2"), "{taken:?}");
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    Ok(())
}

/// Runs one script before the agent's end and one under the notice, and touches "Start over now".
fn comes_up_and_is_answered(name: &str, before: &str, under: &str) -> Result<()> {
    let stage = Stage::named(&format!("any-page-{name}")).up()?;
    let pages = Pages::start()?;
    // Long enough that nothing but the touch ends the visit.
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 120))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    runs(&page, before)?;
    page.dispatch(&events::agents_end("any"))?;
    kiosk.notice(1)?;
    visitor::sees_notice(&stage, "notice")?;
    runs(&page, under)?;
    let button = visitor::sees_notice(&stage, "notice-still")?;
    visitor::touches_button(&stage, button)?;
    let called = kiosk.event("clear.called", &json!({"visit": 1}))?;
    ensure!(called.field("attempt") == 1, "{}", called.raw);
    kiosk.fresh(2)?;
    kiosk.expect_alive()
}

fn runs(page: &Page<'_>, script: &str) -> Result<()> {
    if script.is_empty() { Ok(()) } else { page.script("page", script) }
}

/// A hand that is slow keeps a key down until it repeats itself. Whoever asked for more time so has asked once.
#[test]
fn one_press_is_one_answer() -> Result<()> {
    let stage = Stage::named("any-page-presses").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    pages.visitor(1)?.launched()?.event(&events::agents_end("presses"))?;
    kiosk.notice(1)?;
    visitor::sees_notice(&stage, "notice")?;
    visitor::keeps_reading(&stage)?;
    // Time for more presses than there are times to ask.
    stage.input.hold("Return", |_| kiosk.log.none_for("clear.called", &Value::Null, Duration::from_secs(10)))?;
    stage.input.key("Tab")?;
    visitor::presses(&stage)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    Ok(())
}
