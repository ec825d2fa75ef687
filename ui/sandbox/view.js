// What the visitor sees in the frame. Everything that somebody wrote goes in as text, never as markup.

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export const composer = /** @type {HTMLTextAreaElement} */ (element('composer'));
const transcript = element('transcript');
/** Messages by their identifier: a message can come twice. @type {Map<string, HTMLElement>} */
const messages = new Map();
/** What had the focus before the question. @type {HTMLElement | null} */
let focused = null;

/** @param {{accent: string}} settings */
export function dress(settings) {
  document.documentElement.style.setProperty('--accent', settings.accent);
  element('title').textContent = 'Support chat';
}

export function empty() {
  messages.clear();
  transcript.replaceChildren();
  presence('');
  typing('');
  trouble('');
}

/**
 * @param {{id: string, own: boolean, name: string, text: string, state?: 'pending' | 'failed', again?: () => void}} message
 */
export function message({ id, own, name, text, state, again }) {
  let item = messages.get(id);
  if (!item) {
    item = document.createElement('div');
    item.dataset.id = id;
    messages.set(id, item);
    add(item);
  }
  item.className = `message${own ? ' own' : ''}${state ? ` ${state}` : ''}`;
  item.dataset.test = own ? 'message-own' : 'message-agent';
  const who = document.createElement('p');
  who.className = 'who';
  who.textContent = own ? 'You' : name;
  const bubble = document.createElement('p');
  bubble.className = 'bubble';
  bubble.textContent = text;
  item.replaceChildren(who, bubble);
  if (state === 'failed' && again) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'again';
    button.textContent = 'Not sent. Try again';
    button.addEventListener('click', again);
    item.append(button);
  }
  scroll();
}

/** @param {string} text */
export function note(text) {
  if (transcript.lastElementChild?.textContent === text) return;
  const item = document.createElement('p');
  item.className = 'note';
  item.dataset.test = 'note';
  item.textContent = text;
  add(item);
}

/** @param {string} text */
export function presence(text) {
  element('presence').textContent = text;
}

/** Who types; nobody when empty. @param {string} name */
export function typing(name) {
  const line = element('typing');
  line.hidden = !name;
  const span = line.querySelector('span');
  if (span) span.textContent = name ? `${name} is typing` : '';
  if (name) scroll();
}

/** @param {string} text */
export function trouble(text) {
  const line = element('trouble');
  line.hidden = !text;
  line.textContent = text;
}

/**
 * Composer, or the line that says that the chat is over.
 * @param {boolean} open
 */
export function open(open) {
  element('write').hidden = !open;
  element('ended').hidden = open;
  element('close-chat').hidden = !open;
  takeFocus();
}

/** A frame may not take the focus from its page, but when the page gives it, it goes to where one writes. */
function takeFocus() {
  if (!element('write').hidden) composer.focus();
  else if (!element('ended').hidden) element('new-chat').focus();
}
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) takeFocus();
});

/** @param {boolean} asking */
export function question(asking) {
  const dialog = element('confirm');
  if (dialog.hidden === !asking) return;
  dialog.hidden = !asking;
  for (const part of document.body.children) {
    if (part !== dialog) /** @type {HTMLElement} */ (part).inert = asking;
  }
  if (asking) {
    focused = /** @type {HTMLElement | null} */ (document.activeElement);
    element('cancel-close').focus();
  } else {
    focused?.focus();
  }
}

/** @param {string} id @param {() => void} act */
export function onClick(id, act) {
  element(id).addEventListener('click', act);
}

/** @param {HTMLElement} item */
function add(item) {
  transcript.append(item);
  while (transcript.childElementCount > MOST) {
    const gone = /** @type {HTMLElement} */ (transcript.firstElementChild);
    if (gone.dataset.id) messages.delete(gone.dataset.id);
    gone.remove();
  }
  scroll();
}

function scroll() {
  transcript.scrollTop = transcript.scrollHeight;
}

const MOST = 600;
