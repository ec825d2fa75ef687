//! Figures for Prometheus, counted from the events that the log has anyway, and read on this machine alone.

use std::{fs, io, path::Path, sync::Arc};

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};
use kiosk_core::config::Listen;
use kiosk_fleet::{agent::Happening, report::Waiting};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use serde_json::Value;
use tokio::net::{TcpListener, UnixListener};

use crate::{platform, tap::Ear};

/// What the text is: <https://prometheus.io/docs/specs/om/open_metrics_spec/>.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The ends of the classes of a reset's time, in seconds: under half a second nobody notices.
const RESET: [f64; 9] = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5.0, 15.0, 30.0];

/// Read and written, which is what connecting needs, by the kiosk's user and group: a collector joins the group.
const SOCKET_MODE: u32 = 0o660;

type Labels = Vec<(&'static str, String)>;
type Count = Family<Labels, Counter>;

/// All figures. Clones are the same ones.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Figures>);

struct Figures {
    registry: Registry,
    visits: Count,
    resets: Histogram,
    clears: Count,
    proofs: Count,
    blocked: Count,
    deaths: Count,
    commands: Count,
    configurations: Count,
    in_service: Gauge,
    connected: Gauge,
    memory: Gauge,
    waiting: Gauge,
    lost: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("kiosk");
        let mut count = |name: &str, help: &str| {
            let count = Count::default();
            registry.register(name, help, count.clone());
            count
        };
        let visits = count("visits", "Visits that ended, by cause and by whether somebody used them");
        let clears = count("clears", "Used visits that ended, by what became of clearSession");
        let proofs = count("proofs", "New visits whose store was listed, by what was found");
        let blocked = count("blocked", "What was refused to pages and people, by rule");
        let deaths = count("deaths", "Processes of pages that died or hung, by page and reason");
        let commands = count("commands", "Commands from the fleet, by result");
        let configurations = count("configurations", "Configurations from the fleet, by what became of them");
        let mut gauge = |name: &str, help: &str| {
            let gauge: Gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let in_service = gauge("in_service", "1 while people can use the kiosk");
        let connected = gauge("fleet_connected", "1 while the fleet's broker is there");
        let waiting = gauge("fleet_queue_events", "Events that wait for the fleet's broker");
        let lost = gauge("fleet_lost_events", "Events that were lost beyond the queue's bound since the start");
        let memory: Gauge = Gauge::default();
        let text = "Memory of the program and its engine, without what they share";
        registry.register_with_unit("memory", text, Unit::Bytes, memory.clone());
        let resets = Histogram::new(RESET);
        let text = "Time from the end of a visit until the next one is fresh";
        registry.register_with_unit("reset", text, Unit::Seconds, resets.clone());
        let version: Family<Labels, Gauge> = Family::default();
        version.get_or_create(&vec![("version", env!("CARGO_PKG_VERSION").to_owned())]).set(1);
        registry.register("build_info", "The program's version", version);
        // A figure that first appears as 1 has not grown, for Prometheus; what an alert looks at begins at 0.
        for result in ["empty", "not_empty"] {
            begin(&proofs, &vec![("result", result.to_owned())]);
        }
        for result in ["confirmed", "unconfirmed", "not_possible", "not_needed"] {
            begin(&clears, &vec![("result", result.to_owned())]);
        }
        for result in ["accepted", "unknown_key", "bad_signature", "replayed"] {
            begin(&commands, &vec![("result", result.to_owned())]);
        }
        for (page, reasons) in [("chat", &["crashed", "memory", "hung", "closed"][..]), ("front", &["crashed", "hung"])]
        {
            for reason in reasons {
                begin(&deaths, &vec![("page", page.to_owned()), ("reason", (*reason).to_owned())]);
            }
        }
        Self(Arc::new(Figures {
            registry,
            visits,
            resets,
            clears,
            proofs,
            blocked,
            deaths,
            commands,
            configurations,
            in_service,
            connected,
            memory,
            waiting,
            lost,
        }))
    }
}

impl Metrics {
    /// Who counts what the program does.
    pub(crate) fn ear(&self) -> Ear {
        let this = self.clone();
        Box::new(move |happening| this.count(happening))
    }

    /// What waits for the broker now.
    pub(crate) fn queue(&self, waiting: Waiting) {
        self.0.waiting.set(i64::try_from(waiting.waiting).unwrap_or(i64::MAX));
        self.0.lost.set(i64::try_from(waiting.lost).unwrap_or(i64::MAX));
    }

    /// Lets this machine read them from now on. A place that cannot be had is told in the log; the kiosk opens all the same.
    pub(crate) fn serve(self, listen: Listen) {
        let router = Router::new().route("/metrics", get(move || async move { self.answer() }));
        tauri::async_runtime::spawn(async move {
            let served = match listen {
                Listen::Tcp(address) => match TcpListener::bind(address).await {
                    Ok(listener) => axum::serve(listener, router).await,
                    Err(error) => Err(error),
                },
                Listen::Unix(path) => match socket(&path) {
                    Ok(listener) => axum::serve(listener, router).await,
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = served {
                tracing::error!(event = "metrics.failed", reason = %error.kind(), "the figures cannot be shown there");
            }
        });
    }

    fn answer(&self) -> impl IntoResponse + use<> {
        let memory = platform::memory_of_all();
        self.0.memory.set(i64::try_from(memory).unwrap_or(i64::MAX));
        ([(CONTENT_TYPE, TEXT)], self.text())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }

    fn count(&self, happening: &Happening) {
        let figures = &self.0;
        let word = |field: &str| word(happening.fields.get(field));
        let one = |count: &Count, labels: Labels| {
            count.get_or_create(&labels).inc();
        };
        match happening.name.as_str() {
            "receipt" => {
                let used = happening.fields.get("used") == Some(&Value::Bool(true));
                one(&figures.visits, vec![("cause", word("cause")), ("used", used.to_string())]);
                if used {
                    one(&figures.clears, vec![("result", word("clear"))]);
                }
                if let (Some(Value::Number(ms)), "fresh") = (happening.fields.get("reset_ms"), word("end").as_str()) {
                    figures.resets.observe(ms.as_f64().unwrap_or_default() / 1000.);
                }
            }
            "visit.fresh" => {
                figures.in_service.set(1);
                one(&figures.proofs, vec![("result", "empty".to_owned())]);
            }
            "visit.unproven" => one(&figures.proofs, vec![("result", "not_empty".to_owned())]),
            "scene.shown" if word("scene") == "out_of_service" => {
                figures.in_service.set(0);
            }
            "blocked" => {
                // The line of a flood stands for many.
                let refusals = happening.fields.get("count").and_then(Value::as_u64).unwrap_or(1);
                figures.blocked.get_or_create(&vec![("rule", word("rule"))]).inc_by(refusals);
            }
            "chat.died" => one(&figures.deaths, vec![("page", "chat".to_owned()), ("reason", word("reason"))]),
            "front.died" | "front.hung" => {
                let reason = if happening.name == "front.hung" { "hung" } else { "crashed" };
                one(&figures.deaths, vec![("page", "front".to_owned()), ("reason", reason.to_owned())]);
            }
            "command.accepted" => one(&figures.commands, vec![("result", "accepted".to_owned())]),
            "command.refused" => one(&figures.commands, vec![("result", word("reason"))]),
            "configuration" => one(&figures.configurations, vec![("state", word("what"))]),
            "fleet.connected" => {
                figures.connected.set(1);
            }
            "fleet.disconnected" => {
                figures.connected.set(0);
            }
            _ => {}
        }
    }
}

fn begin(count: &Count, labels: &Labels) {
    drop(count.get_or_create(labels));
}

/// One of this program's own words: anything else would be a label that nobody knows, or somebody's text.
fn word(value: Option<&Value>) -> String {
    let is_word = |word: &&str| {
        (1..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    value.and_then(Value::as_str).filter(is_word).unwrap_or("other").to_owned()
}

/// A socket for the kiosk's user and group alone.
fn socket(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        // Somebody else's file, by a slip in the configuration, is not ours to remove.
        Ok(found) if !found.file_type().is_socket() => return Err(io::ErrorKind::AlreadyExists.into()),
        // Another kiosk's, on another screen of this machine.
        Ok(_) if std::os::unix::net::UnixStream::connect(path).is_ok() => return Err(io::ErrorKind::AddrInUse.into()),
        // Left over from a kiosk that was killed.
        Ok(_) => fs::remove_file(path)?,
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn happens(metrics: &Metrics, name: &str, fields: &Value) {
        let fields = fields.as_object().cloned().unwrap_or_default();
        metrics.count(&Happening { name: name.to_owned(), fields });
    }

    #[test]
    fn events_become_figures_and_text_does_not() {
        let metrics = Metrics::default();
        let receipt =
            json!({ "cause": "agent_end", "used": true, "clear": "confirmed", "end": "fresh", "reset_ms": 300 });
        happens(&metrics, "receipt", &receipt);
        happens(&metrics, "receipt", &json!({ "cause": "marker of a person", "used": false, "end": "discarded" }));
        happens(&metrics, "blocked", &json!({ "rule": "https://marker.example" }));
        happens(&metrics, "blocked", &json!({ "rule": "origin" }));
        happens(&metrics, "blocked", &json!({ "rule": "origin", "count": 9995 }));
        happens(&metrics, "visit.fresh", &json!({}));
        metrics.queue(Waiting { waiting: 3, lost: 0, stored: true });
        let text = metrics.text();
        for line in [
            "kiosk_visits_total{cause=\"agent_end\",used=\"true\"} 1",
            "kiosk_visits_total{cause=\"other\",used=\"false\"} 1",
            "kiosk_clears_total{result=\"confirmed\"} 1",
            "kiosk_reset_seconds_bucket{le=\"0.4\"} 1",
            "kiosk_reset_seconds_bucket{le=\"0.2\"} 0",
            "kiosk_blocked_total{rule=\"origin\"} 9996",
            "kiosk_proofs_total{result=\"empty\"} 1",
            "kiosk_proofs_total{result=\"not_empty\"} 0",
            "kiosk_in_service 1",
            "kiosk_fleet_queue_events 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("marker"), "{text}");
    }

    /// What the alert rules and the dashboard ask for is there under that name.
    #[test]
    fn rules_and_dashboard_ask_for_figures_that_there_are() {
        let metrics = Metrics::default();
        for name in ["receipt", "blocked", "command.accepted"] {
            happens(&metrics, name, &json!({}));
        }
        let known = metrics.text();
        let rules = include_str!("../../packaging/prometheus/support-kiosk.rules.yml");
        let dashboard = include_str!("../../packaging/prometheus/dashboard.json");
        let mut asked = 0;
        for word in
            [rules, dashboard].into_iter().flat_map(|text| text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')))
        {
            if word.starts_with("kiosk_") {
                let name = word.trim_end_matches("_total").trim_end_matches("_bucket");
                assert!(known.contains(&format!("# TYPE {name} ")), "{word}\n{known}");
                asked += 1;
            }
        }
        assert!(asked > 20, "{asked}");
    }
}
