//! What an administrator opens is open, and no more than that; by default nothing is.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::{DIRTY, Page};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, screen, visitor, windows};
use serde_json::{Value, json};

/// A file button as large as the page; the page tells which file it got.
const FILE_BUTTON: &str = "const input = document.createElement('input');
    input.type = 'file';
    input.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:9999;opacity:0.01';
    input.onchange = () => { Control.tell('chosen', { name: input.files[0]?.name, count: input.files.length }); input.value = ''; };
    input.oncancel = () => Control.tell('cancelled');
    document.body.append(input)";

fn setup(pages: &Pages) -> Setup {
    Setup::on_page(pages, "client=v1").set("notice.seconds", 0)
}

fn agent_ends(kiosk: &Kiosk, page: &Page<'_>, visit: u64) -> Result<()> {
    page.dispatch(&events::agents_end(&format!("end-{visit}")))?;
    kiosk.expect_reset(visit, "agent_end", "confirmed")?;
    Ok(())
}

#[test]
fn the_picker_offers_the_files_of_the_folder_and_nothing_else() -> Result<()> {
    let stage = Stage::named("allowed-upload").up()?;
    let pages = Pages::start()?;
    let folder = folder(&stage, "uploads")?;
    for file in ["uploads/one.pdf", "uploads/two.txt", "uploads/.hidden", "secret.txt"] {
        fs::write(stage.home.root().join(file), "x")?;
    }
    fs::create_dir(folder.join("deeper"))?;
    std::os::unix::fs::symlink(stage.home.root().join("secret.txt"), folder.join("zz-way-out.txt"))?;
    let setup = setup(&pages).set("allow.uploads", folder.to_str().context("a path in UTF-8")?);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", FILE_BUTTON)?;

    for (keys, name) in [(&["Return"][..], "one.pdf"), (&["Down", "Return"][..], "two.txt")] {
        stage.input.click(640, 400)?;
        let offered = kiosk.event("upload.offered", &json!({"files": 2}))?;
        windows::expect_one_covering(stage.display.name())?;
        if name == "one.pdf" {
            stage.screen.wait_still("picker")?;
            stage.screen.shot("picker")?;
        }
        for key in keys {
            stage.input.key(key)?;
        }
        page.wait_for("chosen", &json!({"name": name, "count": 1}), 1)?;
        ensure!(!offered.raw.contains("pdf"), "the log names a file: {}", offered.raw);
    }
    // Typing leads nowhere, and Escape is no.
    stage.input.click(640, 400)?;
    kiosk.event("upload.offered", &json!({"files": 2}))?;
    stage.input.type_text("/etc/passwd")?;
    let offers = stage.screen.wait_still("typed")?;
    stage.input.key("Escape")?;
    // A click that comes sooner is one on the picker.
    stage.screen.wait_until("escaped", PATIENCE, |now| screen::differ(&offers, now) > 0.2)?;
    stage.input.click(640, 400)?;
    kiosk.event("upload.offered", &json!({"files": 2}))?;

    // The reset closes it, whoever left it open.
    let before = stage.screen.look()?;
    agent_ends(&kiosk, &page, 1)?;
    stage.screen.wait_until("closed", PATIENCE, |now| screen::differ(&before, now) > 0.2)?;
    ensure!(page.seen("chosen").len() == 2, "{:?}", page.seen("chosen"));
    kiosk.expect_alive()
}

#[test]
fn a_press_beside_the_pickers_buttons_does_not_reach_the_page() -> Result<()> {
    let stage = Stage::named("allowed-upload-beside").up()?;
    let pages = Pages::start()?;
    let folder = folder(&stage, "uploads")?;
    fs::write(folder.join("one.pdf"), "x")?;
    let setup = setup(&pages).set("allow.uploads", folder.to_str().context("a path in UTF-8")?);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", FILE_BUTTON)?;
    page.script(
        "page",
        "for (const kind of ['mousedown', 'mouseup', 'click', 'wheel']) {
            addEventListener(kind, () => Control.tell('pressed', { type: kind }), true);
        }",
    )?;
    stage.input.click(640, 400)?;
    kiosk.event("upload.offered", &json!({"files": 1}))?;
    stage.screen.wait_still("beside")?;
    for kind in ["mousedown", "mouseup", "click"] {
        page.wait_for("pressed", &json!({"type": kind}), 1)?;
    }
    let before = page.seen("pressed").len();
    // The dark area, and the panel itself: its edge and its title.
    for (x, y) in [(60, 60), (1200, 700), (640, 150), (400, 185)] {
        stage.input.click(x, y)?;
        stage.input.wheel(x, y, 1)?;
    }
    // Each would open it anew: the page has nothing else.
    kiosk.log.none_for("upload.offered", &Value::Null, Duration::from_millis(700))?;
    ensure!(page.seen("pressed").len() == before, "{:?}", page.seen("pressed"));
    // Its own rows still hear.
    stage.input.click(640, 260)?;
    page.wait_for("chosen", &json!({"name": "one.pdf", "count": 1}), 1)?;
    ensure!(page.seen("pressed").len() == before, "{:?}", page.seen("pressed"));
    kiosk.expect_alive()
}

#[test]
fn a_file_button_does_nothing_by_default() -> Result<()> {
    let stage = Stage::named("allowed-no-upload").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", FILE_BUTTON)?;
    stage.input.click(640, 400)?;
    let line = kiosk.event("blocked", &json!({"rule": "file_chooser"}))?;
    ensure!(line.text("owasp") == "authz_fail:page,upload", "{}", line.raw);
    windows::expect_one_covering(stage.display.name())?;
    kiosk.log.none_since(kiosk.log.start(), "upload.offered", &Value::Null)?;
    kiosk.expect_alive()
}

/// Offers a file by a link, as chats do.
fn offer(name: &str, size: usize) -> String {
    format!(
        "const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['x'.repeat({size})]));
        link.download = '{name}';
        document.body.append(link);
        link.click()"
    )
}

#[test]
fn a_download_lands_in_its_folder_and_goes_with_the_visit() -> Result<()> {
    let stage = Stage::named("allowed-download").up()?;
    let pages = Pages::start()?;
    let folder = folder(&stage, "downloads")?;
    fs::create_dir_all(folder.join("visit-77"))?;
    fs::write(folder.join("visit-77/left-by-a-crash.txt"), "x")?;
    fs::write(folder.join("the-administrators.txt"), "x")?;
    let setup =
        setup(&pages).set("allow.downloads", folder.to_str().context("a path in UTF-8")?).set("allow.downloads_mb", 1);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    ensure!(!folder.join("visit-77").exists(), "what a crash left is there");
    let page = pages.visitor(1)?.launched()?;

    page.script("page", &offer("../ticket; 1.txt", 1000))?;
    let saved = folder.join("visit-1/ticket_ 1.txt");
    wait::until("the file should be saved", PATIENCE, || {
        Ok(fs::metadata(&saved).is_ok_and(|file| file.len() == 1000).then_some(()))
    })?;
    // A page that asks to be saved, in the page itself: it stays.
    page.navigate("/attachment")?;
    wait::until("the attachment should be saved", PATIENCE, || {
        Ok(folder.join("visit-1/page.html").exists().then_some(()))
    })?;
    page.script("page", &offer("large.bin", 2 << 20))?;
    kiosk.event("blocked", &json!({"rule": "download_size"}))?;
    ensure!(!kiosk.log.text().contains("ticket"), "the log names a file");
    ensure!(pages.loads() == 1, "the page was replaced");

    agent_ends(&kiosk, &page, 1)?;
    let left: Vec<_> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<_, _>>()?;
    ensure!(left == ["the-administrators.txt"], "after the reset there is {left:?}");
    kiosk.expect_alive()
}

#[test]
fn a_download_stays_while_the_notice_is_read() -> Result<()> {
    let stage = Stage::named("allowed-download-notice").up()?;
    let pages = Pages::start()?;
    let folder = folder(&stage, "downloads")?;
    let setup = Setup::on_page(&pages, "client=v1")
        .set("allow.downloads", folder.to_str().context("a path in UTF-8")?)
        .set("notice.seconds", 600);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", &offer("ticket.txt", 1000))?;
    let saved = folder.join("visit-1/ticket.txt");
    let is_whole = || fs::metadata(&saved).is_ok_and(|file| file.len() == 1000);
    wait::until_true("the file should be saved", PATIENCE, is_whole)?;

    page.event(&events::agents_end("saved"))?;
    kiosk.notice(1)?;
    // The next visit is made in advance: its webview is there when its page is.
    kiosk.event("visit.started", &json!({"visit": 2}))?;
    pages.visitor(2)?.launched()?;
    ensure!(is_whole(), "the next visit took it along");

    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    let is_empty = || fs::read_dir(&folder).is_ok_and(|mut all| all.next().is_none());
    wait::until_true("what was saved should be gone", PATIENCE, is_empty)?;
    kiosk.expect_alive()
}

#[test]
fn what_is_kept_stays_and_nothing_is_saved_by_default() -> Result<()> {
    let stage = Stage::named("allowed-download-kept").up()?;
    let pages = Pages::start()?;
    let folder = folder(&stage, "downloads")?;
    let kept = setup(&pages)
        .set("allow.downloads", folder.to_str().context("a path in UTF-8")?)
        .set("allow.downloads_keep", true);
    let mut kiosk = Kiosk::start(&stage, kept)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", &offer("ticket.txt", 10))?;
    kiosk.event("download.ended", &Value::Null)?;
    agent_ends(&kiosk, &page, 1)?;
    let is_kept = || {
        fs::read_dir(&folder)
            .is_ok_and(|mut all| all.any(|one| one.is_ok_and(|one| one.path().join("ticket.txt").exists())))
    };
    ensure!(is_kept(), "what should be kept is gone");
    kiosk.terminate()?;
    kiosk.wait_exit(PATIENCE)?;

    let loads = pages.loads();
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(loads + 1)?.launched()?;
    page.script("page", &offer("never.txt", 10))?;
    kiosk.event("blocked", &json!({"rule": "download"}))?;
    page.navigate("/attachment")?;
    kiosk.event("blocked", &json!({"rule": "download"}))?;
    ensure!(pages.loads() == loads + 1, "the page was replaced");
    ensure!(is_kept(), "another configuration removed what was kept");
    kiosk.expect_alive()
}

#[test]
fn a_permission_is_granted_only_when_it_is_listed() -> Result<()> {
    let stage = Stage::named("allowed-permission").up()?;
    // The engine's answers: 1 is refused, 2 is allowed and there is no way to find out where.
    let ask = "navigator.geolocation.getCurrentPosition(() => Control.tell('position', { code: 0 }),
        (error) => Control.tell('position', { code: error.code }), { timeout: 20000 })";
    for (listed, code) in [(&[][..], 1), (&["location"][..], 2), (&["camera", "notifications"][..], 1)] {
        let pages = Pages::start()?;
        let mut kiosk = Kiosk::start(&stage, setup(&pages).set("allow.permissions", listed.to_vec()))?;
        kiosk.enter(&stage, 1)?;
        let page = pages.visitor(1)?.launched()?;
        page.script("page", ask)?;
        let told = page.wait_for("position", &Value::Null, 1)?;
        if code == 1 {
            ensure!(told.fields["code"] == 1, "{listed:?}: {told:?}");
            kiosk.event("blocked", &json!({"rule": "location", "owasp": "authz_fail:page,location"}))?;
        } else {
            ensure!(told.fields["code"] != 1, "{listed:?}: {told:?}");
            kiosk.log.none_since(kiosk.log.start(), "blocked", &json!({"rule": "location"}))?;
        }
        kiosk.expect_alive()?;
    }
    Ok(())
}

#[test]
fn a_printer_that_is_not_there_is_a_refusal_and_no_dialog() -> Result<()> {
    let stage = Stage::named("allowed-print").up()?;
    for (printer, rule) in [(None, "print"), (Some("No_Such_Printer"), "printer")] {
        let pages = Pages::start()?;
        let setup = match printer {
            Some(printer) => setup(&pages).set("allow.printing", printer),
            None => setup(&pages),
        };
        let mut kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        let page = pages.visitor(1)?.launched()?;
        page.script("page", "print()")?;
        kiosk.event("blocked", &json!({"rule": rule}))?;
        windows::expect_one_covering(stage.display.name())?;
        agent_ends(&kiosk, &page, 1)?;
        kiosk.expect_alive()?;
    }
    Ok(())
}

#[test]
fn a_frame_may_be_blank_and_a_blank_page_is_the_end_of_its_visit() -> Result<()> {
    let stage = Stage::named("allowed-blank").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.agent_says("Dana", "Good morning")?;
    stage.screen.wait_until("dirty", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    // A frame may be blank.
    page.script("page", "const frame = document.createElement('iframe'); frame.src = 'about:blank'; frame.onload = () => Control.tell('blank'); document.body.append(frame)")?;
    page.wait_for("blank", &Value::Null, 1)?;
    kiosk.log.none_since(kiosk.log.start(), "blocked", &json!({"rule": "page_escaped"}))?;
    kiosk.log.none_since(kiosk.log.start(), "blocked", &json!({"rule": "scheme"}))?;
    page.script_now("page", "setTimeout(() => { location.href = 'about:blank'; }, 0)");
    kiosk.event("blocked", &json!({"rule": "page_escaped"}))?;
    // The engine tells which of the two it is only when it has happened: the visit is over, and the next one is fresh.
    kiosk.fresh(2)?;
    stage.screen.wait_until("fresh", PATIENCE, |picture| !screen::shows(picture, DIRTY))?;
    kiosk.expect_alive()
}

fn folder(stage: &Stage, name: &str) -> Result<PathBuf> {
    let folder = stage.home.root().join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
