//! A touch screen with several fingers: the X server of the tests has none, so the program runs in mutter, without a
//! screen, and the fingers come over mutter's own interface for remote desktops.

use std::collections::HashMap;
use std::env;

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};
use zbus::zvariant::{DynamicType, OwnedObjectPath, Value};
use zbus::{Connection, Proxy};

use crate::kiosk::Setup;
use crate::stage::Stage;
use crate::wait::{self, PATIENCE};

/// The size of its screen.
pub const SIZE: (i32, i32) = (1280, 800);

/// Becomes the program in a session of mutter's; `$1` is the program. Mutter shows its screen to whoever sends fingers
/// to it, by way of pipewire.
const SESSION: &str = r#"
set -eu
# With the test program goes what became the kiosk, and with that the two.
die="setpriv --pdeathsig KILL --"
$die pipewire >/dev/null 2>&1 &
$die mutter --headless --wayland --no-x11 --virtual-monitor 1280x800 --wayland-display touch >"$HOME/mutter.log" 2>&1 &
until [ -e "$XDG_RUNTIME_DIR/touch" ]; do kill -0 $! || exit 1; sleep 0.05; done
unset DISPLAY
WAYLAND_DISPLAY=touch GDK_BACKEND=wayland exec "$1"
"#;

/// Fingers on the screen.
#[derive(Debug)]
pub struct Touch {
    session: Proxy<'static>,
    stream: OwnedObjectPath,
    runtime: Runtime,
}

impl Touch {
    /// Whether what it needs is installed.
    #[must_use]
    pub fn is_there() -> bool {
        let path = env::var_os("PATH").unwrap_or_default();
        ["mutter", "pipewire"].iter().all(|program| env::split_paths(&path).any(|folder| folder.join(program).exists()))
    }

    /// The program in mutter.
    #[must_use]
    pub fn screen(setup: Setup) -> Setup {
        setup.under(&["sh", "-c", SESSION, "mutter"])
    }

    /// Gets hold of the screen, once it is there.
    pub fn start(stage: &Stage) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let address = stage.bus.address();
        let connection = runtime.block_on(async { zbus::connection::Builder::address(address)?.build().await })?;
        let mut last = None;
        let joined = wait::until("mutter should take fingers", PATIENCE, || {
            Ok(runtime.block_on(join(&connection)).map_err(|error| last = Some(error)).ok())
        });
        let (session, stream) = joined.with_context(|| format!("it said {last:?}"))?;
        Ok(Self { session, stream, runtime })
    }

    /// Puts a finger on the screen. Its number is below ten, and its own while it is there.
    pub fn down(&self, finger: u32, (x, y): (i16, i16)) -> Result<()> {
        self.tell("NotifyTouchDown", &(self.stream.as_str(), finger, f64::from(x), f64::from(y)))
    }

    /// Moves it.
    pub fn slide(&self, finger: u32, (x, y): (i16, i16)) -> Result<()> {
        self.tell("NotifyTouchMotion", &(self.stream.as_str(), finger, f64::from(x), f64::from(y)))
    }

    /// Takes it away.
    pub fn up(&self, finger: u32) -> Result<()> {
        self.tell("NotifyTouchUp", &(finger,))
    }

    /// The first finger, down and up.
    pub fn tap(&self, place: (i16, i16)) -> Result<()> {
        self.tap_with(0, place)
    }

    /// A finger, down and up.
    pub fn tap_with(&self, finger: u32, place: (i16, i16)) -> Result<()> {
        self.down(finger, place)?;
        self.up(finger)
    }

    fn tell<B: Serialize + DynamicType>(&self, what: &str, body: &B) -> Result<()> {
        self.runtime.block_on(self.session.call_method(what, body)).with_context(|| format!("mutter, {what}"))?;
        Ok(())
    }
}

/// A session for input, and the picture of the screen to which places on it relate.
async fn join(connection: &Connection) -> Result<(Proxy<'static>, OwnedObjectPath)> {
    let remote = "org.gnome.Mutter.RemoteDesktop";
    let all = Proxy::new(connection, remote, "/org/gnome/Mutter/RemoteDesktop", remote).await?;
    let session: OwnedObjectPath = all.call("CreateSession", &()).await?;
    let session = Proxy::new(connection, remote, session, format!("{remote}.Session")).await?;
    let id: String = session.get_property("SessionId").await?;

    let cast = "org.gnome.Mutter.ScreenCast";
    let all = Proxy::new(connection, cast, "/org/gnome/Mutter/ScreenCast", cast).await?;
    let of_session = HashMap::from([("remote-desktop-session-id", Value::from(id))]);
    let pictures: OwnedObjectPath = all.call("CreateSession", &(of_session,)).await?;
    let pictures = Proxy::new(connection, cast, pictures, format!("{cast}.Session")).await?;
    let stream = pictures.call("RecordMonitor", &("", HashMap::<&str, Value<'_>>::new())).await?;
    session.call_method("Start", &()).await?;
    Ok((session, stream))
}
