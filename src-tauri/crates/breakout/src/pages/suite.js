// The attack page's own script: asks the suite what to try next, tries it, and tells what came of it.
(() => {
  "use strict";
  const own = window.__own || {
    fetch: window.fetch.bind(window), text: JSON.stringify.bind(JSON), later: window.setTimeout.bind(window),
    Promise, listen: window.addEventListener.bind(window), make: (async () => {}).constructor, race: Promise.race.bind(Promise),
  };
  const pause = (ms) => new own.Promise((done) => own.later(done, ms));
  const K = (window.K = { page: "PAGE", frame: "FRAME", canary: "CANARY", tls: "TLS", marker: "MARKER", pause });
  const add = (tag, set = {}) => {
    const element = document.createElement(tag);
    element.className = "attempt";
    Object.assign(element, set);
    document.body.append(element);
    return element;
  };
  const submit = (url, set) => {
    const form = add("form", { action: url, ...set });
    form.append(Object.assign(document.createElement("input"), { name: "words", value: K.marker }));
    form.submit();
  };
  K.add = add;
  // Each way in which a page leads somewhere.
  K.way = {
    link: (url) => add("a", { href: url }).click(),
    script: (url) => { location.href = url; },
    replace: (url) => location.replace(url),
    meta: (url) => document.head.append(Object.assign(document.createElement("meta"), { httpEquiv: "refresh", content: "0;url=" + url })),
    get: (url) => submit(url, { method: "get" }),
    post: (url) => submit(url, { method: "post" }),
    redirect: (url) => { location.href = "/redirect?to=" + encodeURIComponent(url); },
    frame: (url) => add("iframe", { src: url }),
    frame_redirect: (url) => add("iframe", { src: "/redirect?to=" + encodeURIComponent(url) }),
    object: (url) => add("object", { data: url, type: "text/html" }),
    embed: (url) => add("embed", { src: url, type: "text/html" }),
    open: (url) => { window.open(url); },
    blank: (url) => add("a", { href: url, target: "_blank" }).click(),
    form_blank: (url) => submit(url, { method: "post", target: "_blank" }),
    svg: (url) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const a = document.createElementNS("http://www.w3.org/2000/svg", "a");
      a.setAttribute("href", url);
      svg.append(a);
      svg.classList.add("attempt");
      document.body.append(svg);
      a.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    },
  };
  // Runs a script somewhere else, and gives what it said.
  let number = 0;
  K.inside = async (place, run) => {
    number += 1;
    const mine = number;
    const plain = { page: K.page, frame: K.frame, canary: K.canary, marker: K.marker };
    const answer = new own.Promise((done) => {
      own.listen("message", ({ data }) => { if (data && data.ran === mine) done(data.said); });
      if (place === "worker" || place === "shared") {
        const source = `const make=(async()=>{}).constructor;const go=async(port)=>{let s="";try{s=await new make("K",${own.text(run)})(${own.text(plain)})}catch(e){s="threw "+(e&&e.name)}port.postMessage(String(s===undefined?"":s))};` +
          (place === "worker" ? "go(self)" : "onconnect=(e)=>go(e.ports[0])");
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const port = place === "worker" ? new Worker(url) : new SharedWorker(url).port;
        port.onmessage = ({ data }) => done(data);
        return;
      }
      const frame = add("iframe");
      if (place.startsWith("sandboxed")) frame.sandbox = "allow-scripts allow-popups allow-forms allow-downloads allow-modals" + (place === "sandboxed_same" ? " allow-same-origin" : "");
      const send = () => frame.contentWindow && frame.contentWindow.postMessage({ run, number: mine, K: plain }, "*");
      if (place !== "blank") frame.onload = send;
      const source = `<script>const make=(async()=>{}).constructor;onmessage=async({data})=>{if(!data||!data.run)return;let s="";try{s=await new make("K",data.run)(data.K)}catch(e){s="threw "+(e&&e.name)}parent.postMessage({ran:data.number,said:String(s===undefined?"":s)},"*")}<\/script>`;
      if (place === "cross" || place.startsWith("sandboxed")) frame.src = K.frame + "/frame.html";
      else if (place === "same") frame.src = "/frame.html";
      else if (place === "srcdoc") frame.srcdoc = source;
      else if (place === "blank") { frame.contentDocument.write(source); frame.contentDocument.close(); own.later(send, 50); }
      else if (place === "blob") frame.src = URL.createObjectURL(new Blob([source], { type: "text/html" }));
    });
    return own.race([answer, pause(1500).then(() => "no answer")]);
  };
  // What an attempt says of a promise that must not succeed.
  K.refused = async (promise, ms = 700) => {
    try {
      return await own.race([promise.then((value) => "succeeded: " + String(own.text(value)).slice(0, 60)), pause(ms).then(() => "")]);
    } catch { return ""; }
  };
  K.state = () => ({
    href: location.href, origin: location.origin, top: self === top, ratio: window.devicePixelRatio,
    inner: [window.innerWidth, window.innerHeight], scale: window.visualViewport ? visualViewport.scale : 1,
    full: !!document.fullscreenElement, locked: !!document.pointerLockElement, history: history.length,
  });
  K.clean = () => {
    for (const one of document.querySelectorAll(".attempt, meta[http-equiv=refresh]")) one.remove();
    document.activeElement && document.activeElement.blur && document.activeElement.blur();
    getSelection() && getSelection().removeAllRanges();
  };
  const tell = (what) => own.fetch("/did", { method: "POST", body: own.text(what), keepalive: false }).catch(() => {});
  const run = async ({ number, script, wait }) => {
    let said;
    try {
      said = await own.race([new own.make("K", script)(K), pause(wait).then(() => "no end")]);
    } catch (error) {
      said = "threw " + (error && error.name) + " " + (error && error.message);
    }
    tell({ number, said: said === undefined ? "" : said });
  };
  let after = AFTER;
  const loop = async () => {
    for (;;) {
      try {
        const answer = await own.fetch("/next?after=" + after);
        if (answer.status === 200) {
          const command = await answer.json();
          after = command.number;
          run(command);
        }
      } catch {
        await pause(30);
      }
    }
  };
  loop();
  own.later(() => dispatchEvent(new CustomEvent("onEmbeddedMessagingReady", { detail: {} })), 0);
})();
