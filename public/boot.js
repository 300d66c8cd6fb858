// Starts the app, and keeps what is typed before it is there. A file of its own because the content security policy
// allows no script in the page.
const root = document.documentElement;
const shell = document.getElementById("app");

// The display font waits until the first page stands, so that it takes nothing from the first paint or the first input.
document.addEventListener("opencall:ready", () => {
  document.fonts.load('600 1em "Bricolage Grotesque"').then(() => root.classList.add("display-font"), () => {});
}, { once: true });

function broken(reason) {
  console.error(reason);
  document.getElementById("broken").hidden = false;
}

// What went wrong inside the app ends as a trap: it has no words of its own left.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) broken(error);
});
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof WebAssembly.RuntimeError) broken(reason);
});

// The questions that the server wrote into the page. What is typed there stands in the shell's `data-early`, by the JSON
// Pointer of the answer, as [what the answer was, what it is]; the app takes it into the draft. A copy outlives this page.
const questions = [...shell.querySelectorAll("[data-at]")];
const path = location.pathname.slice((root.dataset.base ?? "").length);
const programme = path.replace(/^\/embed\//, "/").split("/")[1];
const copy = `opencall.early.${programme}`;
// A host of files knows of no frames: the backend that renders the page marks it itself.
if (path.startsWith("/embed/")) root.classList.add("framed");
let early = {};
try { early = JSON.parse(localStorage.getItem(copy)) ?? {}; } catch { /* No storage, or nothing in it. */ }

function keep() {
  for (const one of questions) {
    if (one.value !== one.defaultValue) early[one.dataset.at] = [one.defaultValue, one.value];
    else delete early[one.dataset.at];
  }
  shell.dataset.early = JSON.stringify(early);
  try { localStorage.setItem(copy, shell.dataset.early); } catch { /* The shell has it. */ }
}

// The answers on this device, as src/draft keeps them; none where there is no store yet, which is the app's to make.
const answers = () => new Promise((resolve) => {
  const opening = indexedDB.open("opencall");
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve({});
  opening.onsuccess = () => {
    const database = opening.result;
    const reading = database.transaction("drafts").objectStore("drafts").get(programme);
    reading.onsuccess = () => resolve(reading.result ? JSON.parse(reading.result).answers : {});
    reading.onerror = () => resolve({});
    reading.transaction.oncomplete = () => database.close();
  };
});

async function open() {
  const kept = await answers().catch(() => ({}));
  if (!shell.isConnected) return;
  for (const one of questions) {
    const text = one.dataset.at.slice(1).split("/").reduce((value, key) => value?.[key], kept);
    one.value = one.defaultValue = typeof text === "string" ? text : "";
    const [was, is] = early[one.dataset.at] ?? [];
    if (was === one.defaultValue) one.value = is;
    one.readOnly = false;
  }
  shell.addEventListener("input", keep);
}

if (Object.keys(early).length) shell.dataset.early = JSON.stringify(early);
if (questions.length) open();

// The app draws the same controls with the same ids, now or again. The caret goes on where it was.
document.addEventListener("opencall:takeover", () => {
  const { id, selectionStart, selectionEnd } = document.activeElement;
  queueMicrotask(() => {
    const now = id && document.getElementById(id);
    if (!now) return;
    now.focus({ preventScroll: true });
    // An e-mail address has no caret that scripts may set.
    if (selectionStart != null && now.selectionStart != null) now.setSelectionRange(selectionStart, selectionEnd);
  });
  // By then the draft is on the disk.
  setTimeout(() => { try { localStorage.removeItem(copy); } catch { /* No storage. */ } }, 3_000);
});

// The backend was not reached: why, as far as a page can tell.
document.addEventListener("opencall:unreached", () => import("./unreached.js").then((why) => why.say()));

import("./apply.js").then((app) => app.default({ module_or_path: new URL("apply_bg.wasm", import.meta.url) })).catch(broken);
