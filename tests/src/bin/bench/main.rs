//! The benchmark: the built program on a display of its own, and a page that measures.
//!
//! Prints a table and writes `target/bench.json`. Nothing here passes or fails: figures belong to the machine they were
//! taken on.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use axum::{
    Router,
    http::header::CONTENT_TYPE,
    routing::{get, post},
};
use kiosk_tests::{Kiosk, Setup, Stage, program};
use serde_json::{Value, json};

/// Starts of the program.
const STARTS: usize = 7;
/// Visits that end: each gives one time from the event to the call, and one from the end to fresh.
const VISITS: u64 = 1000;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let visits = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(VISITS);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} starts, then {visits} visits with {}", STARTS, program::path()?.display())?;
    let page = Page::serve()?;
    let painted = starts(&page)?;
    let (event_to_clear, end_to_fresh) = resets(&page, visits)?;
    let rows = [
        ("start to painted", &painted),
        ("event to clearSession called", &event_to_clear),
        ("countdown's end to fresh", &end_to_fresh),
    ];
    writeln!(out, "\n{:<30} {:>10} {:>10} {:>6}", "ms", "median", "99th", "n")?;
    let mut report = serde_json::Map::new();
    for (name, times) in rows {
        let (median, high) = (percentile(times, 50), percentile(times, 99));
        writeln!(out, "{name:<30} {median:>10.2} {high:>10.2} {:>6}", times.len())?;
        report.insert(name.into(), json!({ "median_ms": median, "p99_ms": high, "n": times.len() }));
    }
    fs::write("target/bench.json", format!("{:#}\n", Value::Object(report)))?;
    Ok(())
}

/// From the start of the process to the page's second animation frame.
fn starts(page: &Page) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let stage = Stage::named("bench-start").up()?;
        while page.painted.try_recv().is_ok() {}
        let start = Instant::now();
        let kiosk = Kiosk::start(&stage, setup(page))?;
        let painted = page.painted.recv_timeout(PATIENCE).context("the page was not painted")?;
        times.push((painted - start).as_secs_f64() * 1000.);
        drop(kiosk);
    }
    Ok(times)
}

/// One visit after the other, each ended by its page at a click.
fn resets(page: &Page, visits: u64) -> Result<(Vec<f64>, Vec<f64>)> {
    let stage = Stage::named("bench-resets").up()?;
    let kiosk = Kiosk::start(&stage, setup(page))?;
    let (mut event_to_clear, mut end_to_fresh) = (Vec::new(), Vec::new());
    for visit in 1..=visits {
        kiosk.enter(&stage, visit)?;
        page.painted.recv_timeout(PATIENCE).context("the page was not painted")?;
        while page.painted.try_recv().is_ok() {}
        event_to_clear.push(ended(page, &stage)?);
        let milliseconds = kiosk.receipt(visit)?.number("reset_ms")?;
        end_to_fresh.push(f64::from(u32::try_from(milliseconds)?));
    }
    Ok((event_to_clear, end_to_fresh))
}

/// Clicks, as a person would, until something happens; gives the time from the event to the call.
fn ended(page: &Page, stage: &Stage) -> Result<f64> {
    for _ in 0..10 {
        stage.input.click(640, 400)?;
        if let Ok(time) = page.measured.recv_timeout(Duration::from_secs(2)) {
            return Ok(time);
        }
    }
    anyhow::bail!("clearSession was not called")
}

fn setup(page: &Page) -> Setup {
    Setup::new(kiosk_tests::Config::new().chat(&page.url, &[]))
        .set("notice.seconds", 0)
        .set("notification.enabled", false)
}

/// The page's server, and what it was told.
struct Page {
    url: String,
    painted: Receiver<Instant>,
    measured: Receiver<f64>,
}

impl Page {
    fn serve() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://localhost:{}/", listener.local_addr()?.port());
        let (paint, painted) = channel();
        let (measure, measured) = channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || runtime.block_on(answer(listener, paint, measure)));
        Ok(Self { url, painted, measured })
    }
}

async fn answer(listener: TcpListener, paint: Sender<Instant>, measure: Sender<f64>) -> Result<()> {
    let app = Router::new()
        .route("/", get(|| async { ([(CONTENT_TYPE, "text/html")], include_str!("page.html")) }))
        .route("/page.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], include_str!("page.js")) }))
        .route(
            "/painted",
            post(move || async move {
                let _ = paint.send(Instant::now());
            }),
        )
        .route(
            "/measured",
            post(move |body: String| async move {
                let body: Value = serde_json::from_str(&body).unwrap_or_default();
                if let Some(time) = body["event_to_clear_ms"].as_f64() {
                    let _ = measure.send(time);
                }
            }),
        );
    Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await?)
}

fn percentile(times: &[f64], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
