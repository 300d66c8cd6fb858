// Checks receipts and seals on the device: what core/src/proof.rs does, with the browser's own Ed25519 and SHA-256.
// docs/receipts.md describes the format. A plain script, so that a copy of the page on a disk works too.
"use strict";
{
const FORMAT = "opencall-proof/1";
const ALGORITHM = "Ed25519";
/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410). */
const SPKI = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/** Why something proves nothing; `why` is one of the `why_` texts below. */
class Refusal extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The bytes of a text. One that has none, because half of a character is missing, is refused: it would be signed as another. */
function utf8(text) {
  const bytes = new TextEncoder().encode(text);
  if (new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) !== text) throw new Refusal("json");
  return bytes;
}

/** Bytes from base64 that nothing else decodes to. */
function base64(text, length) {
  let bytes = null;
  try { bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); } catch { return null; }
  return bytes.length === length && btoa(String.fromCharCode(...bytes)) === text ? bytes : null;
}

/** A JSON text in which no object names a member twice: readers differ on which of them counts. */
function parse(text) {
  let value;
  try { value = JSON.parse(text); } catch { throw new Refusal("json"); }
  const open = [];
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*:?|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token.endsWith(":")) {
      const name = JSON.parse(token.slice(0, -1));
      if (open.at(-1).has(name)) throw new Refusal("twice");
      open.at(-1).add(name);
    }
  }
  return value;
}

/** The canonical form of RFC 8785: members sorted by UTF-16 code units; texts and numbers as ECMAScript writes them, -0 as 0. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

// The shapes of what is signed; a name that ends with "?" may be absent.
const text = (value) => typeof value === "string";
const whole = (value) => Number.isSafeInteger(value) && value >= 0;
const digest = (value) => text(value) && /^[0-9a-f]{64}$/.test(value);
const time = (value) => text(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) && !Number.isNaN(Date.parse(value));
const files = (value) => Array.isArray(value) && value.every((file) => has(file, { field: text, name: text, size: whole, sha256: digest }));
const BOTH = { format: (value) => value === FORMAT, kind: text, key_id: text, programme: text, application: text, reference: text, digest, deadline: time, files };
const SHAPES = {
  receipt: { ...BOTH, version: whole, received_at: time, "sealed_at?": time },
  seal: { ...BOTH, "version?": whole, sealed_at: time, until: time },
};

/** Whether an object has these members and no others. */
function has(value, shape) {
  if (!isObject(value)) return false;
  const names = new Set(Object.keys(value));
  for (const [name, fits] of Object.entries(shape)) {
    const bare = name.replace("?", "");
    if (names.delete(bare) ? !fits(value[bare]) : bare === name) return false;
  }
  return names.size === 0;
}

/** What a receipt or a seal states and how it is signed; all is checked but the signature. A bare signed part shows nothing. */
function read(document) {
  const isBare = isObject(document) && text(document.statement) && !("signed" in document);
  const signed = isBare ? document : document?.signed;
  if (!has(signed, { statement: text, key_id: text, algorithm: (value) => value === ALGORITHM, signature: text })) {
    throw new Refusal(isObject(document) && ["reference", "digest", "deadline"].every((name) => name in document) ? "unsigned" : "other");
  }
  let statement = null;
  try { statement = parse(signed.statement); } catch { throw new Refusal("statement"); }
  const shape = isObject(statement) && Object.hasOwn(SHAPES, statement.kind) && SHAPES[statement.kind];
  if (!shape || !has(statement, shape) || canonical(statement) !== signed.statement) throw new Refusal("statement");
  const { format, kind, key_id, ...said } = statement;
  const { signed: _, ...shown } = document;
  if (key_id !== signed.key_id || (!isBare && canonical(shown) !== canonical(said))) throw new Refusal("shows");
  return { statement, signed };
}

/** Checks a receipt or a seal (the text of the file) with these keys; gives what it states and the key. */
async function check(file, keys) {
  const { statement, signed } = read(parse(file));
  const key = keys.find(({ id }) => id === signed.key_id);
  if (!key) throw Object.assign(new Refusal(keys.length ? "key" : "nokey"), { statement });
  const signature = base64(signed.signature, 64);
  const bytes = utf8(signed.statement);
  if (!signature || !await crypto.subtle.verify({ name: ALGORITHM }, await imported(key), signature, bytes)) throw new Refusal("signature");
  return { statement, key };
}

const imported = (key) => crypto.subtle.importKey("spki", key.der, { name: ALGORITHM }, false, ["verify"]);

/** Keys from the JSON that a programme publishes, from one key of it, or from PEM. One under another's name is left out. */
async function keysFrom(file) {
  const pem = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/g;
  let listed = [];
  try {
    const value = parse(file);
    listed = [value?.keys ?? value].flat().filter(isObject);
    listed = listed.map((one) => ({ id: one.key_id, raw: one.algorithm === ALGORITHM && base64(one.public_key, 32), since: one.since }));
  } catch {
    listed = [...file.matchAll(pem)].map(([, inside]) => base64(inside.replace(/\s/g, ""), 44));
    listed = listed.map((der) => ({ raw: der && SPKI.every((byte, at) => der[at] === byte) && der.slice(SPKI.length) }));
  }
  const keys = [];
  for (const { id, raw, since } of listed.filter((one) => one.raw)) {
    const der = Uint8Array.of(...SPKI, ...raw);
    const key = { id: (await sha256(der)).slice(0, 16), der, since: time(since) ? since : "" };
    if (id === undefined || id === key.id) keys.push(key);
  }
  return keys;
}

/** Compares a copy of the application, or of a file, with what was signed: `application`, `file`, `different`, `unnamed` or `draft`. */
async function compare(bytes, statement) {
  const digest = await sha256(bytes);
  if (digest === statement.digest) return { is: "application", digest };
  const file = statement.files.find(({ sha256 }) => sha256 === digest);
  if (file) return { is: "file", digest, file };
  let value = null;
  try { value = parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)); } catch (error) {
    if (error.why === "twice") return { is: "twice", digest };
  }
  if (isObject(value) && isObject(value.application) && !isObject(value.submitted)) return { is: "draft", digest };
  const copy = isObject(value?.submitted) ? value.submitted : isObject(value?.answers) && value.programme ? value : null;
  if (!copy) return { is: "unnamed", digest };
  try {
    const found = await sha256(utf8(canonical(copy)));
    return { is: found === statement.digest ? "application" : "different", digest: found };
  } catch { return { is: "different", digest }; }
}

/** Whether this browser has Ed25519: it is tried with a key, as there is no other way to ask. */
async function canVerify() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: ALGORITHM }, false, ["verify"]);
    return true;
  } catch { return false; }
}

globalThis.opencallProof = { parse, canonical, check, keysFrom, compare };

// From here on: the page.

const WORDS = {
  en: {
    title: "Check a receipt – Opencall",
    h1: "Check a receipt",
    intro: "A receipt or a seal proves what was received, and when. It is checked here, on your device: nothing you choose is sent anywhere.",
    skip: "To the result", languages: "Language", result: "Result",
    step1: "The receipt or the seal", hint1: "The JSON file that you downloaded after submitting.", choose1: "Choose a receipt", drop: "or drop it here",
    step2: "The key", hint2: "It comes from this site if it can be reached. Or choose a copy of your own: the keys as JSON, or one as PEM.", choose2: "Choose a key file",
    step3: "Your copy", hint3: "The exported application, or a file that was attached to it: is it what was received?", choose3: "Choose copies",
    empty: "Nothing has been checked yet", empty_text: "Here you will read what the receipt says, and whether it is genuine.",
    good_receipt: "This receipt is genuine", good_seal: "This seal is genuine",
    good_text: "It was signed with the key {key}, and nothing in it has been changed since.",
    bad: "This proves nothing", open: "The signature is not checked yet",
    why_json: "The file is damaged, or is not JSON. Choose the file as you downloaded it.",
    why_twice: "The file names a member twice, so that it can be read in two ways. Receipts never do.",
    why_other: "The file is neither a receipt nor a seal. Choose the JSON file that you downloaded after submitting.",
    why_unsigned: "This receipt is not signed. It was given before there were signatures, or its signature has been taken out. Download it again from the status page of your application.",
    why_statement: "What was signed is not a receipt or a seal that is known here: it has been changed, or comes from a newer version.",
    why_shows: "It shows something else than was signed. Somebody has changed it.",
    why_key: "It is signed with a key that is not among those at hand ({keys}). Either it does not come from this programme, or the keys chosen are another’s.",
    why_nokey: "This site’s keys cannot be reached. Choose a copy of the programme’s key under “The key”. Until then, nobody knows whether what you read here is true.",
    why_signature: "The signature does not fit: the receipt has been changed, or was never given.",
    why_unable: "This browser cannot check signatures (Ed25519). Take a current one, over https, or check with openssl as written below.",
    key_site: "The key {key} is the one that this site publishes. The proof rests on it: compare it with what the programme has printed elsewhere.",
    key_file: "The key {key} is from your file {file}. The proof rests on your knowing that it is the programme’s.",
    key_since: "In use since {date}.",
    keys_file: "Keys from {file}: {keys}.", keys_none: "There is no Ed25519 key in {file}. Choose the programme’s keys as JSON, or a public key as PEM.",
    forget: "Use the site’s keys again",
    reference: "Reference", programme: "Programme", application: "Application", received: "Received", sealed: "Sealed", deadline: "Deadline", until: "The rest until",
    version: "Version", digest: "Fingerprint (SHA-256)", files: "Files", nofiles: "None", standing: "In time?", signed: "Signed with",
    zone_there: "there", zone_here: "where you are",
    in_time: "Yes: {time} before the end of the deadline.", sealed_time: "Yes: sealed {time} before the end of the deadline; the whole followed.", late: "No: {time} after the deadline.",
    until_text: "What has this fingerprint may arrive until then.",
    units: ["day", "days", "h", "min", "s"],
    first: "Choose the receipt first: your copy is compared with what it says.",
    is_application: "{name} is the application that was received: the fingerprints are the same.",
    is_file: "{name} is the file “{file}” that was received: the fingerprints are the same.",
    is_different: "{name} is not the application that was received. Its fingerprint is {digest}.",
    is_unnamed: "{name} is none of the files that the receipt names. Its fingerprint is {digest}.",
    is_draft: "{name} holds no submitted application, only a draft.",
    is_twice: "{name} names a member twice, so that it can be read in two ways. It is not compared.",
    rests: "The receipt itself is not proven yet.",
    by_hand: "Without this page",
    by_hand_text: "OpenSSL 3 and jq say the same, with the receipt in receipt.json and the programme’s key in key.pem:",
    by_hand_after: "It has to say “Signature Verified Successfully”, and diff nothing. docs/receipts.md in the sources of Opencall describes the format.",
    foot: "Works without the backend: once this page is open, only the keys are asked for.", to_call: "To the call",
  },
  fr: {
    title: "Vérifier un récépissé – Opencall",
    h1: "Vérifier un récépissé",
    intro: "Un récépissé ou un scellé prouve ce qui a été reçu, et quand. Il est vérifié ici, sur votre appareil : rien de ce que vous choisissez n’est envoyé.",
    skip: "Aller au résultat", languages: "Langue", result: "Résultat",
    step1: "Le récépissé ou le scellé", hint1: "Le fichier JSON téléchargé après l’envoi.", choose1: "Choisir un récépissé", drop: "ou déposez-le ici",
    step2: "La clé", hint2: "Elle vient de ce site s’il répond. Ou choisissez votre propre copie : les clés en JSON, ou une clé en PEM.", choose2: "Choisir un fichier de clé",
    step3: "Votre copie", hint3: "La candidature exportée, ou un fichier qui y était joint : est-ce bien ce qui a été reçu ?", choose3: "Choisir des copies",
    empty: "Rien n’a encore été vérifié", empty_text: "Vous lirez ici ce que dit le récépissé, et s’il est authentique.",
    good_receipt: "Ce récépissé est authentique", good_seal: "Ce scellé est authentique",
    good_text: "Il a été signé avec la clé {key}, et rien n’y a été changé depuis.",
    bad: "Ceci ne prouve rien", open: "La signature n’est pas encore vérifiée",
    why_json: "Le fichier est abîmé, ou n’est pas du JSON. Choisissez le fichier tel que vous l’avez téléchargé.",
    why_twice: "Le fichier nomme deux fois un même membre : il peut se lire de deux façons. Un récépissé ne le fait jamais.",
    why_other: "Ce fichier n’est ni un récépissé ni un scellé. Choisissez le fichier JSON téléchargé après l’envoi.",
    why_unsigned: "Ce récépissé n’est pas signé. Il date d’avant les signatures, ou sa signature a été retirée. Téléchargez-le de nouveau depuis la page de suivi de votre candidature.",
    why_statement: "Ce qui a été signé n’est pas un récépissé ou un scellé connu ici : il a été changé, ou vient d’une version plus récente.",
    why_shows: "Il montre autre chose que ce qui a été signé. Quelqu’un l’a changé.",
    why_key: "Il est signé avec une clé qui n’est pas parmi celles dont on dispose ({keys}). Ou bien il ne vient pas de ce programme, ou bien les clés choisies sont celles d’un autre.",
    why_nokey: "Les clés de ce site ne peuvent être lues. Choisissez une copie de la clé du programme sous « La clé ». D’ici là, personne ne sait si ce que vous lisez ici est vrai.",
    why_signature: "La signature ne correspond pas : le récépissé a été changé, ou n’a jamais été donné.",
    why_unable: "Ce navigateur ne sait pas vérifier les signatures (Ed25519). Prenez-en un récent, en https, ou vérifiez avec openssl comme indiqué plus bas.",
    key_site: "La clé {key} est celle que publie ce site. La preuve repose sur elle : comparez-la avec ce que le programme a imprimé ailleurs.",
    key_file: "La clé {key} vient de votre fichier {file}. La preuve repose sur le fait que vous savez qu’elle est celle du programme.",
    key_since: "En usage depuis le {date}.",
    keys_file: "Clés de {file} : {keys}.", keys_none: "Il n’y a pas de clé Ed25519 dans {file}. Choisissez les clés du programme en JSON, ou une clé publique en PEM.",
    forget: "Reprendre les clés du site",
    reference: "Référence", programme: "Programme", application: "Candidature", received: "Reçue", sealed: "Scellée", deadline: "Limite", until: "Le reste jusqu’au",
    version: "Version", digest: "Empreinte (SHA-256)", files: "Fichiers", nofiles: "Aucun", standing: "Dans les temps ?", signed: "Signé avec",
    zone_there: "sur place", zone_here: "chez vous",
    in_time: "Oui : {time} avant la fin du délai.", sealed_time: "Oui : scellée {time} avant la fin du délai ; le tout a suivi.", late: "Non : {time} après la limite.",
    until_text: "Ce qui porte cette empreinte peut arriver jusque-là.",
    units: ["jour", "jours", "h", "min", "s"],
    first: "Choisissez d’abord le récépissé : votre copie est comparée avec ce qu’il dit.",
    is_application: "{name} est la candidature qui a été reçue : les empreintes sont les mêmes.",
    is_file: "{name} est le fichier « {file} » qui a été reçu : les empreintes sont les mêmes.",
    is_different: "{name} n’est pas la candidature qui a été reçue. Son empreinte est {digest}.",
    is_unnamed: "{name} n’est aucun des fichiers que nomme le récépissé. Son empreinte est {digest}.",
    is_draft: "{name} ne contient pas de candidature envoyée, seulement un brouillon.",
    is_twice: "{name} nomme deux fois un même membre : il peut se lire de deux façons. Il n’est pas comparé.",
    rests: "Le récépissé lui-même n’est pas encore prouvé.",
    by_hand: "Sans cette page",
    by_hand_text: "OpenSSL 3 et jq disent la même chose, avec le récépissé dans receipt.json et la clé du programme dans key.pem :",
    by_hand_after: "Il faut lire « Signature Verified Successfully », et rien de diff. docs/receipts.md, dans les sources d’Opencall, décrit le format.",
    foot: "Fonctionne sans le serveur : une fois la page ouverte, seules les clés sont demandées.", to_call: "Vers l’appel",
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
  element.append(...inside.flat().filter((one) => one !== null));
  return element;
}

/** What was chosen, and what came of it. */
const state = { receipt: null, verdict: null, statement: null, chosenKeys: null, site: null, zone: null, copies: [], turn: 0 };

/** How long, in words, to the second; below a second in full. */
function lasting(milliseconds) {
  const [day, days, h, min, s] = WORDS[language].units;
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const named = parts.map((count, at) => count && `${count}\u00a0${[count > 1 ? days : day, h, min, s][at]}`).filter(Boolean);
  return named.length ? named.join(" ") : `${milliseconds / 1000}\u00a0${s}`;
}

/** A moment: in the programme's zone where it is known, in the reader's, and as it was signed. */
function moment(at) {
  const says = (zone) => new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "long", timeStyle: "medium", timeZone: zone }).format(new Date(at));
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const place = (zone) => (zone ?? "").split("/").pop().replaceAll("_", " ");
  const lines = [];
  if (state.zone) lines.push(`${says(state.zone)} (${place(state.zone)})`);
  if (here !== state.zone) lines.push(`${says(here)} (${t("zone_here")})`);
  const stamp = el("time", "", lines.shift());
  stamp.dateTime = at;
  return [stamp, ...lines.map((line) => el("span", "proof-also", line)), el("span", "proof-also", `${at.replace("T", " ").replace("Z", "")}\u00a0UTC`)];
}

/** Whether it was in time. A deadline lasts to the end of its second, as in core/src/phase.rs. */
function standing({ received_at, sealed_at, deadline }) {
  const at = Date.parse(sealed_at ?? received_at);
  const end = Date.parse(deadline);
  const late = end + (end % 1000 === 0 ? 1000 : 1);
  if (at >= late) return t("late", { time: lasting(at - end) });
  const followed = sealed_at && received_at && Date.parse(received_at) >= late;
  return t(followed ? "sealed_time" : "in_time", { time: lasting(late - at) });
}

function facts(statement) {
  const rows = [["programme", statement.programme], ["application", el("code", "", statement.application)]];
  if (statement.sealed_at) rows.push(["sealed", moment(statement.sealed_at)]);
  if (statement.received_at) rows.push(["received", moment(statement.received_at)]);
  rows.push(["deadline", moment(statement.deadline)], ["standing", el("strong", "", standing(statement))]);
  if (statement.until) rows.push(["until", [...moment(statement.until), el("span", "proof-also", t("until_text"))]]);
  if (statement.version !== undefined) rows.push(["version", String(statement.version)]);
  rows.push(["digest", el("code", "", statement.digest)]);
  const size = new Intl.NumberFormat(language, { style: "unit", unit: "byte", unitDisplay: "long" });
  const named = statement.files.map((file) => el("li", "", el("span", "file-name", file.name), el("span", "proof-also", `${size.format(file.size)} · ${file.field}`), el("code", "proof-also", file.sha256)));
  rows.push(["files", named.length ? el("ul", "proof-files", named) : t("nofiles")]);
  const list = el("dl", "facts");
  for (const [name, value] of rows) list.append(el("dt", "", t(name)), el("dd", "", value));
  return list;
}

/** Draws the verdict, and what the receipt says where there is something to say. */
function drawResult() {
  const { verdict, statement } = state;
  const box = $("result");
  box.className = `stub proof-result ${verdict?.is ?? "none"}`;
  const heading = $("verdict");
  const said = $("said");
  if (!verdict) {
    heading.textContent = t("empty");
    said.replaceChildren(el("p", "soft", t("empty_text")));
    $("facts").replaceChildren();
    return;
  }
  const file = state.chosenKeys?.name;
  const filling = { key: verdict.key?.id, keys: (state.chosenKeys ?? state.site)?.keys.map(({ id }) => id).join(", "), file };
  if (verdict.is === "good") {
    heading.textContent = t(`good_${statement.kind}`);
    const since = verdict.key.since && ` ${t("key_since", { date: new Date(verdict.key.since).toLocaleDateString(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "long" }) })}`;
    said.replaceChildren(el("p", "", t("good_text", filling)), el("p", "small soft", t(file ? "key_file" : "key_site", filling) + since));
  } else {
    heading.textContent = t(verdict.is === "open" ? "open" : "bad");
    said.replaceChildren(el("p", "", t(`why_${verdict.why}`, filling)));
  }
  // Of what is refused nothing is shown: it may be anything.
  $("facts").replaceChildren(...(statement ? [el("div", "", el("h3", "small soft", t("reference")), el("p", "stub-reference", statement.reference)), facts(statement)] : []));
}

function drawKeys() {
  const chosen = state.chosenKeys;
  $("forget").hidden = !chosen;
  $("keys").replaceChildren();
  if (!chosen) return;
  const found = chosen.keys.map(({ id }) => id).join(", ");
  const words = found ? t("keys_file", { file: chosen.name, keys: found }) : t("keys_none", { file: chosen.name });
  $("keys").append(el("p", `notice ${found ? "good" : "wrong"}`, words));
}

function drawCopies() {
  const drawn = state.copies.map(({ name, found }) => {
    if (!found) return el("p", "notice warn", t("first"));
    const filling = { name, digest: found.digest, file: found.file?.name };
    const isGood = ["application", "file"].includes(found.is);
    const doubt = isGood && state.verdict.is !== "good" ? ` ${t("rests")}` : "";
    return el("p", `notice ${!isGood ? "wrong" : doubt ? "warn" : "good"}`, t(`is_${found.is}`, filling) + doubt);
  });
  $("copies").replaceChildren(...drawn);
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
  drawResult();
  drawKeys();
  drawCopies();
}

/** The backend's address, as config.json says it; empty for this origin, and where there is no telling. */
async function backend() {
  try {
    const reply = await fetch(`${document.documentElement.dataset.base ?? ""}/config.json`, { signal: AbortSignal.timeout(8000) });
    return (await reply.json()).api.replace(/\/+$/, "");
  } catch { return ""; }
}

/** The keys and the zone that this site publishes for a programme. The backend may be gone: then there are none. */
async function ask(programme) {
  if (!location.protocol.startsWith("http")) return null;
  const api = await backend();
  const get = async (path) => {
    const reply = await fetch(`${api}/api/v1/programmes/${encodeURIComponent(programme)}${path}`, { signal: AbortSignal.timeout(8000) });
    return reply.ok ? reply.text() : Promise.reject(reply.status);
  };
  const [keys, document] = await Promise.allSettled([get("/keys"), get("")]);
  try { state.zone = JSON.parse(document.value).schedule.zone; new Intl.DateTimeFormat("en", { timeZone: state.zone }); } catch { state.zone = null; }
  return keys.value ? { programme, keys: await keysFrom(keys.value) } : null;
}

/** Checks what was chosen, with the keys that were, else the site's. Whatever is chosen meanwhile has the last word. */
async function judge() {
  const turn = ++state.turn;
  const file = state.receipt;
  let outcome;
  try {
    if (file === null) throw new Refusal("json");
    const { statement } = read(parse(file));
    if (!await canVerify()) throw Object.assign(new Refusal("unable"), { statement });
    // A file that names another programme than before has other keys.
    if (state.site?.programme !== statement.programme) state.site = await ask(statement.programme);
    const { key } = await check(file, (state.chosenKeys ?? state.site)?.keys ?? []);
    outcome = { statement, verdict: { is: "good", key } };
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const why = error.why ?? "signature";
    const isOpen = why === "nokey" || why === "unable";
    outcome = { statement: isOpen ? error.statement : null, verdict: { is: isOpen ? "open" : "bad", why } };
  }
  if (turn !== state.turn) return;
  Object.assign(state, outcome);
  await compareCopies();
}

async function compareCopies() {
  for (const copy of state.copies) copy.found = state.statement ? await compare(copy.bytes, state.statement) : null;
  if (!state.statement && state.verdict) state.copies = [];
}

/** Says it: the focus goes to the heading, and what was refused is an alert. */
function announce() {
  if (!state.verdict) return;
  $("said").setAttribute("role", state.verdict.is === "good" ? "status" : "alert");
  draw();
  $("verdict").focus({ preventScroll: true });
  $("verdict").scrollIntoView({ block: "nearest" });
}

const taking = {
  async receipt([file]) {
    const bytes = await file.arrayBuffer();
    try { state.receipt = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { state.receipt = null; }
    await judge();
    announce();
  },
  async key([file]) {
    state.chosenKeys = { name: file.name, keys: await keysFrom(await file.text()) };
    await rejudge();
  },
  async copy(chosen) {
    state.copies = await Promise.all(chosen.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer(), found: null })));
    if (state.statement) await compareCopies();
    drawCopies();
    $("copies").focus();
  },
};

/** Another key, another verdict; without a receipt there is only the key to speak of. */
async function rejudge() {
  if (state.receipt !== null) await judge();
  drawKeys();
  announce();
}

for (const [name, take] of Object.entries(taking)) {
  const input = $(name);
  const zone = input.closest(".file-zone");
  const over = (is) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", is);
  };
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    // The same file may be chosen again, changed.
    input.value = "";
    if (chosen.length) await take(chosen);
  });
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", async (event) => {
    over(false)(event);
    const chosen = [...event.dataTransfer.files];
    if (chosen.length) await take(chosen);
  });
}
// A file that misses its place must not replace the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());

$("forget").addEventListener("click", async () => {
  state.chosenKeys = null;
  await rejudge();
});
$("languages").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  // What was chosen stays.
  event.preventDefault();
  language = link.lang;
  draw();
});
document.fonts.load('600 1em "Bricolage Grotesque"').then(() => document.documentElement.classList.add("display-font"), () => {});
draw();
}
