//! Second windows, dialogs, menus, and the kiosk's own window.

use super::{Attempt, Class, Hand, Over, Wish};

fn new(id: impl Into<String>, words: impl Into<String>) -> Attempt {
    Attempt::new(Class::Window, id, words)
}

pub(super) fn attempts() -> Vec<Attempt> {
    let mut all = openings();
    all.extend(dialogs());
    all.extend(menus());
    all.extend(own_window());
    all.extend(load());
    all
}

fn openings() -> Vec<Attempt> {
    let window = ["new_window", "origin", "scheme"];
    let mut all = vec![
        new("open", "window.open without a click").page("K.way.open(K.canary + '/' + K.marker)"),
        new("open-clicked", "window.open at a click").clicked("K.way.open(K.canary + '/' + K.marker)").refused(&window, 1),
        new("open-own", "window.open of the page itself").clicked("window.open('/')").refused(&window, 1),
        new("open-blank", "window.open of about:blank, written into")
            .clicked("const w = window.open('about:blank', '', 'popup,width=200,height=200'); if (w) w.document.write('out');")
            .refused(&window, 1),
        new("open-features", "window.open with a size and a place")
            .clicked("window.open('/', 'planted', 'width=300,height=300,left=10,top=10,toolbar=yes')")
            .refused(&window, 1),
        new("open-flood", "window.open a hundred times").clicked("for (let i = 0; i < 100; i += 1) window.open('/' , 'w' + i)").refused(&window, 100),
        new("open-file", "window.open of a file").clicked("window.open('file:///etc/passwd')"),
        new("open-mailto", "window.open of mailto:").clicked("window.open('mailto:a@example.com')").refused(&window, 1),
        new("open-noopener", "window.open without an opener").clicked("window.open(K.canary + '/' + K.marker, '_blank', 'noopener,noreferrer')").refused(&window, 1),
        new("blank-link", "a link with target=_blank").clicked("K.way.blank(K.canary + '/' + K.marker)").refused(&window, 1),
        new("blank-form", "a form that posts into a new window").clicked("K.way.form_blank(K.canary + '/' + K.marker)").refused(&window, 1),
        new("named-top", "a link with target=_top").page("const a = K.add('a', { href: K.canary + '/' + K.marker, target: '_top' }); a.click()").blocked("origin"),
        new("close", "window.close()").page("window.close()").refused(&["window_close"], 1),
        new("close-opened", "open(…, '_self') and window.close()").clicked("window.open('', '_self'); window.close()").refused(&["window_close", "new_window"], 2),
        new("close-top", "a frame closes the page").page("await K.inside('same', 'top.close()')").refused(&["window_close"], 1),
        new("resize", "window.resizeTo and moveTo").page("window.resizeTo(200, 200); window.moveTo(50, 50); window.resizeBy(-100, -100)"),
        new("focus", "window.blur and focus").page("window.blur(); window.focus()"),
    ];
    for (name, hand) in [
        ("middle", Hand::Click(2, (50, 21))),
        ("control", Hand::HeldClick("ctrl", 1, (50, 21))),
        ("shift", Hand::HeldClick("shift", 1, (50, 21))),
        ("plain", Hand::Click(1, (50, 21))),
        ("double", Hand::Double((50, 21))),
    ] {
        let most = if name == "double" { 2 } else { 1 };
        all.push(
            new(format!("link-{name}"), format!("a {name} click on a link to a new window"))
                .hands([hand])
                .refused(&window, most),
        );
    }
    for place in ["cross", "sandboxed", "srcdoc"] {
        all.push(
            new(format!("open-{place}"), format!("a frame ({place}) opens a window"))
                .page(format!("await K.inside('{place}', 'window.open(K.canary + \"/\" + K.marker)')")),
        );
    }
    all
}

fn dialogs() -> Vec<Attempt> {
    let one = |name: &str, words: &str, script: &str| new(format!("dialog-{name}"), words).page(script);
    let mut all = vec![
        one("alert", "alert()", "alert(K.marker)").blocked("script_dialog"),
        one("confirm", "confirm()", "return confirm(K.marker) ? 'it was confirmed' : ''").blocked("script_dialog"),
        one("prompt", "prompt()", "return prompt(K.marker, 'x') === null ? '' : 'it was answered'")
            .blocked("script_dialog"),
        one("flood", "two hundred alerts", "for (let i = 0; i < 200; i += 1) alert(i)")
            .refused(&["script_dialog"], 200),
        one(
            "timer",
            "alerts from timers",
            "for (let i = 0; i < 20; i += 1) setTimeout(() => alert(i), i * 5); await K.pause(150)",
        )
        .refused(&["script_dialog"], 20),
        one("cross", "a frame's alert", "await K.inside('cross', 'alert(1)')").stays_or_fresh(),
        one("sandboxed", "a sandboxed frame's alert", "await K.inside('sandboxed', 'alert(1); prompt(2)')")
            .stays_or_fresh(),
        one("print", "window.print()", "window.print()").blocked("print"),
        one("print-flood", "window.print() fifty times", "for (let i = 0; i < 50; i += 1) window.print()")
            .refused(&["print"], 50),
        one("print-frame", "a frame prints", "await K.inside('cross', 'window.print()')").refused(&["print"], 1),
        one("http-auth", "a page that wants a name and a password", "location.href = '/private'")
            .refused(&["http_authentication", "server_error"], 2),
        one(
            "http-auth-fetch",
            "a request that wants a name and a password",
            "await K.refused(fetch('/private').then((r) => { if (r.status !== 401) throw 0; }), 300); return ''",
        )
        .refused(&["http_authentication"], 2),
        one("http-auth-frame", "a frame that wants a name and a password", "K.way.frame(K.frame + '/private')")
            .refused(&["http_authentication"], 2),
        one(
            "leave",
            "the page asks whether one really wants to leave",
            "onbeforeunload = (e) => { e.preventDefault(); return 'stay'; }; location.href = K.canary",
        )
        .refused(&["origin"], 1)
        .spoils(),
        one(
            "dialog-element",
            "the page covers itself with dialogs of its own",
            "for (let i = 0; i < 20; i += 1) K.add('dialog').showModal()",
        ),
        one(
            "popover",
            "the page covers itself with a popover",
            "const p = K.add('div', { popover: 'manual' }); if (p.showPopover) p.showPopover()",
        ),
    ];
    all.push(
        new("leave-reset", "a page that does not want to leave is reset")
            .clicked("onbeforeunload = (e) => { e.preventDefault(); return e.returnValue = 'stay'; }; onunload = () => { const t = Date.now(); while (Date.now() - t < 3000); }")
            .hands([Hand::Reset])
            .fresh(),
    );
    for (name, kind, rules, most) in [
        ("file", "file", &["file_chooser"][..], 1),
        ("files", "file multiple", &["file_chooser"], 1),
        ("directory", "file webkitdirectory", &["file_chooser"], 1),
        ("capture", "file capture accept=image/*", &["file_chooser"], 1),
    ] {
        all.push(
            new(format!("chooser-{name}"), format!("a chooser: input {kind}"))
                .clicked(format!("const d = K.add('div'); d.innerHTML = '<input type={kind}>'; d.firstChild.click()"))
                .refused(rules, most),
        );
    }
    for kind in ["color", "date", "time", "datetime-local", "month", "week"] {
        all.push(new(format!("chooser-{kind}"), format!("a chooser: input {kind}")).clicked(format!(
            "const i = K.add('input', {{ type: '{kind}' }}); if (i.showPicker) i.showPicker(); else i.click()"
        )));
    }
    all.push(
        new("chooser-select", "a list that opens a menu, left open at a reset")
            .page("const s = K.add('select', { size: 0 }); for (let i = 0; i < 40; i += 1) s.append(new Option('option ' + i)); s.style = 'left:30vw;top:46vh;width:40vw;height:6vh'")
            .hands([Hand::Click(1, (50, 49)), Hand::Pause(200), Hand::Reset])
            .fresh(),
    );
    all.push(
        new("chooser-datalist", "a field with suggestions")
            .page("const d = K.add('datalist', { id: 'planted' }); d.append(new Option('one')); const i = document.getElementById('field'); i.setAttribute('list', 'planted'); i.focus()")
            .hands([Hand::Click(1, (50, 59)), Hand::Key("o"), Hand::Pause(200), Hand::Reset])
            .fresh(),
    );
    all
}

fn menus() -> Vec<Attempt> {
    let spots = [("page", (10, 50)), ("link", (50, 21)), ("image", (50, 35)), ("field", (50, 59)), ("frame", (50, 80))];
    let mut all: Vec<Attempt> = spots
        .into_iter()
        .map(|(name, spot)| {
            new(format!("menu-{name}"), format!("a right click: {name}"))
                .hands([Hand::Click(3, spot)])
                .refused(&["context_menu"], 1)
        })
        .collect();
    all.push(new("menu-long", "a long press").hands([Hand::Long((50, 50))]));
    all.push(new("menu-key", "the menu key").hands([Hand::Click(1, (50, 59)), Hand::Key("Menu")]).blocked("shortcut"));
    all.push(
        new("menu-shift-f10", "Shift+F10")
            .hands([Hand::Click(1, (50, 59)), Hand::Key("shift+F10")])
            .blocked("shortcut"),
    );
    all.push(
        new("menu-right-drag", "a right click, held and dragged")
            .hands([Hand::Click(3, (50, 49)), Hand::Click(1, (52, 52))])
            .refused(&["context_menu"], 1),
    );
    all
}

fn own_window() -> Vec<Attempt> {
    let mut all = vec![
        new("delete", "the window is asked to close (WM_DELETE_WINDOW)").hands([Hand::Delete]).blocked("close_window"),
        new("alt-f4", "Alt+F4").hands([Hand::Key("alt+F4")]).refused(&["close_window", "shortcut"], 1),
        new("shrink", "another program makes the window smaller").hands([Hand::Shrink]),
        new("resolution", "the screen gets another resolution and its old one back")
            .hands([Hand::Resolution])
            .intrusive(),
        new("second-start", "the program is started a second time").hands([Hand::Second]),
    ];
    for (name, words, wish) in [
        ("close", "close the window", Wish::Close),
        ("iconify", "hide the window", Wish::Iconify),
        ("unfullscreen", "take the window out of full screen", Wish::Unfullscreen),
        ("below", "put the window below the others", Wish::Below),
        ("shade", "roll the window up", Wish::Shade),
        ("show-desktop", "show the desktop", Wish::ShowDesktop),
        ("desktop", "go to the next desktop", Wish::NextDesktop),
    ] {
        let attempt =
            new(format!("manager-{name}"), format!("the window manager is asked to {words}")).hands([Hand::Ask(wish)]);
        all.push(attempt);
    }
    for (name, words, over) in [
        ("ordinary", "an ordinary window", Over::Ordinary),
        ("focused", "a window that takes the keyboard", Over::Focused),
        ("above", "a full-screen window that wants to be above", Over::Above),
        ("unmanaged", "a window without a manager", Over::Unmanaged),
    ] {
        all.push(new(format!("over-{name}"), format!("{words} comes up above the kiosk")).hands([Hand::Map(over)]));
    }
    all
}

/// Pages that keep the engine busy.
fn load() -> Vec<Attempt> {
    vec![
        new("load-loop", "the page loops for ever").page("setTimeout(() => { for (;;); }, 10)").hands([Hand::Click(1, (10, 50))]).fresh(),
        new("load-timers", "the page starts ten thousand timers").page("for (let i = 0; i < 10000; i += 1) setTimeout(() => {}, i % 100)"),
        new("load-events", "the page floods itself with events").page("for (let i = 0; i < 20000; i += 1) dispatchEvent(new Event('planted'))"),
        new("load-notes", "the page floods the console").page("for (let i = 0; i < 5000; i += 1) console.log(K.marker)"),
        new("load-workers", "the page starts forty workers")
            .page("const u = URL.createObjectURL(new Blob(['for(;;);'])); const all = []; for (let i = 0; i < 40; i += 1) all.push(new Worker(u)); await K.pause(200); for (const one of all) one.terminate()"),
        new("load-frames", "the page makes sixty frames").page("for (let i = 0; i < 60; i += 1) K.way.frame(K.frame + '/frame.html')"),
        new("load-navigations", "the page tries to leave two hundred times")
            .page("for (let i = 0; i < 200; i += 1) { const a = K.add('a', { href: K.canary + '/' + i }); a.click(); }")
            .refused(&["origin"], 200),
    ]
}
