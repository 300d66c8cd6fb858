// Put into every page of the bench of tables before its own scripts: when what was on screen.
(() => {
  const t = window.__t = {};
  // After a frame is drawn, the message comes before the next one.
  const afterFrame = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });

  // Wasm's own memory is no part of the JavaScript heap.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      t.memory = Object.values((made.instance || made).exports).find((one) => one instanceof WebAssembly.Memory);
      return made;
    };
  }

  // `rows`: selects the rows that stand in the page; `first`: the first one; `all`: whether everything can be searched.
  t.load = (rows, all) => {
    const filled = () => [...document.querySelectorAll(rows)].some((row) => !row.hidden && row.textContent.length > 20);
    const look = () => {
      if (!t.first && filled()) t.first = performance.now();
      if (t.first && all()) t.all = performance.now();
      else afterFrame(look);
    };
    afterFrame(look);
  };

  // From an event to the frame in which the page says something else. `sign` is what it says.
  let began = 0, said, done;
  t.arm = (sign) => {
    began = 0;
    said = sign();
    t.took = new Promise((resolve) => { done = resolve; });
    const look = () => {
      const now = performance.now();
      if (began > 0 && sign() !== said) done(now - began);
      else if (began > 0 && now - began > 5000) done(null);
      else afterFrame(look);
    };
    afterFrame(look);
  };
  t.begin = (at) => { if (began === 0) began = at; };
  for (const name of ["keydown", "pointerdown"]) addEventListener(name, (event) => t.begin(event.timeStamp), true);
  // What the backend says by itself.
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, ...rest) {
    listen.call(this, name, () => t.begin(performance.now()));
    return listen.call(this, name, ...rest);
  };

  // What is taller than it shows.
  t.scroller = () => [...document.querySelectorAll("#grid, #grid *")].find((one) =>
    one.scrollHeight > one.clientHeight + 1e5 && ["auto", "scroll"].includes(getComputedStyle(one).overflowY));

  // Every frame while one scrolls: how long it was, how many rows stood in the page, and once it is drawn, whether a place in sight has none.
  t.scroll = (scroller, rows) => {
    const seen = t.seen = { frames: [], nodes: 0, blanks: 0, places: 0 };
    const box = scroller.getBoundingClientRect(), height = Math.min(box.bottom, innerHeight) - box.top;
    let before = 0;
    const drawn = () => {
      seen.nodes = Math.max(seen.nodes, [...document.querySelectorAll(rows)].filter((row) => row.getClientRects().length > 0).length);
      for (const share of [0.2, 0.5, 0.8, 0.97]) {
        const row = document.elementFromPoint(box.left + 200, box.top + height * share)?.closest(rows);
        seen.places += 1;
        if (!row || row.textContent.length < 20) seen.blanks += 1;
      }
    };
    const look = (now) => {
      if (t.seen !== seen) return;
      if (before) seen.frames.push(now - before);
      before = now;
      afterFrame(drawn);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
})();
