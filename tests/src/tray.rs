//! A double of the desktop's tray: it owns the name of the watcher, and reads and presses the menu of the icon that
//! registers there, as a desktop's bar would.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::runtime::{Builder, Runtime};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use crate::bus::Bus;
use crate::screen::RgbaImage;
use crate::wait::{self, PATIENCE};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// The double, for as long as it lives; with it the desktop's tray goes.
#[derive(Debug)]
pub struct Tray {
    items: Items,
    // Declared before the runtime that drives it.
    connection: Connection,
    runtime: Runtime,
}

/// Who registered, with the path of the icon.
type Items = Arc<Mutex<Vec<(String, String)>>>;

/// One line of the icon's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the menu.
    pub id: i32,
    /// What it says, without the marks of keys.
    pub label: String,
    /// Whether it has a tick, where it can have one.
    pub ticked: Option<bool>,
}

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Tray {
    /// Takes the watcher's name on the bus.
    pub fn start(bus: &Bus) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let items = Items::default();
        let watcher = Watcher { items: Arc::clone(&items) };
        let connection = runtime.block_on(async {
            zbus::connection::Builder::address(bus.address())?
                .serve_at("/StatusNotifierWatcher", watcher)?
                .name(WATCHER)?
                .build()
                .await
        })?;
        Ok(Self { items, connection, runtime })
    }

    /// Waits until an icon is there.
    pub fn wait_icon(&self) -> Result<()> {
        wait::until("an icon should come", PATIENCE, || Ok(self.newest())).map(drop)
    }

    /// The menu as it is now.
    pub fn menu(&self) -> Result<Vec<Entry>> {
        let (_, (_, _, children)): (u32, Layout) = self.call_menu("GetLayout", &(0, -1, Vec::<String>::new()))?;
        let mut entries = Vec::new();
        for child in children {
            let (id, properties, _): Layout = child.try_into()?;
            let text = |name: &str| properties.get(name).and_then(|value| <&str>::try_from(value).ok());
            let Some(label) = text("label") else { continue };
            let number = |name: &str| properties.get(name).and_then(|value| i32::try_from(value).ok());
            let ticked = text("toggle-type").map(|_| number("toggle-state") == Some(1));
            entries.push(Entry { id, label: label.replace('_', ""), ticked });
        }
        Ok(entries)
    }

    /// Waits until the menu has a line that begins so, and gives it.
    pub fn wait_entry(&self, label: &str) -> Result<Entry> {
        let found = wait::until(&format!("the menu should have {label:?}"), PATIENCE, || {
            Ok(self.menu().ok().and_then(|menu| menu.into_iter().find(|entry| entry.label.starts_with(label))))
        });
        found.with_context(|| format!("it has {:?}", self.menu()))
    }

    /// Chooses a line of the menu.
    pub fn press(&self, label: &str) -> Result<()> {
        let entry = self.wait_entry(label)?;
        self.call_menu("Event", &(entry.id, "clicked", Value::from(0), 0_u32))
    }

    /// The text beside the icon.
    pub fn label(&self) -> Result<String> {
        self.property("XAyatanaLabel")
    }

    /// The icon's picture.
    pub fn picture(&self) -> Result<RgbaImage> {
        let file: String = self.property("IconName")?;
        // The icon changes by a new file.
        let bytes =
            wait::until("the icon's file should be there", Duration::from_secs(5), || Ok(fs::read(&file).ok()))?;
        Ok(image::load_from_memory(&bytes)?.to_rgba8())
    }

    fn newest(&self) -> Option<(String, String)> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    fn item(&self) -> Result<(String, String)> {
        self.newest().context("no icon has registered")
    }

    fn property<T>(&self, name: &str) -> Result<T>
    where
        T: TryFrom<OwnedValue>,
        T::Error: Into<zbus::Error>,
    {
        let (owner, path) = self.item()?;
        self.runtime.block_on(async {
            let proxy = Proxy::new(&self.connection, owner, path, ITEM).await?;
            Ok(proxy.get_property(name).await?)
        })
    }

    fn call_menu<B, R>(&self, method: &str, body: &B) -> Result<R>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
        R: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
    {
        let path: OwnedObjectPath = self.property("Menu")?;
        ensure!(path.as_str().starts_with('/'), "the icon has no menu");
        let (owner, _) = self.item()?;
        self.runtime.block_on(async {
            let proxy = Proxy::new(&self.connection, owner, path, MENU).await?;
            Ok(proxy.call(method, body).await?)
        })
    }
}

struct Watcher {
    items: Items,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(&self, item: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        self.items.lock().unwrap_or_else(PoisonError::into_inner).push((sender, item));
    }

    async fn register_status_notifier_host(&self, _host: String) {}

    #[zbus(property)]
    async fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    async fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.iter().map(|(owner, path)| format!("{owner}{path}")).collect()
    }

    #[zbus(property)]
    async fn protocol_version(&self) -> i32 {
        0
    }
}
