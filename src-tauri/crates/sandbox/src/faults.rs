//! What the stand-in org can be told to do wrong.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every switch, with its present position. The pages read it as JSON, tests and the console change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Faults {
    /// What `clearSession` does.
    pub(crate) clear: Clear,
    /// How long a slow clear waits.
    pub(crate) clear_delay_ms: u64,
    /// The chat frame no longer answers the page (its stream goes on).
    pub(crate) frame_dead: bool,
    /// When the page hears Ready.
    pub(crate) ready: Ready,
    /// How long a slow Ready waits.
    pub(crate) ready_delay_ms: u64,
    /// What the event stream does.
    pub(crate) stream: Stream,
    /// How long a dropped stream is refused.
    pub(crate) stream_drop_s: u64,
    /// How page and site answer.
    pub(crate) http: Http,
    /// `init` ends with InitError instead of Ready.
    pub(crate) init_error: bool,
}

/// What `clearSession` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clear {
    /// Clears.
    Ok,
    /// Never settles.
    Hang,
    /// Resolves, Ready and ButtonCreated fire, and nothing is cleared.
    Lie,
    /// Rejects with a string.
    RejectString,
    /// Resolves, no event, nothing cleared.
    ResolveWithoutClearing,
    /// Clears after `clear_delay_ms`.
    Slow,
    /// Throws before it returns a promise.
    Throw,
}

/// When the page hears Ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ready {
    /// At once.
    Ok,
    /// Never, and no InitError either.
    Never,
    /// After `ready_delay_ms`.
    Slow,
}

/// What the event stream does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stream {
    /// Each event once.
    Ok,
    /// Cut now, refused for `stream_drop_s`, then back to `ok` by itself.
    Drop,
    /// Each event twice.
    Duplicate,
    /// Cut now, and everything again at each connection, whatever `Last-Event-ID` says.
    Replay,
}

/// How page and site answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Http {
    /// As they should.
    #[serde(rename = "ok")]
    Ok,
    /// 423 Locked: the site is down for maintenance.
    #[serde(rename = "423")]
    Locked,
    /// 500.
    #[serde(rename = "500")]
    Broken,
    /// Not at all, until the switch moves.
    #[serde(rename = "hang")]
    Hang,
}

impl Faults {
    /// These switches with some moved; what is wrong with them otherwise.
    pub(crate) fn patched(&self, patch: Map<String, Value>) -> Result<Faults, serde_json::Error> {
        let mut all = match serde_json::to_value(self)? {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        all.extend(patch);
        let mut faults: Faults = serde_json::from_value(Value::Object(all))?;
        faults.clear_delay_ms = faults.clear_delay_ms.min(LONGEST_MS);
        faults.ready_delay_ms = faults.ready_delay_ms.min(LONGEST_MS);
        faults.stream_drop_s = faults.stream_drop_s.min(LONGEST_MS / 1000);
        Ok(faults)
    }
}

impl Default for Faults {
    fn default() -> Self {
        Faults {
            clear: Clear::Ok,
            clear_delay_ms: 3_000,
            frame_dead: false,
            ready: Ready::Ok,
            ready_delay_ms: 5_000,
            stream: Stream::Ok,
            stream_drop_s: 5,
            http: Http::Ok,
            init_error: false,
        }
    }
}

/// An hour: longer than any test, short enough for a timer.
const LONGEST_MS: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    fn patch(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("an object") };
        map
    }

    #[test]
    fn a_patch_moves_only_what_it_names() {
        let faults = Faults::default().patched(patch(json!({"clear": "reject_string", "http": "423"}))).unwrap();
        assert_eq!(faults.clear, Clear::RejectString);
        assert_eq!(faults.http, Http::Locked);
        assert_eq!(faults.stream, Stream::Ok);
    }

    #[test]
    fn a_misspelt_switch_or_position_is_refused() {
        for wrong in [
            json!({"claer": "hang"}),
            json!({"clear": "hnag"}),
            json!({"frame_dead": 1}),
            json!({"clear_delay_ms": -1}),
        ] {
            assert!(Faults::default().patched(patch(wrong)).is_err());
        }
    }
}
