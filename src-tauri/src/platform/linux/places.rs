//! Where the webviews lie in the window: the chats in one place, the front above it.

use std::sync::Arc;

use gtk::prelude::{BinExt, BoxExt, Cast, ContainerExt, OverlayExt, WidgetExt};
use tauri::webview::PlatformWebview;
use webkit2gtk::WebView;

use super::{
    super::{Bar, Door, Keys},
    bar, heard, input,
};

/// The name of the box in which the chats come and go.
const CHATS: &str = "chats";

/// Puts the front above the place where the chats come and go. The shell's own library would stack them one below the
/// other; and a chat that is hidden is not painted, so that lifting the front would show an empty screen first.
pub(crate) fn place_front(front: &PlatformWebview, keys: Keys, bar: Option<Bar>, door: Arc<Door>) {
    let front = front.inner();
    let Some(window) = window_of(&front) else { return };
    let overlay = gtk::Overlay::new();
    let (base, chats) = (gtk::Box::new(gtk::Orientation::Vertical, 0), gtk::Overlay::new());
    chats.set_widget_name(CHATS);
    window.remove(&front);
    base.pack_start(&chats, true, true, 0);
    overlay.add(&base);
    overlay.add_overlay(&front);
    window.pack_start(&overlay, true, true, 0);
    chats.show();
    base.show();
    overlay.show();
    if let Some(bar) = bar {
        bar::place(&base, &chats, bar, door);
    }
    // What the front covers is covered for a screen reader too, and so is the next visit below the one that ends.
    heard::only_the_top(&chats);
    if front.is_visible() {
        heard::covered(&base);
    }
    let below = base.clone();
    front.connect_show(move |_| heard::covered(&below));
    front.connect_hide(move |_| heard::uncovered(&base));
    input::pass_through(&front, &chats, keys);
}

/// The box into which the shell's own library puts every webview of a window.
fn window_of(view: &WebView) -> Option<gtk::Box> {
    view.parent()?.downcast().ok()
}

/// Puts a new chat behind the front, and behind the chat that is there.
pub(crate) fn place_chat(chat: &PlatformWebview) {
    let chat = chat.inner();
    let Some(window) = window_of(&chat) else { return };
    let overlay = window.children().into_iter().find_map(|child| child.downcast::<gtk::Overlay>().ok());
    let base = overlay.and_then(|overlay| overlay.child()).and_then(|child| child.downcast::<gtk::Box>().ok());
    let places = base.map(|base| base.children()).unwrap_or_default().into_iter();
    let chats =
        places.filter(|child| child.widget_name() == CHATS).find_map(|child| child.downcast::<gtk::Overlay>().ok());
    if let Some(chats) = chats {
        window.remove(&chat);
        // The order of the children is the order of painting; whoever is shown comes to the top all the same.
        chat.connect_map(lower);
        chats.add_overlay(&chat);
        chats.reorder_overlay(&chat, 0);
        lower(&chat);
    }
}

/// The overlay that holds the front and, below it, the one with the chats.
pub(super) fn overlay_of(chat: &WebView) -> Option<gtk::Overlay> {
    let (mut above, mut outermost) = (chat.parent(), None);
    while let Some(widget) = above {
        above = widget.parent();
        outermost = widget.downcast::<gtk::Overlay>().ok().or(outermost);
    }
    outermost
}

fn lower(chat: &WebView) {
    if let Some(place) = chat.parent_window() {
        place.lower();
    }
}
