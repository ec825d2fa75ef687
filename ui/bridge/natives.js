// What the bridge needs of the browser, taken before any script of the page can replace it.
// The page's later changes to prototypes do not reach these: each is bound to the function of this moment.
// For the same reason the bridge uses no spread, no destructuring of lists and no for-of: they look iterators up late.

/** @type {(fn: Function) => any} */
const uncurry = Function.prototype.bind.bind(Function.prototype.call);

const listen = uncurry(EventTarget.prototype.addEventListener);
const stopEvent = uncurry(Event.prototype.stopImmediatePropagation);
const preventDefault = uncurry(Event.prototype.preventDefault);
/** @param {object} of @param {string} name */
const getter = (of, name) => uncurry(/** @type {Function} */ (Object.getOwnPropertyDescriptor(of, name)?.get));
const eventDetail = getter(CustomEvent.prototype, "detail");
const eventTarget = getter(Event.prototype, "target");
const eventType = getter(Event.prototype, "type");
const clientX = getter(MouseEvent.prototype, "clientX");
const clientY = getter(MouseEvent.prototype, "clientY");
const hasOwn = uncurry(Object.prototype.hasOwnProperty);
const charCodeAt = uncurry(String.prototype.charCodeAt);
const slice = uncurry(String.prototype.slice);
/** @type {((text: string) => string) | undefined} Missing in engines older than 2023. */
const toWellFormed = "toWellFormed" in String.prototype ? uncurry(/** @type {any} */ (String.prototype).toWellFormed) : undefined;
const then = uncurry(Promise.prototype.then);
const append = uncurry(Node.prototype.appendChild);
const setAttribute = uncurry(Element.prototype.setAttribute);
const removeAttribute = uncurry(Element.prototype.removeAttribute);
const attachShadow = uncurry(Element.prototype.attachShadow);
const setText = uncurry(/** @type {Function} */ (Object.getOwnPropertyDescriptor(Node.prototype, "textContent")?.set));
const isConnected = getter(Node.prototype, "isConnected");
const documentElement = getter(Document.prototype, "documentElement");
const focusOn = uncurry(HTMLElement.prototype.focus);
const focusIn = getter(ShadowRoot.prototype, "activeElement");
const elementAt = uncurry(ShadowRoot.prototype.elementFromPoint);
const pageElementAt = uncurry(Document.prototype.elementFromPoint);
const boxOf = uncurry(Element.prototype.getBoundingClientRect);
const leftOf = getter(DOMRectReadOnly.prototype, "left");
const rightOf = getter(DOMRectReadOnly.prototype, "right");
const bottomOf = getter(DOMRectReadOnly.prototype, "bottom");
/** Not every engine knows fingers. */
const feels = "TouchEvent" in window && "TouchList" in window && "Touch" in window;
const unknown = /** @type {any} */ (undefined);
const changedTouches = feels ? getter(TouchEvent.prototype, "changedTouches") : unknown;
const touchAt = feels ? uncurry(TouchList.prototype.item) : unknown;
const touchX = feels ? getter(Touch.prototype, "clientX") : unknown;
const touchY = feels ? getter(Touch.prototype, "clientY") : unknown;
const showModal = uncurry(HTMLDialogElement.prototype.showModal);
const closeDialog = uncurry(HTMLDialogElement.prototype.close);
const isOpen = getter(HTMLDialogElement.prototype, "open");
/** @type {(tag: string) => any} */
const element = Document.prototype.createElement.bind(document);
const isArray = Array.isArray;
const parseJson = JSON.parse;
const toJson = JSON.stringify;
const CustomEventNow = CustomEvent;
const MutationObserverNow = MutationObserver;
const observe = uncurry(MutationObserver.prototype.observe);
const resolveNow = Promise.resolve.bind(Promise);
const later = window.setTimeout.bind(window);
const cancel = window.clearTimeout.bind(window);
const nextFrame = window.requestAnimationFrame.bind(window);
const clock = performance.now.bind(performance);
const StyleSheet = CSSStyleSheet;
const fillStyle = uncurry(CSSStyleSheet.prototype.replaceSync);
const fromCharCode = String.fromCharCode;
const random = Math.random;
