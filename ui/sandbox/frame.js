// The chat client inside the frame: it alone talks to the org, and to the page only by messages.

import { EventStream, Refused, Wire } from './wire.js';
import * as view from './view.js';

const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}');
const wire = new Wire(settings);
/** @type {EventStream | undefined} */
let stream;
/** @type {string | undefined} */
let conversation;
/** The one closed last: its end is told once. @type {string | undefined} */
let closed;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typingTimer;
/** @type {Promise<unknown>} */
let launching = Promise.resolve();

view.dress(settings);
listen();
tell({ type: 'hello' });

// Between page and frame.

function listen() {
  addEventListener('message', async (message) => {
    if (message.source !== parent || message.origin !== settings.parent) return;
    const said = message.data;
    if (!said || typeof said !== 'object' || typeof said.id !== 'string') return;
    if (await isDead()) return;
    try {
      const value = await command(said);
      tell({ type: 'answer', id: said.id, value });
    } catch (error) {
      if (said.type === 'launch') view.trouble(UNREACHABLE);
      tell({ type: 'answer', id: said.id, error: String(error) });
    }
  });
  view.onClick('close-chat', () => view.question(true));
  view.onClick('cancel-close', () => view.question(false));
  view.onClick('confirm-close', close);
  view.onClick('minimize-chat', () => tell({ type: 'minimize' }));
  view.onClick('leave-chat', () => tell({ type: 'close' }));
  view.onClick('new-chat', () => start({}).catch(() => view.trouble(UNREACHABLE)));
  document.getElementById('write')?.addEventListener('submit', (event) => {
    event.preventDefault();
    write();
  });
  view.composer.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write();
  });
  view.composer.addEventListener('input', () => {
    remember({ draft: view.composer.value });
    type();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') view.question(false);
  });
}

/** @param {any} said */
function command(said) {
  switch (said.type) {
    case 'launch': {
      // One after the other: the page asks at its start, and the visitor may be quicker than the answer.
      const launched = launching.then(() => launch(said));
      launching = launched.catch(() => {});
      return launched;
    }
    case 'clear':
      return clear(said.endSession === true);
    default:
      throw new Error('no such command');
  }
}

/** @param {object} message */
function tell(message) {
  parent.postMessage(message, settings.parent);
}

/** @param {string} name @param {unknown} detail */
function event(name, detail) {
  tell({ type: 'event', name, detail });
}

/** A dead frame answers nobody; what the org sends still comes through. */
async function isDead() {
  try {
    const response = await fetch('/sandbox/faults', { cache: 'no-store' });
    return (await response.json()).frame_dead === true;
  } catch {
    return false;
  }
}

// A conversation.

/**
 * Goes on with the conversation that is open, or opens one.
 * @param {{resumeOnly?: boolean, startNew?: boolean, token?: string, hiddenPrechatFields?: object}} asked
 */
async function launch(asked) {
  if (conversation && !asked.startNew) {
    if (closed !== conversation) return true;
    return start(asked);
  }
  const known = recall();
  const token = known.token ?? asked.token;
  if (token && (await resume(token, known))) {
    if (!asked.startNew) return true;
    stream?.stop();
    if (conversation) await wire.close(conversation);
  }
  if (asked.resumeOnly) return false;
  return start(asked);
}

/** @param {string} token @param {{last?: string, draft?: string}} known */
async function resume(token, known) {
  try {
    wire.token = token;
    await wire.continueToken();
    const open = await wire.openConversation();
    if (!open) return false;
    conversation = open;
    view.empty();
    view.open(true);
    view.composer.value = known.draft ?? '';
    for (const entry of await wire.entries(open)) shown(entry);
    remember({ token: wire.token });
    event('onEmbeddedMessagingConversationOpened', { conversationId: open });
    connect(known.last ?? '0');
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    forget();
    return false;
  }
}

/** @param {{hiddenPrechatFields?: object}} asked */
async function start(asked) {
  stream?.stop();
  view.empty();
  view.presence('Connecting');
  let last = wire.token ? (recall().last ?? '0') : await wire.accessToken();
  const id = crypto.randomUUID();
  try {
    await wire.create(id, asked.hiddenPrechatFields ?? {});
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    last = await wire.accessToken();
    await wire.create(id, asked.hiddenPrechatFields ?? {});
  }
  conversation = id;
  remember({ token: wire.token, last });
  event('onEmbeddedMessagingConversationStarted', { conversationId: id });
  event('onEmbeddedMessagingConversationOpened', { conversationId: id });
  view.open(true);
  connect(last);
  return true;
}

/** @param {string} last */
function connect(last) {
  stream?.stop();
  stream = new EventStream(wire, last, {
    event: arrived,
    open: () => view.trouble(''),
    broken: (trying) => view.trouble(trying ? 'The connection was lost. Trying again.' : UNREACHABLE),
    gone: () => {
      forget();
      view.trouble('This chat is no longer available.');
      over();
    },
  });
}

/** An event of the stream: first to the page, then to the eye. @param {string} name @param {string} data @param {string} last */
function arrived(name, data, last) {
  /** @type {any} */
  let detail;
  try {
    detail = JSON.parse(data);
  } catch {
    return;
  }
  const told = TOLD[name];
  if (told && name !== CLOSED) event(told, detail);
  remember({ last });
  if (detail?.conversationId !== conversation) return;
  if (name === CLOSED) finish(conversation);
  else shown(detail.conversationEntry);
}

/** @param {any} entry */
function shown(entry) {
  const payload = read(entry?.entryPayload);
  const name = typeof entry?.senderDisplayName === 'string' ? entry.senderDisplayName : '';
  switch (entry?.entryType) {
    case 'Message': {
      const text = payload?.abstractMessage?.staticContent?.text;
      if (typeof text !== 'string') return;
      view.message({ id: String(entry.identifier), own: entry.sender?.role === 'EndUser', name, text });
      return;
    }
    case 'ParticipantChanged':
      for (const change of Array.isArray(payload?.entries) ? payload.entries : []) {
        if (change?.participant?.role !== 'Agent') continue;
        view.typing('');
        if (change.operation === 'add') view.note(`${change.displayName} joined the chat`);
      }
      return;
    case 'SessionStatusChanged':
      status(payload);
      return;
    case 'TypingStartedIndicator':
      view.typing(name || 'The agent');
      return;
    case 'TypingStoppedIndicator':
      view.typing('');
      return;
  }
}

/** @param {any} payload */
function status(payload) {
  switch (payload?.sessionStatus) {
    case 'New':
    case 'Waiting':
      view.presence('Waiting for an agent');
      if (payload.sessionStatusPrev === 'Active') view.note('You are being transferred');
      else if (payload.sessionStatus === 'Waiting') view.note('You are in the queue. Someone will be with you shortly.');
      return;
    case 'Active':
      view.presence('Connected');
      return;
    case 'Inactive':
      view.presence('Inactive');
      return;
    case 'Ended':
      view.typing('');
      // As in Salesforce: the composer stays, and the next text queues the visitor again.
      view.presence('Session ended');
      if (payload.sessionEndedByRole !== 'EndUser') view.note('The session ended. Write again to get back in the queue.');
      return;
  }
}

/** The payload is text on the stream and an object in the list of entries. @param {unknown} payload */
function read(payload) {
  if (typeof payload !== 'string') return /** @type {any} */ (payload);
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

// What the visitor does.

function write() {
  const text = view.composer.value.trim();
  if (!text || !conversation) return;
  view.composer.value = '';
  remember({ draft: '' });
  clearTimeout(typingTimer);
  typingTimer = undefined;
  void send(conversation, crypto.randomUUID(), text);
}

/** @param {string} to @param {string} id @param {string} text */
async function send(to, id, text) {
  const message = { id, own: true, name: 'You', text };
  view.message({ ...message, state: 'pending' });
  try {
    await wire.send(to, id, text);
    if (to === conversation) view.message(message);
  } catch {
    if (to === conversation) view.message({ ...message, state: 'failed', again: () => void send(to, id, text) });
  }
}

function type() {
  const to = conversation;
  if (!to) return;
  if (typingTimer === undefined) wire.typing(to, true).catch(() => {});
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => {
    typingTimer = undefined;
    wire.typing(to, false).catch(() => {});
  }, TYPING);
}

async function close() {
  view.question(false);
  if (!conversation) return;
  try {
    await wire.close(conversation);
  } catch {
    view.trouble(UNREACHABLE);
    return;
  }
  // The stream says it too, and in the right order; this is for when it is down.
  const id = conversation;
  setTimeout(() => finish(id), CLOSE_GRACE);
}

/** The visitor closed the conversation. @param {string | undefined} id */
function finish(id) {
  if (!id || id !== conversation || closed === id) return;
  closed = conversation;
  event(TOLD[CLOSED], { conversationId: conversation });
  over();
}

function over() {
  clearTimeout(typingTimer);
  typingTimer = undefined;
  view.question(false);
  view.composer.value = '';
  remember({ draft: '' });
  view.presence('Chat ended');
  view.open(false);
}

/** @param {boolean} endSession */
async function clear(endSession) {
  stream?.stop();
  clearTimeout(typingTimer);
  if (endSession && conversation && wire.token) await wire.endSession(conversation).catch(() => {});
  forget();
  conversation = undefined;
  view.composer.value = '';
  view.empty();
}

// What outlives a reload.

/** @returns {{token?: string, last?: string, draft?: string}} */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** @param {{token?: string, last?: string, draft?: string}} more */
function remember(more) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...more }));
  } catch {
    // A browser that lets a cross-site frame keep nothing: a reload then goes by the page's token alone.
  }
  if (more.token) tell({ type: 'token', token: more.token });
}

function forget() {
  wire.token = undefined;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
  tell({ type: 'token' });
}

const KEY = `${settings.org}_FRAME`;
const CLOSED = 'CONVERSATION_CLOSE_CONVERSATION';
/** What the page hears of each event. @type {Record<string, string>} */
const TOLD = {
  CONVERSATION_MESSAGE: 'onEmbeddedMessageSent',
  CONVERSATION_PARTICIPANT_CHANGED: 'onEmbeddedMessagingConversationParticipantChanged',
  CONVERSATION_ROUTING_RESULT: 'onEmbeddedMessagingConversationRouted',
  CONVERSATION_SESSION_STATUS_CHANGED: 'onEmbeddedMessagingSessionStatusUpdate',
  CONVERSATION_DELIVERY_ACKNOWLEDGEMENT: 'onEmbeddedMessageDelivered',
  CONVERSATION_READ_ACKNOWLEDGEMENT: 'onEmbeddedMessageRead',
  CONVERSATION_CLOSE_CONVERSATION: 'onEmbeddedMessagingConversationClosed',
};
const UNREACHABLE = 'The chat cannot be reached right now. Please ask a member of staff.';
const TYPING = 4_000;
const CLOSE_GRACE = 2_000;
