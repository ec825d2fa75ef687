//! The checks: each looks at one thing and says what it found. Looking and judging are two functions, so that the judging can be tested
//! with answers that this machine does not give.
//!
//! Nothing is changed, and what is said names no person: a path in the home begins with `~`, a server is named by its origin.

mod bus;
mod desktop;
mod files;
mod graphics;
mod keys;
mod machine;
mod network;
mod service;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use kiosk_core::config::Config;
use serde::Serialize;

use crate::config;

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// The check's name; it never changes.
    id: &'static str,
    verdict: Verdict,
    /// What is so.
    sentence: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// What a finding means for a kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be looked at.
    Unknown,
    /// The kiosk works; somebody can be disturbed or get further than they should.
    Warning,
    /// The kiosk does not work here, or does not hold.
    Problem,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl Finding {
    fn ok(id: &'static str, sentence: impl Into<String>) -> Self {
        Self { id, verdict: Verdict::Ok, sentence: sentence.into(), advice: None }
    }

    fn unknown(id: &'static str, sentence: impl Into<String>) -> Self {
        Self { verdict: Verdict::Unknown, ..Self::ok(id, sentence) }
    }

    fn warning(id: &'static str, sentence: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, advice: Some(advice.into()), ..Self::ok(id, sentence) }
    }

    fn problem(id: &'static str, sentence: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Problem, advice: Some(advice.into()), ..Self::ok(id, sentence) }
    }
}

/// Examines the machine with the configuration that the kiosk would use.
pub(super) fn run(explicit: Option<&Path>) -> Vec<Finding> {
    let (config, path, first) = match config::load_here(explicit) {
        Ok(loaded) => {
            let sentence = match &loaded.path {
                Some(path) => format!("The configuration {} has no mistake.", shown(path)),
                None => {
                    "There is no configuration file, so the built-in defaults are used: the practice chat.".to_owned()
                }
            };
            (Some(loaded.config), loaded.path, Finding::ok("configuration", sentence))
        }
        Err(problem) => {
            let advice = "`support-kiosk check` shows the place and what would be right.";
            let sentence = format!("The kiosk does not start with this configuration: {problem}.");
            (None, problem.file().map(Path::to_owned), Finding::problem("configuration", sentence, advice))
        }
    };
    let config: Option<&Config> = config.as_ref();
    let mut findings = vec![first];
    findings.extend(desktop::check());
    findings.extend(graphics::check());
    findings.extend(bus::check(config));
    findings.extend(machine::check(config));
    findings.extend(files::check(path.as_deref(), config));
    findings.extend(service::check(config));
    findings.extend(config.map(network::check).unwrap_or_default());
    findings
}

/// Whether nothing must be put right.
pub(super) fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.verdict != Verdict::Problem)
}

/// Prints what was found.
pub(super) fn print(findings: &[Finding], json: bool) -> anyhow::Result<()> {
    let text = if json { as_json(findings)? } else { as_text(findings) };
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever read it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}

pub(super) fn as_json(findings: &[Finding]) -> serde_json::Result<String> {
    let object = serde_json::json!({
        "ok": is_well(findings),
        "problems": count(findings, Verdict::Problem),
        "warnings": count(findings, Verdict::Warning),
        "unknown": count(findings, Verdict::Unknown),
        "findings": findings,
    });
    Ok(serde_json::to_string_pretty(&object)? + "\n")
}

pub(super) fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mut line = format!("{:8} {:15} ", finding.verdict.name(), finding.id);
        let indent = line.len();
        wrap(&mut line, indent, &finding.sentence);
        if let Some(advice) = &finding.advice {
            line.push_str(&format!("\n{:indent$}", ""));
            wrap(&mut line, indent + 3, &format!("-> {advice}"));
        }
        text.push_str(&line);
        text.push('\n');
    }
    let numbers = [Verdict::Problem, Verdict::Warning, Verdict::Unknown].map(|verdict| count(findings, verdict));
    let sentence = match numbers {
        [0, 0, 0] => "Nothing is wrong.".to_owned(),
        [problems, warnings, unknown] => {
            format!("{problems} to be put right, {warnings} to be looked at, {unknown} that could not be examined.")
        }
    };
    text + "\n" + &sentence + "\n"
}

/// Puts words behind `line`, which ends at `indent`, in lines of a hundred characters.
fn wrap(line: &mut String, indent: usize, words: &str) {
    const WIDTH: usize = 100;
    let mut column = line.rsplit('\n').next().unwrap_or_default().chars().count();
    for (index, word) in words.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > WIDTH {
            line.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        } else if index > 0 {
            line.push(' ');
            column += 1;
        }
        line.push_str(word);
        column += length;
    }
}

/// A path as it is shown: the home's name is a person's.
fn shown(path: &Path) -> String {
    let home = env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute() && home != Path::new("/"));
    match home.as_deref().and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// The folders of a user's and the machine's settings, in the order in which desktops look.
fn settings_folders() -> Vec<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    let machine = env::var_os("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
    own.into_iter().chain(env::split_paths(&machine).filter(|path| path.is_absolute())).collect()
}

/// `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_to_people_and_to_programs() {
        let findings = [
            Finding::ok("a", "All is well."),
            Finding::warning("b", "word ".repeat(40).trim_end(), "Do this."),
            Finding::unknown("c", "Nobody knows."),
        ];
        assert!(is_well(&findings));
        let text = as_text(&findings);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert!(text.contains("\n                         -> Do this.\n"), "{text}");
        assert!(text.ends_with("0 to be put right, 1 to be looked at, 1 that could not be examined.\n"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&as_json(&findings).unwrap_or_default()).unwrap_or_default();
        assert_eq!(json["ok"], true);
        assert_eq!(json["findings"][1]["verdict"], "warning");
        assert_eq!(json["findings"][0].get("advice"), None);
        assert!(!is_well(&[Finding::problem("d", "Broken.", "Mend it.")]));
        assert_eq!(as_text(&findings[..1]).lines().last(), Some("Nothing is wrong."));
    }
}
