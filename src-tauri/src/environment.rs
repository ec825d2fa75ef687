//! The process's environment: variables that would open a debugger, an inspector or somebody's library in the kiosk.
//!
//! A library that was preloaded is in the process before its first line runs, so the program starts itself anew
//! without the variables instead of merely forgetting them.

use std::{
    env,
    ffi::{OsStr, OsString},
    process::Command,
};

use crate::refusals;

/// Each of these loads code into the process, opens a way to steer it, shows a tool on the screen, takes a protection
/// away, or makes a library write down what people do. A star stands for any ending.
///
/// What is not here has a use on a kiosk: proxies, scaling, the choice of an input method or of a graphics driver.
const REFUSED: [&str; 39] = [
    // The loader and the C library.
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_DEBUG*",
    "LD_PROFILE*",
    "GCONV_PATH",
    // The toolkit and its libraries.
    "GTK_DEBUG",
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GDK_DEBUG",
    "GDK_PIXBUF_MODULE_FILE",
    "GDK_PIXBUF_MODULEDIR",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "G_DEBUG",
    "G_MESSAGES_DEBUG",
    "GST_PLUGIN_*",
    "GST_REGISTRY*",
    "GST_DEBUG*",
    // The keys of encrypted connections, and weaker ones.
    "SSLKEYLOGFILE",
    "GNUTLS_*",
    "G_TLS_*",
    // The engine.
    "WEBKIT_INSPECTOR_*",
    "WEBKIT_DEBUG",
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
    "WEBKIT_FORCE_SANDBOX=0",
    "WEBKIT2_PAUSE_*",
    "WEB_PROCESS_CMD_PREFIX",
    "NETWORK_PROCESS_CMD_PREFIX",
    "JSC_*",
    "JavaScriptCoreUseJIT",
    // The shell's framework.
    "TAURI_*",
    "WEBDRIVER_*",
];

/// Carries the entries of the list, and nothing of the values, over to the clean process.
const CLEARED: &str = "SUPPORT_KIOSK_CLEARED";

/// The entry of the list that a variable falls under.
fn entry(name: &OsStr, value: &OsStr) -> Option<&'static str> {
    let name = name.to_str()?;
    REFUSED.into_iter().find(|entry| match (entry.strip_suffix('*'), entry.split_once('=')) {
        (Some(start), _) => name.starts_with(start),
        (None, Some((whole, refused))) => name == whole && value == refused,
        (None, None) => name == *entry,
    })
}

/// The variables that are refused, each with its entry.
fn refused(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, &'static str)> {
    variables.filter_map(|(name, value)| entry(&name, &value).map(|entry| (name, entry))).collect()
}

/// Starts the program anew without the refused variables, if there are any; then it does not come back.
///
/// # Errors
/// When the program cannot be started anew: with them it must not run.
pub(crate) fn clean() -> anyhow::Result<()> {
    let found = refused(env::vars_os());
    if found.is_empty() {
        return Ok(());
    }
    let mut entries: Vec<&str> = found.iter().map(|(_, entry)| *entry).collect();
    entries.sort_unstable();
    entries.dedup();
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(CLEARED, entries.join(","));
    for (name, _) in &found {
        command.env_remove(name);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        anyhow::bail!(
            "the environment holds {}, and the kiosk could not be started without: {error}. Remove them and start it again",
            entries.join(", ")
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
        refusals::refuse_named("environment", name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_the_process_is_refused_and_what_a_kiosk_needs_is_not() {
        let found = |name: &str, value: &str| entry(name.as_ref(), value.as_ref());
        for (name, value, refused) in [
            ("LD_PRELOAD", "/tmp/x.so", Some("LD_PRELOAD")),
            ("GTK_DEBUG", "interactive", Some("GTK_DEBUG")),
            ("GST_PLUGIN_PATH_1_0", "/tmp", Some("GST_PLUGIN_*")),
            ("WEBKIT_INSPECTOR_HTTP_SERVER", "0.0.0.0:1", Some("WEBKIT_INSPECTOR_*")),
            ("WEBKIT_FORCE_SANDBOX", "0", Some("WEBKIT_FORCE_SANDBOX=0")),
            ("WEBKIT_FORCE_SANDBOX", "1", None),
            ("JSC_useJIT", "1", Some("JSC_*")),
            ("TAURI_AUTOMATION", "true", Some("TAURI_*")),
            ("https_proxy", "http://proxy:3128", None),
            ("GDK_SCALE", "2", None),
            ("GTK_IM_MODULE", "ibus", None),
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1", None),
            ("DISPLAY", ":0", None),
        ] {
            assert_eq!(found(name, value), refused, "{name}={value}");
        }
    }
}
