//! The profile desktop: one person's own support client, with a window that can go and a conversation that stays.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::{DIRTY, Page};
use kiosk_tests::screen::{self, RgbaImage};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::windows::Shown;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, Tray, events, scenes};
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, WindowClass,
};

/// Where the badge is on the icon.
const BADGE: screen::Colour = [0xc6, 0x1a, 0x1a];

#[test]
fn closing_leaves_the_conversation_in_the_tray_and_a_message_brings_it_back() -> Result<()> {
    let stage = Stage::named("desktop-tray").up()?;
    let tray = Tray::start(&stage.bus)?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    kiosk.event("tray", &json!({"there": true}))?;
    tray.wait_icon()?;
    let page = talking(&stage, &pages, &kiosk)?;
    ensure!(red(&tray.picture()?) == 0, "nothing is unread");
    // What is seen is not told.
    page.message_event("Agent")?;

    close(&stage)?;
    kiosk.event("window", &json!({"act": "hide", "why": "tray"}))?;
    shown(&stage, 0)?;
    page.message_event("EndUser")?;
    page.message_event("Agent")?;
    let note = stage.notifications.wait_for(1, PATIENCE)?;
    ensure!(note.summary == "A new message in your chat", "{note:?}");
    ensure!(!format!("{note:?}").contains("4711") && !format!("{note:?}").contains("Dana"), "{note:?}");
    tray.wait_entry("Open: 1 new message")?;
    ensure!(tray.label()? == "1", "the number stands beside the icon");
    wait::until("the icon should have a badge", PATIENCE, || Ok((red(&tray.picture()?) > 300).then_some(())))?;
    tray.picture()?.save(kiosk_tests::program::target()?.join("shots/desktop-tray/icon.png"))?;

    // A click on the notification, and the same conversation is there.
    stage.notifications.click(note.id)?;
    kiosk.event("window", &json!({"act": "present"}))?;
    shown(&stage, 1)?;
    stage.screen.wait_until("back", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    tray.wait_entry("Open")?;
    wait::until("nothing is unread", PATIENCE, || Ok((red(&tray.picture()?) == 0).then_some(())))?;
    ensure!(pages.loads() == 1, "{} pages were loaded", pages.loads());
    kiosk.log.none_since(kiosk.log.start(), "clear.called", &Value::Null)?;
    ensure!(stage.notifications.all().len() == 1, "{:?}", stage.notifications.all());
    kiosk.expect_alive()
}

/// Nobody reads in a window that they do not look at; and the click with which somebody comes is meant.
#[test]
fn the_notices_countdown_begins_when_somebody_looks() -> Result<()> {
    let stage = Stage::named("desktop-notice").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages).set("notice.seconds", 5))?;
    kiosk.fresh(1)?;
    let page = talking(&stage, &pages, &kiosk)?;
    let _other = takes_the_focus(&stage)?;
    page.event(&events::agents_end("t1"))?;
    kiosk.notice(1)?;
    let button = scenes::button(&stage, "waits")?.middle()?;
    let waits = stage.screen.wait_still("still")?;
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_secs(10))?;
    // A digit is two hundred pixels of a million.
    ensure!(screen::differ(&waits, &stage.screen.look()?) < 0.000_05, "it counts for nobody");
    stage.input.click(button.0, button.1)?;
    kiosk.log.wait_for("clear.called", &Value::Null, Duration::from_secs(3))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// Another program's small window comes up, and has the keys for as long as the connection is there.
fn takes_the_focus(stage: &Stage) -> Result<impl Connection> {
    let (display, root) = stage.display.connect()?;
    let window = display.generate_id()?;
    let look = CreateWindowAux::new().background_pixel(0x80_80_80);
    display.create_window(0, window, root, 20, 20, 120, 60, 0, WindowClass::INPUT_OUTPUT, 0, &look)?.check()?;
    display.map_window(window)?.check()?;
    wait::until("another window should have the focus", PATIENCE, || {
        Ok((display.get_input_focus()?.reply()?.focus == window).then_some(()))
    })?;
    Ok(display)
}

#[test]
fn the_trays_menu() -> Result<()> {
    let stage = Stage::named("desktop-menu").up()?;
    let tray = Tray::start(&stage.bus)?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    tray.wait_icon()?;
    let labels: Vec<String> = tray.menu()?.into_iter().map(|entry| entry.label).collect();
    ensure!(labels == ["Open", "New chat", "Do not disturb", "Quit"], "{labels:?}");
    let page = talking(&stage, &pages, &kiosk)?;

    // Do not disturb: counted, and nothing said.
    tray.press("Do not disturb")?;
    wait::until("it should be ticked", PATIENCE, || {
        Ok((tray.wait_entry("Do not")?.ticked == Some(true)).then_some(()))
    })?;
    close(&stage)?;
    shown(&stage, 0)?;
    page.message_event("Agent")?;
    page.message_event("Chatbot")?;
    tray.wait_entry("Open: 2 new messages")?;
    ensure!(stage.notifications.all().is_empty(), "{:?}", stage.notifications.all());

    tray.press("Open")?;
    shown(&stage, 1)?;
    stage.screen.wait_until("open", PATIENCE, |picture| screen::shows(picture, DIRTY))?;

    // A new chat: the running conversation is asked about, for as long as it takes.
    let mark = kiosk.log.mark();
    tray.press("New chat")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "leaving"}), PATIENCE)?;
    let button = scenes::button(&stage, "new-chat")?;
    std::thread::sleep(Duration::from_secs(1));
    let (x, y) = button.middle()?;
    stage.input.click(x, y)?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    pages.visitor(2)?;
    pages.expect_no_leftovers()?;

    tray.press("Quit")?;
    let status = kiosk.wait_exit(PATIENCE)?;
    ensure!(status.success(), "{status}");
    kiosk.receipt(2)?;
    Ok(())
}

#[test]
fn without_a_tray_nothing_is_lost() -> Result<()> {
    let stage = Stage::named("desktop-no-tray").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    kiosk.event("tray", &json!({"there": false}))?;
    talking(&stage, &pages, &kiosk)?;
    close(&stage)?;
    kiosk.event("window", &json!({"act": "minimise", "why": "no_tray"}))?;
    shown(&stage, 0)?;
    kiosk.expect_alive()?;
    // A second start brings it back, and so does a link; nothing else in the link is looked at.
    let mut second = Kiosk::start(&stage, setup(&pages).argument("support-kiosk://evil.example/?config=/etc/passwd"))?;
    ensure!(second.wait_exit(PATIENCE)?.success(), "{}", second.log.text());
    shown(&stage, 1)?;
    stage.screen.wait_until("back", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    ensure!(pages.loads() == 1, "{} pages were loaded", pages.loads());

    // The agent ends it, and it is fresh. Now there is nothing to lose: closing ends the program.
    let page = pages.visitor(1)?;
    page.event(&events::agents_end("t1"))?;
    kiosk.notice(1)?;
    kiosk_tests::visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    close(&stage)?;
    kiosk.event("window", &json!({"act": "quit", "why": "no_tray"}))?;
    ensure!(kiosk.wait_exit(PATIENCE)?.success(), "{}", kiosk.log.text());
    kiosk.receipt(2)?;
    Ok(())
}

#[test]
fn a_tray_that_goes_gives_the_window_back() -> Result<()> {
    let stage = Stage::named("desktop-tray-goes").up()?;
    let tray = Tray::start(&stage.bus)?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    tray.wait_icon()?;
    shown(&stage, 1)?;
    close(&stage)?;
    shown(&stage, 0)?;
    drop(tray);
    kiosk.event("window", &json!({"act": "present", "why": "tray_gone"}))?;
    shown(&stage, 1)?;
    // And when one comes, the icon does too.
    let tray = Tray::start(&stage.bus)?;
    tray.wait_icon()?;
    tray.wait_entry("Open")?;
    kiosk.expect_alive()
}

#[test]
fn the_window_comes_back_where_it_was_and_never_off_the_screen() -> Result<()> {
    let stage = Stage::named("desktop-place").up()?;
    let pages = Pages::start()?;
    let file = stage.home.state().join("window.json");
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    shown(&stage, 1)?;
    let (display, _) = stage.display.connect()?;
    let wish = ConfigureWindowAux::new().x(301).y(207).width(700).height(450);
    display.configure_window(window(&stage)?.id, &wish)?.check()?;
    let moved = wait::until("the window should be moved", PATIENCE, || {
        let now = window(&stage)?;
        Ok(((now.width, now.height) == (700, 450)).then_some(now))
    })?;
    wait::until("its place should be kept", PATIENCE, || {
        Ok(fs::read_to_string(&file).is_ok_and(|text| text.contains("700")).then_some(()))
    })?;
    stop(&mut kiosk)?;

    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    let place = |window: &Shown| (window.x, window.y, window.width, window.height);
    wait::until("it should be where it was", PATIENCE, || {
        Ok(stage.windows()?.first().is_some_and(|now| place(now) == place(&moved)).then_some(()))
    })?;
    stop(&mut kiosk)?;

    // The screen that it was on is gone; and whatever stands in the file, a window comes.
    let (off, lost) = (r#"{"area":{"x":5000,"y":-3000,"width":9000,"height":10},"maximized":false}"#, "{\"area\":");
    for (text, repaired) in [(off, 1), (lost, 0)] {
        fs::write(&file, text)?;
        let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
        kiosk.fresh(1)?;
        ensure!(kiosk.log.all("window.repaired").len() == repaired, "{}", kiosk.log.text());
        shown(&stage, 1)?;
        let now = window(&stage)?;
        let (right, bottom) = (i32::from(now.x) + i32::from(now.width), i32::from(now.y) + i32::from(now.height));
        ensure!(now.x >= 0 && now.y >= 0 && right <= 1290 && bottom <= 830, "off the screen: {now:?}");
        stop(&mut kiosk)?;
    }
    Ok(())
}

#[test]
fn it_starts_with_the_persons_session_if_it_is_told_to() -> Result<()> {
    let stage = Stage::named("desktop-autostart").up()?;
    let pages = Pages::start()?;
    let file = stage.home.root().join("home/.config/autostart/io.supportkiosk.app.desktop");
    let mut kiosk = Kiosk::start(&stage, setup(&pages).set("desktop.autostart", true))?;
    kiosk.event("autostart", &json!({"now": "written"}))?;
    let text = fs::read_to_string(&file)?;
    let program = kiosk_tests::program::path()?;
    ensure!(text.contains(&format!("Exec=\"{}\"\n", program.display())), "{text}");
    kiosk.fresh(1)?;
    stop(&mut kiosk)?;

    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.event("autostart", &json!({"now": "removed"}))?;
    ensure!(!file.exists(), "it is still there");
    kiosk.fresh(1)?;
    stop(&mut kiosk)
}

#[test]
fn a_link_opens_in_the_systems_browser_after_a_question() -> Result<()> {
    const OUTSIDE: &str = "https://docs.example.com/help?topic=returns";
    let stage = Stage::named("desktop-link").up()?;
    let opened = install_browser(&stage)?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    let page = pages.visitor(1)?.launched()?;
    // No hand, no question.
    link_in(&stage, &page, OUTSIDE)?;
    page.script("page", "document.getElementById('outside').click()")?;
    kiosk.log.none_for("link.asked", &Value::Null, Duration::from_millis(700))?;

    click_link(&stage)?;
    kiosk.event("link.asked", &Value::Null)?;
    stage.screen.wait_still("asked")?;
    // Enter is no "yes": the way back has the focus.
    stage.input.key("Return")?;
    kiosk.event("link.declined", &Value::Null)?;
    ensure!(!opened.exists(), "it was opened");

    click_link(&stage)?;
    kiosk.event("link.asked", &Value::Null)?;
    std::thread::sleep(Duration::from_millis(700));
    stage.input.key("Tab")?;
    stage.input.key("Return")?;
    kiosk.event("link.opened", &Value::Null)?;
    let text = wait::until("the browser should be started", PATIENCE, || {
        Ok(fs::read_to_string(&opened).ok().filter(|text| text.ends_with('\n')))
    })?;
    ensure!(text == format!("{OUTSIDE}\n"), "it got {text:?}");
    ensure!(!kiosk.log.text().contains("docs.example.com"), "no address in the log");

    // Everything else is refused as on a kiosk, and no program starts.
    for (scheme, rule) in [("mailto:a@example.com", "new_window"), ("steam://run/1", "new_window")] {
        link_in(&stage, &page, scheme)?;
        let mark = kiosk.log.mark();
        click_link(&stage)?;
        kiosk.log.wait_after(mark, "blocked", &json!({"rule": rule}), PATIENCE)?;
    }
    ensure!(kiosk.log.all("link.asked").len() == 2, "{}", kiosk.log.text());
    ensure!(pages.loads() == 1, "the chat stays where it is");
    kiosk.expect_alive()
}

#[test]
fn without_links_nothing_is_asked() -> Result<()> {
    let stage = Stage::named("desktop-no-link").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages).set("desktop.links", "never"))?;
    kiosk.fresh(1)?;
    let page = pages.visitor(1)?.launched()?;
    link_in(&stage, &page, "https://docs.example.com/")?;
    click_link(&stage)?;
    kiosk.event("blocked", &json!({"rule": "new_window"}))?;
    kiosk.log.none_since(kiosk.log.start(), "link.asked", &Value::Null)
}

/// A link that cannot be missed, in a new window as most links in chats are.
const LINK: screen::Colour = [0x20, 0x70, 0x90];

fn link_in(stage: &Stage, page: &Page<'_>, address: &str) -> Result<()> {
    let colour = screen::name(LINK);
    page.script(
        "page",
        &format!(
            "document.getElementById('outside')?.remove(); \
             document.body.insertAdjacentHTML('beforeend', `<a id=outside target=_blank href='{address}' \
             style='position:fixed;left:300px;top:220px;width:240px;height:90px;background:{colour}'></a>`)"
        ),
    )?;
    stage.screen.wait_until("link", PATIENCE, |picture| screen::shows(picture, LINK))?;
    Ok(())
}

fn click_link(stage: &Stage) -> Result<()> {
    // Bright: a question that is being closed lies no longer over it.
    let seen = stage.screen.wait_until("link", PATIENCE, |picture| screen::shows(picture, LINK))?;
    let (x, y) = screen::patch(&seen, LINK)?.middle()?;
    stage.input.click(x, y)
}

/// Makes a script the system's browser; gives the file into which it writes what it got.
fn install_browser(stage: &Stage) -> Result<PathBuf> {
    let home = stage.home.root().join("home");
    let (program, opened) = (home.join("browser"), home.join("opened"));
    fs::write(&program, format!("#!/bin/sh\necho \"$1\" >{}\n", opened.display()))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let applications = home.join(".local/share/applications");
    fs::create_dir_all(&applications)?;
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\n\
         MimeType=x-scheme-handler/http;x-scheme-handler/https;x-scheme-handler/mailto;\n",
        program.display()
    );
    fs::write(applications.join("browser.desktop"), entry)?;
    let kinds = ["http", "https", "mailto"].map(|kind| format!("x-scheme-handler/{kind}=browser.desktop\n")).concat();
    fs::write(home.join(".config/mimeapps.list"), format!("[Default Applications]\n{kinds}"))?;
    Ok(opened)
}

/// The program ends as a session that is left ends it.
fn stop(kiosk: &mut Kiosk) -> Result<()> {
    kiosk.terminate()?;
    let status = kiosk.wait_exit(PATIENCE)?;
    ensure!(status.success(), "{status}: {}", kiosk.log.text());
    Ok(())
}

/// The one window.
fn window(stage: &Stage) -> Result<Shown> {
    stage.windows()?.into_iter().next().context("no window is shown")
}

/// A conversation with an agent, in a window that has the focus.
fn talking<'a>(stage: &Stage, pages: &'a Pages, kiosk: &Kiosk) -> Result<Page<'a>> {
    shown(stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.agent_says("Dana", "Good morning")?;
    page.event(&events::status("t1", "Active", "Waiting"))?;
    kiosk.read(1, "ignore")?;
    stage.screen.wait_until("talking", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    Ok(page)
}

/// Waits until so many windows are shown.
fn shown(stage: &Stage, count: usize) -> Result<()> {
    wait::until(&format!("{count} windows should be shown"), PATIENCE, || {
        Ok((stage.windows()?.len() == count).then_some(()))
    })
}

/// The person presses the window's close button (ICCCM 4.2.8.1).
fn close(stage: &Stage) -> Result<()> {
    let window = window(stage)?;
    let (display, _) = stage.display.connect()?;
    let atom = |name: &[u8]| anyhow::Ok(display.intern_atom(false, name)?.reply()?.atom);
    let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
    let message = ClientMessageEvent::new(32, window.id, protocols, [delete, 0, 0, 0, 0]);
    display.send_event(false, window.id, EventMask::NO_EVENT, message)?.check()?;
    display.flush()?;
    Ok(())
}

/// How many pixels of an icon have the badge's colour.
fn red(icon: &RgbaImage) -> usize {
    icon.pixels().filter(|pixel| pixel.0[..3] == BADGE && pixel.0[3] == 255).count()
}

fn setup(pages: &Pages) -> Setup {
    scenes::with_accent(Setup::on_page(pages, "client=v1").set("profile", "desktop"))
}
