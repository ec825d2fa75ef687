//! Would the program come up, if it began anew now?

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use kiosk_core::visit::Readiness;

use crate::platform;

/// So long the program may take to read its configuration.
const CHECK: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(50);

/// Asks the program that is on disk now: after an upgrade it reads the configuration with other eyes, and needs other libraries.
pub(crate) async fn readiness(config: Option<PathBuf>) -> Readiness {
    let asked = tauri::async_runtime::spawn_blocking(move || {
        if platform::is_being_upgraded() { Readiness::Later } else { checks(config.as_deref()) }
    });
    asked.await.unwrap_or(Readiness::Broken)
}

fn checks(config: Option<&Path>) -> Readiness {
    let Ok(mut program) = platform::own_program() else { return Readiness::Broken };
    program.arg("check");
    if let Some(config) = config {
        program.arg("--config").arg(config);
    }
    let started = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut check) = started else { return Readiness::Broken };
    let begun = Instant::now();
    while begun.elapsed() < CHECK {
        match check.try_wait() {
            Ok(Some(status)) if status.success() => return Readiness::Ready,
            Ok(None) => thread::sleep(LOOK),
            Ok(Some(_)) | Err(_) => return Readiness::Broken,
        }
    }
    // It may have ended just now. A machine that is so busy may be less so in a while.
    let _ = check.kill();
    let _ = check.wait();
    Readiness::Later
}
