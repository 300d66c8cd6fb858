// A partner's counts: docs/embed.md, "What a partner can see". The token stands in the fragment, which browsers send nowhere; it is taken
// out of the address, and kept for as long as the tab is there.
"use strict";
{
const KEPT = "opencall-partner";

const WORDS = {
  en: {
    title: "Applications from your pages – Opencall",
    skip: "To the counts", languages: "Language",
    h1: "Applications from your pages",
    intro: "How many applications came to this call by your pages. Never who they are from, nor what they say.",
    figures: "The counts",
    loading: "Counting…",
    submitted: "Submitted", begun: "Begun",
    most: "up to four more may be waiting to be counted",
    few: "Fewer than five", few_text: "Or nobody yet: so small a number could tell of people, so that it is not told.",
    close: "Not told", close_text: "Fewer than five were begun, or so close to what was submitted that the difference could tell of people.",
    none: "There is nothing to show yet", none_text: "Up to the last midnight, fewer than five applications by your pages were submitted, or none, and few more begun. Such small numbers could tell of people: what was submitted is shown once there are five.",
    caption: "When they were submitted", days: "Days (UTC)", count: "Applications", total: "Together",
    to: "Up to {date}",
    gone: "This link shows no counts any more", gone_text: "It was replaced or taken back, or a piece of it is missing. Ask the programme’s organisers for the link in force, and open it whole.",
    nolink: "Open your link", nolink_text: "This page takes the whole link that the programme’s organisers gave you, with what stands behind “#”.",
    offline: "The counts cannot be reached", offline_text: "There is no connection, or the backend does not answer just now. Your link is kept in this tab.",
    stale: "What you see is from before.",
    again: "Count again", retry: "Try again",
    when: "Counted up to {date}, 00:00 UTC. Asked at {time}.",
    how: "How it is counted",
    how_days: "Whole days are counted, up to the last midnight in UTC. Days are put together until five applications were submitted in them; what has come since waits. So each figure may be up to four too few, and never tells of a few people.",
    how_who: "An application counts for you if it was begun by your form, or by your link to ours. One that is withdrawn stays counted; one that is erased does not.",
    to_call: "To the call", foot: "Whoever has your link reads these counts. The programme’s organisers can replace it.",
  },
  fr: {
    title: "Candidatures venues de vos pages – Opencall",
    skip: "Aller aux chiffres", languages: "Langue",
    h1: "Candidatures venues de vos pages",
    intro: "Combien de candidatures sont arrivées à cet appel par vos pages. Jamais de qui, ni ce qu’elles disent.",
    figures: "Les chiffres",
    loading: "Comptage…",
    submitted: "Envoyées", begun: "Commencées",
    most: "jusqu’à quatre de plus attendent peut-être d’être comptées",
    few: "Moins de cinq", few_text: "Ou personne encore : un si petit nombre pourrait désigner des gens, il n’est donc pas donné.",
    close: "Non donné", close_text: "Moins de cinq ont été commencées, ou un nombre si proche des envois que la différence pourrait désigner des gens.",
    none: "Rien à montrer pour l’instant", none_text: "Jusqu’à minuit dernier, moins de cinq candidatures venues par vos pages ont été envoyées, ou aucune, et guère plus commencées. De si petits nombres pourraient désigner des gens : les envois sont montrés à partir de cinq.",
    caption: "Quand elles ont été envoyées", days: "Jours (UTC)", count: "Candidatures", total: "Ensemble",
    to: "Jusqu’au {date}",
    gone: "Ce lien ne montre plus de chiffres", gone_text: "Il a été remplacé ou repris, ou il en manque un morceau. Demandez aux organisateurs du programme le lien en vigueur, et ouvrez-le en entier.",
    nolink: "Ouvrez votre lien", nolink_text: "Cette page demande le lien entier que les organisateurs du programme vous ont donné, avec ce qui suit « # ».",
    offline: "Les chiffres sont hors d’atteinte", offline_text: "Il n’y a pas de connexion, ou le serveur ne répond pas pour l’instant. Votre lien est gardé dans cet onglet.",
    stale: "Ce que vous voyez date d’avant.",
    again: "Compter de nouveau", retry: "Réessayer",
    when: "Compté jusqu’au {date}, 00:00 UTC. Demandé à {time}.",
    how: "Comment on compte",
    how_days: "On compte des jours entiers, jusqu’à minuit dernier en UTC. Les jours sont réunis jusqu’à ce que cinq candidatures y aient été envoyées ; ce qui est venu depuis attend. Chaque chiffre peut donc être trop petit de quatre au plus, et ne désigne jamais quelques personnes.",
    how_who: "Une candidature compte pour vous si elle a été commencée dans votre formulaire, ou par votre lien vers le nôtre. Retirée, elle reste comptée ; effacée, non.",
    to_call: "Vers l’appel", foot: "Qui a votre lien lit ces chiffres. Les organisateurs du programme peuvent le remplacer.",
  },
};

const asked = new URLSearchParams(location.search).get("lang");
const preferred = [asked, ...navigator.languages].map((tag) => tag?.slice(0, 2));
let language = preferred.find((tag) => Object.hasOwn(WORDS, tag ?? "")) ?? "en";
/** A text, with its places filled in; spaces that must not break are set the French way. */
function t(name, filling = {}) {
  const said = WORDS[language][name].replace(/ ([:;?!»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
  return said.replace(/\{(\w+)\}/g, (_, place) => filling[place]);
}

const $ = (id) => document.getElementById(id);
/** An element with a class and what is in it: texts stay texts. */
function el(name, className, ...inside) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...inside);
  return element;
}

const region = () => (language === "fr" ? "fr-FR" : "en-GB");
const number = (count) => new Intl.NumberFormat(region()).format(count);
const dates = () => new Intl.DateTimeFormat(region(), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** The token: of the fragment, else of this tab. It leaves the address at once. */
function taken() {
  const given = location.hash.slice(1).replace(/^heading$/, "");
  let token = given;
  try {
    if (given) sessionStorage.setItem(KEPT, given);
    else token = sessionStorage.getItem(KEPT) ?? "";
  } catch { /* Without a storage it is there until the page is left. */ }
  if (given) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

const state = { token: "", is: "loading", counts: null, at: null, turn: 0 };

/** What is said where there are no counts, or where they are old. */
function said() {
  const { is, counts } = state;
  if (is === "loading") return counts ? [] : [el("p", "soft", t("loading"))];
  const kinds = { gone: "wrong", nolink: "warn", offline: "warn" };
  if (is in kinds) {
    const box = el("div", `notice ${kinds[is]}`, el("h2", "", t(is)), el("p", "", t(`${is}_text`)));
    if (counts) box.append(el("p", "", t("stale")));
    return [box];
  }
  return counts.begun || counts.submitted ? [] : [el("div", "notice", el("h2", "", t("none")), el("p", "", t("none_text")))];
}

function figure(name, count, why) {
  const told = el("dd", "counts-figure", count ? number(count) : t(why));
  return el("div", count ? "" : "few", el("dt", "", t(name)), told, el("dd", "small soft", t(count ? "most" : `${why}_text`)));
}

function table({ periods, submitted }) {
  const row = (...cells) => el("tr", "", ...cells);
  const heading = (scope, text) => Object.assign(el("th", "", text), { scope });
  const day = 86_400_000;
  const days = ({ from, until }) => {
    const last = Date.parse(until) - day;
    if (!from) return t("to", { date: dates().format(last) });
    return dates().formatRange(Date.parse(from), last);
  };
  const body = periods.map((period) => row(heading("row", days(period)), el("td", "", number(period.submitted))));
  return el("table", "", el("caption", "", t("caption")),
    el("thead", "", row(heading("col", t("days")), heading("col", t("count")))),
    el("tbody", "", ...body),
    el("tfoot", "", row(heading("row", t("total")), el("td", "", number(submitted)))));
}

/** Draws every word of the page in the reader's language. */
function draw() {
  const { is, counts, at } = state;
  document.documentElement.lang = language;
  document.title = t("title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  $("languages").setAttribute("aria-label", t("languages"));
  for (const link of $("languages").children) {
    if (link.lang === language) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  $("said").replaceChildren(...said());
  $("programme").hidden = !counts;
  const any = Boolean(counts?.begun || counts?.submitted);
  $("counts").hidden = !any;
  $("numbers").replaceChildren();
  $("days").replaceChildren();
  $("when").textContent = "";
  if (counts) {
    $("programme").textContent = `${counts.name} · ${counts.title[language] ?? Object.values(counts.title)[0]}`;
    const time = at.toLocaleTimeString(region(), { timeStyle: "short" });
    $("when").textContent = t("when", { date: dates().format(Date.parse(counts.counted_at)), time });
  }
  if (any) {
    $("numbers").append(figure("submitted", counts.submitted, "few"), figure("begun", counts.begun, "close"));
    if (counts.periods.length) $("days").append(table(counts));
  }
  $("again").hidden = !["counts", "offline"].includes(is) && !counts;
  $("again").textContent = t(is === "offline" ? "retry" : "again");
}

/** The backend's address, as config.json says it; empty for this origin, and where there is no telling. */
async function backend(signal) {
  try {
    const reply = await fetch(`${document.documentElement.dataset.base ?? ""}/config.json`, { signal });
    return (await reply.json()).api.replace(/\/+$/, "");
  } catch { return ""; }
}

/** Asks for the counts. Whoever asked last has the last word. */
async function count() {
  const turn = ++state.turn;
  state.is = state.token ? "loading" : "nolink";
  draw();
  if (!state.token) return;
  let [is, counts] = ["offline", state.counts];
  try {
    const headers = { Authorization: `Bearer ${state.token}` };
    const signal = AbortSignal.timeout(15_000);
    const reply = await fetch(`${await backend(signal)}/api/v1/partner/counts`, { headers, cache: "no-store", signal });
    if (reply.status === 401) [is, counts] = ["gone", null];
    else if (reply.ok) [is, counts] = ["counts", await reply.json()];
  } catch { /* Said below. */ }
  if (turn !== state.turn) return;
  if (is === "counts") state.at = new Date();
  Object.assign(state, { is, counts });
  if (is === "gone") try { sessionStorage.removeItem(KEPT); } catch { /* It was never kept. */ }
  draw();
}

$("again").addEventListener("click", count);
addEventListener("hashchange", () => {
  if (location.hash.length < 2 || location.hash === "#heading") return;
  Object.assign(state, { token: taken(), counts: null });
  count();
});
$("languages").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  language = link.lang;
  history.replaceState(null, "", link.search);
  draw();
});
document.fonts?.load("600 1em 'Bricolage Grotesque'").then(() => document.documentElement.classList.add("display-font"), () => {});

state.token = taken();
count();
}
