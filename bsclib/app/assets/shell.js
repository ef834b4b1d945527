// What is around the explorers: which page is open, the data that is shown, uploads, the report, and how things stand
// with the kernel. The address says which page is open and where controls stand; the tab keeps the file that was
// uploaded until it is closed. So whoever continues after a break finds all of it again.
const PART = 1 << 20, ASK = 5000, KEPT = "bsc-upload", MOST_KEPT = 3_000_000;
const TITLES = {
  start: "Start", scorecard: "Where we stand", map: "Is the strategy map borne out?", scenario: "What if?",
  signals: "Signal or noise?", build: "Build a scorecard", report: "The report",
};
const ENDED = {
  idle: "Nothing was moved here for a long time, so the place was given back.",
  ended: "The part of the app that works for this page has ended unexpectedly.",
  left: "This page was away for some time, so its place was given back.",
  unknown: "The app has been started anew since this page was opened.",
};

const make = (tag, fields = {}, ...children) => {
  const one = Object.assign(document.createElement(tag), fields);
  one.append(...children);
  return one;
};
const config = () => JSON.parse(document.getElementById("jupyter-config-data").textContent);

function render({ model, el }) {
  const ended = new AbortController();
  const heading = make("h1", { tabIndex: -1 });
  const notice = make("div", { className: "notice", hidden: true });
  notice.setAttribute("role", "alert");
  const start = section(), report = section();
  const drawing = make("p", { className: "drawing", textContent: "The page is being drawn.", hidden: true });
  drawing.setAttribute("role", "status");
  el.append(heading, notice, start, report, drawing);
  document.getElementById("waiting")?.remove();
  const waiting = [];
  let turn = 0, opened = false, pending = false;

  function section() {
    return make("section", { hidden: true });
  }

  // ------------------------------------------------------------------------------------------------------ pages
  function place() {
    const page = location.pathname.slice(1) || "start";
    return { page: page in TITLES ? page : "start", query: Object.fromEntries(new URLSearchParams(location.search)) };
  }

  function go() {
    const { page, query } = place();
    for (const link of document.querySelectorAll("nav a"))
      if (link.dataset.page === page) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    heading.textContent = page === "start" ? model.get("shown").name : TITLES[page];
    document.title = `${TITLES[page]} · ${model.get("shown").name}`;
    start.hidden = page !== "start";
    report.hidden = page !== "report";
    document.body.dataset.page = page;
    if (opened) heading.focus();
    opened = true;
    drawing.hidden = page === "report";
    model.set("route", { page, query, turn: ++turn });
    model.save_changes();
  }

  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.pushState({}, "", link.getAttribute("href"));
    go();
  }, { signal: ended.signal });
  window.addEventListener("popstate", go, { signal: ended.signal });

  // ------------------------------------------------------------------------------------------------------ start
  const facts = make("p"), said = make("p", { className: "said" }), table = make("div", { className: "faults" });
  said.setAttribute("role", "status");
  table.tabIndex = -1;
  const file = make("input", { type: "file", id: "bsc-file", accept: ".xlsx,.xlsm,.csv,.tsv,.txt,.zip" });
  const asks = make("form", { className: "asks", hidden: true });
  const example = make("button", { type: "button", textContent: "Show the example again", hidden: true });
  const pages = make("ul", { className: "cards" }, ...[
    ["scorecard", "Scorecard", "Turn the choices behind a score, and watch it follow; see what the weights decide."],
    ["map", "Map", "Ask of each link of the strategy map whether the numbers bear it out."],
    ["scenario", "Scenario", "Move a KPI or start an initiative, and see what comes of it."],
    ["signals", "Signals", "Tell a signal from noise, month by month."],
    ["build", "Build", "Write objectives, KPIs and targets in tables, with what is unwise beside the row."],
    ["report", "Report", "Download the report that a director reads."],
  ].map(([page, name, text]) => {
    const link = make("a", { href: `/${page}`, textContent: name });
    link.dataset.page = page;
    return make("li", {}, link, make("span", { textContent: text }));
  }));
  const label = make("label", { htmlFor: "bsc-file", textContent: "Show your own data" });
  const hint = make("p", { className: "hint", id: "bsc-hint" });
  file.setAttribute("aria-describedby", "bsc-hint");
  start.append(facts, pages, make("div", { className: "upload" }, label, file, hint, example), said, table, asks);
  example.onclick = () => { sessionStorage.removeItem(KEPT); model.send({ kind: "example" }); };

  const next = () => new Promise(done => waiting.push(done));
  async function send(name, content) {
    for (let at = 0; ; at += PART) {
      const last = at + PART >= content.size;
      const part = await content.slice(at, at + PART).arrayBuffer();
      const answer = last ? null : next();
      model.send({ kind: "part", name, first: at === 0, last }, undefined, [part]);
      if (last) return;
      if (!await answer) return;
    }
  }

  file.onchange = async () => {
    const [one] = file.files;
    file.value = "";
    if (!one) return;
    table.replaceChildren();
    asks.hidden = true;
    const largest = model.get("shown").largest;
    if (one.size > largest) {
      said.textContent = `Nothing has changed. ${one.name} has ${Math.round(one.size / 1e6).toLocaleString("en")} MB, `
        + `and up to ${largest / 1e6} MB are read here.`;
      return;
    }
    said.textContent = `${one.name} is being read.`;
    keep(one);
    await send(one.name, one);
  };

  async function keep(one) {
    sessionStorage.removeItem(KEPT);
    if (one.size > MOST_KEPT) return;
    const bytes = new Uint8Array(await one.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    try { sessionStorage.setItem(KEPT, JSON.stringify([one.name, btoa(text)])); } catch { /* no room: not kept */ }
  }

  function again() {
    const kept = sessionStorage.getItem(KEPT);
    if (!kept) return false;
    const [name, text] = JSON.parse(kept);
    send(name, new Blob([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))]));
    return true;
  }

  function show() {
    const shown = model.get("shown");
    facts.textContent = `${shown.own ? "Your data: " : "The example that ships: "}${shown.facts}.`;
    hint.textContent = `An Excel workbook, a CSV file, or a scorecard's folder as a zip, up to ${shown.largest / 1e6} MB. `
      + "It is read for this page alone, and nothing of it is kept when you close the page.";
    example.hidden = !shown.own;
    said.textContent = shown.said;
    put(table, shown.table);
    ask(shown.asks);
    unit.replaceChildren(...shown.units.map(([textContent, value]) => make("option", { textContent, value })));
    if (place().page === "start") heading.textContent = shown.name;
    document.title = `${TITLES[place().page]} · ${shown.name}`;
    waiting.splice(0).forEach(done => done(false));
    if (shown.table) table.focus();
    if (!pending) return;
    pending = false;  // the file that was uploaded before this page was loaded again is read
    go();
  }

  function ask(questions) {
    asks.hidden = !questions.length;
    asks.replaceChildren(...questions.map((one, at) => {
      const id = `bsc-ask-${at}`;
      const input = one.choices.length
        ? make("select", { id }, ...one.choices.map(value => make("option", { value, textContent: value.replaceAll("_", " ") })))
        : make("input", { id, type: "text", placeholder: one.form });
      const words = make("label", { htmlFor: id, textContent: one.text.charAt(0).toUpperCase() + one.text.slice(1) });
      return make("div", { className: "ask" }, words, ...one.shown.slice(0, 3).map(text => make("code", { textContent: text })), input);
    }), make("button", { textContent: "Go on" }));
  }
  asks.onsubmit = event => {
    event.preventDefault();
    model.send({ kind: "answers", answers: [...asks.querySelectorAll("select, input")].map(one => one.value) });
  };

  function put(spot, html) {
    const sheet = document.createElement("template");
    sheet.innerHTML = html || "";
    spot.replaceChildren(sheet.content);
  }

  // ----------------------------------------------------------------------------------------------------- report
  const unit = make("select", { id: "bsc-unit" }), making = make("button", { type: "button", textContent: "Make the report" });
  const made = make("p", { className: "said" }), link = make("a", { hidden: true });
  made.setAttribute("role", "status");
  report.append(
    make("p", { textContent: "One page as one HTML file: what to decide, why, and how sure we are. It opens in any browser, without the app." }),
    make("div", { className: "upload" }, make("label", { htmlFor: "bsc-unit", textContent: "About" }), unit, making), made, link);
  making.onclick = () => {
    making.disabled = true;
    link.hidden = true;
    made.textContent = "The report is being made. That may take a minute.";
    model.send({ kind: "report", unit: unit.value });
  };

  // -------------------------------------------------------------------------------------- what the kernel sends
  const heard = (content, buffers) => {
    if (content.kind === "next") waiting.splice(0).forEach(done => done(true));
    if (content.kind === "drawn" && content.turn === turn) drawing.hidden = true;
    if (content.kind === "address" && place().page === content.page) {
      untold = {};
      const query = new URLSearchParams(content.query).toString();
      history.replaceState({}, "", `${location.pathname}${query ? `?${query}` : ""}`);
    }
    if (content.kind !== "report") return;
    making.disabled = false;
    made.textContent = content.said;
    if (!content.name) return;
    URL.revokeObjectURL(link.href);
    Object.assign(link, { hidden: false, download: content.name, textContent: `Save ${content.name}` });
    link.href = URL.createObjectURL(new Blob([buffers[0]], { type: "text/html" }));
  };

  // --------------------------------------------------------------------------------------- how things stand
  let lost = 0, over = false;
  async function stand() {
    if (over) return;
    let state = "away", connected = false;
    try {
      const answer = await fetch(`/standing/${config().kernelId}`, { cache: "no-store", signal: ended.signal });
      if (answer.ok) ({ state, connected } = await answer.json());
    } catch { /* away */ }
    if (state in ENDED) {
      over = true;
      say(`${ENDED[state]} What you see stays; to move something, continue. You find it as you left it.`, true);
    } else if (state === "away") say("The app cannot be reached. We try again every few seconds, and nothing here is lost.", false);
    else if (!connected && ++lost > 1) say("The connection to the app was cut. It is being made again, or continue with a new one.", true);
    else if (connected) { lost = 0; notice.hidden = true; }
  }

  // The kernel says in the address where the controls stand; of what it has not heard any more, the page knows.
  let untold = {};
  document.addEventListener("bsclib-moved", event => { untold = { ...untold, ...event.detail }; }, { signal: ended.signal });
  function goOn() {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(place().page === "build" ? {} : untold))
      if (typeof value !== "object") query.set(name, value);
    history.replaceState({}, "", `${location.pathname}?${query}`);
    location.reload();
  }

  function say(text, go_on) {
    if (!notice.hidden && notice.dataset.text === text) return;
    notice.dataset.text = text;
    notice.replaceChildren(make("p", { textContent: text }));
    if (go_on) notice.append(make("button", { type: "button", textContent: "Continue", onclick: goOn }));
    notice.hidden = false;
  }

  const timer = setInterval(stand, ASK);
  model.on("change:shown", show);
  model.on("msg:custom", heard);
  show();
  pending = again();
  if (!pending) go();
  return () => {
    clearInterval(timer);
    ended.abort();
    model.off("change:shown", show);
    model.off("msg:custom", heard);
  };
}

export default { render };
