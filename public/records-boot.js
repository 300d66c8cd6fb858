// Answers the contract from a record store: fetched only where config.json has a member `records` (src/api/carrier.rs).
import init, { serve } from "./records.js";

const ready = init({ module_or_path: new URL("./records_bg.wasm", import.meta.url) });

// Gives a function from a Request to a promise of a Response; whoever has given up waiting is told so at once.
globalThis.opencallRecords = async (description) => {
  await ready;
  const answer = serve(description, location.origin);
  return (request) => Promise.race([
    answer(request),
    new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true })),
  ]);
};
