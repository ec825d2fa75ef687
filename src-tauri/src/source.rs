//! Where the chat page comes from: the company's own address, our page with Salesforce's snippet, or the sandbox.

use anyhow::Context;
use kiosk_core::{
    address::Policy,
    config::{Config, Source},
    language::Language,
    origin::Origin,
};
use kiosk_sandbox::{Options, Sandbox};
use url::Url;

use crate::{chat_page::ChatPage, languages};

/// The chat page, and whatever serves it for as long as this lives.
pub(crate) struct ChatSource {
    /// The page.
    pub(crate) page: Page,
    /// The origins that the page may be; the address' own is among them.
    pub(crate) origins: Vec<Origin>,
    /// Which addresses load.
    pub(crate) policy: Policy,
    /// The address of the agent's console, when the sandbox is the org.
    pub(crate) console: Option<String>,
    /// The running servers.
    _served: Served,
}

/// The chat page's address.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    address: Url,
    /// It is one of ours, and takes its language from its address. Another's page has it from the engine alone, as any site
    /// does: `navigator.language` and `Accept-Language`.
    ours: bool,
}

impl Page {
    /// The address that the page is loaded from in a language.
    pub(crate) fn in_language(&self, language: Language) -> Url {
        let mut address = self.address.clone();
        if self.ours {
            address.query_pairs_mut().append_pair("language", language.code());
        }
        address
    }
}

enum Served {
    Elsewhere,
    Page(#[allow(dead_code, reason = "alive as long as the page is")] ChatPage),
    Sandbox(#[allow(dead_code, reason = "alive as long as the page is")] Box<Sandbox>),
}

impl ChatSource {
    /// Starts what the configuration names.
    ///
    /// # Errors
    /// A port that is in use, with what to do about it.
    pub(crate) async fn start(config: &Config, logo: Option<Vec<u8>>) -> anyhow::Result<Self> {
        let (page, frames, console, served) = match &config.source {
            Source::Url(url) => (url.clone(), Vec::new(), None, Served::Elsewhere),
            Source::Salesforce(org) => {
                let page = ChatPage::start(org, config, logo).await?;
                let frames = Origin::of(&org.site_url).into_iter().collect();
                (page.address().clone(), frames, None, Served::Page(page))
            }
            Source::Sandbox => {
                let ports = &config.sandbox;
                let options = Options {
                    page_port: ports.page_port,
                    frame_port: ports.frame_port,
                    console_port: ports.console_port,
                    brand: config.brand.name.clone(),
                    accent: config.brand.accent.to_string(),
                    greeting: languages::greeting(&config.brand, config.language),
                    greetings: Language::ALL
                        .into_iter()
                        .map(|language| (language.code().to_owned(), languages::greeting(&config.brand, language)))
                        .collect(),
                    ..Options::default()
                };
                let sandbox = Sandbox::start(options).await?;
                let page = Url::parse(sandbox.page_url()).context("the sandbox's own address")?;
                let frames = Url::parse(sandbox.frame_origin()).ok().as_ref().and_then(Origin::of);
                let console = sandbox.console_url().to_owned();
                (page, frames.into_iter().collect(), Some(console), Served::Sandbox(Box::new(sandbox)))
            }
        };
        let mut origins: Vec<Origin> = Origin::of(&page).into_iter().collect();
        origins
            .extend(config.chat.allow.iter().filter(|origin| !origins.contains(origin)).cloned().collect::<Vec<_>>());
        // A page may frame itself: that shows nothing that it could not show anyway.
        let frames: Vec<Origin> =
            origins.iter().cloned().chain(frames).chain(config.chat.frames.iter().cloned()).collect();
        let page = Page { address: page, ours: !matches!(config.source, Source::Url(_)) };
        Ok(Self { page, policy: Policy::new(origins.clone(), frames), origins, console, _served: served })
    }
}
