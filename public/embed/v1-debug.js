// What stands in the way of the form on this page, and the line that mends it: loaded where <open-call> has the attribute `debug`.
// Drawn into the element, below its frame, with a style sheet that no Content Security Policy refuses; described in docs/embed.md.
import { mended, policies } from "./csp.js";

const VERSION = 1;
const AGAIN = 1_000;
// After how many looks a frame that does not answer is sent once more: the browser says again why it was refused.
const NUDGE = 5;
const NARROW = 280;

const WORDS = {
  en: {
    title: "Opencall: this page", ok: "Fine", problem: "To mend", unknown: "Not known yet", copy: "Copy", copied: "Copied", sum: "{n} to mend", none: "Nothing to mend",
    note: "Only because of the attribute debug. Remove it before the page goes out.",
    src_ok: "src names a form of {home}.", src_bad: "src names no form of {home}: it is {forms} and the programme’s id, beside the script.",
    csp_ok: "The page’s policy allows the frame.", csp_open: "No refusal by the page’s Content-Security-Policy has been seen.", csp_bad: "The page’s Content-Security-Policy refuses the frame ({directive}). In the header it has to say:", csp_other: "The page’s Content-Security-Policy refuses something of {home} ({directive}). In the header it has to say:",
    reg_ok: "{origin} is registered.", reg_bad: "{origin} is not registered for this programme. The organiser adds it to its entry in the programme’s document:", reg_open: "Whether {origin} is registered cannot be asked: the form’s server does not tell, or script-src refuses.",
    partner_ok: "partner is {partner}.", partner_no: "No partner: what is begun here is counted for nobody. Organisers: {values}.", partner_bad: "partner is no organiser of this programme. Organisers: {values}.",
    lang_ok: "The form is in {lang}.", lang_auto: "The form is in the reader’s language: {values}.", lang_bad: "lang is none of the form’s languages: {values}.",
    kept_ok: "The frame can store.", kept_bad: "The browser lets the frame store nothing that lasts. Nothing is lost: what is written is with the server, and the private link in the form opens it.", kept_open: "Whether the frame can store has not been said.",
    size_ok: "The form has the height it asks for: {asked} px.", size_open: "The form has asked for no height yet.", size_bad: "The page’s styles cut the form: {has} px of {asked}. {property} of {who} has to go:", narrow: "The form is {has} px wide; under 280 it is hard to use. {property} has to go:",
    refused: "Refused: {values}.",
    link_ok: "The form answers, protocol version {version}.", link_open: "The form has not answered yet.", link_bad: "The form does not answer.",
    phase_ok: "The call is open.", phase_not_yet_open: "The call is not open yet: the form shows when it opens.", phase_closed: "The call is over: nothing can be begun.",
  },
  fr: {
    title: "Opencall : cette page", ok: "Bon", problem: "À corriger", unknown: "Pas encore connu", copy: "Copier", copied: "Copié", sum: "{n} à corriger", none: "Rien à corriger",
    note: "Affiché à cause de l’attribut debug. Retirez-le avant de publier la page.",
    src_ok: "src désigne un formulaire de {home}.", src_bad: "src ne désigne aucun formulaire de {home} : c’est {forms} suivi de l’identifiant du programme, à côté du script.",
    csp_ok: "La politique de la page autorise le cadre.", csp_open: "Aucun refus de la Content-Security-Policy de la page n’a été vu.", csp_bad: "La Content-Security-Policy de la page refuse le cadre ({directive}). L’en-tête doit dire :", csp_other: "La Content-Security-Policy de la page refuse quelque chose de {home} ({directive}). L’en-tête doit dire :",
    reg_ok: "{origin} est enregistrée.", reg_bad: "{origin} n’est pas enregistrée pour ce programme. L’organisateur l’ajoute à son entrée dans le document du programme :", reg_open: "Impossible de savoir si {origin} est enregistrée : le serveur du formulaire ne le dit pas, ou script-src le refuse.",
    partner_ok: "partner vaut {partner}.", partner_no: "Aucun partner : ce qui commence ici n’est compté pour personne. Organisateurs : {values}.", partner_bad: "partner n’est pas un organisateur de ce programme. Organisateurs : {values}.",
    lang_ok: "Le formulaire est en {lang}.", lang_auto: "Le formulaire est dans la langue du lecteur : {values}.", lang_bad: "lang n’est pas une langue du formulaire : {values}.",
    kept_ok: "Le cadre peut enregistrer.", kept_bad: "Le navigateur ne laisse le cadre rien garder durablement. Rien n’est perdu : ce qui est écrit est sur le serveur, et le lien privé du formulaire l’ouvre.", kept_open: "Le cadre n’a pas dit s’il peut enregistrer.",
    size_ok: "Le formulaire a la hauteur qu’il demande : {asked} px.", size_open: "Le formulaire n’a pas encore demandé de hauteur.", size_bad: "Les styles de la page coupent le formulaire : {has} px sur {asked}. {property} de {who} doit disparaître :", narrow: "Le formulaire a {has} px de large ; sous 280 il est difficile à utiliser. {property} doit disparaître :",
    refused: "Refusé : {values}.",
    link_ok: "Le formulaire répond, version {version} du protocole.", link_open: "Le formulaire n’a pas encore répondu.", link_bad: "Le formulaire ne répond pas.",
    phase_ok: "L’appel est ouvert.", phase_not_yet_open: "L’appel n’est pas encore ouvert : le formulaire dit quand il ouvre.", phase_closed: "L’appel est terminé : rien ne peut être commencé.",
  },
};

const STYLE = `
section { color-scheme: light dark; display: block; margin: 12px 0 0; padding: 12px 16px; border: 1px solid light-dark(#77706a, #8f8880); border-radius: 3px;
  background: light-dark(#fdfbf7, #1b1815); color: light-dark(#2a2420, #ece7df); font: 400 14px/1.45 system-ui, sans-serif; text-align: start; overflow-wrap: anywhere; box-sizing: border-box; }
p, ul { margin: 0; padding: 0; }
.head { display: flex; flex-wrap: wrap; gap: 0 12px; justify-content: space-between; font-weight: 600; }
ul { list-style: none; display: grid; gap: 8px; margin: 12px 0; }
li { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2px; padding-inline-start: 12px; border-inline-start: 3px solid light-dark(#6d6660, #a19a92); }
li.problem { border-color: light-dark(#b3261e, #ffa79c); }
li.ok { border-color: light-dark(#24693f, #86d39f); }
b { font-size: 12px; font-weight: 600; }
.problem b { color: light-dark(#a5221a, #ffb4ab); }
.ok b { color: light-dark(#1f5c37, #8fdaa7); }
.line { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-block-start: 4px; }
code { flex: 1 1 14em; padding: 6px 8px; background: light-dark(#f1ebe1, #2b2621); font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; user-select: all; }
button { min-block-size: 32px; min-inline-size: 44px; padding: 4px 12px; border: 1px solid currentColor; border-radius: 3px; background: none; color: inherit; font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid light-dark(#2b3fd0, #aebaff); outline-offset: 2px; }
.note { font-size: 13px; color: light-dark(#57504a, #bdb5ab); }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

const running = new WeakMap();
const nudged = new WeakSet();
let sheet;

function el(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

// What is public about a programme, as its backend says it; null where it does not.
async function told(home, address) {
  try { return (await import(`${home}${new URL(address).pathname}/check.js`)).default; } catch { return null; }
}

// What cuts an element to less than it needs: it, or the first around it that hides what does not fit.
function cut(element, frame, asked) {
  for (let one = element; one && one !== document.documentElement && one !== document.body; one = one.parentElement) {
    const style = getComputedStyle(one);
    const height = Math.round(one.getBoundingClientRect().height);
    if (height + 1 < asked && (one === element || style.overflowY !== "visible")) {
      const property = style.maxHeight !== "none" ? "max-height" : "height";
      const who = one === element ? "open-call" : one.id ? `#${one.id}` : [one.localName, ...one.classList].join(".");
      return { has: height, property, who };
    }
  }
  const has = Math.round(frame.getBoundingClientRect().height);
  return has + 1 < asked ? { has, property: "height", who: "open-call" } : null;
}

// Draws the panel into the element and keeps it true until the element goes away. `facts` gives what the element knows at that moment.
export function diagnose(element, root, facts) {
  running.get(element)?.();
  const lang = [element.lang, document.documentElement.lang, navigator.language].find(Boolean) ?? "en";
  const words = WORDS[/^fr\b/i.test(lang) ? "fr" : "en"];
  const t = (name, filling = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => filling[key] ?? "");
  const { home, address } = facts();
  const state = { facts: undefined, violations: new Map(), looks: 0, silent: false };
  const list = el("ul");
  const sum = el("span");
  const said = el("p", "said");
  said.setAttribute("role", "status");
  const panel = el("section", "", el("p", "head", el("span", "", t("title")), sum), list, el("p", "note", t("note")), said);
  panel.lang = words === WORDS.fr ? "fr" : "en";
  panel.setAttribute("aria-label", t("title"));
  const theme = element.getAttribute("theme");
  if (theme === "light" || theme === "dark") panel.style.colorScheme = theme;
  sheet ??= new CSSStyleSheet();
  if (!sheet.cssRules.length) sheet.replaceSync(STYLE);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  root.append(panel);

  const rule = (finding) => finding.join(" ");
  let drawn = "";
  const look = () => {
    const now = facts();
    const found = [];
    const add = (is, text, line = "") => found.push([is, text, line]);
    const values = (all) => all.join(", ");
    if (now.address) add("ok", t("src_ok", now));
    else add("problem", t("src_bad", now), `src="${now.forms}${/([a-z0-9-]+)\/?$/.exec(element.getAttribute("src") ?? "")?.[1] ?? "PROGRAMME"}"`);
    const isOfFrames = (directive) => /^(frame|child|default)-src$/.test(directive);
    for (const [directive, line] of state.violations) add("problem", t(isOfFrames(directive) ? "csp_bad" : "csp_other", { directive, ...now }), line);
    if (!state.violations.size) add(now.connected ? "ok" : "unknown", t(now.connected ? "csp_ok" : "csp_open"));
    const around = [location.origin, ...location.ancestorOrigins ?? []];
    const known = state.facts;
    if (now.address) {
      const missing = known && around.find((origin) => origin !== now.home && !known.origins.includes(origin));
      if (missing) add("problem", t("reg_bad", { origin: missing }), `"origins": ["${missing}"]`);
      else add(known || now.connected ? "ok" : "unknown", t(known || now.connected ? "reg_ok" : "reg_open", { origin: location.origin }));
    }
    if (known) {
      const [partner, lang] = [element.getAttribute("partner"), element.getAttribute("lang")];
      if (!partner) add("unknown", t("partner_no", { values: values(known.partners) }), `partner="${known.partners[0] ?? ""}"`);
      else if (known.partners.includes(partner)) add("ok", t("partner_ok", { partner }));
      else add("problem", t("partner_bad", { values: values(known.partners) }), `partner="${known.partners[0] ?? ""}"`);
      if (!lang) add("ok", t("lang_auto", { values: values(known.locales) }));
      else if (known.locales.includes(lang)) add("ok", t("lang_ok", { lang }));
      else add("problem", t("lang_bad", { values: values(known.locales) }), `lang="${known.locales[0]}"`);
      const phase = { open: "ok", last_hour: "ok", not_yet_open: "not_yet_open" }[known.phase] ?? "closed";
      add("ok", t(`phase_${phase}`));
    }
    if (now.kept === null || now.kept === undefined) add("unknown", t("kept_open"));
    else add(now.kept ? "ok" : "problem", t(now.kept ? "kept_ok" : "kept_bad"));
    const cutting = now.frame && now.asked ? cut(element, now.frame, now.asked) : null;
    if (cutting) {
      add("problem", t("size_bad", { ...now, ...cutting }), `${cutting.who} { height: auto; max-height: none; }`);
      // Below the frame it would be cut off with it.
      if (root.firstChild !== panel) root.prepend(panel);
    } else add(now.asked ? "ok" : "unknown", t(now.asked ? "size_ok" : "size_open", now));
    const width = Math.round(element.getBoundingClientRect().width);
    if (now.frame && width < NARROW) {
      const property = getComputedStyle(element).maxWidth === "none" ? "width" : "max-width";
      add("problem", t("narrow", { has: width, property }), "open-call { width: auto; max-width: none; }");
    }
    if (now.refused?.length) add("problem", t("refused", { values: values(now.refused) }));
    if (now.connected) add("ok", t("link_ok", { version: VERSION }));
    else add(state.silent ? "problem" : "unknown", t(state.silent ? "link_bad" : "link_open"));
    draw(found);
  };

  // What is to be mended stands first. Nothing is drawn anew while nothing has changed: a button keeps the focus.
  const draw = (found) => {
    const all = ["problem", "unknown", "ok"].flatMap((kind) => found.filter(([is]) => is === kind));
    if (drawn === (drawn = all.map(rule).join("\n"))) return;
    const count = all.filter(([is]) => is === "problem").length;
    sum.textContent = count ? t("sum", { n: count }) : t("none");
    list.replaceChildren(...all.map(([is, text, line]) => {
      const item = el("li", is, el("b", "", t(is)), el("span", "", text));
      if (!line) return item;
      const button = el("button", "", t("copy"));
      button.type = "button";
      button.setAttribute("aria-label", `${t("copy")}: ${line}`);
      button.addEventListener("click", () => copy(line, item));
      item.append(el("div", "line", el("code", "", line), button));
      return item;
    }));
  };

  const copy = async (line, item) => {
    try {
      await navigator.clipboard.writeText(line);
      said.textContent = "";
      setTimeout(() => { said.textContent = t("copied"); }, 50);
    } catch {
      // Where the page may not write to the clipboard, it is selected at least.
      getSelection()?.selectAllChildren(item.querySelector("code"));
    }
  };

  const refused = ({ blockedURI, effectiveDirective, violatedDirective, originalPolicy }) => {
    let blocked = "";
    try { blocked = new URL(blockedURI ?? "").origin; } catch { return; }
    const directive = effectiveDirective || violatedDirective?.split(" ")[0];
    if (blocked !== home || !directive || state.violations.has(directive)) return;
    const policy = policies(originalPolicy ?? "")[0] ?? new Map();
    const kind = /^(frame|child|default)-src$/.test(directive) ? "frame" : /^script-src/.test(directive) ? "script" : null;
    state.violations.set(directive, kind ? mended(policy, kind, home) : `${directive} ${home}`);
    look();
  };

  const over = new AbortController();
  const { signal } = over;
  document.addEventListener("securitypolicyviolation", refused, { signal });
  // Also what was refused before this was loaded.
  const observer = globalThis.ReportingObserver && new ReportingObserver((reports) => {
    for (const { body } of reports) refused({ ...body?.toJSON?.(), blockedURI: body?.blockedURL });
  }, { types: ["csp-violation"], buffered: true });
  observer?.observe();
  for (const name of ["ready", "step", "saved", "submitted", "closed", "error"]) {
    element.addEventListener(`opencall:${name}`, ({ detail }) => {
      if (detail?.code === "silent") state.silent = true;
      look();
    }, { signal });
  }
  const stop = () => {
    over.abort();
    observer?.disconnect();
    clearInterval(timer);
    panel.remove();
    running.delete(element);
  };
  const timer = setInterval(() => {
    if (!element.isConnected || !element.hasAttribute("debug")) return stop();
    const { frame, connected } = facts();
    if (frame && !connected && ++state.looks === NUDGE && !state.violations.size && !nudged.has(element)) {
      nudged.add(element);
      frame.src = frame.src;
    }
    look();
  }, AGAIN);
  running.set(element, stop);
  look();
  if (address) told(home, address).then((facts) => { state.facts = facts; if (!signal.aborted) look(); });
}
