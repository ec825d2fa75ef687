// A customer's page, as short as a customer's page is: load the site's script, set the settings, call init.

const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}');
const wanted = new URLSearchParams(location.search);

document.documentElement.style.setProperty('--accent', settings.accent);
text('brand', settings.brand);
const language = wanted.get('language') ?? 'en';
text('greeting', settings.greetings[language] ?? settings.greeting);

// The kiosk says which language was chosen; the page shows that it knows.
const own = new Intl.DisplayNames([language], { type: 'language' }).of(language);
text('where', `Customer support · ${own}`);

// The greeting makes room while the chat is open.
addEventListener('onEmbeddedMessagingWindowMaximized', () => document.body.classList.add('chatting'));
for (const name of ['WindowMinimized', 'WindowClosed', 'Ready']) {
  addEventListener(`onEmbeddedMessaging${name}`, () => document.body.classList.remove('chatting'));
}
addEventListener('onEmbeddedMessagingReady', () => text('status', ''));
addEventListener('onEmbeddedMessagingInitError', unavailable);

const script = document.createElement('script');
script.src = `${settings.site}/assets/js/bootstrap.min.js`;
script.addEventListener('error', unavailable);
script.addEventListener('load', () => {
  const bootstrap = /** @type {any} */ (window).embeddedservice_bootstrap;
  bootstrap.settings.language = wanted.get('language') ?? 'en_US';
  // ?display=inline opens the chat at once.
  bootstrap.settings.displayMode = wanted.get('display') === 'inline' ? 'inline' : 'overlay';
  bootstrap.settings.targetElement = document.getElementById('chat-place');
  bootstrap.init(settings.org, settings.deployment, settings.site, { scrt2URL: settings.scrt }).catch(unavailable);
});
document.head.append(script);

function unavailable() {
  text('status', 'The chat is not available right now. Please ask a member of staff.');
}

/** @param {string} id @param {string} value */
function text(id, value) {
  const element = document.getElementById(id);
  if (element) element.textContent = value;
}

export {};
