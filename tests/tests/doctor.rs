//! `doctor`: what is wrong with this machine, in sentences and for programs.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::program::{self, Ran};
use kiosk_tests::tls::Impostor;
use kiosk_tests::{Config, Org, Pages, Service, Stage};
use serde_json::Value;

/// A server that does not answer is given up after some seconds; a busy machine takes longer for everything.
const SOON: Duration = Duration::from_secs(60);
/// Where displays of this machine listen.
const DISPLAYS: &str = "/tmp/.X11-unix";

/// The findings of `doctor --json`.
struct Findings {
    ran: Ran,
    all: Vec<Value>,
}

impl Findings {
    fn of(home: &Home, adjust: impl FnOnce(&mut Command)) -> Result<Self> {
        let ran = program::run_with(home, &["doctor", "--json"], "", SOON, adjust)?;
        ran.expect_no_panic()?;
        let object: Value = serde_json::from_str(&ran.stdout).with_context(|| ran.stdout.clone())?;
        let all = object["findings"].as_array().context("no findings")?.clone();
        for finding in &all {
            for field in ["id", "verdict", "sentence"] {
                ensure!(finding[field].is_string(), "{finding}");
            }
            let needs_advice = matches!(finding["verdict"].as_str(), Some("problem" | "warning"));
            ensure!(!needs_advice || finding["advice"].is_string(), "no advice: {finding}");
        }
        let problems = all.iter().filter(|finding| finding["verdict"] == "problem").count();
        ensure!(object["problems"] == problems && object["ok"] == (problems == 0), "{object}");
        ensure!(ran.code() == Some(i32::from(problems > 0)), "{:?} with {problems} problems", ran.code());
        Ok(Self { ran, all })
    }

    fn with(&self, id: &str) -> Vec<&Value> {
        self.all.iter().filter(|finding| finding["id"] == id).collect()
    }

    /// One finding with this verdict, whose sentence has this in it.
    fn expect(&self, id: &str, verdict: &str, text: &str) -> Result<()> {
        let is_it = |finding: &&Value| {
            finding["verdict"] == verdict && finding["sentence"].as_str().is_some_and(|told| told.contains(text))
        };
        ensure!(self.with(id).iter().any(is_it), "no {verdict} {id:?} with {text:?}:\n{}", self.ran.stdout);
        Ok(())
    }
}

fn configure(home: &Home, text: &str) -> Result<std::path::PathBuf> {
    let folder = home.root().join("home/.config/support-kiosk");
    fs::create_dir_all(&folder)?;
    let file = folder.join("config.toml");
    fs::write(&file, text)?;
    fs::set_permissions(&file, Permissions::from_mode(0o644))?;
    fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
    Ok(file)
}

#[test]
fn without_a_display_and_a_bus_it_says_so() -> Result<()> {
    let home = Home::make("doctor-headless")?;
    let found = Findings::of(&home, |_| {})?;
    found.expect("configuration", "ok", "built-in defaults")?;
    found.expect("display", "problem", "no display")?;
    found.expect("session_bus", "warning", "no session bus")?;
    found.expect("autostart", "warning", "Nothing was found")?;
    found.expect("state", "ok", "~/.local/state/support-kiosk can be written")?;
    ensure!(found.with("keys").is_empty() && found.with("notifications").is_empty(), "{}", found.ran.stdout);
    let ids: BTreeSet<&str> = found.all.iter().filter_map(|finding| finding["id"].as_str()).collect();
    for id in ["clock", "memory", "user", "fonts", "graphics", "disk", "sandbox"] {
        ensure!(ids.contains(id), "{id} is missing: {ids:?}");
    }
    ensure!(!home.state().exists(), "it made the state folder");

    let dead = Findings::of(&home, |command| {
        command.env("DISPLAY", ":4093");
    })?;
    dead.expect("display", "problem", "does not answer")?;

    // The same for people: each line is short enough for a terminal, the last one sums up.
    let ran = program::run(&home, &["doctor"], "", SOON)?;
    ensure!(ran.code() == Some(1), "{:?}", ran.code());
    ensure!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ran.stdout);
    ensure!(ran.stdout.contains("to be put right"), "{}", ran.stdout);
    Ok(())
}

/// Just then somebody asks the doctor.
#[test]
fn a_display_and_a_bus_that_hang_do_not_hold_it_up() -> Result<()> {
    let home = Home::make("doctor-hanging")?;
    // Whoever connects waits for ever: nobody takes the connection.
    let bus = home.root().join("bus");
    let _bus = UnixListener::bind(&bus)?;
    fs::create_dir_all(DISPLAYS)?;
    let (number, display) = (4000 + std::process::id() % 1000..5100)
        .find_map(|number| Some((number, UnixListener::bind(format!("{DISPLAYS}/X{number}")).ok()?)))
        .context("no display is free")?;
    let found = Findings::of(&home, |command| {
        command.env("DISPLAY", format!(":{number}"));
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()));
    });
    drop(display);
    fs::remove_file(format!("{DISPLAYS}/X{number}"))?;
    let found = found?;
    found.expect("display", "problem", "does not answer")?;
    found.expect("session_bus", "warning", "no session bus")
}

#[test]
fn on_a_display_it_looks_at_keys_programs_and_the_bus() -> Result<()> {
    let stage = Stage::named("doctor").notifications(Service::Absent).up()?;
    let on_stage = |command: &mut Command| {
        command.env("DISPLAY", stage.display.name()).env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address());
    };
    // The openbox of this user: one key closes, one starts a program, one is harmless.
    let folder = stage.home.root().join("home/.config/openbox");
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("rc.xml"),
        "<openbox_config><keyboard><keybind key=\"A-F4\"><action name=\"Close\"/></keybind>\
         <!-- <keybind key=\"W-x\"><action name=\"Exit\"/></keybind> -->\
         <keybind key=\"W-e\"><action name=\"Execute\"><command>x</command></action></keybind>\
         <keybind key=\"A-Tab\"><action name=\"NextWindow\"/></keybind></keyboard></openbox_config>",
    )?;
    let found = Findings::of(&stage.home, on_stage)?;
    found.expect("display", "ok", "answers")?;
    found.expect("window_manager", "ok", "Openbox")?;
    found.expect("keys", "warning", "Alt+F4 (closes the window) and Super+e (starts a program)")?;
    found.expect("other_programs", "ok", "No other program")?;
    found.expect("session_bus", "ok", "answers")?;
    found.expect("notifications", "warning", "No notification service")?;
    ensure!(found.with("blanking").len() == 1 && found.with("consoles").len() == 1, "{}", found.ran.stdout);
    Ok(())
}

#[test]
fn a_notification_service_and_a_display_without_a_manager_are_well() -> Result<()> {
    let stage = Stage::named("doctor-unmanaged").unmanaged().up()?;
    let found = Findings::of(&stage.home, |command| {
        command.env("DISPLAY", stage.display.name()).env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address());
    })?;
    found.expect("window_manager", "ok", "no window manager")?;
    found.expect("notifications", "ok", "runs")?;
    ensure!(found.with("keys").is_empty(), "{}", found.ran.stdout);
    Ok(())
}

#[test]
fn what_is_wrong_with_the_files_is_found() -> Result<()> {
    let home = Home::make("doctor-files")?;
    let file = configure(&home, "[brand]\nname = \"Ada Lovelace\"\n")?;
    Findings::of(&home, |_| {})?.expect("permissions", "ok", "Only its owner")?;

    fs::set_permissions(&file, Permissions::from_mode(0o646))?;
    // A file in the place of the folder: nobody can write there, root neither.
    let state = home.state();
    fs::create_dir_all(state.parent().context("the state folder has a parent")?)?;
    fs::write(&state, "")?;
    let found = Findings::of(&home, |_| {})?;
    found.expect("permissions", "problem", "Every user of this machine may change")?;
    found.expect("state", "problem", "cannot be written")?;

    // A file with a mistake is examined all the same.
    configure(&home, "[notice]\nsecods = 5\n")?;
    let found = Findings::of(&home, |_| {})?;
    found.expect("configuration", "problem", "does not start with this configuration")?;
    found.expect("permissions", "ok", "Only its owner")
}

/// The package's own user unit, as `systemctl --user enable` leaves it under openbox.
#[test]
fn a_unit_starts_the_kiosk_once_it_is_on_and_its_session_is_told_of() -> Result<()> {
    let home = Home::make("doctor-unit")?;
    let settings = home.root().join("home/.config");
    let folder = settings.join("systemd/user");
    let wants = folder.join("graphical-session.target.wants");
    fs::create_dir_all(&wants)?;
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/system");
    fs::copy(shipped.join("support-kiosk.user.service"), folder.join("support-kiosk.service"))?;
    let look = || {
        Findings::of(&home, |command| {
            command.env_remove("XDG_CURRENT_DESKTOP");
        })
    };
    let unit = "~/.config/systemd/user/support-kiosk.service";
    look()?.expect("autostart", "warning", &format!("{unit} would start the kiosk, but it is not switched on"))?;

    symlink(folder.join("support-kiosk.service"), wants.join("support-kiosk.service"))?;
    look()?.expect("autostart", "warning", "nothing was found that starts that")?;

    fs::create_dir_all(settings.join("openbox"))?;
    let line = "systemctl --user start support-kiosk-desktop.target";
    fs::write(settings.join("openbox/autostart"), format!("# {line}\n"))?;
    look()?.expect("autostart", "warning", "nothing was found that starts that")?;
    fs::write(settings.join("openbox/autostart"), format!("{line}\n"))?;
    look()?.expect("autostart", "ok", &format!("{unit} starts the kiosk, and again when it fails or hangs"))
}

#[test]
fn servers_are_asked() -> Result<()> {
    let home = Home::make("doctor-servers")?;
    let (pages, impostor) = (Pages::start()?, Impostor::start(&home)?);
    // A page that answers, a frame's server with a bad certificate, one where nobody listens, and one without an address.
    let config = Config::raw(&format!(
        "[chat]\nurl = \"{}\"\nframes = [\"{}\", \"http://127.0.0.1:1\", \"https://nowhere.invalid\"]\n",
        pages.host("client=v1"),
        impostor.url().trim_end_matches("/chat"),
    ));
    configure(&home, &config.text())?;
    let found = Findings::of(&home, |_| {})?;
    found.expect("page", "ok", "answers")?;
    found.expect("network", "ok", "http://")?;
    found.expect("network", "problem", "has a certificate that is not good")?;
    found.expect("network", "problem", "refuses the connection")?;
    found.expect("network", "problem", "nowhere.invalid")?;
    Ok(())
}

#[test]
fn the_org_is_asked_whether_it_knows_the_page() -> Result<()> {
    let home = Home::make("doctor-org")?;
    let org = Org::start()?;
    let (id, deployment, site, scrt) = org.snippet();
    let config = Config::new()
        .set("salesforce.org_id", id)
        .set("salesforce.deployment", deployment)
        .set("salesforce.site_url", site)
        .set("salesforce.scrt_url", scrt);
    // Taken by us: the doctor sees that somebody listens.
    let taken = TcpListener::bind("127.0.0.1:0")?;
    configure(&home, &config.set("salesforce.port", taken.local_addr()?.port()).text())?;
    let found = Findings::of(&home, |_| {})?;
    found.expect("cors", "ok", "lets http://localhost:")?;
    found.expect("port", "warning", "Something listens")?;
    ensure!(found.with("network").iter().all(|finding| finding["verdict"] == "ok"), "{}", found.ran.stdout);
    ensure!(found.with("trusted_domain").len() == 1, "{}", found.ran.stdout);
    Ok(())
}

#[test]
fn nothing_personal_is_told() -> Result<()> {
    let home = Home::make("doctor-ada")?;
    configure(&home, "[chat]\nurl = \"http://localhost:1/ada?token=Lovelace\"\n[brand]\nname = \"Lovelace\"\n")?;
    let found = Findings::of(&home, |command| {
        command.env("USER", "lovelace").env("LOGNAME", "lovelace");
    })?;
    let told = format!("{}{}", found.ran.stdout, found.ran.stderr);
    for marker in ["Lovelace", "lovelace", "token", "ada?", &home.root().join("home").display().to_string()] {
        ensure!(!told.contains(marker), "{marker:?} is in:\n{told}");
    }
    found.expect("network", "problem", "http://localhost:1 refuses")?;
    Ok(())
}
