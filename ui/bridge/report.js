// To Rust: the one command that this page may call.

/** A payload longer than this is not read: Salesforce's are a few kilobytes. */
const LONGEST_PAYLOAD = 1_000_000;
/** No text is handed over longer than this: statuses and roles are words, ids are short. */
const LONGEST_TEXT = 256;

// The framework's own way in, without its detour: it would try a fetch first, which costs more and meets the page's CSP,
// and it would show the whole call, with its key, to a `toJSON` that the page put on all objects.
const post = /** @type {any} */ (window).ipc.postMessage;
const noAnswer = /** @type {any} */ (window).__TAURI_INTERNALS__.transformCallback(() => {}, false);
const call = toJson({ cmd: "report", callback: noAnswer, error: noAnswer, __TAURI_INVOKE_KEY__: kiosk.invoke_key });
const head = `${slice(call, 0, call.length - 1)},"payload":{"report":`;

/** The number of the last message. It begins anywhere: a page that was there before began elsewhere. */
let sent = (random() * 0x40000000) | 0;

/**
 * The direct line: a function that sends a text, and one that is told what Rust says (`platform/linux/line.rs`). Not on all systems.
 * The page never sees it: it is taken away before the page's first script.
 * @type {((what: string | ((text: string) => void)) => boolean) | undefined}
 */
const line = /** @type {any} */ (window).__supportKioskLine;
delete (/** @type {any} */ (window).__supportKioskLine);
let direct = false;

/** From the next message on, if nothing was sent after the last one that Rust has. @param {number} number */
function turn(number) {
  direct = number === sent;
}

/** @param {import("../types/wire").Report} report */
function send(report) {
  try {
    sent += 1;
    const message = `${head}${toJson(report)},"number":${sent}}}`;
    if (direct && line && line(message)) return;
    direct = false;
    post(message);
  } catch {
    // A page that took the way away is noticed by the heartbeat that stays out.
  }
}

/**
 * The fields of a session status event that the rule looks at, whatever the detail is.
 * @param {Event} event
 * @returns {import("../types/wire").Report}
 */
function readStatus(event) {
  /** @param {import("../types/wire").Unreadable} why @returns {import("../types/wire").Report} */
  const unreadable = (why) => ({ report: "unreadable", why });
  try {
    const detail = eventDetail(event);
    if (!isObject(detail)) return unreadable("no_detail");
    const entry = own(detail, "conversationEntry");
    if (!isObject(entry)) return unreadable("no_entry");
    let payload = own(entry, "entryPayload");
    if (typeof payload === "string") {
      if (payload.length > LONGEST_PAYLOAD) return unreadable("too_large");
      try {
        payload = parseJson(payload);
      } catch {
        return unreadable("bad_payload");
      }
      if (!isObject(payload)) return unreadable("bad_payload");
    } else if (!isObject(payload)) {
      return unreadable("no_payload");
    }
    return {
      report: "status",
      entry_type: field(payload, "entryType"),
      status: field(payload, "sessionStatus"),
      previous: field(payload, "sessionStatusPrev"),
      ended_by: field(payload, "sessionEndedByRole"),
      session: field(payload, "sessionId"),
    };
  } catch {
    // A getter that throws, a revoked proxy.
    return unreadable("threw");
  }
}

/** Who wrote a message; of what was written nothing is read. @param {Event} event @returns {string | null | false} */
function readSender(event) {
  try {
    const detail = eventDetail(event);
    const entry = isObject(detail) ? own(detail, "conversationEntry") : null;
    const sender = isObject(entry) ? own(entry, "sender") : null;
    return isObject(sender) ? field(sender, "role") : null;
  } catch {
    return false;
  }
}

/** @param {unknown} value @returns {value is object} */
function isObject(value) {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** A member of the object itself: what somebody put on Object.prototype does not count. @param {object} object @param {string} name */
function own(object, name) {
  return hasOwn(object, name) ? /** @type {any} */ (object)[name] : undefined;
}

/** Null: missing; false: a value of the wrong type. @param {object} payload @param {string} name @returns {string | null | false} */
function field(payload, name) {
  const value = own(payload, name);
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? wellFormed(value) : false;
}

/** Short, and without lone surrogates, which no JSON reader on the other side accepts. @param {string} text */
function wellFormed(text) {
  const short = text.length > LONGEST_TEXT ? slice(text, 0, LONGEST_TEXT) : text;
  if (toWellFormed) return toWellFormed(short);
  let out = "";
  for (let i = 0; i < short.length; i += 1) {
    const code = charCodeAt(short, i);
    out += code >= 0xd800 && code <= 0xdfff ? "\ufffd" : fromCharCode(code);
  }
  return out;
}
