//! Mistakes are told with their place and with what would be right.

use super::{org, parse};

/// Text, line and column, the offending text, message, help.
type Golden<'a> = (&'a str, (usize, usize), &'a str, &'a str, &'a str);

#[test]
fn mistakes_are_told_with_their_place_and_what_would_be_right() {
    for (text, place, offending, message, help) in MISTAKES {
        let mistake = parse(text).unwrap_err();
        assert_eq!(mistake.message, *message, "{text}");
        assert_eq!(mistake.help.as_deref(), Some(*help), "{text}");
        assert_eq!((mistake.line, mistake.column), *place, "{text}");
        assert_eq!(mistake.text, *offending, "{text}");
    }
}

#[test]
fn what_is_no_toml_has_a_place() {
    for (text, place) in [
        ("profile = kiosk", (1, 11)),
        ("# ä\n[notice\nseconds = 1", (2, 8)),
        ("[notice]\nseconds =", (2, 10)),
        ("[brand]\nname = \"Exämple", (2, 16)),
        ("[notice]\nseconds = 1\nseconds = 2", (3, 1)),
        ("\u{feff}profile = kiosk", (1, 11)),
        ("[notice]\r\nseconds = x\r\n", (2, 11)),
    ] {
        let mistake = parse(text).unwrap_err();
        assert!(mistake.message.starts_with("this is not TOML: "), "{text}: {mistake}");
        assert!(mistake.help.is_some());
        assert_eq!((mistake.line, mistake.column), place, "{text}: {mistake}");
    }
}

#[test]
fn the_first_mistake_in_the_text_is_told() {
    let mistake = parse("[window]\nwidth = 1\n[brand]\nname = 5\n").unwrap_err();
    assert_eq!(
        mistake.to_string(),
        "line 2, column 9: `window.width` must be from 320 to 16384 (for example `width = 1024`)"
    );
    // A misspelt key, not the lack of the right one.
    assert_eq!(parse(&org("").replace("deployment", "deploymint")).unwrap_err().text, "deploymint");
}

const MISTAKES: &[Golden<'_>] = &[
    (
        "[allow]\npermissions = [\"camera\", \"fullscreen\"]",
        (2, 26),
        "\"fullscreen\"",
        "`allow.permissions` has something in it that is no permission which can be opened",
        "what can stand here: \"location\", \"camera\", \"microphone\", \"notifications\", \"clipboard\"",
    ),
    (
        "[allow]\nuploads = \"uploads\"",
        (2, 11),
        "\"uploads\"",
        "`allow.uploads` must be a path that begins with `/`",
        "for example \"/srv/kiosk/uploads\"",
    ),
    (
        "[allow]\nuploads = \"/srv/../etc\"",
        (2, 11),
        "\"/srv/../etc\"",
        "`allow.uploads` must not have `..` in it",
        "for example \"/srv/kiosk/uploads\"",
    ),
    (
        "[allow]\ndownloads = \"/\"",
        (2, 13),
        "\"/\"",
        "`allow.downloads` is the whole machine",
        "for example \"/srv/kiosk/downloads\"",
    ),
    (
        "[allow]\nuploads = \"/srv/a\"\ndownloads = \"/srv/a/b\"",
        (3, 13),
        "\"/srv/a/b\"",
        "`allow.downloads` and `allow.uploads` are one folder, or one is in the other: the next person could find what the \
         last one saved",
        "give each a folder of its own",
    ),
    (
        "[allow]\nprinting = \"Print to File\"",
        (2, 12),
        "\"Print to File\"",
        "`allow.printing` is not a printer: it would write a file that the next person could find",
        "`lpstat -e` lists the printers of this machine",
    ),
    ("[notice]\nsecods = 5", (2, 1), "secods", "`[notice]` has no key `secods`", "did you mean `seconds`?"),
    ("[notise]\nseconds = 5", (1, 2), "notise", "there is no section `[notise]`", "did you mean `[notice]`?"),
    (
        "seconds = 5",
        (1, 1),
        "seconds",
        "there is no key `seconds` before the first section",
        "`seconds` is a key of `[notice]`",
    ),
    (
        "[notice]\nattempts = 5",
        (2, 1),
        "attempts",
        "`[notice]` has no key `attempts`",
        "`attempts` is a key of `[clear]`",
    ),
    (
        "[log]\nxyz = 1",
        (2, 1),
        "xyz",
        "`[log]` has no key `xyz`",
        "what can stand here: `files`, `folder`, `format`, `level`",
    ),
    ("[notice.deep]\nx = 1", (1, 9), "deep", "`[notice]` has no key `deep`", "a section has no further sections in it"),
    (
        "# ä\n[notice]\nseconds = \"20\"",
        (3, 11),
        "\"20\"",
        "`notice.seconds` must be a whole number, not a text",
        "for example `seconds = 20`",
    ),
    (
        "[notice]\nseconds = 1.5",
        (2, 11),
        "1.5",
        "`notice.seconds` must be a whole number, not a number with a fraction",
        "for example `seconds = 20`",
    ),
    (
        "[notice]\nseconds = 9000",
        (2, 11),
        "9000",
        "`notice.seconds` must be from 0 to 600",
        "for example `seconds = 20`",
    ),
    (
        "notice = 5",
        (1, 10),
        "5",
        "`[notice]` must be a section, not a number",
        "write `[notice]` on a line of its own, and its keys on the lines below",
    ),
    (
        "[[notice]]\nseconds = 1",
        (1, 1),
        "[[notice]]",
        "`[notice]` must be a section, not a list",
        "write `[notice]` on a line of its own, and its keys on the lines below",
    ),
    (
        "profile = \"kisok\"",
        (1, 11),
        "\"kisok\"",
        "`profile` must be \"kiosk\", \"terminal\" or \"desktop\"",
        "did you mean \"kiosk\"?",
    ),
    (
        "profile = 3",
        (1, 11),
        "3",
        "`profile` must be \"kiosk\", \"terminal\" or \"desktop\", not a number",
        "for example `profile = \"kiosk\"`",
    ),
    (
        "[log]\nlevel = \"verbose\"",
        (2, 9),
        "\"verbose\"",
        "`log.level` must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        "for example `level = \"info\"`",
    ),
    (
        "[brand]\nname = \"\"",
        (2, 8),
        "\"\"",
        "`brand.name` must not be empty",
        "for example `name = \"Example Support\"`",
    ),
    (
        "[brand]\naccent = \"blue\"",
        (2, 10),
        "\"blue\"",
        "`brand.accent` is not a colour: a colour is written as `#` and three or six hexadecimal digits",
        "for example \"#0b5cab\" or \"#fff\"",
    ),
    (
        "[chat]\nallow = \"https://a.example\"",
        (2, 9),
        "\"https://a.example\"",
        "`chat.allow` must be a list of texts, not a text",
        "for example `allow = [\"https://support.example.com\"]`",
    ),
    (
        "[chat]\nframes = [\"https://a.example\", 1]",
        (2, 32),
        "1",
        "`chat.frames` must be a list of texts, but a number is in it",
        "for example `frames = [\"https://example.my.site.com\"]`",
    ),
    (
        "[chat]\nurl = \"support.example.com\"",
        (2, 7),
        "\"support.example.com\"",
        "`chat.url` is not an address that can be opened: it must begin with https://",
        "for example \"https://support.example.com/chat\"",
    ),
    (
        "[chat]\nurl = \"http://support.example.com/chat\"",
        (2, 7),
        "\"http://support.example.com/chat\"",
        "`chat.url` has an address with http: anybody on the way could read the chat and change the page",
        "write \"https://support.example.com/chat\"; http is only for localhost, 127.0.0.1 and [::1]",
    ),
    (
        "[chat]\nurl = \"https://me@support.example.com/\"",
        (2, 7),
        "\"https://me@support.example.com/\"",
        "`chat.url` is not an address that can be opened: it has a user part (what stands before the `@`)",
        "for example \"https://support.example.com/chat\"",
    ),
    (
        "[chat]\nurl = \"https://support.example.com:99999\"",
        (2, 7),
        "\"https://support.example.com:99999\"",
        "`chat.url` is not an address that can be opened: invalid port number",
        "for example \"https://support.example.com/chat\"",
    ),
    (
        "[chat]\nurl = \"https://support.example.com./\"",
        (2, 7),
        "\"https://support.example.com./\"",
        "`chat.url` is not an address that can be opened: its host ends with a dot",
        "for example \"https://support.example.com/chat\"",
    ),
    (
        "[chat]\nallow = [\"https://a.example\", \"https://b.example/\"]",
        (2, 31),
        "\"https://b.example/\"",
        "`chat.allow` has something in it that is not an origin: it has a path (what begins with the first `/` after the host)",
        "an origin is scheme, host and perhaps port, for example \"https://support.example.com\"",
    ),
    (
        "[chat]\nframes = [\"https://*.my.site.com\"]",
        (2, 11),
        "\"https://*.my.site.com\"",
        "`chat.frames` has something in it that is not an origin: it has a `*` in it: every origin must be written out, there are no patterns",
        "an origin is scheme, host and perhaps port, for example \"https://example.my.site.com\"",
    ),
    (
        "[chat]\nframes = [\"http://a.example\"]",
        (2, 11),
        "\"http://a.example\"",
        "`chat.frames` has an address with http: anybody on the way could read the chat and change the page",
        "write \"https://a.example\"; http is only for localhost, 127.0.0.1 and [::1]",
    ),
    (
        "chat.url = \"https://a.example\"\n[salesforce]\norg_id = \"00D000000000001\"",
        (2, 1),
        "[salesforce]",
        "`chat.url` and `[salesforce]` cannot both be set",
        "keep `chat.url` if the chat is in a page of your own, else keep `[salesforce]` and leave out `chat.url`",
    ),
    (
        "[salesforce]\norg_id = \"00D000000000001\"\n[chat]\nurl = \"https://a.example\"",
        (4, 7),
        "\"https://a.example\"",
        "`chat.url` and `[salesforce]` cannot both be set",
        "keep `chat.url` if the chat is in a page of your own, else keep `[salesforce]` and leave out `chat.url`",
    ),
    (
        "[salesforce]\norg_id = \"00D000000000001\"",
        (1, 1),
        "[salesforce]",
        "`salesforce.deployment` is missing",
        "`[salesforce]` needs all of `org_id`, `deployment`, `site_url` and `scrt_url`",
    ),
    (
        "[salesforce]\norg_id = \"1\"\ndeployment = \"A\"\nsite_url = \"https://a.example\"\nscrt_url = \"https://b.example\"",
        (2, 10),
        "\"1\"",
        "`salesforce.org_id` must be `00D` and 12 or 15 more letters and digits",
        "for example `org_id = \"00D000000000001\"`",
    ),
    (
        "[salesforce]\norg_id = \"00D000000000001\"\ndeployment = \"Support Web\"",
        (3, 14),
        "\"Support Web\"",
        "`salesforce.deployment` must be an API name: letters, digits and underscores, 80 at most",
        "for example `deployment = \"Support_Web\"`",
    ),
    (
        "[salesforce]\norg_id = \"00D000000000001\"\ndeployment = \"A\"\nsite_url = \"https://a.example?x\"\nscrt_url = \"https://b.example\"",
        (4, 12),
        "\"https://a.example?x\"",
        "`salesforce.site_url` must not have a query or a fragment (what begins with `?` or `#`)",
        "for example \"https://example.my.site.com/ESWSupportWeb\"",
    ),
    (
        "[window]\nfull_screen = false",
        (2, 15),
        "false",
        "`window.full_screen` cannot be false in the profile kiosk: who sees the desktop can leave the kiosk",
        "leave it out, or write `profile = \"terminal\"` at the top of the file",
    ),
    (
        "[sandbox]\npage_port = 8080\nconsole_port = 8080",
        (3, 16),
        "8080",
        "`sandbox.page_port` and `sandbox.console_port` are the same port",
        "each needs a port of its own; 0 is any free one",
    ),
];
