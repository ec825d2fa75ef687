//! Where the chat page comes from, and every address that the configuration names.

use std::fmt::Display;

use toml::Spanned;
use url::{Host, Url};

use super::convert::{Convert, seconds, set};
use super::error::Mistake;
use super::file::{self, Text};
use super::types::{Chat, Salesforce, Source};
use crate::{language::Language, origin::Origin};

/// The loopback port of the chat page with Salesforce's snippet.
const SALESFORCE_PORT: u16 = 4747;

impl Convert<'_> {
    pub(super) fn source(
        &self,
        language: Language,
        url: Option<&Text>,
        org: Option<Spanned<file::Salesforce>>,
    ) -> Result<Source, Mistake> {
        match (url, org) {
            (Some(url), Some(org)) => {
                let (url, org) = (url.span(), org.span());
                // The one that comes second in the text is the one to blame: the first was fine while it stood alone.
                let second = if url.start > org.start { url } else { org };
                Err(self.mistake(second, "`chat.url` and `[salesforce]` cannot both be set").help(
                    "keep `chat.url` if the chat is in a page of your own, else keep `[salesforce]` and leave out `chat.url`",
                ))
            }
            (Some(url), None) => self.address("chat.url", url, "https://support.example.com/chat").map(Source::Url),
            (None, Some(org)) => self.salesforce(language, org).map(Source::Salesforce),
            (None, None) => Ok(Source::Sandbox),
        }
    }

    fn salesforce(&self, language: Language, org: Spanned<file::Salesforce>) -> Result<Salesforce, Mistake> {
        let section = org.span();
        let org = org.into_inner();
        let needed = |name: &str, value: Option<Text>| {
            value.ok_or_else(|| {
                self.mistake(section.clone(), format!("`salesforce.{name}` is missing"))
                    .help("`[salesforce]` needs all of `org_id`, `deployment`, `site_url` and `scrt_url`")
            })
        };
        let org_id = needed("org_id", org.org_id)?;
        if !is_org_id(org_id.get_ref()) {
            let message = "`salesforce.org_id` must be `00D` and 12 or 15 more letters and digits";
            return Err(self.mistake(org_id.span(), message).help("for example `org_id = \"00D000000000001\"`"));
        }
        let deployment = needed("deployment", org.deployment)?;
        if !is_developer_name(deployment.get_ref()) {
            let message = "`salesforce.deployment` must be an API name: letters, digits and underscores, 80 at most";
            return Err(self.mistake(deployment.span(), message).help("for example `deployment = \"Support_Web\"`"));
        }
        if let Some(language) = org.language.as_ref().filter(|language| !is_language(language.get_ref())) {
            let message = "`salesforce.language` must be a language as Salesforce writes it";
            return Err(self.mistake(language.span(), message).help("for example `language = \"en_US\"`"));
        }
        let site = needed("site_url", org.site_url)?;
        let scrt = needed("scrt_url", org.scrt_url)?;
        Ok(Salesforce {
            org_id: org_id.into_inner(),
            deployment: deployment.into_inner(),
            site_url: self.service("salesforce.site_url", &site, "https://example.my.site.com/ESWSupportWeb")?,
            scrt_url: self.service("salesforce.scrt_url", &scrt, "https://example.my.salesforce-scrt.com")?,
            port: org.port.unwrap_or(SALESFORCE_PORT),
            language: org.language.map_or_else(|| language.at_salesforce().to_owned(), Spanned::into_inner),
        })
    }

    pub(super) fn chat(&self, chat: file::Chat, source: &Source) -> Result<Chat, Mistake> {
        let (page, frame) = match source {
            Source::Url(url) => (Origin::of(url), None),
            Source::Salesforce(org) => (Some(Origin::localhost(org.port)), Origin::of(&org.site_url)),
            Source::Sandbox => (None, None),
        };
        let allow = set("chat.allow", chat.allow)?;
        let frames = set("chat.frames", chat.frames)?;
        Ok(Chat {
            allow: self.origins("chat.allow", page, &allow, "https://support.example.com")?,
            frames: self.origins("chat.frames", frame, &frames, "https://example.my.site.com")?,
            ready: seconds("chat.ready_seconds", chat.ready_seconds)?,
            memory: Some(set("chat.memory_mb", chat.memory_mb)? << 20).filter(|bytes| *bytes > 0),
        })
    }

    /// The source's own origin and the listed ones, each once.
    fn origins(&self, key: &str, own: Option<Origin>, listed: &[Text], example: &str) -> Result<Vec<Origin>, Mistake> {
        let mut origins: Vec<Origin> = own.into_iter().collect();
        for text in listed {
            let wrong = |why: &dyn Display| {
                self.mistake(text.span(), format!("`{key}` has something in it that is not an origin: {why}"))
                    .help(format!("an origin is scheme, host and perhaps port, for example \"{example}\""))
            };
            let origin: Origin = text.get_ref().parse().map_err(|error| wrong(&error))?;
            if !origin.is_private() {
                return Err(self.not_private(key, text));
            }
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Ok(origins)
    }

    /// An address of Salesforce's, which has neither query nor fragment: more is put behind it.
    fn service(&self, key: &str, text: &Text, example: &str) -> Result<Url, Mistake> {
        let url = self.address(key, text, example)?;
        if url.query().is_some() || url.fragment().is_some() {
            let message = format!("`{key}` must not have a query or a fragment (what begins with `?` or `#`)");
            return Err(self.mistake(text.span(), message).help(format!("for example \"{example}\"")));
        }
        Ok(url)
    }

    /// An address that the address policy would let through.
    fn address(&self, key: &str, text: &Text, example: &str) -> Result<Url, Mistake> {
        let wrong = |why: &dyn Display| {
            self.mistake(text.span(), format!("`{key}` is not an address that can be opened: {why}"))
                .help(format!("for example \"{example}\""))
        };
        let written = text.get_ref();
        if written.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(wrong(&"it has a blank, a control character or a backslash in it"));
        }
        let (scheme, rest) = written.split_once("://").unwrap_or_default();
        if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
            return Err(wrong(&"it must begin with https://"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(wrong(&"it has a user part (what stands before the `@`)"));
        }
        if authority.contains('*') {
            return Err(wrong(&"it has a `*` in its host"));
        }
        if authority.is_empty() {
            return Err(wrong(&"it has no host"));
        }
        let url = Url::parse(written).map_err(|error| wrong(&error))?;
        if matches!(url.host(), Some(Host::Domain(domain)) if domain.ends_with('.')) {
            return Err(wrong(&"its host ends with a dot"));
        }
        match Origin::of(&url) {
            Some(origin) if origin.is_private() => Ok(url),
            _ => Err(self.not_private(key, text)),
        }
    }

    fn not_private(&self, key: &str, text: &Text) -> Mistake {
        let message =
            format!("`{key}` has an address with http: anybody on the way could read the chat and change the page");
        let (_, rest) = text.get_ref().split_once("://").unwrap_or_default();
        self.mistake(text.span(), message)
            .help(format!("write \"https://{rest}\"; http is only for localhost, 127.0.0.1 and [::1]"))
    }
}

fn is_org_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.starts_with("00D") && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_developer_name(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `de`, `en_US`, `zh_Hans_CN`: words of two to eight letters or digits between underscores.
fn is_language(text: &str) -> bool {
    let is_word = |word: &str| (2..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('_').all(is_word)
}
