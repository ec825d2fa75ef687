//! The process's environment: variables that would open a debugger, an inspector or somebody's library in the kiosk.
//!
//! A library that was preloaded is in the process before its first line runs, so the program starts itself anew
//! without the variables instead of merely forgetting them.

use std::{env, process::Command};

/// Each of these loads code into the process, opens a way to steer it, or shows a tool on the screen.
const REFUSED: [&str; 17] = [
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "GTK_DEBUG",
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_IM_MODULE_FILE",
    "GDK_PIXBUF_MODULE_FILE",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GST_PLUGIN_PATH",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "TAURI_WEBVIEW_AUTOMATION",
];

/// Carries the names, and nothing of the values, over to the clean process.
const CLEARED: &str = "SUPPORT_KIOSK_CLEARED";

/// Starts the program anew without the refused variables, if there are any; then it does not come back.
///
/// # Errors
/// When the program cannot be started anew: with them it must not run.
pub(crate) fn clean() -> anyhow::Result<()> {
    let found: Vec<&str> = REFUSED.into_iter().filter(|name| env::var_os(name).is_some()).collect();
    if found.is_empty() {
        return Ok(());
    }
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(CLEARED, found.join(","));
    for name in &found {
        command.env_remove(name);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        anyhow::bail!(
            "the environment holds {}, and the kiosk could not be started without: {error}. Remove them and start it again",
            found.join(", ")
        )
    }
    #[cfg(not(unix))]
    {
        let code = command.status()?.code().unwrap_or(1);
        std::process::exit(code)
    }
}

/// Says in the log what was cleared: whoever set it should know.
pub(crate) fn log_cleared() {
    let cleared = env::var(CLEARED).unwrap_or_default();
    // Only our own list can stand there; anything else was put there by hand.
    for name in REFUSED.into_iter().filter(|name| cleared.split(',').any(|cleared| cleared == *name)) {
        tracing::warn!(event = "blocked", rule = "environment", name);
    }
}
