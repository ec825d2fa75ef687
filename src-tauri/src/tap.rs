//! What the log says, for those in the program who count it or pass it on: the events' names and fields, not their text.

use kiosk_fleet::agent::Happening;
use serde_json::{Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

/// The field that names an event.
const NAME: &str = "event";

/// Somebody who hears each event. It is called wherever the event happens, so it must return at once.
pub(crate) type Ear = Box<dyn Fn(&Happening) + Send + Sync>;

/// Hands each event to all who listen.
pub(crate) struct Tap(Vec<Ear>);

impl Tap {
    /// For these; none for nobody.
    pub(crate) fn new(ears: Vec<Ear>) -> Option<Self> {
        (!ears.is_empty()).then_some(Self(ears))
    }
}

impl<S: Subscriber> Layer<S> for Tap {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut heard = Heard::default();
        event.record(&mut heard);
        if !heard.0.name.is_empty() {
            self.0.iter().for_each(|ear| ear(&heard.0));
        }
    }
}

#[derive(Default)]
struct Heard(Happening);

impl Heard {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.fields.insert(field.name().to_owned(), value);
    }
}

impl Visit for Heard {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            NAME => value.clone_into(&mut self.0.name),
            // A sentence for people.
            "message" => {}
            _ => self.put(field, json!(value)),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // The reasons that are written with `%` come here; what is no known word goes no further than this program.
        if field.name() != "message" {
            self.put(field, json!(format!("{value:?}")));
        }
    }
}
