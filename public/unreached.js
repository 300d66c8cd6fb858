// Why the backend was not reached, as far as a page can tell: for whoever sets the site up. Loaded only then, and only a backend on
// another origin is worth a word: where the page itself comes from, nobody is reached when that one is not.
const WORDS = {
  en: {
    title: "It is not your connection", kept: "This site is reached, its backend is not. What you have written on this device is kept; try again later.", who: "For whoever runs this site: ",
    cors: "the backend at {api} answers, but does not let pages of {origin} read its answers (CORS). It has to allow this origin: opencall-server does with --allow-origin {origin}.",
    csp: "the Content-Security-Policy of this page keeps it from {api}. Add that origin to connect-src.",
    mixed: "this page is served with https and the backend at {api} with http, which browsers refuse. Serve the backend with https.",
    silent: "the backend at {api} does not answer, or not in a way that pages of {origin} may read (CORS, certificate).",
  },
  fr: {
    title: "Ce n’est pas votre connexion", kept: "Ce site répond, son serveur non. Ce que vous avez écrit sur cet appareil est gardé ; réessayez plus tard.", who: "Pour qui gère ce site : ",
    cors: "le serveur à {api} répond, mais ne laisse pas les pages de {origin} lire ses réponses (CORS). Il doit autoriser cette origine : opencall-server le fait avec --allow-origin {origin}.",
    csp: "la Content-Security-Policy de cette page lui interdit {api}. Ajoutez cette origine à connect-src.",
    mixed: "cette page est servie en https et le serveur à {api} en http, ce que les navigateurs refusent. Servez-le en https.",
    silent: "le serveur à {api} ne répond pas, ou d’une façon que les pages de {origin} ne peuvent pas lire (CORS, certificat).",
  },
};
// How long the backend has to answer, and the browser to say what it refused, in milliseconds.
const PATIENCE = 8_000;
const SOON = 500;

const get = (address, options) => fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
const isNear = ({ hostname }) => hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";

// Which of the words holds; nothing where there is nothing to say.
async function why(api) {
  if (location.protocol === "https:" && api.protocol === "http:" && !isNear(api)) return "mixed";
  const over = new AbortController();
  const refused = new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      if (blockedURI.startsWith(api.origin)) resolve("csp");
    }, { signal: over.signal });
  });
  try {
    // Without CORS nothing of the reply can be read, only that there is one.
    await get(`${api.href.replace(/\/+$/, "")}/api/v1/clock`, { mode: "no-cors" });
    return "cors";
  } catch {
    return await Promise.race([refused, new Promise((resolve) => { setTimeout(resolve, SOON, "silent"); })]);
  } finally {
    over.abort();
  }
}

// Says so below what the page says already.
export const say = () => told().catch(() => {});

async function told() {
  const config = await (await get(`${document.documentElement.dataset.base ?? ""}/config.json`)).json();
  const api = new URL(config.api || location.origin, location.origin);
  if (api.origin === location.origin) return;
  const found = await why(api);
  const words = WORDS[document.documentElement.lang] ?? WORDS.en;
  const line = (name, text) => Object.assign(document.createElement(name), { textContent: text.replace(/ ([:;?!])/g, "\u00a0$1") });
  const box = document.createElement("div");
  box.className = "notice warn";
  box.id = "unreached";
  box.setAttribute("role", "status");
  const cause = words[found].replaceAll("{api}", api.origin).replaceAll("{origin}", location.origin);
  box.append(line("h2", words.title), line("p", words.kept), line("p", words.who + cause));
  document.getElementById("unreached")?.remove();
  document.querySelector("main [role=alert]")?.parentElement.after(box);
}
