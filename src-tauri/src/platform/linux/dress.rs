//! The colours of the kiosk's own widgets, which follow the desktop's colour scheme where the brand does.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicBool, Ordering},
};

use gtk::{
    gdk,
    prelude::{CssProviderExt, GtkSettingsExt},
};

use super::super::Colours;

/// The desktop's colour scheme is dark. The engine tells pages the same.
static DARK: AtomicBool = AtomicBool::new(false);

thread_local! {
    static WARDROBE: RefCell<Option<Wardrobe>> = const { RefCell::new(None) };
}

/// The main thread's.
struct Wardrobe {
    colours: Box<dyn Fn(bool) -> Colours>,
    /// What wears them: its style sheet, and how that is made.
    clothes: Vec<(gtk::CssProvider, Css)>,
}

/// A style sheet in these colours.
type Css = Box<dyn Fn(&Colours) -> String>;

/// Whether the desktop's colour scheme is dark, as far as it is known.
pub(crate) fn is_dark() -> bool {
    DARK.load(Ordering::Relaxed)
}

/// From now on the widgets have these colours; `true`: those for a dark scheme.
pub(crate) fn dress(colours: impl Fn(bool) -> Colours + 'static) {
    WARDROBE.with_borrow_mut(|wardrobe| *wardrobe = Some(Wardrobe { colours: Box::new(colours), clothes: Vec::new() }));
    let Some(settings) = gtk::Settings::default() else { return };
    look(&settings);
    settings.connect_gtk_application_prefer_dark_theme_notify(look);
    settings.connect_gtk_theme_name_notify(look);
}

/// Widgets that wear the colours of now, and those of later.
pub(super) fn wear(screen: &gdk::Screen, css: impl Fn(&Colours) -> String + 'static) {
    WARDROBE.with_borrow_mut(|wardrobe| {
        let Some(wardrobe) = wardrobe else { return };
        let provider = gtk::CssProvider::new();
        put_on(&provider, &css(&(wardrobe.colours)(is_dark())));
        gtk::StyleContext::add_provider_for_screen(screen, &provider, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
        wardrobe.clothes.push((provider, Box::new(css)));
    });
}

fn look(settings: &gtk::Settings) {
    // The two ways in which a desktop says so to this toolkit; the engine goes by both.
    let theme = settings.gtk_theme_name().unwrap_or_default();
    let dark = settings.is_gtk_application_prefer_dark_theme() || theme.to_lowercase().ends_with("-dark");
    if DARK.swap(dark, Ordering::Relaxed) == dark {
        return;
    }
    tracing::debug!(event = "scheme.changed", dark);
    WARDROBE.with_borrow(|wardrobe| {
        let Some(wardrobe) = wardrobe else { return };
        let colours = (wardrobe.colours)(dark);
        for (provider, css) in &wardrobe.clothes {
            put_on(provider, &css(&colours));
        }
    });
}

fn put_on(provider: &gtk::CssProvider, css: &str) {
    // Our own text and checked colours: a fault in it would show as a plain widget.
    let _ = provider.load_from_data(css.as_bytes());
}
