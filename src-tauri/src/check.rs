//! `check`: what the configuration means, in sentences.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use kiosk_core::config::{
    Acceleration, Allow, Bar, Brand, Config, Cursor, Links, Listen, LogFormat, Profile, ScreenKeyboard, Source,
    contrast,
};

use crate::config::{self, Loaded};

/// Says what the configuration means, or what is wrong with it; exit code 2 then.
///
/// # Errors
/// Standard output cannot be written.
pub(crate) fn run(explicit: Option<&Path>) -> io::Result<ExitCode> {
    let Some(loaded) = config::load_or_report(explicit) else { return Ok(ExitCode::from(2)) };
    let mut out = io::stdout().lock();
    describe(&loaded, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn describe(loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    let config = &loaded.config;
    match &loaded.path {
        Some(path) => writeln!(out, "The configuration {} has no mistake. It means:\n", path.display())?,
        None => writeln!(out, "There is no configuration file, so the built-in defaults are used. They mean:\n")?,
    }
    let mut say = |topic: &str, sentences: &str| writeln!(out, "{topic:>13}  {sentences}");
    say("profile", profile(config.profile))?;
    say("page", &page(&config.source))?;
    say("origins", &origins(config))?;
    say("opened", &opened(&config.allow))?;
    say("ready", &format!("The page has {} to become ready.", span(config.chat.ready)))?;
    say("memory", &memory(config.chat.memory))?;
    say("brand", &brand(&config.brand))?;
    say("look", &crate::brand::in_words(&config.brand))?;
    say("languages", &languages(config))?;
    say("notice", &notice(config))?;
    say("clear", &clear(config))?;
    say("idle", &idle(config))?;
    say("visit", &visit(config))?;
    say("staff", &staff(config))?;
    say("window", &window(config))?;
    say("notification", &notification(config))?;
    if config.profile == Profile::Desktop {
        say("desktop", &desktop(config))?;
    }
    say("log", &log(config))?;
    say("fleet", &fleet(config))?;
    say("metrics", &metrics(config))
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Kiosk => "A kiosk: a public place, locked and full screen.",
        Profile::Terminal => "A terminal: a shared desk.",
        Profile::Desktop => "A desktop: one person's own support client.",
    }
}

fn page(source: &Source) -> String {
    match source {
        Source::Url(url) => format!("The chat page is {url}."),
        Source::Salesforce(org) => format!(
            "The chat page is the kiosk's own, at http://localhost:{}, with the deployment {} of the Salesforce org {} in {}: \
             site {}, messaging service {}. The org must list http://localhost:{} under CORS and Trusted URLs.",
            org.port, org.deployment, org.org_id, org.language, org.site_url, org.scrt_url, org.port
        ),
        Source::Sandbox => {
            "The chat page is the practice chat that comes with the program: neither chat.url nor [salesforce] is set."
                .to_owned()
        }
    }
}

fn origins(config: &Config) -> String {
    let page = match (&config.source, &config.chat.allow[..]) {
        (Source::Sandbox, []) => "The page may be the practice chat's own".to_owned(),
        (Source::Sandbox, allow) => format!("The page may be the practice chat's own and {}", list(allow)),
        (_, allow) => format!("The page may be {}", list(allow)),
    };
    let frames = match &config.chat.frames[..] {
        [] => "frames in it may be the same".to_owned(),
        frames => format!("frames in it may be the same and {}", list(frames)),
    };
    format!("{page}; {frames}. No other page opens, and no other frame.")
}

fn opened(allow: &Allow) -> String {
    let mut open = Vec::new();
    if !allow.permissions.is_empty() {
        let names: Vec<&str> = allow.permissions.iter().map(|permission| permission.name()).collect();
        open.push(format!("The page gets, when it asks: {}.", list(&names)));
    }
    if let Some(folder) = &allow.uploads {
        open.push(format!("Everybody can send the files in {}, and no others.", folder.display()));
    }
    if let Some(downloads) = &allow.downloads {
        let gone = if downloads.keep { "stays there after the visit" } else { "is removed after the visit" };
        let (folder, most) = (downloads.folder.display(), downloads.most >> 20);
        open.push(format!("A visit can save {most} MB of files in {folder}; what is saved {gone}."));
    }
    if let Some(printer) = &allow.printing {
        open.push(format!("The page prints on {printer} without a question."));
    }
    let closed: Vec<&str> = [
        ("permissions", allow.permissions.is_empty()),
        ("uploads", allow.uploads.is_none()),
        ("downloads", allow.downloads.is_none()),
        ("printing", allow.printing.is_none()),
    ]
    .into_iter()
    .filter_map(|(what, is_closed)| is_closed.then_some(what))
    .collect();
    match (open.is_empty(), closed.is_empty()) {
        (true, _) => "Nothing: the page gets no permission, no file, and no paper.".to_owned(),
        (false, true) => open.join(" "),
        (false, false) => format!("{} Not opened: {}.", open.join(" "), list(&closed)),
    }
}

fn memory(limit: Option<u64>) -> String {
    match limit {
        Some(bytes) => format!("A page that takes more than {} MB is replaced by a fresh one.", bytes >> 20),
        None => "The page may take any amount of memory.".to_owned(),
    }
}

fn brand(brand: &Brand) -> String {
    let logo = brand.logo.as_ref().map_or("no logo".to_owned(), |logo| format!("the logo {}", logo.display()));
    let Brand { name, accent, background, .. } = brand;
    let least = contrast::weakest(brand);
    format!("\"{name}\", {logo}, buttons in {accent}, background in {background}. Least contrast: {least}.")
}

fn languages(config: &Config) -> String {
    let others: Vec<&str> =
        config.languages.iter().filter(|one| **one != config.language).map(|one| one.own_name()).collect();
    let own = config.language.own_name();
    match others.as_slice() {
        [] => format!("The kiosk speaks {own}, and nobody can choose another language."),
        others => format!("The kiosk speaks {own}; on the welcome a person can choose {}.", others.join(", ")),
    }
}

fn notice(config: &Config) -> String {
    if config.notice.after.is_zero() {
        return "When a chat has ended, the kiosk starts over at once.".to_owned();
    }
    format!(
        "When a chat has ended, it can be read for {} more, up to {} times as long with \"Keep reading\".{}",
        span(config.notice.after),
        u64::from(config.notice.keep_reading_times) + 1,
        if config.visit.spare { " Meanwhile the next visit is made." } else { "" }
    )
}

fn clear(config: &Config) -> String {
    let clear = &config.clear;
    let session = if clear.end_session { "is ended on the server too" } else { "is not ended on the server" };
    format!(
        "The page gets {} of {} to clear its chat; the session of a signed-in visitor {session}. \
         The next person gets a new page in any case.",
        counted(clear.attempts, "attempt"),
        span(clear.timeout)
    )
}

fn idle(config: &Config) -> String {
    let idle = &config.idle;
    let Some(after) = idle.after else { return "The kiosk never asks whether somebody is still there.".to_owned() };
    format!(
        "After {} without a touch or a key, {} in a conversation, the kiosk asks \"still there?\" and waits {} for an answer. \
         Waiting for the other side holds that off for {} at most.",
        span(after),
        span(idle.in_conversation),
        span(idle.answer),
        span(idle.waiting_cap)
    )
}

fn visit(config: &Config) -> String {
    let longest = match config.visit.max {
        Some(max) => format!("After {} of one visit it asks in any case.", span(max)),
        None => "A visit may be of any length.".to_owned(),
    };
    let what = if config.profile.is_shared() { "The program" } else { "The page" };
    let daily = config.visit.daily_reset.map(|hour| format!("at {hour:02}:00"));
    let counted = config.visit.renew_after.filter(|_| config.profile.is_shared());
    let when: Vec<_> = daily.into_iter().chain(counted.map(|visits| format!("after {visits} visits"))).collect();
    if when.is_empty() {
        return longest;
    }
    format!("{longest} {what} begins anew {}, as soon as nobody is there.", when.join(" and "))
}

fn staff(config: &Config) -> String {
    let staff = &config.staff;
    let key = staff.key.as_ref().map(|_| "the keys in staff.key");
    let ways: Vec<&str> =
        staff.gesture.then_some("five touches in the top left corner").into_iter().chain(key).collect();
    if ways.is_empty() {
        return "Nothing opens the staff scene.".to_owned();
    }
    let pin = match staff.pin_hash {
        Some(_) => "the PIN is the one in the configuration",
        None => "the PIN is the one that `support-kiosk pin` set; without one nothing opens",
    };
    format!("The staff scene opens with {}; {pin}.", ways.join(" or with "))
}

fn window(config: &Config) -> String {
    let window = &config.window;
    let cursor = match window.cursor {
        Cursor::Auto => "The pointer is seen while a mouse is used.",
        Cursor::Hidden => "The pointer is never seen.",
        Cursor::Shown => "The pointer is always seen.",
    };
    let keyboard = match window.keyboard {
        ScreenKeyboard::Auto => "A finger on a text field brings the kiosk's keyboard up.",
        ScreenKeyboard::Off => "There is no keyboard on the screen.",
        ScreenKeyboard::BuiltIn => "A finger or a mouse on a text field brings the kiosk's keyboard up.",
        ScreenKeyboard::System => "The desktop's keyboard comes up for text fields, if it has one.",
    };
    let keep = if window.keep_on { " The screen stays on while somebody uses it." } else { "" };
    let bar = match window.bar {
        Bar::Top => " A bar at its top has the button \"I am done\".",
        Bar::Bottom => " A bar at its bottom has the button \"I am done\".",
        Bar::None => "",
    };
    let painter = match window.acceleration {
        Acceleration::Auto => "",
        Acceleration::Always => " The graphics card draws the pages.",
        Acceleration::Never => " The processor draws the pages.",
    };
    if window.full_screen {
        return format!("The window covers the screen. {cursor} {keyboard}{keep}{bar}{painter}");
    }
    format!("The window has {} by {} pixels. {cursor} {keyboard}{keep}{bar}{painter}", window.width, window.height)
}

fn notification(config: &Config) -> String {
    let messages = config.notification.messages && config.profile == Profile::Desktop;
    let ended =
        if config.notification.enabled { "The desktop shows one when a chat has ended." } else { "None is shown." };
    match (config.notification.enabled, messages) {
        (_, false) => ended.to_owned(),
        (true, true) => format!("{ended} It shows one for a message that nobody has seen, with nothing of it."),
        (false, true) => "The desktop shows one for a message that nobody has seen, with nothing of it.".to_owned(),
    }
}

fn desktop(config: &Config) -> String {
    let desktop = &config.desktop;
    let start = if desktop.autostart { "It starts when the person signs in." } else { "It is started by hand." };
    let close = if desktop.close_to_tray {
        "Closing the window leaves the chat in the tray; without a tray, while a conversation runs, in the task bar."
    } else {
        "Closing the window ends the program."
    };
    let links = match desktop.links {
        Links::Ask => "Links that lead out of the chat open in the system's browser after a question.",
        Links::Never => "Links that lead out of the chat open nothing.",
    };
    format!("{start} {close} {links}")
}

fn log(config: &Config) -> String {
    let form = match config.log.format {
        LogFormat::Text => "text",
        LogFormat::Json => "JSON",
    };
    let lines = format!(
        "Lines of {form} on standard error, from the level \"{}\" on. As a service: fields in the system's journal instead.",
        config.log.level.name()
    );
    match &config.log.folder {
        None => lines,
        Some(folder) => {
            format!("{lines} The last {} days of them are kept in {}.", config.log.files, folder.display())
        }
    }
}

fn fleet(config: &Config) -> String {
    let Some(fleet) = &config.fleet else { return "This kiosk is on its own.".to_owned() };
    let follows = match fleet.command_keys.len() {
        0 => "follows nobody's commands".to_owned(),
        keys => format!("follows commands and configurations signed by {}", counted(keys as u64, "key")),
    };
    format!("It is {}/{} at {}, and {follows}.", fleet.site, fleet.id, fleet.broker)
}

fn metrics(config: &Config) -> String {
    match &config.metrics.listen {
        None => "None are shown.".to_owned(),
        Some(Listen::Tcp(address)) => format!("Prometheus reads them at http://{address}/metrics."),
        Some(Listen::Unix(path)) => format!("They can be read at the socket {}.", path.display()),
    }
}

fn list(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A time in the largest unit that it is a whole number of.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds > 0 && seconds.is_multiple_of(3600) => counted(seconds / 3600, "hour"),
        seconds if seconds > 0 && seconds.is_multiple_of(60) => counted(seconds / 60, "minute"),
        seconds => counted(seconds, "second"),
    }
}

fn counted(number: impl Into<u64>, what: &str) -> String {
    match number.into() {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

#[cfg(test)]
mod tests;
