//! Who draws the pages: the graphics card, or the processor.
//!
//! Without a card the engine would still draw by way of a graphics interface, with a program behind it that does in
//! software what a card does. That program is translated anew in each page's process: most of a reset's time, and half
//! of the memory, went into it. The engine's own drawing on the processor needs none of it and looks the same.

use std::{fs, fs::OpenOptions, io, sync::OnceLock};

use gtk::{glib, prelude::WidgetExt};
use kiosk_core::config::Acceleration;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebView, WebViewExt};

use super::super::GraphicsDevice;

static ON_THE_PROCESSOR: OnceLock<bool> = OnceLock::new();

/// Once, before the first webview.
pub(super) fn decide(acceleration: Acceleration) {
    let on_the_processor = match acceleration {
        Acceleration::Auto => graphics_device() != Some(GraphicsDevice::Allowed),
        Acceleration::Always => false,
        Acceleration::Never => true,
    };
    tracing::debug!(event = "painting", by = if on_the_processor { "processor" } else { "card" });
    // A second decision in one process would be one too many; the first stands.
    let _ = ON_THE_PROCESSOR.set(on_the_processor);
}

/// Before the webview's page is loaded.
pub(super) fn settle(view: &WebView) {
    let (Some(true), Some(settings)) = (ON_THE_PROCESSOR.get(), WebViewExt::settings(view)) else { return };
    settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    // Where the page has not painted yet, after the view has grown, the engine's drawing leaves what was there: black.
    view.connect_draw(|view, place| {
        let ground = view.background_color();
        place.set_source_rgb(ground.red(), ground.green(), ground.blue());
        // What cannot be painted now is painted by the page in a moment.
        let _ = place.paint();
        glib::Propagation::Proceed
    });
}

/// The device to draw with, if there is one.
pub(crate) fn graphics_device() -> Option<GraphicsDevice> {
    let nodes = fs::read_dir("/dev/dri").ok()?.flatten();
    let nodes = nodes.filter(|node| node.file_name().to_string_lossy().starts_with("renderD"));
    nodes
        .map(|node| match OpenOptions::new().read(true).write(true).open(node.path()) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => GraphicsDevice::Denied,
            _ => GraphicsDevice::Allowed,
        })
        .max_by_key(|access| *access == GraphicsDevice::Allowed)
}
