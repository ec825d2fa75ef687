//! Under Wayland: a whole visit in cage and in weston's kiosk shell, as an ordinary user. Both show themselves on the
//! stage's display, so that the same hands and eyes serve; the kiosk below them has no X11.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Org, Setup, Stage, visitor};
use serde_json::{Value, json};

/// Becomes a compositor with the program in it, given as `$1`. Cage refuses root, who has everything ready for somebody
/// else then: the home and a copy of the program, because the folder that it was built in may be root's alone.
const SESSION: &str = r#"
set -eu
root=$(dirname "$HOME")
cp "$1" "$root/support-kiosk"
become=
if [ "$(id -u)" = 0 ]; then
  chown -R nobody:nogroup "$root"
  become="setpriv --reuid=nobody --regid=nogroup --clear-groups --"
fi
export root
"#;

const CAGE: &str = r#"
export WLR_BACKENDS=x11 WLR_RENDERER=pixman
exec $become cage -d -- env -u DISPLAY GDK_BACKEND=wayland "$root/support-kiosk"
"#;

/// Its window is where the whole screen is; the socket is there when it is ready.
const WESTON: &str = r#"
exec $become sh -c '
  weston --no-config --backend=x11-backend.so --shell=kiosk-shell.so --use-pixman --width=1024 --height=768 \
    --idle-time=0 --socket=kiosk >"$root/weston.log" 2>&1 &
  until [ -e "$XDG_RUNTIME_DIR/kiosk" ]; do kill -0 $! || exit 1; sleep 0.05; done
  unset DISPLAY
  WAYLAND_DISPLAY=kiosk GDK_BACKEND=wayland "$root/support-kiosk"
'
"#;

const SECRET: &str = "my card ends in 4417";

#[test]
fn a_whole_visit_in_cage() -> Result<()> {
    whole_visit("cage", &["cage", "Xwayland"], CAGE)
}

#[test]
fn a_whole_visit_in_westons_kiosk_shell() -> Result<()> {
    whole_visit("weston", &["weston"], WESTON)
}

fn whole_visit(name: &str, programs: &[&str], compositor: &str) -> Result<()> {
    if !programs.iter().all(|program| is_installed(program)) {
        let packages = programs.join(" ").to_lowercase();
        writeln!(io::stderr(), "Skipped: {name} is not installed here (apt install {packages}).")?;
        return Ok(());
    }
    let stage = Stage::named(&format!("wayland-{name}")).size(1024, 768).unmanaged().up()?;
    let org = Org::start()?;
    let script = format!("{SESSION}{compositor}");
    let setup = Setup::on_org(&org).set("notice.seconds", 60).under(&["sh", "-c", &script, name]);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    visitor::sees_start(&stage)?;
    // The pointer is where the person's finger will be, and does not show.
    stage.input.click(20, 700)?;
    let fresh = stage.screen.wait_still("fresh-1")?;

    let conversation = visitor::talks(&stage, &org, "Dana", "My drill came without its battery", "I am sending one")?;
    // A clipboard that the next person could paste from.
    stage.input.type_text(SECRET)?;
    stage.input.key("ctrl+a")?;
    stage.input.key("ctrl+c")?;
    stage.input.key("Right")?;
    stage.input.key("ctrl+v")?;
    stage.input.key("Return")?;
    org.wait_message(conversation.id(), &format!("{SECRET}{SECRET}"))?;
    stage.screen.wait_still("conversation")?;

    org.end(conversation.id(), "Agent")?;
    kiosk.read(1, "reset")?;
    kiosk.notice(1)?;
    visitor::sees_notice(&stage, "notice")?;
    stage.input.type_text("one more thing")?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    let after = org.conversation(conversation.id())?;
    ensure!(after.sessions() == 1 && after.status() == "Ended", "a key went back into the queue: {after:?}");

    visitor::finds(&stage, "fresh-2", &fresh)?;
    let next = visitor::opens_chat(&stage, &org, "Good morning")?;
    stage.input.key("ctrl+v")?;
    visitor::writes(&stage, "and a question")?;
    org.wait_message(next.id(), "and a question")?;
    stage.screen.wait_still("next-conversation")?;

    // The service manager ends a session by asking everybody in it.
    let program = kiosk.processes()?.into_iter().find(|one| one.name == "support-kiosk");
    let Some(program) = program else { anyhow::bail!("the program is not below {name}: {:?}", kiosk.processes()?) };
    program.signal("TERM")?;
    kiosk.event("receipt", &json!({"visit": 2, "cause": "stopped"}))?;
    kiosk.log.none_since(kiosk.log.start(), "chat.died", &Value::Null)?;
    kiosk.wait_exit(kiosk_tests::wait::PATIENCE).map(|_| ())
}

fn is_installed(program: &str) -> bool {
    ["/usr/bin", "/usr/local/bin"].iter().any(|folder| Path::new(folder).join(program).exists())
}
