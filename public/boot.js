// Starts the app. A file of its own because the content security policy allows no script in the page.
import init from "/apply.js";

const root = document.documentElement;

// The display font waits until the first page stands, so that it takes nothing from the first paint or the first input.
document.addEventListener("opencall:ready", () => {
  document.fonts.load('600 1em "Bricolage Grotesque"').then(() => root.classList.add("display-font"), () => {});
}, { once: true });

init({ module_or_path: "/apply_bg.wasm" }).catch((reason) => {
  console.error(reason);
  document.getElementById("broken").hidden = false;
});
