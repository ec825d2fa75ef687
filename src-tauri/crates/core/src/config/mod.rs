//! The configuration: one TOML file, laid over commented defaults.
//!
//! What a person wrote ([`file`](self)) and what the program needs ([`Config`]) are two types with one conversion between them. Reading
//! goes through four gates, and the first mistake in any of them is the answer: it is TOML; its keys, types and ranges fit the schema;
//! it deserializes; its values make sense together. No text panics.

mod appearance;
mod check;
mod color;
pub mod contrast;
mod convert;
mod error;
mod file;
mod fleet;
mod layers;
mod machine;
mod source;
mod staff;
#[cfg(test)]
mod tests;
mod types;

use schemars::generate::SchemaSettings;
use serde_json::Value;
use toml::de::DeTable;

pub use self::appearance::Appearance;
pub use self::color::{Color, NotAColor};
pub use self::error::Mistake;
pub use self::machine::{
    Acceleration, Bar, Cursor, Fleet, Listen, Log, LogFormat, LogLevel, Metrics, Sandbox, ScreenKeyboard, Window,
};
pub use self::staff::{Chord, PinHash};
pub use self::types::{
    Allow, Brand, Chat, Clear, Config, Desktop, Downloads, Idle, Links, MOST_PICTURES, Notice, Notification,
    Permission, Profile, Salesforce, Source, Staff, Visit,
};

use self::file::File;

/// The commented defaults: every key, what it does, its range, and its value when nobody sets it. A configuration begins as a copy of
/// this file.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// Reads a configuration. An empty text is the defaults.
///
/// # Errors
///
/// The first mistake in the text, with its place and what would be right.
pub fn parse(text: &str) -> Result<Config, Mistake> {
    let document = DeTable::parse(text).map_err(|error| Mistake::syntax(text, &error))?;
    check::document(text, document.get_ref(), &bare_schema())?;
    // The check knows all of the schema, so this can fail only where the two disagree; a test holds them together.
    let user: File = toml::from_str(text).map_err(|error| Mistake::syntax(text, &error))?;
    let defaults: File = toml::from_str(DEFAULTS).map_err(|error| Mistake::nowhere(error.to_string()))?;
    let colors = user.place_of_colors();
    let config = convert::config(text, user.over(defaults))?;
    contrast::check(&config.brand)
        .map_err(|why| Mistake::at(text, colors.unwrap_or_default(), why.to_string()).help(why.help()))?;
    Ok(config)
}

/// The JSON Schema of the file, with the defaults in it, for editors.
#[must_use]
pub fn schema() -> Value {
    let mut schema = bare_schema();
    if let Ok(Value::Object(defaults)) = toml::from_str(DEFAULTS) {
        for (key, value) in &defaults {
            let slot = &mut schema["properties"][key];
            match value {
                Value::Object(section) => {
                    for (key, value) in section {
                        slot["properties"][key]["default"] = value.clone();
                    }
                }
                value => slot["default"] = value.clone(),
            }
        }
    }
    schema
}

/// The schema as the types give it, every section in its place instead of behind a reference.
fn bare_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<File>().to_value();
    tidy(&mut schema);
    schema
}

/// Takes away what comes from Rust and says nothing about a file: a default of null, the line breaks of a doc comment.
fn tidy(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    if map.get("default").is_some_and(|default| default.is_null() || default.is_object()) {
        map.remove("default");
    }
    if let Some(Value::String(description)) = map.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    map.values_mut().for_each(tidy);
}
