//! The kiosk's one window, and the front in it.

use std::{path::Path, sync::Arc, time::Duration};

use kiosk_core::{
    config::{self, Config, Profile},
    place::Place,
    visit::Input,
};
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, PhysicalPosition, PhysicalSize, Webview, WebviewUrl,
    webview::WebviewBuilder, window::WindowBuilder,
};
use tokio::{sync::mpsc::unbounded_channel, time::timeout};

use crate::{
    driver::Inputs,
    front::FrontState,
    languages, platform, refusals,
    stage::{FRONT, WINDOW, background},
};

/// How long the front's page may take to answer a touch before it counts as hung.
const FRONT_ANSWER: Duration = Duration::from_secs(3);

/// The same for a page that is still being made: a slow machine needs seconds for it, and would begin again from nothing.
const FRONT_START: Duration = Duration::from_secs(30);

/// The window, with the front in it: the chat comes later, behind it.
pub(crate) fn build(
    app: &AppHandle,
    config: &Config,
    place: Option<Place>,
    engine_folder: &Path,
    inputs: Inputs,
    keys: platform::Keys,
    door: Arc<platform::Door>,
) -> tauri::Result<()> {
    let brand = config.brand.clone();
    platform::dress(move |dark| platform::Colours::of(&brand.now(dark)));
    let background = background(&config.brand.now(platform::is_dark()));
    let mut builder = WindowBuilder::new(app, WINDOW)
        .title(&config.brand.name)
        .inner_size(f64::from(config.window.width), f64::from(config.window.height))
        .fullscreen(config.window.full_screen)
        .decorations(!config.window.full_screen)
        // A shared desk's window stays as it is, and has no button that does nothing. One that covers the screen must be
        // able to: a fixed size larger than the screen would stay larger.
        .resizable(config.window.full_screen || !config.profile.is_shared())
        .closable(!config.profile.is_shared())
        // Painted from the first frame on in the brand's colour, whenever the pages come.
        .background_color(background);
    let place = place.filter(|_| !config.window.full_screen);
    if let Some(place) = place {
        builder = builder.maximized(place.maximized);
    }
    let window = builder.build()?;
    platform::paint_untold(&window.gtk_window()?);
    if let Some(Place { area, maximized: false }) = place {
        // In the pixels of the screens: the builder would need to know which one's scale they have.
        window.set_size(PhysicalSize::new(area.width, area.height))?;
        window.set_position(PhysicalPosition::new(area.x, area.y))?;
    }
    if config.window.full_screen {
        match config.profile {
            Profile::Kiosk => platform::guard_window(&window.gtk_window()?, true, || refusals::refuse("covered")),
            // Other programs may be used beside it.
            Profile::Terminal | Profile::Desktop => platform::cover_screen(&window.gtk_window()?),
        }
    }
    let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
    let front = WebviewBuilder::new(FRONT, WebviewUrl::App("index.html".into()))
        .data_directory(engine_folder.to_owned())
        .initialization_script(languages::for_front(config))
        .devtools(false)
        .zoom_hotkeys_enabled(false)
        .background_color(background)
        .on_navigation(|url| url.scheme() == "tauri")
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .disable_drag_drop_handler();
    let before = platform::before_birth();
    let front = window.add_child(front, LogicalPosition::new(0., 0.), LogicalSize::new(size.width, size.height))?;
    platform::yield_to_chats(&before);
    let bar = bar(config, &inputs);
    let (touched, again, address) = (front.clone(), front.clone(), front.url()?);
    let cursor = config.window.cursor;
    front.with_webview(move |view| {
        platform::place_front(&view, keys, bar, door.clone());
        platform::watch_front(
            &view,
            cursor,
            door,
            move || {
                inputs.send(Input::Hand);
                expect_answer(&touched, &inputs);
            },
            move || {
                // It asks for its scene again when it is back. Until then its blank page covers the chat as well.
                tracing::warn!(event = "front.died");
                again.state::<FrontState>().came_up(false);
                // A page whose first load had not begun cannot be reloaded.
                let _ = again.navigate(address.clone());
            },
        );
    })
}

/// The bar beside the chat, where there is one.
fn bar(config: &Config, inputs: &Inputs) -> Option<platform::Bar> {
    let (touched, pressed) = (inputs.clone(), inputs.clone());
    (config.window.bar != config::Bar::None).then(|| platform::Bar {
        at_top: config.window.bar == config::Bar::Top,
        name: config.brand.name.clone(),
        touched: Box::new(move || touched.send(Input::Touched)),
        pressed: Box::new(move || pressed.send(Input::Leave)),
    })
}

/// The front's page itself tells what a touch means: "I am done" is not "I am still there". A page that hangs tells
/// nothing; then any touch means that somebody is there, and the page is made anew.
fn expect_answer(front: &Webview, inputs: &Inputs) {
    let patience = if front.state::<FrontState>().is_up() { FRONT_ANSWER } else { FRONT_START };
    let (alive, mut answer) = unbounded_channel();
    let asked = front.eval_with_callback("0", move |_| {
        // Whoever asked may have waited long enough.
        let _ = alive.send(());
    });
    let (front, inputs) = (front.clone(), inputs.clone());
    tauri::async_runtime::spawn(async move {
        match timeout(patience, answer.recv()).await {
            Ok(Some(())) => {}
            // Nobody will answer: the page has not begun yet, and the question was dropped.
            Ok(None) if asked.is_ok() => inputs.send(Input::Touched),
            _ => {
                tracing::warn!(event = "front.hung");
                inputs.send(Input::Touched);
                let _ = front.with_webview(|view| platform::end_process(&view));
            }
        }
    });
}
