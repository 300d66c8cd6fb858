// Reads Content Security Policies as far as they decide over the form on a partner's page: CSP level 3, sections 2.2 (parsing), 6.7.2
// (matching of sources) and 6.8 (fallbacks). Pure: nothing is fetched, nothing is drawn.

// Which directive decides, the most special first.
const DECIDES = { frame: ["frame-src", "child-src", "default-src"], script: ["script-src-elem", "script-src", "default-src"] };
const SANDBOX = ["allow-scripts", "allow-same-origin", "allow-forms", "allow-downloads", "allow-modals", "allow-popups", "allow-popups-to-escape-sandbox"];
const OF_SCRIPTS = /^'(?:nonce-|sha(?:256|384|512)-|unsafe-|wasm-unsafe|strict-dynamic|report-sample|inline-speculation)/i;

// A header's policies, each a map from a directive's name to its values. Of a directive that stands twice, the first counts.
export function policies(header) {
  // As it is copied: with its name, or over several lines.
  const text = header.trim().replace(/^content-security-policy\s*:/i, "");
  return text.split(",").map((policy) => {
    const directives = new Map();
    for (const part of policy.split(";")) {
      const [name, ...values] = part.trim().split(/\s+/);
      if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), values);
    }
    return directives;
  }).filter((directives) => directives.size);
}

// The directive that decides over frames or scripts; null where nothing does, which allows all.
export const deciding = (policy, kind) => DECIDES[kind].find((name) => policy.has(name)) ?? null;

const port = (url) => url.port || { "http:": "80", "https:": "443" }[url.protocol] || "";
// A source may be served more safely than it is written (section 6.7.2.9).
const schemeFits = (written, found) => written === found || (written === "http:" && found === "https:");

// Whether one source expression takes an address, on a page of this address.
export function takes(source, address, page) {
  const [url, own] = [new URL(address), new URL(page)];
  const bare = source.toLowerCase();
  if (bare === "*") return /^https?:$/.test(url.protocol) || url.protocol === own.protocol;
  if (bare === "'self'") return url.hostname === own.hostname && schemeFits(own.protocol, url.protocol) && (url.host === own.host || (!url.port && !own.port));
  if (/^[a-z][a-z0-9+.-]*:$/.test(bare)) return schemeFits(bare, url.protocol);
  const found = /^(?:([a-z][a-z0-9+.-]*:)\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source);
  if (!found) return false;
  const [, scheme, host, ports, path] = found;
  if (!schemeFits(scheme?.toLowerCase() ?? own.protocol, url.protocol)) return false;
  const name = host.toLowerCase();
  if (name.startsWith("*") ? !url.hostname.endsWith(name.slice(1)) : name !== url.hostname) return false;
  const isPort = ports === undefined ? !url.port : ports === "*" || ports === port(url) || (ports === "80" && port(url) === "443");
  if (!isPort) return false;
  return !path || path === "/" || (path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path);
}

// The directive that allows what this policy does not: what it allowed before, and the form's origin.
export function mended(policy, kind, origin) {
  const decides = deciding(policy, kind);
  const kept = (policy.get(decides) ?? []).filter((source) => source.toLowerCase() !== "'none'");
  const special = kind === "frame" ? kept.filter((source) => !OF_SCRIPTS.test(source)) : kept;
  const name = decides === "default-src" || decides === null ? `${kind}-src` : decides;
  return [name, ...special, origin].join(" ");
}

// What stands in the way of the form in the policies of a page: `frame`, `script`, `dynamic`, `sandbox`, with the line that mends it,
// the directive it stands in and the policy, from 1; `trusted` is no obstacle but worth a word.
export function obstacles(header, { page, frame, script }) {
  const found = [];
  policies(header).forEach((policy, at) => {
    const add = (what, line, directive) => found.push({ what, line, directive, policy: at + 1 });
    for (const [kind, address] of [["script", script], ["frame", frame]]) {
      const directive = deciding(policy, kind);
      if (!directive) continue;
      const sources = policy.get(directive);
      if (kind === "script" && sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) {
        // Hosts count for nothing there: only the page's own nonce, or what a script with it loads.
        add("dynamic", `<script type="module" nonce="…" src="${script}"></script>`, directive);
      } else if (!sources.some((source) => takes(source, address, page))) {
        add(kind, mended(policy, kind, new URL(address).origin), directive);
      }
    }
    if (policy.has("sandbox") && !SANDBOX.every((flag) => policy.get("sandbox").includes(flag))) {
      add("sandbox", ["sandbox", ...new Set([...policy.get("sandbox"), ...SANDBOX])].join(" "), "sandbox");
    }
    if (policy.has("require-trusted-types-for")) add("trusted", "", "require-trusted-types-for");
  });
  return found;
}
