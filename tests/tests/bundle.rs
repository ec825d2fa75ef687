//! `support-bundle`: everything that helps somebody far away, in one file, and nothing that is a secret or a person's.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kiosk_tests::program;
use kiosk_tests::searches::marker;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Org, Setup, Stage, visitor};

#[test]
fn it_holds_what_helps_and_no_secret() -> Result<()> {
    let stage = Stage::named("bundle").up()?;
    let home = &stage.home;
    let root = home.root();
    let org = Org::start()?;
    let [question, answer, name, draft] = ["question", "answer", "name", "draft"].map(marker);
    let log = root.join("log");
    let setup = Setup::on_org(&org).set("log.level", "trace").set("log.folder", log.to_str()).set("notice.seconds", 0);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let conversation = visitor::talks(&stage, &org, &name, &question, &answer)?;
    let session = conversation.session().to_owned();
    stage.input.type_text(&draft)?;
    org.end(conversation.id(), "Agent")?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.terminate()?;
    kiosk.wait_exit(PATIENCE)?;

    // Secrets in every place where one can be, and lines that are not the kiosk's in its own files.
    let secrets = ["password", "key", "token", "user", "fragment", "path", "pin", "unknown", "note", "line", "entry"];
    let [password, key, token, user, fragment, path, pin, unknown, note, line, entry] = secrets.map(marker);
    fs::write(root.join("broker.password"), format!("{password}\n"))?;
    fs::write(root.join("broker.key"), format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"))?;
    fs::write(home.state().join("staff-pin"), format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ${pin}\n"))?;
    fs::write(home.state().join("out-of-service.json"), format!("{{\"note\":\"{note}\"}}"))?;
    append(&home.state().join("receipts.jsonl"), &format!("{{\"at\":\"{line}\"}}\n{line}\n"))?;
    let file = fs::read_dir(&log)?.next().context("a file of the log")??.path();
    append(
        &file,
        &format!("{line}\n{{\"said\":\"{line}\"}}\n{{\"event\":\"x\",\"why\":\"{token}\",\"to\":\"{password}\"}}\n"),
    )?;
    let hash = program::run(home, &["pin", "--print"], "739154\n", PATIENCE)?.stdout;
    let hash = hash.trim().trim_start_matches("staff.pin_hash = ").trim_matches('"').to_owned();
    ensure!(hash.starts_with("$argon2"), "{hash}");
    let text = format!(
        "# {unknown}\n[chat]\nurl = \"https://support.example.com/{path}0123456789/chat?key={token}#{fragment}\"\n\
         [staff]\npin_hash = \"{hash}\"\n[log]\nfolder = \"{}\"\n\
         [fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin\"\nid = \"k1\"\nusername = \"berlin/k1\"\n\
         password_file = \"broker.password\"\nca_file = \"ca.pem\"\ncert_file = \"ca.pem\"\nkey_file = \"broker.key\"\n",
        log.display()
    );
    fs::write(root.join("kiosk.toml"), &text)?;
    // A journal with an entry of the kiosk's own, and one of something else under its name.
    fs::create_dir_all(root.join("bin"))?;
    let journalctl = root.join("bin/journalctl");
    fs::write(
        &journalctl,
        format!(
            "#!/bin/sh\ncat <<'END'\n\
             {{\"__REALTIME_TIMESTAMP\":\"1800000000000000\",\"PRIORITY\":\"6\",\"KIOSK_EVENT\":\"visit.fresh\",\"_HOSTNAME\":\"{entry}\"}}\n\
             {{\"__REALTIME_TIMESTAMP\":\"1800000000000000\",\"PRIORITY\":\"6\",\"MESSAGE\":\"{entry}\"}}\nEND\n"
        ),
    )?;
    fs::set_permissions(&journalctl, fs::Permissions::from_mode(0o755))?;

    let bundle = |config: &str, out: &str| {
        program::run_with(home, &["--config", config, "support-bundle", "--out", out], "", PATIENCE * 3, |command| {
            let others = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{others}", root.join("bin").display()));
        })
    };
    let ran = bundle("kiosk.toml", "bundle.tar.gz")?;
    ensure!(ran.code() == Some(0), "{ran:?}");
    let mode = fs::metadata(root.join("bundle.tar.gz"))?.permissions().mode() & 0o777;
    ensure!(mode == 0o600, "{mode:o}");
    let unpacked = unpack(root, "bundle.tar.gz")?;
    for (part, text) in [
        ("about.txt", "support-kiosk "),
        ("doctor.txt", "configuration"),
        ("doctor.json", "\"findings\""),
        ("configuration.toml", "https://support.example.com/…/chat?…"),
        ("configuration.toml", "password_file = \"broker.password\""),
        ("receipts.jsonl", "\"cause\":\"agent_end\""),
        ("journal.jsonl", "\"event\":\"visit.fresh\""),
        ("log/support-kiosk.", "\"event\":\"receipt\""),
    ] {
        let found = unpacked.iter().any(|(name, held)| name.contains(part) && held.contains(text));
        ensure!(found, "{text} is not in {part}: {unpacked:#?}");
        ensure!(ran.stdout.contains(part), "{part} is not in what was printed: {}", ran.stdout);
    }
    let all = format!("{unpacked:?}{}{}", ran.stdout, ran.stderr);
    let session: &str = &session;
    let planted = [&question, &answer, &name, &draft, &password, &key, &token, &fragment, &path, &pin, &unknown, &note];
    for word in planted.into_iter().map(String::as_str).chain([line.as_str(), &entry, session, &hash, "739154"]) {
        ensure!(!all.contains(word), "{word} is in the bundle:\n{all}");
    }
    ensure!(!all.contains(&root.join("home").display().to_string()), "the home's name is in the bundle:\n{all}");

    // It is never written over, and a configuration that cannot be read as settings stays out as a whole.
    let again = bundle("kiosk.toml", "bundle.tar.gz")?;
    ensure!(again.code() == Some(1) && again.stderr.contains("must not be there yet"), "{again:?}");
    fs::write(root.join("broken.toml"), format!("[chat\nuser = \"{user}\"\n"))?;
    let broken = bundle("broken.toml", "broken.tar.gz")?;
    ensure!(broken.code() == Some(0) && broken.stdout.contains("left out"), "{broken:?}");
    let all = format!("{:?}{}", unpack(root, "broken.tar.gz")?, broken.stdout);
    ensure!(!all.contains(&user), "{all}");
    Ok(())
}

fn append(path: &Path, text: &str) -> Result<()> {
    let before = fs::read_to_string(path)?;
    Ok(fs::write(path, before + text)?)
}

/// The files in it: name and text.
fn unpack(root: &Path, name: &str) -> Result<Vec<(String, String)>> {
    let folder = root.join("unpacked").join(name);
    fs::create_dir_all(&folder)?;
    let done = Command::new("tar").arg("-xzf").arg(root.join(name)).arg("-C").arg(&folder).status()?;
    ensure!(done.success(), "tar could not unpack it");
    let mut found = Vec::new();
    walk(&folder, &folder, &mut found)?;
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, found)?;
        } else {
            found.push((path.strip_prefix(root)?.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
