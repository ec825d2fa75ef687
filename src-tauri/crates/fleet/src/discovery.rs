//! Home Assistant's device discovery: one retained message that names the kiosk and what of it can be seen.
//!
//! The format: <https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload>. Keys that all components share
//! stand at the top.

use serde_json::{Value, json};

use crate::topic::Place;

/// Where the message goes. Home Assistant allows letters, digits, `-` and `_` there.
#[must_use]
pub fn topic(place: &Place) -> String {
    format!("homeassistant/device/{}/config", object_id(place))
}

/// The message. It offers nothing to press: a command must be signed, and Home Assistant signs nothing.
#[must_use]
pub fn payload(place: &Place, version: &str) -> Value {
    let object = object_id(place);
    let component = |key: &str, platform: &str, name: &str, template: &str, more: Value| {
        let mut component = json!({
            "platform": platform,
            "unique_id": format!("{object}_{key}"),
            "name": name,
            "value_template": template,
        });
        if let (Some(component), Value::Object(more)) = (component.as_object_mut(), more) {
            component.extend(more);
        }
        component
    };
    json!({
        "device": {
            "identifiers": [object],
            "name": format!("Support Kiosk {place}"),
            "model": "Support Kiosk",
            "sw_version": version,
        },
        "origin": { "name": "support-kiosk", "sw_version": version },
        "state_topic": place.reported(),
        "availability_topic": place.availability(),
        "qos": 1,
        "components": {
            "problem": component("problem", "binary_sensor", "Out of service",
                "{{ 'ON' if value_json.health == 'out_of_service' else 'OFF' }}", json!({ "device_class": "problem" })),
            "in_use": component("in_use", "binary_sensor", "In use",
                "{{ 'ON' if value_json.visit == 'in_use' else 'OFF' }}", json!({ "device_class": "occupancy" })),
            "visits": component("visits", "sensor", "Visits",
                "{{ value_json.counters.visits.values() | sum }}", json!({ "state_class": "total_increasing" })),
            "unproven": component("unproven", "sensor", "Stores not proven empty",
                "{{ value_json.counters.unproven }}",
                json!({ "state_class": "total_increasing", "entity_category": "diagnostic" })),
            "configuration": component("configuration", "sensor", "Configuration",
                "{{ value_json.configuration.version }}", json!({ "entity_category": "diagnostic" })),
        },
    })
}

fn object_id(place: &Place) -> String {
    // A dot is allowed in a name and not there; two names that differ in that alone are told apart by the site.
    format!("support_kiosk_{}_{}", place.site, place.id).replace('.', "_")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_component_has_what_home_assistant_requires() {
        let place = Place { site: "berlin.1".parse().unwrap(), id: "k-1".parse().unwrap() };
        assert_eq!(topic(&place), "homeassistant/device/support_kiosk_berlin_1_k-1/config");
        let payload = payload(&place, "1.2.3");
        assert!(payload["origin"]["name"].is_string() && payload["device"]["identifiers"].is_array());
        let components = payload["components"].as_object().unwrap();
        let mut ids = std::collections::HashSet::new();
        for component in components.values() {
            assert!(component["platform"].is_string());
            assert!(ids.insert(component["unique_id"].as_str().unwrap()));
        }
    }
}
