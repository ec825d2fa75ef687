//! Other addresses: as the page, as a frame, by each way in which a page leads somewhere.

use super::{Attempt, Class, Hand};

fn new(id: impl Into<String>, words: impl Into<String>) -> Attempt {
    Attempt::new(Class::Address, id, words)
}

/// What is not the web.
const SCHEMES: [(&str, &str); 18] = [
    ("file", "file:///etc/passwd"),
    ("data", "data:text/html,<h1>out</h1>"),
    ("view-source", "view-source:${K.page}/"),
    ("ftp", "ftp://127.0.0.1/"),
    ("resource", "resource:///org/webkit/inspector/UserInterface/Main.html"),
    ("webkit", "webkit://gpu"),
    ("inspector", "inspector:///"),
    ("mailto", "mailto:someone@example.com?subject=${K.marker}"),
    ("tel", "tel:+431234567"),
    ("steam", "steam://run/1"),
    ("ssh", "ssh://127.0.0.1/"),
    ("smb", "smb://127.0.0.1/share"),
    ("intent", "intent://scan/#Intent;scheme=zxing;end"),
    ("about-config", "about:config"),
    ("tauri", "tauri://localhost/index.html"),
    ("ipc", "ipc://localhost/report"),
    ("asset", "asset://localhost/etc/passwd"),
    ("custom", "support-kiosk://open/${K.marker}"),
];

/// Ways whose refusal the kiosk logs itself; the others end in the engine.
const WAYS: [(&str, &str); 9] = [
    ("link", "a link"),
    ("script", "a script"),
    ("replace", "location.replace"),
    ("meta", "a meta refresh"),
    ("get", "a form"),
    ("post", "a form that posts"),
    ("redirect", "a redirect (302)"),
    ("frame", "a frame"),
    ("svg", "a link in a drawing"),
];

/// The rules by which an address is refused.
const RULES: [&str; 6] = ["scheme", "origin", "user_part", "trailing_dot", "unreadable", "too_long"];

pub(super) fn attempts([page, frame, canary]: [u16; 3]) -> Vec<Attempt> {
    let mut all = Vec::new();
    for (name, url) in SCHEMES {
        let attempt = new(format!("scheme-{name}"), format!("a script leads to {name}:"))
            .page(format!("location.href = `{url}`"));
        // The engine itself refuses these to a page, without asking.
        all.push(if ["file", "webkit"].contains(&name) { attempt } else { attempt.blocked("scheme") });
    }
    all.push(
        new("scheme-javascript", "a script leads to javascript: that writes the page anew")
            .page("location.href = 'javascript:\"<h1>another page</h1>\"'")
            .rewritten(),
    );
    all.push(
        new("scheme-about-blank", "a script leads to about:blank")
            .page("location.href = 'about:blank'")
            .stays_or_fresh(),
    );
    all.push(
        new("scheme-about-srcdoc", "a script leads to about:srcdoc")
            .page("location.href = 'about:srcdoc'")
            .stays_or_fresh(),
    );
    all.push(
        new("scheme-blob", "a script leads to a page that it made itself")
            .page("location.href = URL.createObjectURL(new Blob(['<h1>out</h1>'], { type: 'text/html' }))")
            .stays_or_fresh(),
    );
    for (way, words) in WAYS {
        for (name, url, rule) in [
            ("file", "file:///etc/passwd", "scheme"),
            ("elsewhere", "${K.canary}/${K.marker}", "origin"),
            ("data", "data:text/html,<h1>out</h1>", "scheme"),
        ] {
            // The engine itself refuses these, some without a word.
            let engine = name == "file" || (name == "data" && ["redirect", "frame"].contains(&way));
            let attempt = new(
                format!("{way}-{name}"),
                format!("{words} leads to {}", if name == "elsewhere" { "another origin" } else { name }),
            )
            .page(format!("K.way.{way}(`{url}`)"));
            all.push(match (engine, way, name) {
                (true, "redirect", "data") => attempt.fresh(),
                (true, "redirect", _) => attempt.stays_or_fresh(),
                (true, ..) => attempt,
                _ => attempt.refused(&[rule], 2),
            });
        }
    }
    for (way, words) in
        [("object", "an object"), ("embed", "an embedded thing"), ("frame_redirect", "a frame's redirect")]
    {
        all.push(
            new(format!("{way}-elsewhere"), format!("{words} leads to another origin"))
                .page(format!("K.way.{way}(`${{K.canary}}/${{K.marker}}`)"))
                .blocked("origin"),
        );
        let file = new(format!("{way}-file"), format!("{words} leads to a file"))
            .page(format!("K.way.{way}('file:///etc/passwd')"));
        all.push(if way == "frame_redirect" { file.stays_or_fresh() } else { file });
    }
    all.extend(look_alikes(page, frame, canary));
    all.extend(frames());
    all.extend(answers());
    all.extend(history());
    all
}

/// Addresses that read like the allowed one.
fn look_alikes(page: u16, frame: u16, canary: u16) -> Vec<Attempt> {
    let of = |name: &str, words: &str, url: String| {
        new(format!("look-alike-{name}"), format!("an address that reads like the page's: {words}"))
            .page(format!("K.way.script(`{url}`)"))
            .refused(&RULES, 1)
    };
    vec![
        of("subdomain", "as a subdomain", format!("http://localhost.example.com:{page}/")),
        of("parent", "below it", format!("http://evil.localhost:{page}/")),
        of("path", "in the path", format!("http://127.0.0.1:{canary}/http://localhost:{page}/")),
        of("query", "in the query", format!("http://127.0.0.1:{canary}/?http://localhost:{page}/")),
        of("user", "as a user's name", format!("http://localhost:{page}@127.0.0.1:{canary}/")),
        of("user-own", "with a user's name", format!("http://somebody@localhost:{page}/")),
        of("password", "with a password", format!("http://some:body@localhost:{page}/")),
        of("https", "with https", format!("https://localhost:{page}/")),
        of("port", "on another port", format!("http://localhost:{canary}/")),
        of("no-port", "without its port", "http://localhost/".to_owned()),
        of("dot", "with a dot behind it", format!("http://localhost.:{page}/")),
        of("letter", "with a foreign letter", format!("http://l\u{43e}calhost:{page}/")),
        of("punycode", "in punycode", format!("http://xn--lcalhost-fzj:{page}/")),
        of("number", "as one number", format!("http://2130706433:{page}/")),
        of("hexadecimal", "as a hexadecimal number", format!("http://0x7f000001:{page}/")),
        of("short", "as a short number", format!("http://127.1:{page}/")),
        of("ipv6", "as IPv6", format!("http://[::1]:{page}/")),
        of("mapped", "as mapped IPv6", format!("http://[::ffff:127.0.0.1]:{page}/")),
        of("backslash", "with a backslash", format!("http://127.0.0.1:{canary}\\\\@localhost:{page}/")),
        // Of the page's own scheme, one slash is a path.
        of("slashes", "with one slash", format!("https:/127.0.0.1:{canary}/")),
        of("blank", "with a blank and a tab", format!(" http://127.0.0.1:{canary}\\t/")),
        of("websocket", "as a WebSocket's address", format!("ws://localhost:{page}/")),
        of("long", "forty thousand letters long", format!("http://localhost:{page}/${{'a'.repeat(40000)}}")),
        of("frame", "the frame's origin as the page", format!("http://127.0.0.1:{frame}/frame.html?${{K.marker}}")),
    ]
}

/// What frames do to the page around them.
fn frames() -> Vec<Attempt> {
    let mut all = Vec::new();
    for place in ["cross", "sandboxed", "sandboxed_same", "srcdoc", "blank", "same"] {
        // A frame of another origin may not lead the page anywhere; one of the same may, and the policy judges it.
        all.push(
            new(format!("top-{place}"), format!("a frame ({place}) leads the page elsewhere")).page(
                format!("return K.inside('{place}', 'top.location = K.canary + \"/\" + K.marker')")
                    .replace("return ", "await "),
            ),
        );
        all.push(
            new(format!("nested-{place}"), format!("a frame ({place}) frames another origin"))
                .page(format!(
                    "await K.inside('{place}', 'const f = document.createElement(\"iframe\"); f.src = K.canary + \"/\" + K.marker; (document.body || document.documentElement).append(f)')"
                ))
                .blocked("origin"),
        );
        all.push(
            new(format!("away-{place}"), format!("a frame ({place}) goes to another origin itself"))
                .page(format!("await K.inside('{place}', 'location.href = K.canary + \"/\" + K.marker; await new Promise((done) => setTimeout(done, 50))')"))
                .blocked("origin"),
        );
    }
    all
}

/// Answers that are no page.
fn answers() -> Vec<Attempt> {
    let of = |name: &str, words: &str, query: &str, rules: &[&'static str]| {
        new(format!("answer-{name}"), format!("the page leads to {words}"))
            .page(format!("location.href = `/answer?{query}`"))
            .refused(rules, 2)
    };
    vec![
        of("pdf", "a PDF", "kind=application/pdf&body=%25PDF-1.4", &["download", "not_a_page"]),
        of("unknown", "an unknown kind of file", "kind=application/x-planted&body=x", &["download", "not_a_page"]),
        of("text", "a plain text", "kind=text/plain&body=x", &["not_a_page"]),
        of("image", "a picture", "kind=image/png&body=x", &["not_a_page"]),
        of("xml", "XML", "kind=text/xml&body=%3Ca/%3E", &["not_a_page"]),
        of("video", "a film", "kind=video/mp4&body=x", &["not_a_page", "download"]),
        of("script", "a script's text", "kind=text/javascript&body=x", &["not_a_page"]),
        of("none", "something without a kind", "body=%00%01", &["not_a_page", "download"]),
        of("404", "an error of the server (404)", "status=404&kind=text/html&body=gone", &["server_error"]),
        of("500", "an error of the server (500)", "status=500&kind=text/html&body=broken", &["server_error"]),
        new("answer-204", "the page leads to nothing (204)")
            .page("location.href = '/answer?status=204'")
            .stays_or_fresh(),
        new("answer-hangs", "the page leads to an answer that never comes").page("location.href = '/hang'").rewritten(),
        new("meta-elsewhere-page", "a page of the same origin that refreshes itself to another")
            .page("location.href = '/meta?to=' + encodeURIComponent(`${K.canary}/${K.marker}`)")
            .rewritten(),
        // The engine itself refuses ports of other services.
        new("other-service", "the page leads to the port of another service")
            .page("location.href = 'http://localhost:25/'"),
    ]
}

/// Back, forward, and pretending.
fn history() -> Vec<Attempt> {
    vec![
        new("history-back", "the page goes back behind its own beginning").page("history.back()"),
        new("history-far", "the page goes back as far as it can").page("history.go(-1 * history.length)"),
        new("history-forward", "the page goes forward").page("history.forward()"),
        new("history-traps", "the page fills the history and goes back through it")
            .page("for (let i = 0; i < 50; i += 1) history.pushState({}, '', '/?' + i); history.go(-45); await K.pause(100); history.pushState({}, '', '/');"),
        new("history-pretends", "the page takes the address of another origin")
            .page("try { history.pushState({}, '', K.canary); return 'taken'; } catch { return ''; }"),
        new("key-back", "Alt+Left").hands([Hand::Key("alt+Left")]).blocked("shortcut"),
        new("key-forward", "Alt+Right").hands([Hand::Key("alt+Right")]).blocked("shortcut"),
        new("button-back", "the mouse button that goes back").hands([Hand::Click(8, (50, 50))]).blocked("pointer_button"),
        new("button-forward", "the mouse button that goes forward").hands([Hand::Click(9, (50, 50))]).blocked("pointer_button"),
        new("navigation-api", "the page uses the navigation interface")
            .page("if (window.navigation) { try { await navigation.navigate(K.canary + '/' + K.marker).finished; } catch {} } "),
        new("document-open", "the page writes itself anew")
            .page("document.open(); document.write('<h1>another page</h1><p>that says what it likes'); document.close();")
            .rewritten(),
    ]
}
