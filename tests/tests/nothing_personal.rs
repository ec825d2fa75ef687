//! Words that were said, typed or stored in a visit are in no log, no file and no notification: not even at debug.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::broker::{Broker, Watcher};
use kiosk_tests::searches::{marker, search};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

#[test]
fn messages_and_names_of_a_conversation() -> Result<()> {
    let stage = Stage::named("personal-chat").up()?;
    let org = Org::start()?;
    let [question, answer, name, draft] = ["question", "answer", "name", "draft"].map(marker);
    let outside = Outside::start(&stage)?;
    let setup = Setup::on_org(&org).set("log.level", "trace").set("notice.seconds", 2);
    let mut kiosk = Kiosk::start(&stage, outside.told_by(setup))?;
    kiosk.event("fleet.connected", &Value::Null)?;
    kiosk.enter(&stage, 1)?;
    let conversation = visitor::talks(&stage, &org, &name, &question, &answer)?;
    let session = conversation.session().to_owned();
    stage.input.type_text(&draft)?;
    org.end(conversation.id(), "Agent")?;
    kiosk.notice(1)?;
    stage.notifications.wait_for(1, Duration::from_secs(10))?;
    let words = [question.as_str(), &answer, &name, &draft, conversation.id(), &session];
    expect_none(&stage, &kiosk, &words)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    expect_none(&stage, &kiosk, &words)?;
    outside.expect_none(&words)?;
    kiosk.terminate()?;
    kiosk.wait_exit(Duration::from_secs(10))?;
    expect_none(&stage, &kiosk, &words)
}

#[test]
fn tokens_and_whatever_an_event_or_a_page_carries() -> Result<()> {
    let stage = Stage::named("personal-page").up()?;
    let pages = Pages::start()?;
    let [token, session, status, console, address] = ["token", "session", "status", "console", "address"].map(marker);
    let setup =
        Setup::on_page(&pages, &format!("client=v1&token={token}")).set("log.level", "trace").set("notice.seconds", 0);
    let outside = Outside::start(&stage)?;
    let kiosk = Kiosk::start(&stage, outside.told_by(setup))?;
    kiosk.event("fleet.connected", &Value::Null)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", &format!("console.error('{console}'); throw new Error('{console}')"))?;
    page.script("page", &format!("history.pushState(null, '', '#{address}')"))?;
    page.dispatch(&json!({"conversationEntry": {"entryPayload": format!("{{\"sessionStatus\":\"{status}\"}}")}}))?;
    kiosk.read(1, "ignore")?;
    page.dispatch(&json!({"conversationEntry": {"entryPayload": format!("no json but {status}")}}))?;
    kiosk.read(1, "invalid")?;
    page.dispatch(&events::agents_end(&session))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    // The token stands in the page's address too, which is configured and no visitor's: so it is searched where only a
    // leak can bring it.
    let words = [session.as_str(), &status, &console, &address];
    expect_none(&stage, &kiosk, &words)?;
    ensure!(!kiosk.log.text().contains(&token), "the page's address, with its query, is in the log");
    outside.expect_none(&[&words[..], &[&token]].concat())
}

/// Who is told of the kiosk on other machines: the fleet's broker, and Prometheus.
struct Outside {
    broker: Broker,
    watcher: Watcher,
    port: u16,
}

impl Outside {
    fn start(stage: &Stage) -> Result<Self> {
        let broker = Broker::start(&stage.home)?;
        let watcher = Watcher::start(&broker)?;
        Ok(Self { broker, watcher, port: TcpListener::bind("127.0.0.1:0")?.local_addr()?.port() })
    }

    fn told_by(&self, setup: Setup) -> Setup {
        setup
            .set("metrics.listen", format!("127.0.0.1:{}", self.port))
            .set("fleet.broker", self.broker.url())
            .set("fleet.site", "berlin")
            .set("fleet.id", "k1")
            .set("fleet.discovery", true)
    }

    /// After a visit that the agent ended.
    fn expect_none(&self, words: &[&str]) -> Result<()> {
        let topic = |last: &str| format!("kiosk/v1/berlin/k1/{last}");
        self.watcher.wait(&topic("event"), "the receipt", |message| message.value()["cause"] == "agent_end")?;
        self.watcher.wait(&topic("reported"), "the visit counted", |message| {
            message.value()["counters"]["visits"]["agent_end"] == 1
        })?;
        let figures =
            ureq::get(format!("http://127.0.0.1:{}/metrics", self.port)).call()?.body_mut().read_to_string()?;
        ensure!(figures.contains("kiosk_visits_total{cause=\"agent_end\",used=\"true\"} 1"), "{figures}");
        let told = format!("{figures}{:?}", self.watcher.everything());
        for word in words {
            ensure!(!told.contains(word), "{word} left the kiosk:\n{told}");
        }
        Ok(())
    }
}

fn expect_none(stage: &Stage, kiosk: &Kiosk, words: &[&str]) -> Result<()> {
    let found = search(stage, kiosk, words)?;
    ensure!(found.is_empty(), "{found:#?}");
    Ok(())
}
