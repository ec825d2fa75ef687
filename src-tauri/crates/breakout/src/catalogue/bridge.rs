//! The way from the page into the program.

use super::{Attempt, Class, Hand};

fn new(id: impl Into<String>, words: impl Into<String>) -> Attempt {
    Attempt::new(Class::Bridge, id, words)
}

/// Commands that the page has no business with: the front's, the framework's, and guessed ones.
const COMMANDS: [&str; 31] = [
    "front_state",
    "front_action",
    "front_picture",
    "staff_health",
    "exit",
    "quit",
    "staff",
    "pin",
    "reload",
    "ctl",
    "plugin:window|close",
    "plugin:window|set_fullscreen",
    "plugin:window|minimize",
    "plugin:window|hide",
    "plugin:window|create",
    "plugin:window|destroy",
    "plugin:webview|create_webview",
    "plugin:webview|create_webview_window",
    "plugin:webview|webview_close",
    "plugin:webview|internal_toggle_devtools",
    "plugin:app|version",
    "plugin:app|set_app_theme",
    "plugin:event|listen",
    "plugin:event|emit",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
    "plugin:menu|new",
    "plugin:tray|new",
    "plugin:image|new",
    "plugin:shell|open",
    "plugin:fs|read_file",
];

/// A report that ends the visit, when somebody listens to it.
const END: &str = "{ report: { report: 'conversation', step: 'closed' } }";

/// What the gate before the framework says of a message that is not the bridge's.
const MESSAGE: &[&str] = &["message", "message_key", "message_size", "command", "report_flood"];

pub(super) fn attempts() -> Vec<Attempt> {
    let mut all = commands();
    all.extend(places());
    all.extend(forged());
    all.extend(natives());
    all
}

fn commands() -> Vec<Attempt> {
    let mut all: Vec<Attempt> = COMMANDS
        .iter()
        .map(|command| {
            let arguments = "{ action: 'done', scene: 'none', label: 'main', value: true, options: { label: 'x', url: K.canary }, path: '/etc/passwd', event: 'x', target: { kind: 'Any' } }";
            new(format!("command-{command}"), format!("the page calls the command {command}"))
                .page(format!("if (!window.__TAURI_INTERNALS__) return ''; return K.refused(window.__TAURI_INTERNALS__.invoke('{command}', {arguments}), 250)"))
        })
        .collect();
    for scheme in ["ipc", "tauri", "asset"] {
        all.push(
            new(format!("fetch-{scheme}"), format!("the page fetches {scheme}:"))
                .page(format!("return K.refused(fetch('{scheme}://localhost/report', {{ method: 'POST', headers: {{ 'Tauri-Invoke-Key': K.marker, 'Tauri-Callback': '1', 'Tauri-Error': '2', 'Content-Type': 'application/json' }}, body: JSON.stringify({END}) }}).then((r) => {{ if (!r.ok) throw r.status; return r.status; }}))")),
        );
        all.push(
            new(format!("frame-{scheme}"), format!("the page frames {scheme}:"))
                .page(format!("K.way.frame('{scheme}://localhost/index.html')"))
                .refused(&["scheme"], 1),
        );
        all.push(new(format!("image-{scheme}"), format!("the page loads a picture from {scheme}:")).page(format!("return K.refused(new Promise((done, fail) => {{ const i = new Image(); i.onload = () => done('shown'); i.onerror = fail; i.src = '{scheme}://localhost/icon.png'; }}))")));
    }
    all
}

/// From everywhere but the page itself, and with a guessed key.
fn places() -> Vec<Attempt> {
    let mut all = Vec::new();
    let handler = "const h = self.webkit && self.webkit.messageHandlers && self.webkit.messageHandlers.ipc; if (!h) return 'no handler'; ";
    for place in ["cross", "same", "sandboxed", "sandboxed_same", "srcdoc", "blank", "blob", "worker", "shared"] {
        let script = format!(
            "{handler} h.postMessage(JSON.stringify({{ cmd: 'report', callback: 1, error: 2, payload: {END}, options: {{}}, __TAURI_INVOKE_KEY__: K.marker }})); return 'sent'"
        );
        let post = new(format!("post-{place}"), format!("a forged report from elsewhere ({place})"))
            .page(format!("const said = await K.inside('{place}', {}); return ''", quoted(&script)));
        // A worker has no way to the program at all.
        all.push(if ["worker", "shared"].contains(&place) { post } else { post.refused(MESSAGE, 2) });
        // A frame of another origin has the framework's interface only if it was put there.
        let invoke = "const i = self.__TAURI_INTERNALS__; if (!i || !i.invoke) return ''; try { await Promise.race([i.invoke('front_action', { action: 'done' }), new Promise((d, f) => setTimeout(f, 200))]); return 'succeeded'; } catch { return ''; }";
        all.push(new(format!("invoke-{place}"), format!("the front's command called from elsewhere ({place})")).page(
            format!(
                "const said = await K.inside('{place}', {}); return said.startsWith('succeeded') ? said : ''",
                quoted(invoke)
            ),
        ));
    }
    all.push(
        new("key-search", "the page looks for the keys of the bridge")
            .page("const seen = []; for (const o of [window.__TAURI_INTERNALS__, window.__supportKiosk, window.ipc]) { if (!o) continue; for (const n of Object.getOwnPropertyNames(o)) { let t; try { t = String(o[n]).replace(/https:\\S+/g, ''); } catch { continue; } if (/[0-9a-f]{32}/.test(t)) seen.push(n); } } return seen.join(', ')"),
    );
    all.push(
        new("bridge-key", "the page calls the bridge with guessed keys")
            .page("if (!window.__supportKiosk) return 'there is no bridge'; for (const key of ['', null, undefined, 'key', {}, [], '__proto__']) { try { window.__supportKiosk(key, { ask: 'clear', attempt: 1, end_session: true }); } catch {} }"),
    );
    all.push(
        new("bridge-replace", "the page replaces the bridge")
            .page("try { window.__supportKiosk = () => {}; } catch {} try { delete window.__supportKiosk; } catch {} try { Object.defineProperty(window, '__supportKiosk', { value: 1 }); return 'it was replaced'; } catch { return ''; }"),
    );
    all
}

/// Reports that are not what they say, too many, or too large.
fn forged() -> Vec<Attempt> {
    let report = "const post = (report) => { try { window.__TAURI_INTERNALS__.postMessage({ cmd: 'report', callback: 1, error: 2, payload: { report } }); } catch {} }; ";
    let raw = "const post = (text) => { try { window.webkit.messageHandlers.ipc.postMessage(text); } catch {} }; ";
    let event = "const tell = (detail) => dispatchEvent(new CustomEvent('onEmbeddedMessagingSessionStatusUpdate', { detail })); ";
    let of = |name: &str, words: &str, script: String| new(format!("forged-{name}"), words).page(script);
    vec![
        of("shape", "reports of the wrong shape", format!("{report} for (const one of [null, 1, '', [], {{}}, {{ report: 'nothing' }}, {{ report: 'pong' }}, {{ report: 'pong', beat: -1 }}, {{ report: 'pong', beat: 1e99 }}, {{ report: 'status' }}, {{ report: K.marker }}]) post(one)")).refused(&["report"], 20),
        of("pong", "answers to heartbeats that nobody sent", format!("{report} for (let i = 0; i < 50; i += 1) post({{ report: 'pong', beat: i }})")),
        of("cleared", "clears that nobody asked for", format!("{report} post({{ report: 'cleared', attempt: 1, settled: 'resolved', ready: true, button: true, took_ms: 1, client: 'v1', deaf: false }})")),
        of("shown", "a notice that is not there", format!("{report} post({{ report: 'shown' }}); post({{ report: 'notice', answer: 'keep_reading' }}); post({{ report: 'notice', answer: 'start_over' }})")),
        of("ready", "the page says that it is ready, two hundred times", format!("{report} for (let i = 0; i < 200; i += 1) post({{ report: 'ready', client: 'v1' }})")),
        of("flood", "five thousand reports", format!("{report} for (let i = 0; i < 5000; i += 1) post({{ report: 'conversation', step: 'sent' }})")).stays_or_fresh(),
        of("gigantic", "a report of thirty megabytes", format!("{report} post({{ report: 'x'.repeat(3e7) }})")).refused(&["report", "message_size"], 2),
        of("deep", "a report a hundred thousand levels deep", format!("{raw} post('['.repeat(1e5) + ']'.repeat(1e5))")).refused(MESSAGE, 2),
        of("raw", "messages that are no messages", format!("{raw} for (const one of ['', 'x', '{{}}', '[]', 'null', '\\u0000', 0, null, undefined, {{}}, '{{\"cmd\":1}}']) post(one)")).refused(MESSAGE, 20),
        of("raw-key", "a message whose guessed key holds somebody's words, and a forged line of the log", format!("{raw} post(JSON.stringify({{ cmd: 'report', callback: 1, error: 2, payload: {{}}, options: {{}}, __TAURI_INVOKE_KEY__: K.marker + '\\n{{\"event\":\"visit.fresh\",\"visit\":99,\"records\":0}}' }}))")).refused(MESSAGE, 2),
        of("raw-flood", "five thousand messages with a guessed key", format!("{raw} const m = JSON.stringify({{ cmd: 'report', callback: 1, error: 2, payload: {{}}, options: {{}}, __TAURI_INVOKE_KEY__: 'x' }}); for (let i = 0; i < 5000; i += 1) post(m)")).refused(MESSAGE, 5000),
        of("event-odd", "session events that are none", format!("{event} const loop = {{}}; loop.loop = loop; for (const d of [null, undefined, 1, '', [], loop, {{}}, {{ conversationEntry: null }}, {{ conversationEntry: {{ entryPayload: '{{' }} }}, {{ conversationEntry: {{ entryPayload: '\\ud83d' }} }}, new Proxy({{}}, {{ get() {{ throw 1; }} }})]) tell(d)")),
        of("event-huge", "a session event of eight megabytes", format!("{event} tell({{ conversationEntry: {{ entryType: 'SessionStatusChanged', entryPayload: JSON.stringify({{ sessionStatus: 'Active', filler: 'x'.repeat(8e6) }}) }} }})")),
        of("event-flood", "a thousand session events", format!("{event} for (let i = 0; i < 1000; i += 1) tell({{ conversationEntry: {{ entryType: 'SessionStatusChanged', entryPayload: JSON.stringify({{ sessionStatus: 'Active', sessionId: 'p' + i }}) }} }})")).stays_or_fresh(),
        of("end", "the page says that an agent ended the chat", format!("{event} tell({{ conversationEntry: {{ entryType: 'SessionStatusChanged', entryPayload: JSON.stringify({{ sessionStatus: 'Ended', sessionStatusPrev: 'Active', sessionEndedByRole: 'Agent', sessionId: K.marker }}) }} }})")).fresh(),
    ]
}

/// The browser's own functions, replaced after the bridge came and before the page did anything else.
fn natives() -> Vec<Attempt> {
    let end = "const tell = (detail) => dispatchEvent(new CustomEvent('onEmbeddedMessagingSessionStatusUpdate', { detail })); \
               tell({ conversationEntry: { entryType: 'SessionStatusChanged', entryPayload: '{\"sessionStatus\":\"Ended\",\"sessionStatusPrev\":\"Active\",\"sessionEndedByRole\":\"Agent\",\"sessionId\":\"natives\"}' } })";
    let lie = "const lie = () => { throw new Error('replaced'); }; for (const [o, n] of [[JSON, 'parse'], [JSON, 'stringify'], [Object.prototype, 'hasOwnProperty'], [String.prototype, 'charCodeAt'], [Function.prototype, 'call'], [Function.prototype, 'bind'], [EventTarget.prototype, 'addEventListener'], [window, 'setTimeout'], [window, 'fetch'], [window, 'requestAnimationFrame'], [Promise, 'resolve'], [Array.prototype, 'map']]) { try { o[n] = lie; } catch {} } ";
    vec![
        new("natives-after", "all natives are replaced, then an agent ends the chat").page(format!("{lie} {end}")).fresh(),
        new("natives-before", "all natives are replaced before the page's first line, then an agent ends the chat")
            .hands([Hand::Hostile(true), Hand::Reset, Hand::Hostile(false)])
            .judged(format!("{end}; return ''"))
            .fresh()
            .spoils(),
        new("natives-accessors", "everything that the framework's messages pass is listened to")
            .page("const seen = []; const p = window.ipc && window.ipc.postMessage; for (const name of ['__TAURI_INVOKE_KEY__', 'key', 'ask']) { try { Object.defineProperty(Object.prototype, name, { configurable: true, set(v) { seen.push(name); }, get() { return undefined; } }); } catch {} } await K.pause(50); for (const name of ['__TAURI_INVOKE_KEY__', 'key', 'ask']) delete Object.prototype[name];"),
    ]
}

/// As a text in a script.
fn quoted(script: &str) -> String {
    serde_json::Value::from(script).to_string()
}
