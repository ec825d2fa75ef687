//! Where the log goes: into the system's journal with fields as a service of its, into files where somebody wants them;
//! nothing personal in either, and neither a journal nor a disk that is gone stops the kiosk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::journal::Journal;
use kiosk_tests::searches::{marker, search};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, process, visitor};
use serde_json::{Value, json};

#[test]
fn the_journal_has_lines_for_people_and_fields() -> Result<()> {
    let stage = Stage::named("log-journal").up()?;
    let pages = Pages::start()?;
    let journal = Journal::start(&stage.home)?;
    let setup = journal.service(Setup::on_page(&pages, "client=v1"))?;
    let mut kiosk = Kiosk::start(&stage, setup)?;
    let fresh = journal.wait("visit.fresh", "KIOSK_VISIT", "1")?;
    for (field, value) in [("PRIORITY", "6"), ("SYSLOG_IDENTIFIER", "support-kiosk"), ("KIOSK_RECORDS", "0")] {
        ensure!(fresh.get(field).is_some_and(|found| found == value), "{field}: {fresh:#?}");
    }
    ensure!(fresh["MESSAGE"].starts_with("visit.fresh visit=1 ms="), "{fresh:#?}");
    ensure!(kiosk.log.all("visit.fresh").is_empty(), "not a second time by way of standard error");

    // Its door goes, and comes back: visits go on, and what was lost is counted.
    journal.gone();
    fresh_visit(&kiosk, &stage, 1)?;
    journal.again()?;
    fresh_visit(&kiosk, &stage, 2)?;
    journal.wait("receipt", "KIOSK_VISIT", "2")?;
    ensure!(journal.all("receipt").len() == 1, "the first receipt was lost: {}", journal.text());
    let lost = journal.all("log.lost");
    ensure!(lost.len() == 1 && lost[0]["KIOSK_ENTRIES"].parse::<u64>()? > 0, "{lost:#?}");

    // Its door is there, and nobody comes: no visit waits for that.
    let deaf = journal.deaf()?;
    for visit in 3..=12 {
        fresh_visit(&kiosk, &stage, visit)?;
    }
    journal.again()?;
    drop(deaf);
    fresh_visit(&kiosk, &stage, 13)?;
    journal.wait("receipt", "KIOSK_VISIT", "13")?;
    kiosk.terminate()?;
    journal.wait("receipt", "KIOSK_CAUSE", "stopped")?;
    kiosk.wait_exit(PATIENCE)?;
    Ok(())
}

#[test]
fn without_a_journal_lines_go_to_standard_error() -> Result<()> {
    let stage = Stage::named("log-no-journal").up()?;
    let pages = Pages::start()?;
    // The word of somebody else's service, and a service whose journal's door is closed.
    let setup = Setup::on_page(&pages, "client=v1").variable("JOURNAL_STREAM", "9:12345");
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    drop(kiosk);
    let journal = Journal::start(&stage.home)?;
    journal.gone();
    let kiosk = Kiosk::start(&stage, journal.service(Setup::on_page(&pages, "client=v1"))?)?;
    kiosk.fresh(1)?;
    Ok(())
}

#[test]
fn files_have_the_same_lines_and_their_number_is_bounded() -> Result<()> {
    let stage = Stage::named("log-files").up()?;
    let pages = Pages::start()?;
    let folder = stage.home.root().join("log/kiosk");
    fs::create_dir_all(&folder)?;
    for day in 10..20 {
        fs::write(folder.join(format!("support-kiosk.2020-01-{day}.log")), "an old day\n")?;
    }
    fs::write(folder.join("somebody-else.log"), "not the kiosk's\n")?;
    let setup = Setup::on_page(&pages, "client=v1").set("log.folder", folder.to_str()).set("log.files", 3);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    fresh_visit(&kiosk, &stage, 1)?;
    // The window's thread has said all of it.
    wait::until_true("the second visit is shown", PATIENCE, || {
        kiosk.log.all("scene.shown").iter().filter(|line| line.text("scene") == "none").count() == 2
    })?;
    kiosk.terminate()?;
    kiosk.wait_exit(PATIENCE)?;
    kiosk.log.wait_end(PATIENCE)?;
    let kept = files(&folder)?;
    ensure!(kept.len() == 3, "{kept:?}");
    ensure!(folder.join("somebody-else.log").exists());
    let today = kept.last().map(fs::read_to_string).transpose()?.unwrap_or_default();
    // Two threads that speak in the same moment may be written in another order here than there.
    let events = |text: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut names: Vec<String> = lines.filter_map(|line| line["event"].as_str().map(str::to_owned)).collect();
        names.sort();
        names
    };
    ensure!(events(&today) == events(&kiosk.log.text()), "{today}\n{}", kiosk.log.text());
    ensure!(today.contains("\"cause\":\"stopped\""), "the last receipt is there: {today}");
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_stops_nothing() -> Result<()> {
    let stage = Stage::named("log-nowhere").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("log.folder", "/proc/nowhere");
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.event("log.failed", &Value::Null)?;
    kiosk.fresh(1)?;
    kiosk.expect_alive()
}

#[test]
fn nothing_personal_in_the_journal_and_in_files() -> Result<()> {
    let stage = Stage::named("log-personal").up()?;
    let org = Org::start()?;
    let [question, answer, name, draft] = ["question", "answer", "name", "draft"].map(marker);
    let journal = Journal::start(&stage.home)?;
    let folder = stage.home.root().join("log");
    let setup = Setup::on_org(&org)
        .set("log.level", "trace")
        .set("log.folder", folder.to_str())
        .set("idle.after_seconds", 0)
        .set("notice.seconds", 0);
    let mut kiosk = Kiosk::start(&stage, journal.service(setup)?)?;
    journal.wait("visit.fresh", "KIOSK_VISIT", "1")?;
    let conversation = visitor::talks(&stage, &org, &name, &question, &answer)?;
    let session = conversation.session().to_owned();
    stage.input.type_text(&draft)?;
    org.end(conversation.id(), "Agent")?;
    journal.wait("receipt", "KIOSK_CAUSE", "agent_end")?;
    kiosk.terminate()?;
    kiosk.wait_exit(Duration::from_secs(10))?;
    let words = [question.as_str(), &answer, &name, &draft, conversation.id(), &session];
    // The files lie in the home, where everything is searched.
    ensure!(files(&folder)?.len() == 1);
    let found = search(&stage, &kiosk, &words)?;
    ensure!(found.is_empty(), "{found:#?}");
    let text = journal.text();
    ensure!(text.contains("status.read") && words.iter().all(|word| !text.contains(word)), "{text}");
    Ok(())
}

/// A fresh visit by staff at another terminal, seen in the ledger: the log may be gone.
fn fresh_visit(kiosk: &Kiosk, stage: &Stage, visit: u64) -> Result<()> {
    process::tree(kiosk.pid())?[0].signal("USR2")?;
    wait::until_true(&format!("the receipt of visit {visit}"), PATIENCE, || {
        let ledger = fs::read_to_string(stage.home.state().join("receipts.jsonl")).unwrap_or_default();
        ledger
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .any(|line| line["visit"] == json!(visit))
    })
}

/// The kiosk's files, the oldest first.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("support-kiosk.")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
