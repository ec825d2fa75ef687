//! What the front shows, for when it loads, and the brand.

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use kiosk_core::{
    config::Brand,
    language::Language,
    wire::{Scene, StaffView},
};
use serde_json::{Value, json};

use crate::{brand, pictures};

/// The answer to the front's question, kept up to date.
pub(crate) struct FrontState {
    scene: Mutex<(Scene, Language)>,
    brand: Value,
    pictures: Vec<PathBuf>,
    /// Whether the page has asked since it was last made.
    is_up: AtomicBool,
}

impl FrontState {
    /// With the kiosk's language, the brand's colours and an optional logo as a data address.
    pub(crate) fn new(language: Language, brand: &Brand, logo: Option<&str>, is_shared: bool) -> Self {
        let pictures = brand.pictures.clone();
        let mut pages = brand::for_pages(brand);
        pages["logo"] = json!(logo);
        pages["shared"] = json!(is_shared);
        pages["pictures"] = json!(pictures.len());
        pages["slide_seconds"] = json!(brand.slide.as_secs());
        Self {
            scene: Mutex::new((Scene::OneMoment { cause: None }, language)),
            brand: pages,
            pictures,
            is_up: AtomicBool::new(false),
        }
    }

    /// One of the welcome's pictures.
    pub(crate) fn picture(&self, index: usize) -> Option<Vec<u8>> {
        pictures::show(&self.pictures, index)
    }

    /// The answer to the front's question.
    pub(crate) fn value(&self) -> Value {
        let (scene, language) = &*self.scene.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "scene": scene, "language": language, "brand": self.brand })
    }

    /// The page has asked what to show (`true`), or its process is gone and it is being made anew (`false`).
    pub(crate) fn came_up(&self, up: bool) {
        self.is_up.store(up, Relaxed);
    }

    /// Whether the page is there, and not still being made.
    pub(crate) fn is_up(&self) -> bool {
        self.is_up.load(Relaxed)
    }

    /// Whether the staff's menu, behind the PIN, is what is shown.
    pub(crate) fn shows_staff_menu(&self) -> bool {
        let scene = self.scene.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(scene.0, Scene::Staff { view: StaffView::Menu { .. } })
    }

    /// What is shown from now on, and in which language.
    pub(crate) fn set(&self, scene: &Scene, language: Language) {
        *self.scene.lock().unwrap_or_else(PoisonError::into_inner) = (scene.clone(), language);
    }
}
