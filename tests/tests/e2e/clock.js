// Put into every page before its own scripts: clocks that a test sets. WALL is how far off the device's clock is, in ms.
(() => {
  let wall = WALL, mono = 0, hidden = false;
  const Real = Date, realNow = Date.now, monotonic = performance.now.bind(performance);
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) => (given.length ? new target(...given) : new target(realNow() + wall)),
    get: (target, name) => (name === "now" ? () => realNow() + wall : Reflect.get(target, name)),
  });
  performance.now = () => monotonic() + mono;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  window.__clocks = {
    // Time passes that the page does not see.
    pass: (onTheWall, counted) => { wall += onTheWall; mono += counted; },
    hide: (now) => { hidden = now; document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); },
  };
})();
