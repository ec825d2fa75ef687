//! Keys, buttons and the wheel.

use super::{Attempt, Class, Hand};

fn new(id: impl Into<String>, words: impl Into<String>) -> Attempt {
    Attempt::new(Class::Key, id, words)
}

/// Keys that an engine or a desktop hangs something on. The window manager may keep some for itself.
const SHORTCUTS: [&str; 47] = [
    "ctrl+p",
    "ctrl+o",
    "ctrl+s",
    "ctrl+n",
    "ctrl+t",
    "ctrl+w",
    "ctrl+q",
    "ctrl+l",
    "ctrl+u",
    "ctrl+f",
    "ctrl+g",
    "ctrl+h",
    "ctrl+j",
    "ctrl+d",
    "ctrl+r",
    "ctrl+e",
    "ctrl+k",
    "ctrl+b",
    "ctrl+i",
    "ctrl+.",
    "ctrl+plus",
    "ctrl+minus",
    "ctrl+0",
    "ctrl+shift+i",
    "ctrl+shift+c",
    "ctrl+shift+j",
    "ctrl+shift+t",
    "ctrl+shift+n",
    "ctrl+shift+u",
    "ctrl+shift+d",
    "F1",
    "F2",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F10",
    "F11",
    "F12",
    "ctrl+F5",
    "shift+F5",
    "Print",
    "alt+Home",
    "alt+d",
];

/// Keys that a desktop takes: they may never reach the kiosk.
const DESKTOP: [&str; 15] = [
    "alt+space",
    "alt+Tab",
    "alt+Escape",
    "super+d",
    "super+e",
    "super+l",
    "super+Tab",
    "alt+shift+Tab",
    "ctrl+alt+Left",
    "ctrl+alt+d",
    "ctrl+alt+Delete",
    "ctrl+alt+t",
    "alt+F1",
    "alt+F2",
    "ctrl+Escape",
];

pub(super) fn attempts() -> Vec<Attempt> {
    let mut all: Vec<Attempt> = SHORTCUTS
        .iter()
        .map(|chord| new(format!("key-{chord}"), *chord).hands([Hand::Key(chord)]).blocked("shortcut"))
        .collect();
    all.extend(DESKTOP.iter().map(|chord| {
        // An open menu of the window manager's goes with Escape; the kiosk must be back on top without it.
        new(format!("key-{chord}"), *chord).hands([Hand::Key(chord)])
    }));
    for chord in [
        "ctrl+c",
        "ctrl+x",
        "ctrl+v",
        "ctrl+a",
        "ctrl+z",
        "Escape",
        "Tab",
        "shift+Tab",
        "Insert",
        "shift+Insert",
        "Page_Down",
        "ctrl+Tab",
    ] {
        let attempt = new(format!("key-{chord}"), format!("{chord} in the field"))
            .hands([Hand::Click(1, (50, 59)), Hand::Key(chord)]);
        all.push(attempt);
    }
    for (name, words, hand) in [
        ("wheel-up", "Ctrl and the wheel", Hand::HeldClick("ctrl", 4, (50, 50))),
        ("wheel-down", "Ctrl and the wheel, the other way", Hand::HeldClick("ctrl", 5, (50, 50))),
        ("wheel-shift", "Shift and the wheel", Hand::HeldClick("shift", 5, (50, 50))),
        ("wheel-left", "the wheel to the left (a swipe back)", Hand::Click(6, (50, 50))),
        ("wheel-right", "the wheel to the right", Hand::Click(7, (50, 50))),
        ("alt-click", "Alt and a click", Hand::HeldClick("alt", 1, (50, 21))),
        ("alt-wheel", "Alt and the wheel", Hand::HeldClick("alt", 4, (50, 50))),
        ("super-click", "Super and a click", Hand::HeldClick("super", 1, (50, 50))),
        ("alt-right", "Alt and a right click", Hand::HeldClick("alt", 3, (50, 50))),
        ("middle", "a middle click", Hand::Click(2, (10, 50))),
    ] {
        all.push(new(name, words).hands([hand]));
    }
    for (name, words, from, to) in
        [("link", "a link is dragged out", (50, 21), (5, 90)), ("image", "a picture is dragged out", (50, 35), (5, 90))]
    {
        all.push(new(format!("drag-{name}"), words).hands([Hand::Drag(from, to)]).refused(&["drag"], 2));
    }
    all.push(
        new("drag-text", "selected text is dragged into the field")
            .page("getSelection().selectAllChildren(document.getElementById('text'))")
            .hands([Hand::Drag((33, 48), (50, 59))])
            .refused(&["drag"], 2),
    );
    all.push(
        new("drag-own", "the page starts a drag of its own with a file's address")
            .page("const d = K.add('div', { draggable: true, textContent: 'drag me' }); d.style = 'left:40vw;top:46vh;width:20vw;height:6vh;background:#fff'; d.ondragstart = (e) => { e.dataTransfer.setData('text/uri-list', 'file:///etc/passwd'); e.dataTransfer.setData('DownloadURL', 'text/plain:out.txt:' + K.page + '/'); }")
            .hands([Hand::Drag((50, 48), (5, 90))])
            .refused(&["drag"], 2),
    );
    all.push(new("drag-edge", "a drag along each edge of the screen").hands([
        Hand::Drag((0, 50), (60, 50)),
        Hand::Drag((99, 50), (40, 50)),
        Hand::Drag((50, 0), (50, 60)),
        Hand::Drag((50, 99), (50, 40)),
    ]));
    all.push(
        new("focus-trap", "the page takes the focus again and again while keys are pressed")
            .page("const f = document.getElementById('field'); let n = 0; const t = setInterval(() => { f.focus(); n += 1; if (n > 20) clearInterval(t); }, 10)")
            .hands([Hand::Key("ctrl+p"), Hand::Key("F12")])
            .refused(&["shortcut"], 2),
    );
    all
}
