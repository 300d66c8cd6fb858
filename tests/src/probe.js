// Put into every page before its own scripts: notes when what happened, for the benches to read.
(() => {
  const m = window.__probe = { frames: [], drawn: [], long: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") m.painted = entry.startTime;
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) m.long += Math.max(0, entry.duration - 50);
  }).observe({ type: "longtask", buffered: true });

  // Wasm's own memory is no part of the JavaScript heap.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      m.memory = (made.instance || made).exports.memory;
      return made;
    };
  }

  // The first field that can be typed into: noted in the frame that shows it.
  const field = () => [...document.querySelectorAll("main input, main textarea")]
    .find((one) => !one.disabled && !one.readOnly && !["hidden", "file", "radio", "checkbox"].includes(one.type) && one.getClientRects().length > 0);
  const watch = new MutationObserver(() => {
    if (!m.input && field()) {
      m.input = -1;
      m.there = performance.now();
      requestAnimationFrame(() => { m.input = performance.now(); watch.disconnect(); });
    }
  });
  watch.observe(document, { childList: true, subtree: true, attributes: true });
  // On a page without fields it would go on, and lay out the next page before its time.
  m.unwatch = () => watch.disconnect();

  // The app has taken over from what the server sent.
  document.addEventListener("opencall:takeover", () => { m.app = performance.now(); });

  // After a frame is drawn, the message comes before the next one.
  const afterFrame = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
  // Asked for with the input, so that the frame is one that knows of the key.
  let pressed = 0;
  document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  document.addEventListener("input", () => {
    const began = pressed;
    requestAnimationFrame(() => m.frames.push(performance.now() - began));
    afterFrame(() => m.drawn.push(performance.now() - began));
  }, true);

  // From a click to the frame with another main heading.
  const heading = () => { const one = [...document.querySelectorAll("h1")].find((h) => h.getClientRects().length > 0); return one ? one.textContent : ""; };
  document.addEventListener("click", (event) => {
    const began = event.timeStamp, before = heading();
    m.step = null;
    const look = () => { const now = heading(); if (now && now !== before) { m.step = performance.now() - began; m.stepped?.(m.step); } else requestAnimationFrame(look); };
    afterFrame(look);
  }, true);
})();
