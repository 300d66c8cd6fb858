// Defines <open-call>: a programme's form, in a frame of the origin that this file comes from. Described in docs/embed.md.
// Nothing of the page around is touched but the element itself; no style sheet, no wasm, no storage.
const VERSION = 1;
// This file is at /embed/ of the form's host, or of the folder there that it lives in.
const FORMS = new URL(".", import.meta.url).href;
const HOME = new URL(FORMS).origin;
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-downloads allow-modals allow-popups allow-popups-to-escape-sandbox";
// How long the form has until the element says that it does not come, in milliseconds.
const PATIENCE = 20_000;
const TALLEST = 100_000;
const NAME = /^[\w.-]{1,64}$/;
const COLOURS = ["paper", "sheet", "ink", "ink-soft", "accent", "on-accent", "line", "light"];
const TOKENS = [...COLOURS, "radius", "font"];
const whole = (value, most) => Number.isSafeInteger(value) && value >= 0 && value <= most;

class OpenCall extends HTMLElement {
  static observedAttributes = ["src", "partner", "campaign", "lang", "title", "loading", "min-height", "theme", "accent", "debug"];
  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #port = null;
  #waiting = 0;
  #closing = new AbortController();
  #slot = document.createElement("slot");
  // Never shown: the browser reads colours on it.
  #probe = document.createElement("i");
  #asked = 0;
  #kept = null;
  #refused = new Set();
  #resolve;

  constructor() {
    super();
    this.#probe.hidden = true;
    this.#root.append(this.#slot, this.#probe);
    this.#promise();
  }

  #promise() {
    this.ready = new Promise((resolve) => { this.#resolve = resolve; });
  }

  connectedCallback() {
    this.#build();
  }

  disconnectedCallback() {
    this.#clear();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#frame) return;
    if (name === "title") this.#frame.title = this.#name();
    else if (name === "theme" || name === "accent") this.#show();
    else if (name === "debug") this.#diagnose();
    else if (name === "min-height") this.#frame.style.minHeight = this.#least();
    else this.reload();
  }

  // Moves the focus into the form, to the heading of its page.
  focusForm() {
    this.#frame?.focus();
    this.#port?.postMessage({ type: "focus" });
  }

  // Loads the form anew. What was typed is kept there.
  reload() {
    this.#clear();
    this.#build();
  }

  // Fills in fields that the programme lists for it, in a form that nobody has begun. Once the form is ready.
  async prefill(map) {
    await this.ready;
    const answers = JSON.stringify(map ?? {});
    if (answers.length > 3_500) return this.#refuse("prefill", []);
    this.#port.postMessage({ type: "prefill", answers: JSON.parse(answers) });
  }

  // A colour as the browser reads it, as #rrggbb; what is none stays what it is.
  #colour(value) {
    const { style } = this.#probe;
    style.color = "";
    style.color = `color-mix(in srgb, ${value}, ${value})`;
    const parts = style.color && getComputedStyle(this.#probe).color.match(/^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/);
    if (!parts) return value;
    const hex = (part) => Math.round(Math.min(1, Math.max(0, part)) * 255).toString(16).padStart(2, "0");
    return `#${parts.slice(1).map(hex).join("")}`;
  }

  #show() {
    const style = getComputedStyle(this);
    const tokens = {};
    for (const name of TOKENS) {
      const own = name === "accent" && this.getAttribute("accent");
      const value = (own || style.getPropertyValue(`--oc-${name}`)).trim();
      if (value.length > 200) tokens[name] = "";
      else if (value) tokens[name] = COLOURS.includes(name) ? this.#colour(value) : value;
    }
    this.#refused.clear();
    this.#port?.postMessage({ type: "look", theme: this.getAttribute("theme") ?? "auto", tokens });
  }

  #refuse(code, names) {
    for (const name of names) this.#refused.add(name);
    this.#say("error", { code, names });
  }

  #name() {
    return this.title || this.textContent.trim() || "Application form";
  }

  #least() {
    const least = Number(this.getAttribute("min-height"));
    return `${whole(least, 5_000) ? least : 320}px`;
  }

  // The form's address, where the element names one of this origin below /embed/.
  #address() {
    let address;
    try { address = new URL(this.getAttribute("src") ?? "", document.baseURI); } catch { return null; }
    const id = address.href.replace(/[?#].*/, "").slice(FORMS.length);
    if (!address.href.startsWith(FORMS) || !/^[a-z0-9-]{1,64}$/.test(id)) return null;
    const found = new URL(FORMS + id);
    for (const name of ["partner", "campaign", "lang", "theme"]) {
      const value = this.getAttribute(name);
      if (value && NAME.test(value)) found.searchParams.set(name, value);
    }
    return found.href;
  }

  #build() {
    if (!this.isConnected || this.#frame) return;
    const address = this.#address();
    if (!address) {
      this.#diagnose();
      return this.#say("error", { code: "src" });
    }
    const frame = document.createElement("iframe");
    frame.title = this.#name();
    frame.loading = this.getAttribute("loading") === "eager" ? "eager" : "lazy";
    frame.setAttribute("sandbox", SANDBOX);
    frame.referrerPolicy = "origin";
    Object.assign(frame.style, { border: "0", display: "block", width: "100%", height: "0", minHeight: this.#least(), colorScheme: "auto" });
    this.#closing = new AbortController();
    const { signal } = this.#closing;
    addEventListener("message", (event) => this.#hear(event), { signal });
    document.addEventListener("securitypolicyviolation", (event) => {
      if (event.blockedURI.startsWith(HOME) && /frame|child|default/.test(event.effectiveDirective)) this.#say("error", { code: "csp" });
    }, { signal });
    // A page of both schemes may have other tokens in the other.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#show(), { signal });
    frame.addEventListener("load", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => { if (!this.#port) this.#say("error", { code: "silent" }); }, PATIENCE);
    }, { signal });
    frame.src = address;
    this.style.display ||= "block";
    this.#frame = frame;
    this.#root.append(frame);
    this.#diagnose();
  }

  // Says on the page what stands in the way there: for whoever sets it up.
  #diagnose() {
    if (!this.hasAttribute("debug")) return;
    import(new URL("v1-debug.js", import.meta.url)).then((module) => module.diagnose(this, this.#root, () => ({
      home: HOME, forms: FORMS, address: this.#address(), frame: this.#frame, connected: this.#port !== null, asked: this.#asked, kept: this.#kept, refused: [...this.#refused],
    })), () => {});
  }

  #clear() {
    clearTimeout(this.#waiting);
    this.#closing.abort();
    this.#port?.close();
    if (this.#port) this.#promise();
    this.#port = null;
    this.#frame?.remove();
    this.#frame = null;
    this.#slot.hidden = false;
  }

  // The form says that it is there: it gets a channel of its own. Again after it was reloaded within the frame.
  #hear(event) {
    if (event.origin !== HOME || event.source !== this.#frame?.contentWindow) return;
    if (event.data?.opencall !== VERSION || event.data.type !== "hello") return;
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#told(data);
    // How it looks goes before everything, so that nothing changes under the reader's eyes.
    this.#show();
    const [partner, campaign] = ["partner", "campaign"].map((name) => this.getAttribute(name) ?? undefined);
    this.#frame.contentWindow.postMessage({ opencall: VERSION, type: "connect", partner, campaign }, HOME, [port2]);
  }

  #told(data) {
    switch (data?.type) {
      case "ready":
        clearTimeout(this.#waiting);
        this.#slot.hidden = true;
        this.#resolve();
        return this.#say("ready", {});
      case "height":
        if (whole(data.height, TALLEST)) this.#frame.style.height = `${this.#asked = data.height}px`;
        return;
      case "storage":
        this.#kept = data.kept === true;
        return;
      case "reveal":
        if (whole(data.top, TALLEST) && whole(data.height, TALLEST)) this.#reveal(data);
        return;
      case "error":
        if (["prefill", "token"].includes(data.code) && Array.isArray(data.names)) {
          this.#refuse(data.code, data.names.slice(0, 64).filter((name) => typeof name === "string" && NAME.test(name)));
        }
        return;
      case "step":
        if (whole(data.index, 1_000) && whole(data.total, 1_000)) this.#say("step", { index: data.index, total: data.total });
        return;
      case "submitted":
        if (/^[0-9A-Z-]{1,32}$/.test(data.reference)) this.#say("submitted", { reference: data.reference });
        return;
      case "saved":
      case "closed":
        return this.#say(data.type, {});
    }
  }

  // Brings what has the focus in the form into sight, where it is not. Only then: no form scrolls a page otherwise.
  #reveal({ top, height }) {
    if (this.#root.activeElement !== this.#frame) return;
    const y = this.#frame.getBoundingClientRect().top + top;
    if (y < 0 || y + Math.min(height, innerHeight / 2) > innerHeight) scrollBy({ top: y - innerHeight / 4, behavior: "instant" });
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(`opencall:${name}`, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get("open-call")) customElements.define("open-call", OpenCall);
