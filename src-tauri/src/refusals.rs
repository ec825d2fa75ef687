//! Refusals: whatever the kiosk does not allow goes through here, as one line of the log and one more on a counter.
//!
//! A line names the rule, and says the same in the words of the OWASP application logging vocabulary, so that whoever
//! watches many programs needs no list of ours. There, arguments follow the event's name; where that vocabulary has a
//! user's name, here is what kind of thing tried: `page`, `person`, `machine`. Nothing else is in a line: not what was
//! asked for, not from where.
//!
//! Ten thousand refusals are not ten thousand lines. The first few of a rule are written as they come, the others are
//! counted and written as one line with `count` when it is quiet again.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many lines of one rule are written in a row; a flood's own rule has only the line with the count.
const LINES: u32 = 5;
/// A rule that was quiet for so long may write lines again.
const QUIET: Duration = Duration::from_secs(1);
/// A flood that does not end is told of at least this often.
const OFTEN: Duration = Duration::from_secs(10);

/// A page reported more than it may. It is a flood by itself, so only its end is told, with the count.
pub(crate) const REPORT_FLOOD: &str = "report_flood";
/// A keyboard or a mouse pressed more than hands can. The same holds for it.
pub(crate) const INPUT_FLOOD: &str = "input_flood";

/// Every rule, and what it is in the vocabulary.
const VOCABULARY: &[(&str, &str)] = &[
    // Which address may be what.
    ("origin", "authz_fail:page,origin"),
    ("scheme", "authz_fail:page,scheme"),
    ("too_long", "input_validation_fail:address,page"),
    ("trailing_dot", "malicious_direct_reference:page,address"),
    ("unreadable", "input_validation_fail:address,page"),
    ("user_part", "malicious_direct_reference:page,address"),
    ("back", "authz_fail:page,history"),
    ("page_escaped", "malicious_direct_reference:page,address"),
    ("page_lost", "malicious_direct_reference:page,address"),
    ("not_a_page", "input_validation_fail:content_type,page"),
    ("server_error", "input_validation_fail:status,page"),
    // What a page can ask of an engine.
    ("new_window", "authz_fail:page,new_window"),
    ("window_close", "authz_fail:page,window_close"),
    ("script_dialog", "authz_fail:page,script_dialog"),
    ("http_authentication", "authz_fail:page,http_authentication"),
    ("full_screen", "authz_fail:page,full_screen"),
    ("web_notification", "authz_fail:page,notifications"),
    ("context_menu", "authz_fail:person,context_menu"),
    ("color_chooser", "authz_fail:page,color_chooser"),
    ("option_menu", "authz_fail:page,option_menu"),
    ("emoji_chooser", "authz_fail:person,emoji_chooser"),
    ("zoom", "authz_fail:person,zoom"),
    ("location", "authz_fail:page,location"),
    ("camera", "authz_fail:page,camera"),
    ("microphone", "authz_fail:page,microphone"),
    ("display_capture", "authz_fail:page,display_capture"),
    ("notifications", "authz_fail:page,notifications"),
    ("clipboard", "authz_fail:page,clipboard"),
    ("pointer_lock", "authz_fail:page,pointer_lock"),
    ("device_names", "authz_fail:page,device_names"),
    ("media_keys", "authz_fail:page,media_keys"),
    ("site_data", "authz_fail:page,site_data"),
    ("permission", "authz_fail:page,permission"),
    // Files and paper.
    ("file_chooser", "authz_fail:page,upload"),
    ("upload_folder", "upload_validation:upload,folder:FAILED"),
    ("download", "authz_fail:page,download"),
    ("download_size", "excess_rate_limit_exceeded:page,download_size"),
    ("print", "authz_fail:page,print"),
    ("printer", "authz_fail:page,printer"),
    // What a hand does.
    ("shortcut", "authz_fail:person,shortcut"),
    ("pointer_button", "authz_fail:person,pointer_button"),
    ("drag", "authz_fail:person,drag"),
    (INPUT_FLOOD, "excess_rate_limit_exceeded:person,input"),
    ("close_window", "authz_fail:person,close_window"),
    ("covered", "authz_fail:machine,screen"),
    // The bridge, and our own ports.
    ("report", "input_validation_fail:report,page"),
    (REPORT_FLOOD, "excess_rate_limit_exceeded:page,reports"),
    ("message_size", "input_validation_fail:message_size,page"),
    ("message", "input_validation_fail:message,page"),
    ("message_key", "malicious_direct_reference:page,bridge"),
    ("message_line", "malicious_direct_reference:machine,bridge"),
    ("command", "malicious_direct_reference:page,command"),
    ("host", "malicious_direct_reference:machine,loopback"),
    // The process's surroundings.
    ("environment", "malicious_extraneous:machine,environment"),
];

/// What a rule that the table lacks is called; a test keeps the table whole.
const UNKNOWN: &str = "malicious_extraneous:page,unknown";

/// Refuses: one line, one more on the counter.
pub(crate) fn refuse(rule: &'static str) {
    refuse_in(None, rule);
}

/// The same in a visit.
pub(crate) fn refuse_in(visit: Option<u64>, rule: &'static str) {
    if let Some(refusal) = all(|refusals| refusals.refuse(Instant::now(), visit, rule)) {
        write(&refusal);
    }
}

/// The same with a name that is on one of our own lists.
pub(crate) fn refuse_named(rule: &'static str, name: &'static str) {
    // A list of ours is short: each name has its line.
    all(|refusals| refusals.count(rule));
    tracing::warn!(event = "blocked", rule, owasp = owasp(rule), name);
}

/// How often each rule refused since the start of the program; the rules that never did are left out.
#[allow(dead_code, reason = "read by metrics and by the staff scene's health")]
pub(crate) fn counts() -> Vec<(&'static str, u64)> {
    all(|refusals| refusals.rules.iter().map(|rule| (rule.name, rule.total)).collect())
}

/// Writes the counts of floods that are over. Called about once a second.
pub(crate) fn settle() {
    settle_at(Instant::now());
}

/// Writes all counts: the program is about to end.
pub(crate) fn settle_all() {
    settle_at(Instant::now() + OFTEN);
}

fn settle_at(now: Instant) {
    for refusal in all(|refusals| refusals.settle(now)) {
        write(&refusal);
    }
}

fn write(refusal: &Refusal) {
    let &Refusal { rule, visit, count } = refusal;
    let owasp = owasp(rule);
    // A field that is not there is better than one that says nothing.
    match (visit, count) {
        (Some(visit), None) => tracing::warn!(event = "blocked", visit, rule, owasp),
        (None, None) => tracing::warn!(event = "blocked", rule, owasp),
        (Some(visit), Some(count)) => tracing::warn!(event = "blocked", visit, rule, owasp, count),
        (None, Some(count)) => tracing::warn!(event = "blocked", rule, owasp, count),
    }
}

fn owasp(rule: &str) -> &'static str {
    VOCABULARY.iter().find(|(name, _)| *name == rule).map_or(UNKNOWN, |(_, owasp)| owasp)
}

fn all<T>(work: impl FnOnce(&mut Refusals) -> T) -> T {
    static ALL: Mutex<Refusals> = Mutex::new(Refusals { rules: Vec::new() });
    work(&mut ALL.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A line to write.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    rule: &'static str,
    visit: Option<u64>,
    /// So many that had no line of their own.
    count: Option<u64>,
}

/// The rules that have refused. As many as there are rules, so it cannot grow.
struct Refusals {
    rules: Vec<Rule>,
}

struct Rule {
    name: &'static str,
    total: u64,
    /// Lines written since it was quiet.
    lines: u32,
    /// Refusals without a line of their own, and since when.
    silent: u64,
    since: Instant,
    last: Instant,
    visit: Option<u64>,
}

impl Refusals {
    fn refuse(&mut self, now: Instant, visit: Option<u64>, name: &'static str) -> Option<Refusal> {
        let rule = self.rule(now, name);
        rule.total += 1;
        let quiet = now.saturating_duration_since(rule.last) >= QUIET;
        rule.last = now;
        rule.visit = visit;
        if quiet && rule.silent == 0 {
            rule.lines = 0;
        }
        if rule.lines < most_lines(name) {
            rule.lines += 1;
            return Some(Refusal { rule: name, visit, count: None });
        }
        if rule.silent == 0 {
            rule.since = now;
        }
        rule.silent += 1;
        None
    }

    fn count(&mut self, name: &'static str) {
        self.rule(Instant::now(), name).total += 1;
    }

    fn settle(&mut self, now: Instant) -> Vec<Refusal> {
        let is_due = |rule: &&mut Rule| {
            let quiet = now.saturating_duration_since(rule.last) >= QUIET;
            rule.silent > 0 && (quiet || now.saturating_duration_since(rule.since) >= OFTEN)
        };
        let tell = |rule: &mut Rule| {
            rule.since = now;
            Refusal { rule: rule.name, visit: rule.visit, count: Some(std::mem::take(&mut rule.silent)) }
        };
        self.rules.iter_mut().filter(is_due).map(tell).collect()
    }

    fn rule(&mut self, now: Instant, name: &'static str) -> &mut Rule {
        let at = self.rules.iter().position(|rule| rule.name == name).unwrap_or_else(|| {
            self.rules.push(Rule { name, total: 0, lines: 0, silent: 0, since: now, last: now, visit: None });
            self.rules.len() - 1
        });
        &mut self.rules[at]
    }
}

fn most_lines(rule: &str) -> u32 {
    if [REPORT_FLOOD, INPUT_FLOOD].contains(&rule) { 0 } else { LINES }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn line(rule: &'static str, count: Option<u64>) -> Refusal {
        Refusal { rule, visit: Some(1), count }
    }

    #[test]
    fn a_few_refusals_are_a_few_lines_and_many_are_one_more_with_the_count() {
        let start = Instant::now();
        let mut refusals = Refusals { rules: Vec::new() };
        let lines = (0..10_000).filter_map(|_| refusals.refuse(start, Some(1), "print")).count();
        assert_eq!(lines, 5);
        assert_eq!(refusals.settle(start), Vec::new(), "it goes on");
        assert_eq!(refusals.settle(start + seconds(1)), [line("print", Some(9995))]);
        assert_eq!(refusals.settle(start + seconds(20)), Vec::new(), "it was told");
        assert_eq!(refusals.refuse(start + seconds(20), Some(1), "print"), Some(line("print", None)));
        assert_eq!(refusals.rules[0].total, 10_001);
    }

    #[test]
    fn a_flood_without_an_end_is_told_of_now_and_then() {
        let start = Instant::now();
        let mut refusals = Refusals { rules: Vec::new() };
        let mut told = 0;
        for tick in 0..600 {
            let now = start + Duration::from_millis(100) * tick;
            told += usize::from(refusals.refuse(now, Some(1), "drag").is_some()) + refusals.settle(now).len();
        }
        assert_eq!(told, 5 + 5, "a minute: five lines at first, and one each ten seconds");
    }

    #[test]
    fn a_flood_of_reports_is_told_once_when_it_ends() {
        let start = Instant::now();
        let mut refusals = Refusals { rules: Vec::new() };
        assert!((0..500).all(|_| refusals.refuse(start, Some(1), REPORT_FLOOD).is_none()));
        assert_eq!(refusals.settle(start + seconds(2)), [line(REPORT_FLOOD, Some(500))]);
    }

    #[test]
    fn rules_do_not_stand_in_each_others_way() {
        let now = Instant::now();
        let mut refusals = Refusals { rules: Vec::new() };
        let _ = (0..100).filter_map(|_| refusals.refuse(now, None, "drag")).count();
        assert!(refusals.refuse(now, None, "print").is_some());
    }

    /// Every text in quotes that follows one of these, in this crate's source, is a rule.
    const NAMED_BY: [&str; 8] = [
        "refuse(\"",
        "refuse_named(\"",
        "refused(\"",
        "blocked(\"",
        "rule = \"",
        "Err(\"",
        "Refused::new(\"",
        "rule: \"",
    ];

    #[test]
    fn every_rule_in_the_source_is_in_the_table() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = BTreeSet::new();
        let mut folders = vec![source.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("src/refusals.rs") {
                    found.extend(rules_in(&fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let core = fs::read_to_string(source.join("../crates/core/src/address.rs")).unwrap();
        let names = core.split_once("pub fn name(self)").unwrap().1.split_once("\n}\n").unwrap().0;
        found.extend(names.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        assert!(found.contains("new_window") && found.contains("user_part"), "{found:?}");
        for rule in found {
            assert_ne!(owasp(&rule), UNKNOWN, "the rule `{rule}` is not in the table");
        }
    }

    fn rules_in(text: &str) -> Vec<String> {
        let is_rule =
            |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let mut found = Vec::new();
        for before in NAMED_BY {
            // The call may be broken after its bracket.
            let text = text.replace("(\n", "(").split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
            let names: Vec<&str> = text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect();
            found.extend(names.into_iter().filter(|name| is_rule(name)).map(ToOwned::to_owned));
        }
        found
    }

    #[test]
    fn the_table_uses_the_vocabulary_and_names_each_rule_once() {
        let events = [
            "authz_fail",
            "input_validation_fail",
            "malicious_direct_reference",
            "malicious_extraneous",
            "excess_rate_limit_exceeded",
            "upload_validation",
        ];
        let mut names = BTreeSet::new();
        for (rule, owasp) in VOCABULARY {
            let (event, arguments) = owasp.split_once(':').unwrap();
            assert!(events.contains(&event) && arguments.contains(','), "{owasp}");
            assert!(names.insert(rule), "{rule} is there twice");
        }
    }
}
