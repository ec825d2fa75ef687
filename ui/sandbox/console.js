// The agent's console. It draws what `GET /api/state` says each time `GET /api/events` says that something changed;
// everything that a visitor wrote goes in as text, never as markup.

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @typedef {{id: string, role: string, name: string, text: string, time: number}} Message */
/** @typedef {{id: string, status: string, started: number, ended: number | null, ended_by: string | null}} Session */
/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {number} number
 * @property {boolean} open
 * @property {string} status
 * @property {string} session
 * @property {Session[]} sessions
 * @property {string | null} agent
 * @property {{number: number, connected: boolean, typing: boolean}} visitor
 * @property {Message[]} messages
 * @property {number} started
 */

/** @type {{conversations: Conversation[], counters: Record<string, number>, faults: Record<string, any>, org: Record<string, string>}} */
let state = { conversations: [], counters: {}, faults: {}, org: {} };
/** @type {string | undefined} */
let chosen;
/** How many of its messages the agent has seen. @type {Map<string, number>} */
const seen = new Map();
/** What the agent was writing, by conversation. @type {Map<string, string>} */
const drafts = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typingTimer;
let typingIn = '';
let fetching = false;
let stale = false;

const text = /** @type {HTMLTextAreaElement} */ (element('text'));
const role = /** @type {HTMLSelectElement} */ (element('role'));
const prev = /** @type {HTMLSelectElement} */ (element('prev'));

function listen() {
  const events = new EventSource('/api/events');
  events.addEventListener('state', refresh);
  events.addEventListener('open', () => live(true));
  events.addEventListener('error', () => live(false));
  element('accept').addEventListener('click', async () => {
    if (await act('accept')) text.focus();
  });
  element('transfer').addEventListener('click', () => act('transfer'));
  element('inactive').addEventListener('click', () => act('inactive'));
  element('replay').addEventListener('click', () => act('replay', { count: 1 }));
  element('reset').addEventListener('click', () => post('/api/reset', {}));
  element('reply').addEventListener('submit', (event) => {
    event.preventDefault();
    void say();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void say();
  });
  text.addEventListener('input', () => {
    if (chosen) drafts.set(chosen, text.value);
    typing();
  });
  element('end').addEventListener('submit', (event) => {
    event.preventDefault();
    /** @type {Record<string, unknown>} */
    const end = { role: role.value };
    if (prev.value) end.prev = prev.value === 'null' ? null : prev.value;
    void act('end', end);
  });
}

/** One request at a time; what changes meanwhile is one more. */
async function refresh() {
  stale = true;
  if (fetching) return;
  fetching = true;
  try {
    while (stale) {
      stale = false;
      const response = await fetch('/api/state');
      state = await response.json();
      draw();
    }
  } catch (error) {
    console.warn(error);
    live(false);
  } finally {
    fetching = false;
  }
}

async function say() {
  const said = text.value.trim();
  const to = chosen;
  if (!said || !to) return;
  stopTyping();
  if (!(await act('say', { text: said }))) return;
  drafts.delete(to);
  if (chosen === to) text.value = '';
}

function typing() {
  if (!chosen || element('reply').dataset.off === 'true') return;
  if (typingIn !== chosen) {
    stopTyping();
    typingIn = chosen;
    void quietly(typingIn, true);
  }
  clearTimeout(typingTimer);
  typingTimer = setTimeout(stopTyping, TYPING);
}

function stopTyping() {
  clearTimeout(typingTimer);
  if (typingIn) void quietly(typingIn, false);
  typingIn = '';
}

/** @param {string} id @param {boolean} on */
async function quietly(id, on) {
  await fetch(`/api/conversations/${id}/typing`, { method: 'POST', body: JSON.stringify({ on }) }).catch(() => {});
}

/** @param {string} what @param {object} [body] */
function act(what, body = {}) {
  return post(`/api/conversations/${chosen}/${what}`, body);
}

/** @param {string} path @param {object} body @returns {Promise<boolean>} */
async function post(path, body) {
  let problem = '';
  try {
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) problem = (await response.json()).message;
  } catch {
    problem = 'The sandbox does not answer.';
  }
  element('problem').textContent = problem;
  return !problem;
}

// Drawing.

/** @param {boolean} on */
function live(on) {
  const line = element('live');
  line.textContent = on ? 'Live' : 'Not connected';
  line.classList.toggle('on', on);
}

function draw() {
  const { counters } = state;
  element('counters').textContent =
    `Visitors: ${counters.visitors}, ${counters.open_streams} connected, ${counters.sessions_ended} of ` +
    `${counters.sessions_started} sessions ended, ${counters.clears} clears`;
  element('page').setAttribute('href', state.org.page_url);
  /** @param {Conversation} conversation */
  const kind = ({ open, status }) => (!open || status === 'Ended' ? 'ended' : status === 'Waiting' || status === 'New' ? 'waiting' : 'active');
  for (const list of ['waiting', 'active', 'ended']) {
    const own = state.conversations.filter((conversation) => kind(conversation) === list);
    drawList(list, list === 'ended' ? own.reverse() : own);
  }
  drawChosen();
  drawFaults();
}

/** Items stay the same elements, so that the focus stays too. @param {string} id @param {Conversation[]} conversations */
function drawList(id, conversations) {
  const list = element(id);
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.id;
  element(`${id}-count`).textContent = String(conversations.length || '');
  list.replaceChildren(
    ...conversations.map((conversation) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.id = conversation.id;
      button.dataset.test = `conversation-${conversation.number}`;
      button.setAttribute('aria-current', String(conversation.id === chosen));
      button.addEventListener('click', () => choose(conversation.id));
      const last = conversation.messages.at(-1);
      button.append(span('title', title(conversation)));
      const unseen = conversation.messages.filter((message) => message.role === 'EndUser').length - (seen.get(conversation.id) ?? 0);
      if (unseen > 0 && conversation.id !== chosen) button.append(span('badge', String(unseen)));
      button.append(span('last', last ? last.text : presence(conversation)));
      item.append(button);
      return item;
    }),
  );
  if (!conversations.length) list.append(span('empty', 'None'));
  if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus();
}

/** @param {string} id */
function choose(id) {
  stopTyping();
  chosen = id;
  text.value = drafts.get(id) ?? '';
  draw();
  const waits = state.conversations.some((conversation) => conversation.id === id && conversation.status === 'Waiting');
  element(waits ? 'accept' : 'text').focus();
}

function drawChosen() {
  const conversation = state.conversations.find(({ id }) => id === chosen);
  element('nothing').hidden = Boolean(conversation);
  element('chosen').hidden = !conversation;
  if (!conversation) return;
  seen.set(conversation.id, conversation.messages.filter((message) => message.role === 'EndUser').length);
  element('name').textContent = `${title(conversation)}: ${conversation.open ? conversation.status : 'Closed by the visitor'}`;
  element('facts').textContent =
    `${presence(conversation)}, session ${conversation.session}`;
  enable('accept', conversation.open && conversation.status === 'Waiting');
  enable('transfer', Boolean(conversation.agent));
  enable('inactive', conversation.status === 'Active');
  const ended = conversation.status === 'Ended';
  for (const button of element('end').querySelectorAll('button[type=submit]')) /** @type {HTMLButtonElement} */ (button).disabled = ended;
  const off = !conversation.agent;
  element('reply').dataset.off = String(off);
  for (const button of element('reply').querySelectorAll('button')) button.disabled = off;
  element('typing').textContent = conversation.visitor.typing ? 'The visitor is typing' : '';
  drawTranscript(conversation);
}

/** @param {Conversation} conversation */
function drawTranscript(conversation) {
  const transcript = element('transcript');
  const atEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 40;
  /** @type {{time: number, item: HTMLElement}[]} */
  const lines = conversation.messages.map((message) => {
    const item = document.createElement('div');
    item.className = `message${message.role === 'EndUser' ? '' : ' agent'}`;
    item.append(small(`${message.role === 'EndUser' ? 'Visitor' : message.name}, ${clock(message.time)}`), message.text);
    return { time: message.time, item };
  });
  for (const session of conversation.sessions) {
    lines.push({ time: session.started - 0.5, item: span('note', `Session ${session.id} began, ${clock(session.started)}`) });
    if (session.ended !== null) {
      lines.push({ time: session.ended + 0.5, item: span('note', `Ended by ${session.ended_by}, ${clock(session.ended)}`) });
    }
  }
  lines.sort((a, b) => a.time - b.time);
  transcript.replaceChildren(...lines.map(({ item }) => item));
  if (atEnd) transcript.scrollTop = transcript.scrollHeight;
}

function buildFaults() {
  element('faults').replaceChildren(
    ...FAULTS.map(({ name, label, options }) => {
      const line = document.createElement('label');
      if (options) {
        const select = document.createElement('select');
        select.name = name;
        for (const value of options) select.add(new Option(value.replaceAll('_', ' '), value));
        select.addEventListener('change', () => post('/api/faults', { [name]: select.value }));
        line.append(span('', label), select);
        return line;
      }
      const input = document.createElement('input');
      input.name = name;
      const number = name.includes('_ms') || name.endsWith('_s');
      input.type = number ? 'number' : 'checkbox';
      input.min = '0';
      input.addEventListener('change', () => {
        void post('/api/faults', { [name]: number ? Math.max(0, Math.round(Number(input.value))) : input.checked });
      });
      if (number) line.append(span('', label), input);
      else line.append(input, span('', label));
      line.classList.toggle('check', !number);
      return line;
    }),
  );
}

function drawFaults() {
  let moved = 0;
  for (const control of element('faults').querySelectorAll('select, input')) {
    const { name } = /** @type {HTMLInputElement} */ (control);
    const value = state.faults[name];
    const off = value === true || (control instanceof HTMLSelectElement && value !== 'ok');
    if (off) moved += 1;
    control.parentElement?.classList.toggle('moved', off);
    if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = value;
    else if (document.activeElement !== control || control instanceof HTMLSelectElement) {
      /** @type {HTMLInputElement} */ (control).value = String(value);
    }
  }
  element('faults-count').textContent = moved ? `${moved} on` : 'none on';
}

// Small things.

/** @param {Conversation} conversation */
function title(conversation) {
  return `Visitor ${conversation.visitor.number}, chat ${conversation.number}`;
}

/** @param {Conversation} conversation */
function presence(conversation) {
  return conversation.visitor.connected ? 'Visitor is connected' : 'Visitor is gone';
}

/** @param {number} time */
function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** @param {string} id @param {boolean} on */
function enable(id, on) {
  /** @type {HTMLButtonElement} */ (element(id)).disabled = !on;
}

/** @param {string} className @param {string} content */
function span(className, content) {
  const part = document.createElement('span');
  if (className) part.className = className;
  part.textContent = content;
  return part;
}

/** @param {string} content */
function small(content) {
  const part = document.createElement('small');
  part.textContent = content;
  return part;
}

const TYPING = 3_000;
/** @type {{name: string, label: string, options?: string[]}[]} */
const FAULTS = [
  { name: 'clear', label: 'clearSession', options: ['ok', 'hang', 'slow', 'throw', 'reject_string', 'resolve_without_clearing', 'lie'] },
  { name: 'clear_delay_ms', label: 'slow clear, ms' },
  { name: 'frame_dead', label: 'Frame does not answer' },
  { name: 'ready', label: 'Ready', options: ['ok', 'never', 'slow'] },
  { name: 'ready_delay_ms', label: 'slow Ready, ms' },
  { name: 'init_error', label: 'init ends with an error' },
  { name: 'stream', label: 'Event stream', options: ['ok', 'drop', 'replay', 'duplicate'] },
  { name: 'stream_drop_s', label: 'dropped stream is refused, s' },
  { name: 'http', label: 'Page and site', options: ['ok', '500', '423', 'hang'] },
];

// Last, when every constant above has its value.
buildFaults();
listen();

export {};
