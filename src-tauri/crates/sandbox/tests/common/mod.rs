//! A running sandbox, a visitor's client written against the documented wire, and the control API.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use kiosk_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

pub struct Stand {
    pub sandbox: Sandbox,
    _runtime: Runtime,
}

pub struct Visitor<'a> {
    stand: &'a Stand,
    pub token: String,
    pub last: String,
    pub conversation: String,
}

pub struct Events(BufReader<Box<dyn Read>>);

#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: Value,
}

pub fn stand() -> Stand {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    Stand { sandbox, _runtime: runtime }
}

impl Stand {
    pub fn visitor(&self) -> Visitor<'_> {
        let asked = json!({
            "orgId": self.sandbox.org_id(), "esDeveloperName": self.sandbox.deployment(),
            "capabilitiesVersion": "1", "platform": "Web",
        });
        let (status, answer) =
            self.wire("POST", "iamessage/api/v2/authorization/unauthenticated/access-token", None, Some(&asked));
        assert_eq!(status, 200);
        assert_eq!(answer["context"]["configuration"]["embeddedServiceConfig"]["forms"], json!([]));
        Visitor {
            stand: self,
            token: answer["accessToken"].as_str().unwrap().to_owned(),
            last: answer["lastEventId"].as_str().unwrap().to_owned(),
            conversation: String::new(),
        }
    }

    pub fn wire(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> (u16, Value) {
        let text = body.map(Value::to_string);
        self.raw_wire(method, path, token, text.as_deref())
    }

    pub fn raw_wire(&self, method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> (u16, Value) {
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        if let Some(token) = token {
            headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
        }
        request(method, &format!("{}/{path}", self.sandbox.scrt_url()), &headers, body)
    }

    /// The control API; what it answers.
    pub fn api(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.try_api(path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub fn try_api(&self, path: &str, body: &Value) -> (u16, Value) {
        request("POST", &format!("{}api/{path}", self.sandbox.console_url()), &[], Some(&body.to_string()))
    }

    pub fn state(&self) -> Value {
        request("GET", &format!("{}api/state", self.sandbox.console_url()), &[], None).1
    }

    /// Waits until the state is so.
    pub fn until(&self, so: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let state = self.state();
            if so(&state) {
                return state;
            }
            assert!(begin.elapsed() < Duration::from_secs(10), "{state:#}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Visitor<'_> {
    /// Opens a conversation.
    pub fn opened(mut self, number: u32) -> Self {
        self.conversation = format!("{number:08x}-0000-4000-8000-000000000000");
        let body = json!({ "esDeveloperName": self.stand.sandbox.deployment(), "conversationId": self.conversation });
        assert_eq!(self.call("POST", "", Some(&body)).0, 201);
        self
    }

    /// A call under `…/conversation`.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        self.stand.wire(method, &format!("iamessage/api/v2/conversation{path}"), Some(&self.token), body)
    }

    pub fn say(&self, id: &str, text: &str) -> u16 {
        let body = json!({
            "message": {
                "id": id, "messageType": "StaticContentMessage",
                "staticContent": { "formatType": "Text", "text": text },
            },
            "esDeveloperName": self.stand.sandbox.deployment(), "isNewMessagingSession": false,
        });
        self.call("POST", &format!("/{}/message", self.conversation), Some(&body)).0
    }

    /// What the agent or a test does to the conversation.
    pub fn act(&self, action: &str, body: &Value) -> Value {
        self.stand.api(&format!("conversations/{}/{action}", self.conversation), body)
    }

    pub fn listen(&self, last: Option<&str>) -> Events {
        self.try_listen(last).unwrap()
    }

    pub fn try_listen(&self, last: Option<&str>) -> Result<Events, u16> {
        let url = format!("{}/eventrouter/v1/sse?_ts=1", self.stand.sandbox.scrt_url());
        let mut get = agent()
            .get(&url)
            .header("Accept", "text/event-stream")
            .header("Authorization", format!("Bearer {}", self.token))
            .header("X-Org-ID", self.stand.sandbox.org_id());
        if let Some(last) = last {
            get = get.header("Last-Event-ID", last);
        }
        let response = get.call().unwrap();
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        Ok(Events(BufReader::new(Box::new(response.into_body().into_reader()))))
    }
}

impl Events {
    /// The next event; none when the stream is over.
    pub fn next(&mut self) -> Option<Event> {
        let (mut name, mut id, mut data) = (String::new(), String::new(), String::new());
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            let line = line.trim_end();
            if line.is_empty() && !data.is_empty() {
                return Some(Event { name, id, data: serde_json::from_str(&data).unwrap() });
            }
            match line.split_once(": ").or_else(|| line.split_once(':')) {
                Some(("event", value)) => name = value.to_owned(),
                Some(("id", value)) => id = value.to_owned(),
                Some(("data", value)) => data.push_str(value),
                _ => {}
            }
        }
    }

    pub fn take(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|_| self.next().unwrap()).collect()
    }

    /// Reads on until a session status like that; its payload.
    pub fn until_status(&mut self, status: &str) -> Value {
        loop {
            let payload = self.next().unwrap().payload();
            if payload["sessionStatus"] == status {
                return payload;
            }
        }
    }
}

impl Event {
    pub fn payload(&self) -> Value {
        let text = self.data["conversationEntry"]["entryPayload"].as_str().unwrap();
        serde_json::from_str(text).unwrap_or(Value::Null)
    }
}

/// The statuses in short: `Active` or `Waiting<Active`.
pub fn short(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| match event.payload()["sessionStatus"].as_str() {
            Some(status) => status.to_owned(),
            None => event.name.clone(),
        })
        .collect()
}

pub fn request(method: &str, url: &str, headers: &[(String, String)], body: Option<&str>) -> (u16, Value) {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut response = match body {
        Some(body) => agent().run(request.body(body.to_owned()).unwrap()).unwrap(),
        None => agent().run(request.body(()).unwrap()).unwrap(),
    };
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Sends a request as it stands; status and head of the answer.
pub fn plain(origin: &str, request: &str) -> (u16, String) {
    let mut stream =
        TcpStream::connect(origin.trim_start_matches("http://").replace("localhost", "127.0.0.1")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while reader.read_line(&mut head).unwrap() > 2 {}
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase())
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}
