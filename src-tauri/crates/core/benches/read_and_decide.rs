//! Reading an event and deciding what it means, beside what plain parsing of the same text costs: in time, and in
//! allocations. `make bench` puts both into its table, from what is left in `target/criterion`.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kiosk_core::event;
use kiosk_core::rule::Judge;
use kiosk_core::wire::Report;
use serde_json::{Value, json};

/// Recorded session events, and what the rule is to say of them.
const RECORDING: &str = include_str!("../../../../tests/data/session_events.jsonl");
/// Characters in a long message: a pasted letter.
const LONG: usize = 20_000;

fn read_and_decide(criterion: &mut Criterion) {
    let recorded: Vec<String> = RECORDING.lines().map(str::to_owned).collect();
    compare(criterion, "recorded_events", &recorded, |text, judge| {
        black_box(judge.judge(&event::read_line(text).reading));
    });
    let messages: Vec<String> = [200, 600, LONG].into_iter().map(message).collect();
    compare(criterion, "messages", &messages, |text, judge| {
        black_box(judge.judge(&event::read_line(text).reading));
    });
    let reports = ["Waiting", "Active", "Inactive", "Ended"].map(report).to_vec();
    compare(criterion, "reports_of_the_bridge", &reports, |text, judge| {
        if let Ok(Report::Status(status)) = serde_json::from_slice(text) {
            black_box(judge.judge(&Ok(status)));
        }
    });
}

/// The kiosk's way with these texts, and the plain one.
fn compare(criterion: &mut Criterion, name: &str, texts: &[String], decide: impl Fn(&[u8], &mut Judge)) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::ElementsAndBytes { elements: texts.len() as u64, bytes: bytes as u64 });
    // The rule remembers ended sessions: after the first time around, as in a long day, it knows them all.
    let mut judge = Judge::default();
    let mut own = || texts.iter().for_each(|text| decide(text.as_bytes(), &mut judge));
    let plain = || texts.iter().for_each(|text| drop(black_box(serde_json::from_slice::<Value>(text.as_bytes()))));
    own();
    for (way, allocations) in [("kiosk", allocations(&mut own)), ("value", allocations(plain))] {
        let counts = json!({"events": texts.len(), "bytes": bytes, "allocations": allocations});
        keep(name, way, &counts);
    }
    group.bench_function("kiosk", |bencher| bencher.iter(&mut own));
    group.bench_function("value", |bencher| bencher.iter(plain));
    group.finish();
}

fn allocations(of: impl FnOnce()) -> u64 {
    allocation_counter::measure(of).count_total
}

/// Beside criterion's own figures.
fn keep(group: &str, way: &str, counts: &Value) {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target");
    let folder = target.join("criterion").join(group).join(way);
    // A benchmark has nobody to report to; whoever reads the figures misses the file.
    if fs::create_dir_all(&folder).is_ok() {
        drop(fs::write(folder.join("counts.json"), counts.to_string()));
    }
}

/// A chat message: most of what a page hears is of this kind, and nothing to the rule.
fn message(length: usize) -> String {
    let text = "My order has not come yet, could you have a look? ".repeat(length / 50);
    let payload = json!({
        "entryType": "Message", "id": "d74a2ca5-42c2-598c-99be-a8563d450d9e",
        "abstractMessage": {"messageType": "StaticContentMessage", "staticContent": {"formatType": "Text", "text": text}},
        "sessionId": "0MwXX000007A7BEAAA",
    });
    json!({
        "channelType": "embedded_messaging", "conversationId": "5086d764-dce8-5040-9cd3-7d61ae7936e4",
        "conversationEntry": {
            "senderDisplayName": "Guest", "identifier": "933361ff-0d6e-5996-a754-b043d3d80f5b", "entryType": "Message",
            "entryPayload": payload.to_string(),
            "sender": {"role": "EndUser", "appType": "messagingWebApp", "subject": "v2/iamessage/UNAUTH"},
            "transcriptedTimestamp": 1_767_226_205_123_u64, "clientTimestamp": 1_767_226_205_098_u64,
        },
    })
    .to_string()
}

/// What the bridge in the page makes of a session status event: this is what the running program reads.
fn report(status: &str) -> String {
    let ended = status == "Ended";
    json!({
        "report": "status", "entry_type": "SessionStatusChanged", "status": status, "previous": "Active",
        "ended_by": if ended { json!("Agent") } else { Value::Null }, "session": "0MwXX000007A7BEAAA",
    })
    .to_string()
}

criterion_group!(benches, read_and_decide);
criterion_main!(benches);
