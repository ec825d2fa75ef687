//! The desktop's own notification service: dunst, on the stage's bus and display.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use kiosk_tests::Stage;
use kiosk_tests::home::Home;
use kiosk_tests::process::Owned;
use kiosk_tests::wait::{self, PATIENCE};
use tokio::runtime::Builder;

/// A running service; dropping it ends it.
pub(crate) struct Desktop {
    _dunst: Owned,
}

/// Large enough to be read in a picture of the whole screen.
const LOOKS: &str = r##"[global]
    font = Noto Sans 12
    origin = top-right
    offset = 24x24
    width = 430
    padding = 16
    horizontal_padding = 18
    frame_width = 1
    frame_color = "#5b6664"
    format = "<b>%s</b>\n%b"
    markup = full
[urgency_normal]
    background = "#20292b"
    foreground = "#f3f5f4"
"##;

impl Desktop {
    /// Starts it and waits until it has its name on the bus.
    pub(crate) fn start(stage: &Stage) -> Result<Self> {
        calm(&stage.home)?;
        let file = stage.home.root().join("dunstrc");
        fs::write(&file, LOOKS)?;
        let mut command = Command::new("dunst");
        command
            .envs(stage.home.environment())
            .env("DISPLAY", stage.display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address())
            .env_remove("WAYLAND_DISPLAY")
            .arg("-config")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let dunst = Owned::spawn("dunst", &mut command)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let bus = runtime
            .block_on(async { zbus::connection::Builder::address(stage.bus.address())?.build().await })
            .context("no connection to the session bus")?;
        wait::until("dunst should be on the session bus", PATIENCE, || {
            let ask = async {
                let proxy = zbus::fdo::DBusProxy::new(&bus).await?;
                let name = zbus::names::BusName::from_static_str("org.freedesktop.Notifications")?;
                anyhow::Ok(proxy.name_has_owner(name).await?)
            };
            Ok(runtime.block_on(ask)?.then_some(()))
        })?;
        Ok(Self { _dunst: dunst })
    }
}

/// A caret that blinks never comes to rest: programs that live in this home from now on have one that does not.
pub(crate) fn calm(home: &Home) -> Result<()> {
    home.toolkit("gtk-cursor-blink = false")
}
