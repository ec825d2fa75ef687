//! Files, devices, and what the next person could find of them.

use super::{Attempt, Class, Hand};

fn new(id: impl Into<String>, words: impl Into<String>) -> Attempt {
    Attempt::new(Class::File, id, words)
}

pub(super) fn attempts() -> Vec<Attempt> {
    let mut all = downloads();
    all.extend(devices());
    all.push(next_person());
    all.push(foreign_copy());
    all.push(clipboard());
    all
}

fn downloads() -> Vec<Attempt> {
    let header = "/answer?kind=application/octet-stream&name=out.bin&body=${K.marker}";
    let text = "/answer?kind=text/plain&name=out.txt&body=${K.marker}";
    let page = "/answer?kind=text/html&name=out.html&body=${K.marker}";
    let save = "const a = K.add('a', { download: 'out.txt', href: ";
    let rules = ["download", "not_a_page", "scheme", "origin"];
    let one = |name: &str, words: &str, script: String| new(format!("download-{name}"), words).page(script);
    vec![
        one("header", "a download by its header", format!("location.href = `{header}`")).refused(&rules, 2),
        one("header-text", "a text that is sent as a download", format!("location.href = `{text}`")).refused(&rules, 2),
        one("header-page", "a page that is sent as a download", format!("location.href = `{page}`")).refused(&rules, 2),
        one("link", "a link with the attribute download", format!("{save}'/answer?kind=text/plain&body=x' }}); a.click()")).refused(&rules, 2),
        one("link-elsewhere", "a download from another origin", format!("{save}K.canary + '/' + K.marker }}); a.click()")).refused(&rules, 2),
        one("blob", "a download of what the page made itself", format!("{save}URL.createObjectURL(new Blob([K.marker])) }}); a.click()")).refused(&rules, 2),
        one("data", "a download of a data: address", format!("{save}'data:text/plain,' + K.marker }}); a.click()")).refused(&rules, 2),
        one("frame", "a frame whose answer is a download", format!("K.way.frame(`${{K.frame}}{header}`)")).refused(&rules, 2),
        one("cross", "a frame saves a file", "await K.inside('cross', 'const a = document.createElement(\"a\"); a.download = \"out.txt\"; a.href = URL.createObjectURL(new Blob([K.marker])); document.body.append(a); a.click()')".to_owned())
            .refused(&rules, 2),
        one("sandboxed", "a sandboxed frame saves a file", "await K.inside('sandboxed', 'const a = document.createElement(\"a\"); a.download = \"out.txt\"; a.href = \"/answer?kind=text/plain&body=x\"; document.body.append(a); a.click()')".to_owned())
            .stays_or_fresh(),
        new("download-clicked", "a download at a click").clicked(format!("{save}URL.createObjectURL(new Blob([K.marker])) }}); a.click()")).refused(&rules, 2),
        new("download-flood", "thirty downloads at once").page(format!("for (let i = 0; i < 30; i += 1) {{ {save}'data:text/plain,' + i }}); a.click(); }}")).refused(&rules, 60),
        new("picker-save", "showSaveFilePicker").clicked("if (window.showSaveFilePicker) window.showSaveFilePicker()"),
        new("picker-open", "showOpenFilePicker").clicked("if (window.showOpenFilePicker) window.showOpenFilePicker()"),
        new("read-file", "the page reads a file by fetch").page("return K.refused(fetch('file:///etc/passwd').then((r) => r.text()))"),
        new("read-file-xhr", "the page reads a file by XMLHttpRequest")
            .page("return K.refused(new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onload = () => done(x.responseText); x.onerror = fail; x.open('GET', 'file:///etc/passwd'); x.send(); }))"),
        new("read-file-image", "the page shows a file as a picture")
            .page("return K.refused(new Promise((done, fail) => { const i = new Image(); i.onload = () => done('shown'); i.onerror = fail; i.src = 'file:///usr/share/pixmaps/debian-logo.png'; }))"),
        new("read-file-script", "the page runs a file as a script")
            .page("return K.refused(new Promise((done, fail) => { const s = K.add('script'); s.onload = () => done('ran'); s.onerror = fail; s.src = 'file:///etc/passwd'; }))"),
        new("storage-full", "the page fills its storage").page("try { for (let i = 0; i < 20; i += 1) localStorage.setItem('p' + i, 'x'.repeat(1e6)); } catch {} localStorage.clear()"),
        new("storage-origin-private", "the page writes into its private file system")
            .page("try { const d = await navigator.storage.getDirectory(); await d.getFileHandle(K.marker, { create: true }); } catch {}"),
    ]
}

fn devices() -> Vec<Attempt> {
    let ask = |name: &str, words: &str, script: &str| {
        new(format!("device-{name}"), words)
            .clicked(format!("window.__said = ''; window.__said = await K.refused({script}, 1200)"))
            .judged("await K.pause(50); return window.__said")
    };
    vec![
        ask(
            "location",
            "the page asks where it is",
            "new Promise((done, fail) => navigator.geolocation.getCurrentPosition((p) => done('told'), fail))",
        ),
        ask(
            "location-watch",
            "the page watches where it is",
            "new Promise((done, fail) => navigator.geolocation.watchPosition((p) => done('told'), fail))",
        ),
        ask("camera", "the page asks for the camera", "navigator.mediaDevices.getUserMedia({ video: true })"),
        ask("microphone", "the page asks for the microphone", "navigator.mediaDevices.getUserMedia({ audio: true })"),
        ask(
            "screen",
            "the page asks for the screen's picture",
            "navigator.mediaDevices.getDisplayMedia({ video: true })",
        ),
        ask(
            "notification",
            "the page asks to send notifications",
            "Notification.requestPermission().then((said) => { if (said !== 'granted') throw said; })",
        ),
        ask(
            "notification-sent",
            "the page sends a notification",
            "new Promise((done, fail) => { const n = new Notification(K.marker); n.onshow = () => done('shown'); n.onerror = fail; })",
        ),
        ask(
            "pointer-lock",
            "the page takes the pointer",
            "new Promise((done, fail) => { document.addEventListener('pointerlockchange', () => document.pointerLockElement && done('taken'), { once: true }); document.addEventListener('pointerlockerror', fail, { once: true }); document.body.requestPointerLock(); })",
        ),
        ask(
            "full-screen",
            "the page takes the whole screen",
            "new Promise((done, fail) => { document.addEventListener('fullscreenchange', () => document.fullscreenElement && done('taken'), { once: true }); document.addEventListener('fullscreenerror', fail, { once: true }); document.documentElement.requestFullscreen().catch(fail); })",
        ),
        ask(
            "full-screen-webkit",
            "the page takes the whole screen, the old way",
            "new Promise((done, fail) => { document.addEventListener('webkitfullscreenchange', () => document.webkitFullscreenElement && done('taken'), { once: true }); if (!document.body.webkitRequestFullscreen) fail(); else document.body.webkitRequestFullscreen(); })",
        ),
        ask("midi", "the page asks for MIDI", "navigator.requestMIDIAccess()"),
        ask("usb", "the page asks for USB", "navigator.usb.requestDevice({ filters: [] })"),
        ask(
            "bluetooth",
            "the page asks for Bluetooth",
            "navigator.bluetooth.requestDevice({ acceptAllDevices: true })",
        ),
        ask("serial", "the page asks for a serial port", "navigator.serial.requestPort()"),
        ask(
            "payment",
            "the page asks for a payment",
            "new PaymentRequest([{ supportedMethods: 'basic-card' }], { total: { label: 'x', amount: { currency: 'EUR', value: '1' } } }).show()",
        ),
        ask(
            "credentials",
            "the page asks for a key of the person's",
            "navigator.credentials.create({ publicKey: { challenge: new Uint8Array(8), rp: { name: 'x' }, user: { id: new Uint8Array(8), name: 'x', displayName: 'x' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }).then((key) => { if (!key) throw 0; })",
        ),
        ask(
            "share",
            "the page shares an address with other programs",
            "navigator.share({ title: K.marker, url: K.page })",
        ),
        ask(
            "drm",
            "the page asks for copy protection",
            "navigator.requestMediaKeySystemAccess('org.w3.clearkey', [{ initDataTypes: ['keyids'], videoCapabilities: [{ contentType: 'video/webm; codecs=\"vp8\"' }] }]).then((access) => access.createMediaKeys()).then(() => { throw 0; })",
        ),
        ask(
            "protocol",
            "the page wants to open addresses of other programs",
            "new Promise((done, fail) => { navigator.registerProtocolHandler('web+planted', K.page + '/%s'); fail(); })",
        ),
        ask(
            "wake-lock",
            "the page keeps the screen awake",
            "navigator.wakeLock.request('screen').then(() => { throw 0; })",
        ),
        ask(
            "storage-access",
            "the page asks for others' cookies",
            "document.requestStorageAccess().then(() => { throw 0; })",
        ),
        ask(
            "pip",
            "the page shows a film in a window of its own",
            "document.createElement('video').requestPictureInPicture()",
        ),
        ask(
            "inspector",
            "the page opens the inspector",
            "new Promise((done, fail) => { debugger; console.profile && console.profile(K.marker); fail(); })",
        ),
    ]
}

/// Everything that a browser keeps is planted; after a reset the next page looks for it.
fn next_person() -> Attempt {
    let plant = "document.cookie = 'planted=1; max-age=86400'; await fetch('/echo'); localStorage.planted = 1; sessionStorage.planted = 1; window.name = K.marker; \
         history.pushState({ planted: 1 }, ''); \
         await new Promise((done) => { const o = indexedDB.open('planted'); o.onsuccess = o.onerror = done; }); \
         try { await (await caches.open('planted')).put('/planted', new Response(K.marker)); } catch {} \
         try { await navigator.serviceWorker.register('/sw.js'); } catch {}";
    let look = "const found = []; if (document.cookie) found.push('a cookie'); if ((await (await fetch('/echo')).text()).includes('hidden')) found.push('a hidden cookie'); \
         if (localStorage.planted) found.push('localStorage'); if (sessionStorage.planted) found.push('sessionStorage'); if (window.name) found.push('window.name'); \
         if (history.state) found.push('history'); try { if ((await indexedDB.databases()).some((d) => d.name === 'planted')) found.push('IndexedDB'); } catch {} \
         try { if ((await caches.keys()).length) found.push('a cache'); } catch {} \
         try { if ((await navigator.serviceWorker.getRegistrations()).length) found.push('a service worker'); } catch {} return found.join(', ')";
    Attempt::new(
        Class::Person,
        "next-person",
        "all that a browser keeps, planted in one visit and looked for in the next",
    )
    .page(plant)
    .hands([Hand::Reset])
    .judged(look)
    .fresh()
}

/// What another program copied. It has to be somebody else's text: what was selected and copied in the page itself the
/// engine hands to the page without asking anybody, and an earlier attempt's key may have copied that.
fn foreign_copy() -> Attempt {
    new("device-clipboard-read", "the page reads what another program copied")
        .page("window.__said = 'no click came'; document.addEventListener('click', async () => { window.__said = await K.refused(navigator.clipboard.readText(), 1200); }, { once: true, capture: true })")
        .hands([Hand::Copy("what another program copied"), Hand::Click(1, (10, 50))])
        .blocked("clipboard")
        .judged("await K.pause(50); return window.__said")
}

/// The clipboard is empty for the next person.
fn clipboard() -> Attempt {
    Attempt::new(Class::Person, "clipboard", "what one person copied, pasted by the next")
        .page("const f = document.getElementById('field'); f.value = 'planted'; f.focus(); f.select()")
        .hands([
            Hand::Click(1, (50, 59)),
            Hand::Key("ctrl+a"),
            Hand::Key("ctrl+c"),
            Hand::Pause(100),
            Hand::Reset,
            Hand::Click(1, (50, 59)),
            Hand::Key("ctrl+v"),
            Hand::Click(2, (50, 59)),
            Hand::Pause(200),
        ])
        .judged("const v = document.getElementById('field').value; return v ? 'it was pasted' : ''")
        .fresh()
}
