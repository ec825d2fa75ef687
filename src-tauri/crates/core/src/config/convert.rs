//! From what a person wrote to what the program needs: addresses and colours are parsed, the profile fills in what it decides.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;

use super::error::Mistake;
use super::file::{self, File, Text};
use super::fleet;
use super::machine::{Bar, Log, Sandbox, ScreenKeyboard, Window};
use super::types::{
    Allow, Brand, Clear, Config, Desktop, Downloads, Idle, MOST_PICTURES, Notice, Notification, Permission, Profile,
    Staff, Visit,
};
use super::{Color, appearance};
use crate::language::Language;

/// Seconds; a shared screen is given up soon.
const IDLE_AFTER: u64 = 60;
/// Minutes; the same for a visit that somebody keeps busy.
const VISIT_MAX: u64 = 30;

/// The configuration that `file` means. `source` is the text that its places refer to.
pub(super) fn config(source: &str, file: File) -> Result<Config, Mistake> {
    Convert { source }.file(file)
}

pub(super) struct Convert<'a> {
    source: &'a str,
}

impl Convert<'_> {
    fn file(&self, file: File) -> Result<Config, Mistake> {
        let profile = set("profile", file.profile)?;
        let (language, languages) = self.languages(file.language, file.languages)?;
        let source = self.source(language, file.chat.url.as_ref(), file.salesforce)?;
        Ok(Config {
            chat: self.chat(file.chat, &source)?,
            allow: self.allow(file.allow)?,
            brand: self.brand(file.brand, language, file.greetings)?,
            notice: Notice {
                after: seconds("notice.seconds", file.notice.seconds)?,
                keep_reading_times: set("notice.keep_reading_times", file.notice.keep_reading_times)?,
            },
            clear: Clear {
                end_session: set("clear.end_session", file.clear.end_session)?,
                timeout: seconds("clear.timeout_seconds", file.clear.timeout_seconds)?,
                attempts: set("clear.attempts", file.clear.attempts)?,
            },
            idle: idle(&file.idle, profile)?,
            visit: visit(&file.visit, profile)?,
            staff: self.staff(file.staff)?,
            window: self.window(&file.window, profile)?,
            notification: Notification {
                enabled: set("notification.enabled", file.notification.enabled)?,
                messages: set("notification.messages", file.notification.messages)?,
            },
            desktop: Desktop {
                autostart: set("desktop.autostart", file.desktop.autostart)?,
                close_to_tray: set("desktop.close_to_tray", file.desktop.close_to_tray)?,
                links: set("desktop.links", file.desktop.links)?,
            },
            log: Log {
                level: set("log.level", file.log.level)?,
                format: set("log.format", file.log.format)?,
                folder: file.log.folder.map(|text| self.folder("log.folder", &text)).transpose()?,
                files: usize::try_from(set("log.files", file.log.files)?).unwrap_or(usize::MAX),
            },
            sandbox: self.sandbox(&file.sandbox)?,
            fleet: file.fleet.map(|fleet| fleet::fleet(self.source, fleet)).transpose()?,
            metrics: fleet::metrics(self.source, file.metrics)?,
            profile,
            language,
            languages,
            source,
        })
    }

    /// The kiosk's language and those to choose from, which it must be one of.
    fn languages(
        &self,
        own: Option<Spanned<Language>>,
        offered: Option<Spanned<Vec<Text>>>,
    ) -> Result<(Language, Vec<Language>), Mistake> {
        let (own, offered) = (set("language", own)?.into_inner(), set("languages", offered)?);
        let mut languages = Vec::new();
        for text in offered.get_ref() {
            let Some(language) = Language::of(text.get_ref()) else {
                let codes = Language::ALL.map(|known| format!("\"{known}\"")).join(", ");
                let message = "`languages` has something in it that is no language of this program";
                return Err(self.mistake(text.span(), message).help(format!("what can stand here: {codes}")));
            };
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        if !languages.is_empty() && !languages.contains(&own) {
            let message = format!("`languages` does not have the kiosk's own `language`, \"{own}\", in it");
            return Err(self
                .mistake(offered.span(), message)
                .help(format!("add \"{own}\": who has chosen another language could not come back to it")));
        }
        Ok((own, languages))
    }

    fn allow(&self, allow: file::Allow) -> Result<Allow, Mistake> {
        let mut permissions = Vec::new();
        for text in set("allow.permissions", allow.permissions)? {
            let Some(permission) = Permission::ALL.into_iter().find(|known| known.name() == text.get_ref()) else {
                let names = Permission::ALL.map(|known| format!("\"{}\"", known.name())).join(", ");
                let message = "`allow.permissions` has something in it that is no permission which can be opened";
                return Err(self.mistake(text.span(), message).help(format!("what can stand here: {names}")));
            };
            if !permissions.contains(&permission) {
                permissions.push(permission);
            }
        }
        let uploads = allow.uploads.as_ref().map(|text| self.folder("allow.uploads", text)).transpose()?;
        let downloads = match &allow.downloads {
            None => None,
            Some(text) => {
                let folder = self.folder("allow.downloads", text)?;
                let is_shared = |uploads: &Path| folder.starts_with(uploads) || uploads.starts_with(&folder);
                if uploads.as_deref().is_some_and(is_shared) {
                    let message = "`allow.downloads` and `allow.uploads` are one folder, or one is in the other: the next person \
                                   could find what the last one saved";
                    return Err(self.mistake(text.span(), message).help("give each a folder of its own"));
                }
                Some(Downloads {
                    folder,
                    keep: set("allow.downloads_keep", allow.downloads_keep)?,
                    most: set("allow.downloads_mb", allow.downloads_mb)? << 20,
                })
            }
        };
        Ok(Allow { permissions, uploads, downloads, printing: self.printer(allow.printing)? })
    }

    /// A folder that means the same wherever the program is started, and is not the whole machine.
    fn folder(&self, key: &str, text: &Text) -> Result<PathBuf, Mistake> {
        let wrong = |why: &str| {
            let example = key.rsplit('.').next().unwrap_or_default();
            self.mistake(text.span(), format!("`{key}` {why}")).help(format!("for example \"/srv/kiosk/{example}\""))
        };
        let path = Path::new(text.get_ref());
        if !path.is_absolute() {
            return Err(wrong("must be a path that begins with `/`"));
        }
        if text.get_ref().contains('\0') || path.components().any(|part| part.as_os_str() == "..") {
            return Err(wrong("must not have `..` in it"));
        }
        if path.parent().is_none() {
            return Err(wrong("is the whole machine"));
        }
        Ok(path.components().collect())
    }

    fn printer(&self, printer: Option<Text>) -> Result<Option<String>, Mistake> {
        // The toolkit has a printer of this name that writes files.
        let is_file = |printer: &Text| printer.get_ref().trim().eq_ignore_ascii_case("print to file");
        if let Some(printer) = printer.as_ref().filter(|printer| is_file(printer)) {
            let message = "`allow.printing` is not a printer: it would write a file that the next person could find";
            return Err(self.mistake(printer.span(), message).help("`lpstat -e` lists the printers of this machine"));
        }
        Ok(printer.map(Spanned::into_inner))
    }

    fn brand(&self, brand: file::Brand, own: Language, greetings: file::Greetings) -> Result<Brand, Mistake> {
        let file::Greetings { en, de, fr, es, ja, ar } = greetings;
        let written = [
            (Language::En, en),
            (Language::De, de),
            (Language::Fr, fr),
            (Language::Es, es),
            (Language::Ja, ja),
            (Language::Ar, ar),
            // Last: it goes before the section's sentence in the same language.
            (own, brand.greeting),
        ];
        Ok(Brand {
            name: set("brand.name", brand.name)?,
            greetings: written.into_iter().filter_map(|(language, text)| Some((language, text?))).collect(),
            logo: brand.logo.map(PathBuf::from),
            accent: self.color("brand.accent", brand.accent)?,
            background: self.color("brand.background", brand.background)?,
            appearance: set("brand.appearance", brand.appearance)?,
            dark_background: self.dark(brand.dark_background)?,
            pictures: self.pictures(&set("brand.pictures", brand.pictures)?)?,
            slide: seconds("brand.slide_seconds", brand.slide_seconds)?,
        })
    }

    /// A colour that is dark, so that every accent can be made to stand out from it.
    fn dark(&self, text: Option<Text>) -> Result<Color, Mistake> {
        let place = text.as_ref().map(Text::span).unwrap_or_default();
        let color = self.color("brand.dark_background", text)?;
        if color.contrast_ratio(Color::WHITE) < appearance::DARK {
            let message = format!("`brand.dark_background` is not dark: {color}");
            return Err(self.mistake(place, message).help("for example \"#0f1419\""));
        }
        Ok(color)
    }

    fn pictures(&self, listed: &Spanned<Vec<Text>>) -> Result<Vec<PathBuf>, Mistake> {
        if let Some(empty) = listed.get_ref().iter().find(|text| text.get_ref().is_empty()) {
            let message = "`brand.pictures` has an empty path in it";
            return Err(self.mistake(empty.span(), message).help("for example `pictures = [\"welcome.jpg\"]`"));
        }
        if listed.get_ref().len() > MOST_PICTURES {
            let message = format!("`brand.pictures` has more than {MOST_PICTURES} pictures in it");
            return Err(self.mistake(listed.span(), message).help("nobody waits for so many: leave some out"));
        }
        Ok(listed.get_ref().iter().map(|text| PathBuf::from(text.get_ref())).collect())
    }

    fn color(&self, key: &'static str, text: Option<Text>) -> Result<Color, Mistake> {
        let text = set(key, text)?;
        text.get_ref().parse().map_err(|why| {
            self.mistake(text.span(), format!("`{key}` is not a colour: {why}"))
                .help("for example \"#0b5cab\" or \"#fff\"")
        })
    }

    fn staff(&self, staff: file::Staff) -> Result<Staff, Mistake> {
        let pin_hash = staff.pin_hash.map(|text| {
            text.get_ref().parse().map_err(|why| {
                self.mistake(text.span(), format!("`staff.pin_hash` cannot be used: {why}"))
                    .help("`support-kiosk pin --print` asks for a PIN and prints what belongs here")
            })
        });
        let key = set("staff.key", staff.key)?;
        let chord = (!key.get_ref().is_empty()).then(|| {
            key.get_ref().parse().map_err(|why| {
                self.mistake(key.span(), format!("`staff.key` cannot be used: {why}"))
                    .help("for example `key = \"ctrl+alt+shift+s\"`, or `key = \"\"` for none")
            })
        });
        Ok(Staff {
            pin_hash: pin_hash.transpose()?,
            gesture: set("staff.gesture", staff.gesture)?,
            key: chord.transpose()?,
        })
    }

    fn window(&self, window: &file::Window, profile: Profile) -> Result<Window, Mistake> {
        let full_screen = match (&window.full_screen, profile) {
            (Some(full_screen), Profile::Kiosk) if !full_screen.get_ref() => {
                let message = "`window.full_screen` cannot be false in the profile kiosk: who sees the desktop can leave the kiosk";
                return Err(self
                    .mistake(full_screen.span(), message)
                    .help("leave it out, or write `profile = \"terminal\"` at the top of the file"));
            }
            (Some(full_screen), _) => *full_screen.get_ref(),
            (None, profile) => profile.is_shared(),
        };
        Ok(Window {
            full_screen,
            width: set("window.width", window.width)?,
            height: set("window.height", window.height)?,
            cursor: set("window.cursor", window.cursor)?,
            keep_on: window.keep_on.unwrap_or(profile.is_shared()),
            acceleration: set("window.acceleration", window.acceleration)?,
            bar: window.bar.unwrap_or(if profile == Profile::Terminal { Bar::Top } else { Bar::None }),
            keyboard: window.keyboard.unwrap_or(match profile {
                Profile::Desktop => ScreenKeyboard::Off,
                Profile::Kiosk | Profile::Terminal => ScreenKeyboard::Auto,
            }),
        })
    }

    fn sandbox(&self, sandbox: &file::Sandbox) -> Result<Sandbox, Mistake> {
        let ports = [
            ("page_port", &sandbox.page_port),
            ("frame_port", &sandbox.frame_port),
            ("console_port", &sandbox.console_port),
        ];
        let mut taken: Vec<(&str, &Spanned<u16>)> = Vec::new();
        for (name, port) in ports {
            let Some(port) = port.as_ref().filter(|port| *port.get_ref() != 0) else { continue };
            if let Some((other, first)) = taken.iter().find(|(_, other)| other.get_ref() == port.get_ref()) {
                let later = if first.span().start > port.span().start { first.span() } else { port.span() };
                let message = format!("`sandbox.{other}` and `sandbox.{name}` are the same port");
                return Err(self.mistake(later, message).help("each needs a port of its own; 0 is any free one"));
            }
            taken.push((name, port));
        }
        let port = |name, port: &Option<Spanned<u16>>| set(name, port.as_ref().map(|port| *port.get_ref()));
        Ok(Sandbox {
            page_port: port("sandbox.page_port", &sandbox.page_port)?,
            frame_port: port("sandbox.frame_port", &sandbox.frame_port)?,
            console_port: port("sandbox.console_port", &sandbox.console_port)?,
        })
    }

    pub(super) fn mistake(&self, span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake::at(self.source, span, message)
    }
}

fn idle(idle: &file::Idle, profile: Profile) -> Result<Idle, Mistake> {
    let after = idle.after_seconds.unwrap_or(if profile.is_shared() { IDLE_AFTER } else { 0 });
    Ok(Idle {
        after: (after > 0).then(|| Duration::from_secs(after)),
        in_conversation: seconds("idle.in_conversation_seconds", idle.in_conversation_seconds)?,
        answer: seconds("idle.answer_seconds", idle.answer_seconds)?,
        waiting_cap: seconds("idle.waiting_cap_seconds", idle.waiting_cap_seconds)?,
    })
}

fn visit(visit: &file::Visit, profile: Profile) -> Result<Visit, Mistake> {
    let minutes = visit.max_minutes.unwrap_or(if profile.is_shared() { VISIT_MAX } else { 0 });
    Ok(Visit {
        // The range of the schema keeps this far from an overflow.
        max: (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60))),
        daily_reset: visit.daily_reset_hour,
        renew_after: Some(set("visit.renew_after_visits", visit.renew_after_visits)?).filter(|visits| *visits > 0),
        spare: set("visit.spare", visit.spare)?,
    })
}

/// A value that the defaults file sets when the user does not; a test keeps that file complete.
pub(super) fn set<T>(key: &str, value: Option<T>) -> Result<T, Mistake> {
    value.ok_or_else(|| Mistake::nowhere(format!("the built-in defaults lack `{key}`: this is a fault of the program")))
}

pub(super) fn seconds(key: &str, value: Option<u64>) -> Result<Duration, Mistake> {
    set(key, value).map(Duration::from_secs)
}
