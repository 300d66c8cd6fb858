// Starts the staff's app. A file of its own because the content security policy allows no script in the page.
function broken(reason) {
  console.error(reason);
  document.getElementById("broken").hidden = false;
}
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) broken(error);
});
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof WebAssembly.RuntimeError) broken(reason);
});
document.fonts.load('600 1em "Bricolage Grotesque"').then(() => document.documentElement.classList.add("display-font"), () => {});
import("./staff.js").then((app) => app.default({ module_or_path: new URL("staff_bg.wasm", import.meta.url) })).catch(broken);
