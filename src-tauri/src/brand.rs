//! The brand as the pages get it: the front, the bridge's notice and our own chat page all read the same names.

use kiosk_core::config::Brand;
use serde_json::{Value, json};

/// Name and colours; the ink is the text colour that can be read on each.
pub(crate) fn for_pages(brand: &Brand) -> Value {
    json!({
        "name": brand.name,
        "accent": brand.accent.to_string(),
        "accent_ink": brand.accent.ink().to_string(),
        "background": brand.background.to_string(),
        "background_ink": brand.background.ink().to_string(),
    })
}
