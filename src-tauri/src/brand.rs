//! The brand as the pages get it: the front, the bridge's notice and our own chat page all read the same names.

use kiosk_core::config::{Appearance, Brand};
use serde_json::{Value, json};

/// Name and colours, and those in the dark; `appearance` says which of both are meant.
pub(crate) fn for_pages(brand: &Brand) -> Value {
    let mut pages = colours(brand);
    pages["name"] = json!(brand.name);
    pages["appearance"] = json!(brand.appearance);
    pages["dark"] = colours(&brand.in_the_dark());
    pages
}

/// What is light or dark and what the welcome shows, in a sentence.
pub(crate) fn in_words(brand: &Brand) -> String {
    let dark = brand.in_the_dark();
    let colours = match brand.appearance {
        Appearance::Light => "In these colours, whatever the desktop's colour scheme is.".to_owned(),
        Appearance::Dark => format!("In the dark: buttons in {}, background in {}.", dark.accent, dark.background),
        Appearance::Auto => {
            format!("Where the desktop is dark: buttons in {}, background in {}.", dark.accent, dark.background)
        }
    };
    let pictures = match brand.pictures.len() {
        0 => "No picture on the welcome.".to_owned(),
        1 => "One picture on the welcome.".to_owned(),
        several => format!("{several} pictures on the welcome, {} s each.", brand.slide.as_secs()),
    };
    format!("{colours} {pictures}")
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
