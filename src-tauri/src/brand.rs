//! The brand as the pages get it: the front, the bridge's notice and our own chat page all read the same names.

use kiosk_core::config::Brand;
use serde_json::{Value, json};

/// Name and colours, and those in the dark; `appearance` says which of both are meant.
pub(crate) fn for_pages(brand: &Brand) -> Value {
    let mut pages = colours(brand);
    pages["name"] = json!(brand.name);
    pages["appearance"] = json!(brand.appearance);
    pages["dark"] = colours(&brand.in_the_dark());
    pages
}

/// The ink is the text colour that can be read on each.
fn colours(brand: &Brand) -> Value {
    json!({
        "accent": brand.accent.to_string(),
        "accent_ink": brand.accent.ink().to_string(),
        "background": brand.background.to_string(),
        "background_ink": brand.background.ink().to_string(),
    })
}
