// Starts the app. A file of its own because the content security policy allows no script in the page.
import init from "/apply.js";

const root = document.documentElement;

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

init({ module_or_path: "/apply_bg.wasm" }).catch(broken);
