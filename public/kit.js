// The partners' kit: the tag live, the lines to copy, and a check of a partner's page. Nothing is asked of any other site.
import { obstacles } from "./embed/csp.js";

const WORDS = {
  en: {
    title: "Partner kit – Opencall", h1: "The form on your page", intro: "One tag puts the application form on your own site. Choose how it stands there, copy three lines, and check what your page allows.",
    skip: "To the snippet", languages: "Language", to_check: "Check a page that is there already", choices: "How it stands there", programme: "Call", partner: "Your organisation", lang: "Language", theme: "Light or dark",
    accent: "Accent colour", accent_hint: "Such as #0b57d0. Empty: ours.", accent_error: "Write # and six hexadecimal digits, such as #0b57d0.", least: "Least height, in px", least_hint: "Until the form says how tall it is.", least_error: "Write a whole number from 0 to 5000.",
    live: "As it will be", live_hint: "This is the real form: whatever is begun in it is a draft like any other.", snippet: "What you put on your page",
    tag: "The tag", tag_text: "Where the form is to stand. The link inside is there without scripts, and until the form is.", header: "If your page has a Content-Security-Policy", header_text: "Add these sources to what it says already.", origins: "What the organiser adds", origins_text: "To your entry in the programme’s document. Put your page’s origin for the one here.",
    copy: "Copy", copied: "Copied: {what}.", selected: "Selected, not copied: the browser refuses. Press Ctrl C.", reader: "The reader’s", auto: "As the reader’s device", light: "Light", dark: "Dark", nobody: "None", open: "Open the form", no_programme: "There is no such call here.",
    check: "Check your page", check_text: "Your page is not visited: what you type stays in this browser.", address: "Address of your page", policy: "Its Content-Security-Policy", policy_hint: "As the header says it; several policies with commas between them. Empty if there is none.", run: "Check the page",
    check_more: "On the page itself, the attribute debug shows more: storage, height, language, and whether the form answers.", to_call: "To the call", foot: "docs/embed.md in the sources of Opencall describes tag, events and protocol.",
    good: "Nothing stands in the way", good_text: "Neither the registration nor the policy. The attribute debug shows the rest on the page itself.", some: "To mend: {n}",
    is_address: "Write the whole address of your page, such as https://www.example.com/jobs.", is_scheme: "The page has to be served with https.", is_origin: "{origin} is not registered. The organiser adds it:", is_unknown: "Whether {origin} is registered is not known: the programme cannot be read here.",
    is_frame: "{directive} refuses the form’s frame{at}. It has to say:", is_script: "{directive} refuses the form’s script{at}. It has to say:", is_dynamic: "{directive} has 'strict-dynamic'{at}: hosts count for nothing, so the script needs the page’s nonce.",
    is_sandbox: "sandbox keeps the form from working{at}. It has to say:", is_trusted: "require-trusted-types-for{at} is no obstacle: the tag writes no HTML and makes no script.", is_coep: "If the page sends Cross-Origin-Embedder-Policy: require-corp, the frame is refused; leave it out on this page.", at: " (policy {n})", note: "Good to know",
  },
  fr: {
    title: "Kit des partenaires – Opencall", h1: "Le formulaire sur votre page", intro: "Une balise met le formulaire de candidature sur votre propre site. Choisissez son apparence, copiez trois lignes, et vérifiez ce que votre page autorise.",
    skip: "Vers l’extrait", languages: "Langue", to_check: "Vérifier une page qui existe déjà", choices: "Son apparence", programme: "Appel", partner: "Votre organisation", lang: "Langue", theme: "Clair ou sombre",
    accent: "Couleur d’accent", accent_hint: "Par exemple #0b57d0. Vide : la nôtre.", accent_error: "Écrivez # et six chiffres hexadécimaux, par exemple #0b57d0.", least: "Hauteur minimale, en px", least_hint: "Jusqu’à ce que le formulaire dise sa hauteur.", least_error: "Écrivez un nombre entier de 0 à 5000.",
    live: "Tel qu’il sera", live_hint: "C’est le vrai formulaire : ce qui y est commencé est un brouillon comme un autre.", snippet: "Ce que vous mettez sur votre page",
    tag: "La balise", tag_text: "À l’endroit du formulaire. Le lien à l’intérieur est là sans scripts, et avant le formulaire.", header: "Si votre page a une Content-Security-Policy", header_text: "Ajoutez ces sources à ce qu’elle dit déjà.", origins: "Ce que l’organisateur ajoute", origins_text: "À votre entrée dans le document du programme. Mettez l’origine de votre page à la place de celle-ci.",
    copy: "Copier", copied: "Copié : {what}.", selected: "Sélectionné, pas copié : le navigateur refuse. Appuyez sur Ctrl C.", reader: "Celle du lecteur", auto: "Comme l’appareil du lecteur", light: "Clair", dark: "Sombre", nobody: "Aucune", open: "Ouvrir le formulaire", no_programme: "Cet appel n’existe pas ici.",
    check: "Vérifier votre page", check_text: "Votre page n’est pas visitée : ce que vous écrivez reste dans ce navigateur.", address: "Adresse de votre page", policy: "Sa Content-Security-Policy", policy_hint: "Comme l’en-tête la donne ; plusieurs politiques séparées par des virgules. Vide s’il n’y en a pas.", run: "Vérifier la page",
    check_more: "Sur la page même, l’attribut debug montre davantage : stockage, hauteur, langue, et si le formulaire répond.", to_call: "Vers l’appel", foot: "docs/embed.md dans les sources d’Opencall décrit balise, événements et protocole.",
    good: "Rien ne fait obstacle", good_text: "Ni l’enregistrement, ni la politique. L’attribut debug montre le reste sur la page même.", some: "À corriger : {n}",
    is_address: "Écrivez l’adresse entière de votre page, par exemple https://www.example.com/jobs.", is_scheme: "La page doit être servie en https.", is_origin: "{origin} n’est pas enregistrée. L’organisateur l’ajoute :", is_unknown: "On ne sait pas si {origin} est enregistrée : le programme ne peut pas être lu ici.",
    is_frame: "{directive} refuse le cadre du formulaire{at}. Il faut :", is_script: "{directive} refuse le script du formulaire{at}. Il faut :", is_dynamic: "{directive} contient 'strict-dynamic'{at} : les hôtes ne comptent pas, le script a donc besoin du nonce de la page.",
    is_sandbox: "sandbox empêche le formulaire de fonctionner{at}. Il faut :", is_trusted: "require-trusted-types-for{at} n’est pas un obstacle : la balise n’écrit pas de HTML et ne fabrique pas de script.", is_coep: "Si la page envoie Cross-Origin-Embedder-Policy: require-corp, le cadre est refusé ; ne l’envoyez pas avec cette page.", at: " (politique {n})", note: "Bon à savoir",
  },
};

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let language = [query.get("lang"), ...navigator.languages].map((tag) => tag?.slice(0, 2)).find((tag) => WORDS[tag]) ?? "en";
const t = (name, filling = {}) => WORDS[language][name].replace(/\{(\w+)\}/g, (_, key) => filling[key] ?? "");
const { origin: own } = location;
/** Where the app lives. */
const home = own + (document.documentElement.dataset.base ?? "");
const loader = `${own}${document.body.dataset.loader}.js`;
/** The programme's document, what there is to choose from, and the backend's address, as config.json says it. */
const state = { programmes: [], document: null, checked: false, api: "" };

function el(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

const local = (text) => text?.[language] ?? text?.en ?? Object.values(text ?? {})[0] ?? "";

async function get(path) {
  try {
    const reply = await fetch(path, { signal: AbortSignal.timeout(8000) });
    return reply.ok ? await reply.json() : null;
  } catch { return null; }
}

/** Fills a list of choices, and keeps what was chosen. */
function offer(id, choices) {
  const select = $(id);
  const chosen = select.value;
  select.replaceChildren(...choices.map(([value, words]) => new Option(words, value)));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}

/** What is chosen, as attributes; what cannot be one is left out and said. */
function chosen() {
  const complain = (id, isWrong) => {
    $(id).setAttribute("aria-invalid", String(isWrong));
    $(`${id}-error`).textContent = isWrong ? t(`${id}_error`) : "";
  };
  const [accent, least] = [$("accent").value.trim(), $("least").value.trim()];
  const isAccent = /^#[0-9a-f]{6}$/i.test(accent);
  const isLeast = /^\d{1,4}$/.test(least) && Number(least) <= 5_000;
  complain("accent", accent !== "" && !isAccent);
  complain("least", least !== "" && !isLeast);
  const attributes = [["src", `${home}/embed/${$("programme").value}`]];
  if ($("partner").value) attributes.push(["partner", $("partner").value]);
  if ($("lang").value) attributes.push(["lang", $("lang").value]);
  if ($("theme").value !== "auto") attributes.push(["theme", $("theme").value]);
  if (isAccent) attributes.push(["accent", accent.toLowerCase()]);
  if (isLeast) attributes.push(["min-height", String(Number(least))]);
  return attributes;
}

function fallback() {
  const link = new URL(`${home}/${$("programme").value}`);
  if ($("partner").value) link.searchParams.set("partner", $("partner").value);
  return link.href;
}

const words = () => WORDS[$("lang").value]?.open ?? t("open");

function snippet() {
  const attributes = chosen().map(([name, value]) => `${name}="${value}"`).join(" ");
  return `<script type="module" src="${loader}"></script>\n<open-call ${attributes}>\n  <a href="${fallback()}">${words()}</a>\n</open-call>`;
}

/** The element that stands there: its attributes follow the choices, so that it is not loaded anew for a colour. */
function drawLive() {
  if (!state.document) return $("stage").replaceChildren(el("p", "notice warn", t("no_programme")));
  let live = $("stage").querySelector("open-call");
  const wanted = new Map(chosen());
  if (!live) {
    live = document.createElement("open-call");
    live.setAttribute("loading", "eager");
    for (const [name, value] of wanted) live.setAttribute(name, value);
    live.append(el("a", "", words()));
    $("stage").replaceChildren(live);
  }
  for (const name of ["src", "partner", "lang", "theme", "accent", "min-height"]) {
    if (wanted.has(name)) live.setAttribute(name, wanted.get(name));
    else if (name === "theme") live.setAttribute("theme", "auto");
    else live.removeAttribute(name);
  }
  live.title = `${local(state.document.title)}`;
  live.querySelector("a").href = fallback();
  $("stage").dataset.theme = wanted.get("theme") ?? "auto";
}

function line(name, text) {
  const code = el("code", "", text);
  code.id = `line-${name}`;
  const box = el("pre", "", code);
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", t(name));
  const button = el("button", "btn quiet", t("copy"));
  button.type = "button";
  button.setAttribute("aria-label", `${t("copy")}: ${t(name)}`);
  button.addEventListener("click", () => copy(code, t(name)));
  return el("div", "kit-line", el("h3", "", t(name)), el("p", "small soft", t(`${name}_text`)), box, button);
}

function drawLines() {
  const texts = {
    tag: snippet(),
    header: `script-src ${own}; frame-src ${own}`,
    origins: `"origins": ["${page()?.origin ?? "https://www.example.com"}"]`,
  };
  for (const [name, text] of Object.entries(texts)) {
    const there = $(`line-${name}`);
    if (there) there.textContent = text;
    else $("lines").append(line(name, text));
  }
}

async function copy(code, what) {
  const say = (text) => { $("said").textContent = ""; setTimeout(() => { $("said").textContent = text; }, 50); };
  try {
    await navigator.clipboard.writeText(code.textContent);
    say(t("copied", { what }));
  } catch {
    getSelection()?.selectAllChildren(code);
    say(t("selected"));
  }
}

/** The page that was typed; null while it is none. */
function page() {
  try {
    const url = new URL($("address").value.trim());
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch { return null; }
}

/** What stands in the way of a page, each with the line that mends it: [kind, words, line]. */
function judge() {
  const url = page();
  if (!url) return [["problem", t("is_address"), ""]];
  const found = [];
  const isNear = url.hostname === "localhost" || url.hostname.endsWith(".localhost") || url.hostname === "127.0.0.1";
  const origin = url.protocol === "https:" || isNear ? url.origin : url.origin.replace(/^http:/, "https:");
  if (origin !== url.origin) found.push(["problem", t("is_scheme"), url.href.replace(/^http:/, "https:")]);
  if (!state.document) found.push(["note", t("is_unknown", { origin }), ""]);
  else if (origin !== own && !state.document.organisers.some(({ origins = [] }) => origins.includes(origin))) found.push(["problem", t("is_origin", { origin }), `"origins": ["${origin}"]`]);
  const addresses = { page: url.href, frame: `${home}/embed/${$("programme").value}`, script: loader };
  const several = /,/.test($("policy").value);
  for (const { what, line, directive, policy } of obstacles($("policy").value, addresses)) {
    const at = several ? t("at", { n: policy }) : "";
    found.push([what === "trusted" ? "note" : "problem", t(`is_${what}`, { directive, at }), line]);
  }
  found.push(["note", t("is_coep"), ""]);
  return found;
}

function drawVerdict() {
  if (!state.checked) return $("verdict").replaceChildren();
  const found = judge();
  const problems = found.filter(([is]) => is === "problem");
  const head = el("h3", "", problems.length ? t("some", { n: problems.length }) : t("good"));
  const items = found.map(([is, text, line]) => el("li", is, is === "note" ? el("strong", "", `${t("note")}: `) : "", text, line ? el("code", "", line) : ""));
  const box = el("div", `notice ${problems.length ? "wrong" : "good"}`, head, problems.length ? "" : el("p", "", t("good_text")), el("ul", "", ...items));
  $("verdict").replaceChildren(box);
}

/** Draws every word of the page in the reader's language. */
function draw() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  $("languages").setAttribute("aria-label", t("languages"));
  for (const link of $("languages").children) {
    if (link.lang === language) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  offer("programme", state.programmes.map(({ id, title }) => [id, local(title)]));
  drawChoices();
}

/** What there is to choose from follows the call. */
function drawChoices() {
  offer("partner", [["", t("nobody")], ...(state.document?.organisers ?? []).map(({ id, name }) => [id, name])]);
  offer("lang", [["", t("reader")], ...(state.document?.locales ?? []).map((tag) => [tag, { en: "English", fr: "Français" }[tag] ?? tag])]);
  offer("theme", ["auto", "light", "dark"].map((name) => [name, t(name)]));
  follow();
}

function follow() {
  drawLines();
  drawLive();
  drawVerdict();
}

async function load() {
  state.document = await get(`${state.api}/api/v1/programmes/${encodeURIComponent($("programme").value)}`);
  drawChoices();
}

for (const link of $("languages").children) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    language = link.lang;
    query.set("lang", language);
    history.replaceState(null, "", `?${query}`);
    $("lines").replaceChildren();
    draw();
  });
}
$("programme").addEventListener("change", load);
for (const id of ["partner", "lang", "theme"]) $(id).addEventListener("change", follow);
for (const id of ["accent", "least"]) $(id).addEventListener("change", follow);
$("address").addEventListener("change", drawLines);
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.checked = true;
  drawVerdict();
  drawLines();
  $("verdict").scrollIntoView({ block: "nearest" });
});

document.fonts.load('600 1em "Bricolage Grotesque"').then(() => document.documentElement.classList.add("display-font"), () => {});
draw();
const config = await get(`${home}/config.json`);
state.api = (config?.api ?? "").replace(/\/+$/, "");
const listed = await get(`${state.api}/api/v1/programmes`);
state.programmes = listed?.programmes ?? (Array.isArray(listed) ? listed : []);
const asked = query.get("programme") ?? config?.programme ?? "";
if (!state.programmes.some(({ id }) => id === asked)) state.programmes = [{ id: asked, title: { en: asked } }, ...state.programmes];
draw();
$("programme").value = asked;
if (query.get("partner")) await load().then(() => { $("partner").value = query.get("partner"); follow(); });
else await load();
await import(loader);
document.documentElement.classList.add("ready");
if (location.pathname.endsWith("/check")) $("check").focus();
