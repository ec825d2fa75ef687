// Generated from the Rust types; do not edit. `make types` writes it anew.

export type Unreadable = "not_json" | "no_detail" | "no_entry" | "no_payload" | "bad_payload" | "too_large" | "threw";

export type Client = "v1" | "v2";

export type Step = "started" | "closed";

export type Settled = "resolved" | "rejected" | "threw" | "absent";

export type Cleared = { 
/**
 * Which attempt this answers.
 */
attempt: number, 
/**
 * What became of the call.
 */
settled: Settled, 
/**
 * Ready fired between the call and its end.
 */
ready: boolean, 
/**
 * ButtonCreated fired between the call and its end.
 */
button: boolean, 
/**
 * Milliseconds between the call and its end, by the page's clock.
 */
took_ms: number, 
/**
 * The client's generation.
 */
client: Client, 
/**
 * The client had lost its connection to the chat frame before the call (v2: no `RPCManager`).
 */
deaf: boolean, };

export type Answer = "start_over" | "keep_reading";

export type Status = { 
/**
 * `entryType`: `SessionStatusChanged` or another kind of entry.
 */
entry_type: string | null | false, 
/**
 * `sessionStatus`: where the session is now.
 */
status: string | null | false, 
/**
 * `sessionStatusPrev`: where it was before. Salesforce may leave it out.
 */
previous: string | null | false, 
/**
 * `sessionEndedByRole`: who ended it. Salesforce may leave it out.
 */
ended_by: string | null | false, 
/**
 * `sessionId`: by which a repeated end is known.
 */
session: string | null | false, };

export type Report = { "report": "hello" } | { "report": "ready", 
/**
 * Which client it is.
 */
client: Client, } | { "report": "init_error" } | { "report": "status" } & Status | { "report": "unreadable", 
/**
 * Why.
 */
why: Unreadable, } | { "report": "conversation", 
/**
 * What happened.
 */
step: Step, } | { "report": "message", 
/**
 * `conversationEntry.sender.role`: who.
 */
role: string | null | false, } | { "report": "cleared" } & Cleared | { "report": "notice", 
/**
 * How.
 */
answer: Answer, } | { "report": "shown" } | { "report": "pong", 
/**
 * The heartbeat's number.
 */
beat: number, };

export type Language = "en" | "de" | "fr" | "es" | "ja" | "ar";

export type Direction = "ltr" | "rtl";

export type Words = { 
/**
 * Their language, as HTML's `lang` has it.
 */
language: string, 
/**
 * The direction that they are written in.
 */
direction: Direction, 
/**
 * What happened.
 */
title: string, 
/**
 * What it means for the person.
 */
body: string, 
/**
 * The countdown: a sentence for each number of seconds that are left, from 0 on.
 */
countdown: Array<string>, 
/**
 * The first button.
 */
start_over: string, 
/**
 * The second button.
 */
keep_reading: string, };

export type NoticeKey = "next" | "previous" | "press";

export type Ask = { "ask": "clear", 
/**
 * Comes back in [`Cleared`].
 */
attempt: number, 
/**
 * The call's argument.
 */
end_session: boolean, } | { "ask": "notice", 
/**
 * Its words.
 */
words: Words, 
/**
 * Seconds until the screen becomes fresh.
 */
seconds: number, 
/**
 * "Keep reading" is still offered.
 */
may_keep: boolean, 
/**
 * The time runs; else the whole of it is shown until it does.
 */
runs: boolean, } | { "ask": "release" } | { "ask": "key", 
/**
 * What it does.
 */
key: NoticeKey, } | { "ask": "ping", 
/**
 * Comes back in [`Report::Pong`].
 */
beat: number, } | { "ask": "turn", 
/**
 * The message's number.
 */
number: number, };

export type Cause = "agent_end" | "other_end" | "visitor_close" | "done" | "idle" | "too_long" | "staff" | "schedule" | "language" | "died" | "hung" | "network" | "never_ready" | "load_failed" | "unproven" | "stopped" | "interrupted";

export type Asking = "idle" | "too_long";

export type Trouble = "network" | "never_ready" | "page_failed" | "unproven" | "crashed" | "maintenance" | "certificate" | "other_page" | "staff";

export type PadSaid = "checking" | "wrong";

export type StaffView = { "view": "pad", 
/**
 * What became of the last try; null before the first.
 */
said: PadSaid | null, 
/**
 * Seconds until the next try; null when one may be made now.
 */
locked_seconds: number | null, } | { "view": "menu", 
/**
 * Staff has taken the kiosk out of service.
 */
closed: boolean, 
/**
 * The configuration is being read.
 */
reading: boolean, 
/**
 * Why the configuration was not taken, in a sentence.
 */
mistake: string | null, };

export type Scene = { "scene": "none" } | { "scene": "welcome" } | { "scene": "one_moment", 
/**
 * Why it ended; null at the start of the program.
 */
cause: Cause | null, } | { "scene": "still_there", 
/**
 * Seconds to answer.
 */
seconds: number, 
/**
 * What led to it.
 */
why: Asking, } | { "scene": "leaving", 
/**
 * Seconds until it is left without an answer; null: it waits for one (one person's desktop).
 */
seconds: number | null, } | { "scene": "out_of_service", 
/**
 * Why.
 */
reason: Trouble, 
/**
 * Seconds until the next try; null while one runs, or when staff must end it.
 */
retry_seconds: number | null, 
/**
 * The staff's own words.
 */
note: string | null, } | { "scene": "identify", 
/**
 * The name that people read.
 */
name: string, 
/**
 * Its site in the fleet; null without a fleet.
 */
site: string | null, 
/**
 * Its own name there.
 */
id: string | null, } | { "scene": "staff", 
/**
 * Which part of it.
 */
view: StaffView, };

export type FrontAction = "start" | "continue" | "done" | "retry" | { "language": Language };

export type StaffAct = { "act": "cancel" } | { "act": "fresh" } | { "act": "out_of_service", 
/**
 * Words for the people in front of the screen.
 */
note: string | null, } | { "act": "in_service" } | { "act": "reload" } | { "act": "leave" };
