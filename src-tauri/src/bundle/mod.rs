//! `support-bundle`: logs, receipts, the doctor's answer, the version and the configuration, in one file that can be mailed.
//!
//! What goes in is what this program wrote itself and can be read back as such: events, receipts, known settings. All else
//! stays out and is counted. Then everything is searched for the secrets that the configuration names.

mod clean;
mod config;
mod logs;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use flate2::{Compression, write::GzEncoder};

use crate::{doctor, ledger, receipts};

/// One file in the bundle.
struct Part {
    name: String,
    text: String,
    /// What it is, and what was left out of it.
    about: String,
}

impl Part {
    fn new(name: impl Into<String>, text: String, about: impl Into<String>) -> Self {
        Self { name: name.into(), text, about: about.into() }
    }
}

/// Packs the bundle and says what is in it. `explicit` is the configuration file that the command line named.
///
/// # Errors
/// A file that is there already, or cannot be written.
pub(crate) fn run(explicit: Option<&Path>, out: Option<&Path>) -> anyhow::Result<()> {
    let now = jiff::Timestamp::now();
    let name = format!("support-kiosk-{}.tar.gz", now.strftime("%Y%m%d-%H%M%S"));
    let out = out.map_or_else(|| PathBuf::from(&name), Path::to_owned);
    // First of all, so that nobody waits for nothing; and nobody else can read it at any moment.
    let file = create(&out)
        .with_context(|| format!("{} cannot be made; it must not be there yet (--out names another)", out.display()))?;
    let packed = pack(explicit, now).and_then(|parts| {
        write(file, &name, &parts, now).with_context(|| format!("{} cannot be written", out.display()))?;
        Ok(parts)
    });
    let parts = match packed {
        Ok(parts) => parts,
        Err(error) => {
            // Half of it is of no use to anybody.
            let _ = fs::remove_file(&out);
            return Err(error);
        }
    };
    let mut said = format!("{}\n\n", out.display());
    for part in &parts {
        said.push_str(&format!("  {:22} {:>9}  {}\n", part.name, size(part.text.len()), part.about));
    }
    said.push_str(
        "\nPasswords, keys, tokens, the PIN and what is behind `?` in addresses are not in it, nor is anything that was said\n\
         in a chat. It does name the servers of your configuration. `tar -xzf` unpacks it, if you want to look first.\n",
    );
    match io::stdout().lock().write_all(said.as_bytes()) {
        // Whoever read it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

fn pack(explicit: Option<&Path>, now: jiff::Timestamp) -> anyhow::Result<Vec<Part>> {
    let (configuration, mut secrets) = config::part(explicit);
    let state = ledger::state_folder();
    secrets.file(&state.join("staff-pin"));
    let (text, json) = doctor::answer(explicit)?;
    let mut parts = vec![
        Part::new("about.txt", about(now), "version and system"),
        Part::new("doctor.txt", text, "what `doctor` says of this machine"),
        Part::new("doctor.json", json, "the same for programs"),
        configuration,
        receipts(&state),
    ];
    parts.extend(logs::parts(explicit));
    for part in &mut parts {
        let (text, found) = secrets.out_of(&part.text);
        part.text = text;
        if found > 0 {
            part.about.push_str(&format!("; {found} secrets taken out"));
        }
        // Nor in what is printed.
        part.name = secrets.out_of(&part.name).0;
        part.about = secrets.out_of(&part.about).0;
    }
    Ok(parts)
}

fn about(now: jiff::Timestamp) -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system =
        release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or("unknown").trim_matches('"');
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "support-kiosk {}\nweb engine    {}\nsystem        {system}\nkernel        {}\nprocessor     {}\npacked        {now}\n",
        env!("CARGO_PKG_VERSION"),
        tauri::webview_version().unwrap_or_else(|_| "unknown".to_owned()),
        kernel.trim(),
        std::env::consts::ARCH,
    )
}

/// The ledger, read and written again: what is no receipt stays out.
fn receipts(state: &Path) -> Part {
    let (mut text, mut left_out, mut count) = (String::new(), 0u64, 0u64);
    for path in ledger::files(state) {
        let bytes = fs::read(&path).unwrap_or_default();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let read = receipts::read(line).and_then(|(at, receipt)| {
                let at: jiff::Timestamp = at.parse().ok()?;
                let mut line = serde_json::to_value(receipt).ok()?;
                line["at"] = at.to_string().into();
                Some(line)
            });
            match read {
                Some(line) => {
                    count += 1;
                    text.push_str(&format!("{line}\n"));
                }
                None => left_out += 1,
            }
        }
    }
    Part::new("receipts.jsonl", text, counted(&format!("receipts of visits: {count}"), left_out))
}

/// So much, and how many lines stayed out.
fn counted(what: &str, left_out: u64) -> String {
    match left_out {
        0 => what.to_owned(),
        1 => format!("{what}; 1 line that is none was left out"),
        lines => format!("{what}; {lines} lines that are none were left out"),
    }
}

fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write(file: fs::File, name: &str, parts: &[Part], now: jiff::Timestamp) -> io::Result<()> {
    let folder = name.strip_suffix(".tar.gz").unwrap_or(name);
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    for part in parts {
        let mut header = tar::Header::new_gnu();
        header.set_size(u64::try_from(part.text.len()).unwrap_or(u64::MAX));
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(now.as_second()).unwrap_or(0));
        archive.append_data(&mut header, format!("{folder}/{}", part.name), part.text.as_bytes())?;
    }
    archive.into_inner()?.finish()?.sync_all()
}

fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        _ => format!("{} kB", bytes / 1000),
    }
}
