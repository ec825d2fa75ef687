// The visitor's side of the wire: the calls, and the event stream with its reconnecting.

/** What the org answered when it was not what was asked for. */
export class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`the org answered ${status}`);
    this.status = status;
  }
}

export class Wire {
  /** @param {{org: string, deployment: string}} settings */
  constructor(settings) {
    this.org = settings.org;
    this.deployment = settings.deployment;
    /** @type {string | undefined} */
    this.token = undefined;
  }

  async accessToken() {
    this.token = undefined;
    const answer = await this.#call('POST', 'authorization/unauthenticated/access-token', {
      orgId: this.org,
      esDeveloperName: this.deployment,
      capabilitiesVersion: '1',
      platform: 'Web',
    });
    this.token = answer.accessToken;
    return /** @type {string} */ (answer.lastEventId);
  }

  async continueToken() {
    this.token = (await this.#call('GET', 'authorization/continuation-access-token')).accessToken;
  }

  /** @param {string} conversation @param {object} routingAttributes */
  create(conversation, routingAttributes) {
    return this.#call('POST', 'conversation', {
      esDeveloperName: this.deployment,
      conversationId: conversation,
      routingAttributes,
    });
  }

  /** The conversation that is open, if one is. @returns {Promise<string | undefined>} */
  async openConversation() {
    const answer = await this.#call('GET', 'conversation/list?inclClosedConvs=false&limit=1');
    return answer.conversations[0]?.conversationId;
  }

  /** @param {string} conversation @returns {Promise<any[]>} */
  async entries(conversation) {
    const answer = await this.#call('GET', `conversation/${conversation}/entries?limit=500&direction=FromEnd`);
    return answer.conversationEntries;
  }

  /** @param {string} conversation @param {string} id @param {string} text */
  send(conversation, id, text) {
    return this.#call('POST', `conversation/${conversation}/message`, {
      message: { id, messageType: 'StaticContentMessage', staticContent: { formatType: 'Text', text } },
      esDeveloperName: this.deployment,
    });
  }

  /** @param {string} conversation @param {boolean} on */
  typing(conversation, on) {
    const entryType = on ? 'TypingStartedIndicator' : 'TypingStoppedIndicator';
    return this.#call('POST', `conversation/${conversation}/entry`, { entryType, id: crypto.randomUUID() });
  }

  /** @param {string} conversation */
  close(conversation) {
    return this.#call('DELETE', `conversation/${conversation}?esDeveloperName=${this.deployment}`);
  }

  /** @param {string} conversation */
  endSession(conversation) {
    return this.#call('DELETE', `conversation/${conversation}/session?esDeveloperName=${this.deployment}`);
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #call(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(`/iamessage/api/v2/${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
    });
    if (!response.ok) throw new Refused(response.status);
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  }
}

/**
 * @typedef {object} Listener
 * @property {(name: string, data: string, id: string) => void} event
 * @property {(trying: boolean) => void} broken Every time it breaks; `trying` is false when it gives up.
 * @property {() => void} open
 * @property {() => void} gone The token is good no more.
 */

/** The event stream, by fetch: EventSource can send no headers. */
export class EventStream {
  /** @param {Wire} wire @param {string} last @param {Listener} listener */
  constructor(wire, last, listener) {
    this.wire = wire;
    this.last = last;
    this.listener = listener;
    this.stopper = new AbortController();
    void this.#run();
  }

  stop() {
    this.stopper.abort();
  }

  async #run() {
    let tries = 0;
    while (!this.stopper.signal.aborted) {
      try {
        await this.#listen(() => {
          tries = 0;
        });
      } catch (error) {
        if (error instanceof Refused && error.status === 401) {
          this.listener.gone();
          return;
        }
      }
      if (this.stopper.signal.aborted) return;
      this.listener.broken(tries < TRIES);
      if (tries === TRIES) return;
      await pause(Math.min(FIRST_DELAY * 1.5 ** tries, LONGEST_DELAY), this.stopper.signal);
      tries += 1;
    }
  }

  /** One connection, until it breaks or is silent for too long. @param {() => void} alive */
  async #listen(alive) {
    const connection = new AbortController();
    const stop = () => connection.abort();
    this.stopper.signal.addEventListener('abort', stop);
    let silence = setTimeout(stop, SILENCE);
    try {
      const response = await fetch(`/eventrouter/v1/sse?_ts=${Date.now()}`, {
        headers: {
          Accept: 'text/event-stream',
          Authorization: `Bearer ${this.wire.token}`,
          'X-Org-ID': this.wire.org,
          'Last-Event-ID': this.last,
        },
        cache: 'no-store',
        signal: connection.signal,
      });
      if (!response.ok || !response.body) throw new Refused(response.status);
      alive();
      this.listener.open();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser((name, data, id) => {
        if (id) this.last = id;
        this.listener.event(name, data, this.last);
      });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE);
        parse(value);
      }
    } finally {
      clearTimeout(silence);
      this.stopper.signal.removeEventListener('abort', stop);
      connection.abort();
    }
  }
}

/**
 * Takes a text/event-stream in pieces of any size.
 * @param {(name: string, data: string, id: string) => void} emit
 */
export function parser(emit) {
  let rest = '';
  let name = '';
  let id = '';
  /** @type {string[]} */
  let data = [];
  /** @param {string} piece */
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length) emit(name || 'message', data.join('\n'), id);
        name = id = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') name = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') id = value;
    }
  };
}

/** @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

const SILENCE = 90_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
const TRIES = 10;
