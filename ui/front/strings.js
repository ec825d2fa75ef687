// Every sentence of the front. Ids, arguments and plurals are shaped as Fluent has them, so that a bundle can take this module's place.

/** @typedef {Record<string, string | number>} Args */

const LOCALE = "en";

/** @type {Record<string, string | ((args: Args) => string)>} */
const MESSAGES = {
  "one-moment-title": "One moment",
  "one-moment": "Making this screen fresh for the next person.",
  "one-moment-thanks": "Thank you. Making this screen fresh for the next person.",
  "one-moment-own": "A new chat is on its way.",
  "one-moment-broken": "The chat stopped working. Making this screen fresh.",
  "one-moment-lost": "The connection was lost. Making this screen fresh.",
  "one-moment-ready": "Getting this screen ready.",
  "one-moment-slow": "This takes a little longer than usual.",

  "welcome-start": "Touch to start",

  "still-there-title": "Are you still there?",
  "still-there-idle": "If nobody answers, this chat is cleared for the next person.",
  "still-there-too-long": "This chat has been open for a long time. If nobody answers, it is cleared for the next person.",
  "still-there-unit": ({ seconds }) => plural(seconds, "second", "seconds"),
  "still-there-soon": ({ seconds }) => `This chat is cleared in ${seconds} ${plural(seconds, "second", "seconds")}.`,
  "still-there-continue": "Yes, continue",
  "still-there-done": "I am done",

  "leaving-title": "End this chat?",
  "leaving-text": "The chat ends, and this screen is cleared for the next person.",
  "leaving-text-own": "The chat ends, and a new one can begin.",
  "leaving-done": "Yes, end it",
  "leaving-back": "Back to the chat",
  "leaving-in-seconds": ({ seconds }) => `Without an answer the chat ends in ${seconds} ${plural(seconds, "second", "seconds")}.`,

  "network-title": "No connection",
  "network-text": "There is no connection to the support service.",
  "never-ready-title": "Support is not available",
  "never-ready-text": "The support service did not start.",
  "page-failed-title": "Support is not available",
  "page-failed-text": "The support page could not be opened.",
  "unproven-title": "Not in service",
  "unproven-text": "This screen stays closed until it is certain that nothing of the last chat is left.",
  "crashed-title": "Not in service",
  "crashed-text": "The support page stopped working several times.",
  "maintenance-title": "Support is being maintained",
  "maintenance-text": "The support service is closed for maintenance and will be back.",
  "certificate-title": "No secure connection",
  "certificate-text": "The support service could not prove that it is the right one, so it was not opened.",
  "other-page-title": "No connection to support",
  "other-page-text": "The network shows a page of its own, perhaps to sign in. Please tell a member of staff.",
  "staff-title": "Out of service",
  "staff-text": "A member of staff has closed this screen.",

  "out-of-service-retry": "Try now",
  "retry-in-seconds": ({ seconds }) => `This screen tries again by itself in ${seconds} ${plural(seconds, "second", "seconds")}.`,
  "retry-in-minutes": ({ minutes }) => `This screen tries again by itself in ${minutes} ${plural(minutes, "minute", "minutes")}.`,
  "retry-now": "Trying again now.",
  "retry-staff": "A member of staff will open it again.",

  "staff-scene-title": "Staff",
  "staff-pin": "PIN",
  "staff-keys": "Digits",
  "staff-ok": "OK",
  "staff-erase": "Erase the last digit",
  "staff-cancel": "Cancel",
  "staff-ask": "Type the PIN, then press OK.",
  "staff-checking": "One moment.",
  "staff-wrong": "That was not the PIN.",
  "staff-locked": "Too many wrong PINs.",
  "staff-seconds": ({ seconds }) => `The next can be tried in ${seconds} ${plural(seconds, "second", "seconds")}.`,
  "staff-minutes": ({ minutes }) => `The next can be tried in ${minutes} ${plural(minutes, "minute", "minutes")}.`,

  "staff-fresh": "Fresh now",
  "staff-close": "Out of service",
  "staff-in-service": "Back in service",
  "staff-reload": "Reload the configuration",
  "staff-health": "Version and health",
  "staff-leave": "Leave the kiosk",
  "staff-back-to-kiosk": "Back to the kiosk",
  "staff-back": "Back",
  "staff-reading": "Reading the configuration.",
  "staff-mistake": "Nothing was changed:",

  "staff-notes": "What should the screen say until you open it again?",
  "staff-note-none": "No further words",
  "staff-note-soon": "We will be back soon.",
  "staff-note-cleaning": "This screen is being cleaned.",
  "staff-note-desk": "Please ask at the desk.",
  "staff-note-elsewhere": "Please use another screen.",
  "staff-words": "Your own words",
  "staff-with-words": "Use these",

  "staff-leave-title": "Leave the kiosk?",
  "staff-leave-text": "This visit and the program end. The screen then shows what is behind it.",

  "staff-version": "Version",
  "staff-engine": "Web engine",
  "staff-up": "Running for",
  "staff-visits": "Visits since the start",
  "staff-reset": "Last reset",
  "staff-reset-fact": ({ ago, cause, ms }) => `${ago} ago (${cause}, ${ms} ms)`,
  "staff-proof": "Last proven empty",
  "staff-memory": "Memory in use",
  "staff-network": "Support service",
  "staff-kiosk": "This kiosk",
  "staff-config": "Configuration",
  "staff-ago": ({ ago }) => `${ago} ago`,
  "staff-never": "not yet",
  "staff-unknown": "unknown",
  "staff-defaults": "built-in defaults",
  "staff-megabytes": ({ count }) => `${count} MB`,
  "staff-network-practice": "practice chat on this machine",
  "staff-network-reached": "reached",
  "staff-network-lost": "not reached",
  "staff-network-unknown": "not reached so far",
  "staff-count-days": ({ count }) => `${count} ${plural(count, "day", "days")}`,
  "staff-count-hours": ({ count }) => `${count} h`,
  "staff-count-minutes": ({ count }) => `${count} min`,
  "staff-count-seconds": ({ count }) => `${count} s`,
};

/**
 * @param {string} id
 * @param {Args} [args]
 */
export function text(id, args = {}) {
  const message = MESSAGES[id];
  if (message === undefined) throw new RangeError(`no message ${id}`);
  return typeof message === "string" ? message : message(args);
}

const rules = new Intl.PluralRules(LOCALE);

/**
 * @param {string | number} count
 * @param {string} one
 * @param {string} other
 */
function plural(count, one, other) {
  return rules.select(Number(count)) === "one" ? one : other;
}
