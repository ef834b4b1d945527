// An explorer in the browser: native controls on the left, what the kernel answers on the right.
// One question is on its way at a time; while it is, the newest position of the controls waits, and older ones are
// forgotten. An answer that says `more` is a first, rough one: after a rest, its parts are asked for one by one, and
// whatever is moved meanwhile comes first.
const LETTERS = 11, REST = 120, BUSY = 300, SLOW = 20000;

function render({ model, el }) {
  let values = { ...model.get("asked").values }, settled = { ...values }, past = [];
  let turn = model.get("asked").turn, answered = model.get("shown").turn, fresh = false, later = 0, slow = 0, busy = 0;
  let mine = turn;  // what this view asked last: another view of the same explorer may ask too

  const typed = keeper(model);
  const controls = make("form", { className: "controls" });
  const picture = make("div", { className: "picture" }), body = make("div", { className: "body" });
  const said = make("p", { className: "said" }), code = make("pre");
  const pinned = make("figure", { className: "pinned", hidden: true });
  const undo = button("Undo", () => { if (past.length) turnTo(past.pop()); });
  const reset = button("Reset", () => { keep(); past.push({ ...values }); turnTo({ ...model.get("start") }); });
  const pin = button("Pin to compare", () => pinned.hidden ? pinIt() : unpin());
  const save = button("Save as…", () => ask({ act: "save" }));
  const tools = make("div", { className: "tools" }, undo, reset, pin, save);
  const more = make("details", {}, make("summary", { textContent: "Show me the code" }), code);
  const offers = make("div", { className: "tools" }), sheets = make("div", { className: "sheets" });
  const seen = make("div", { className: "seen" }, said, offers, sheets, picture, pinned, body);
  const side = make("div", { className: "side" }, controls, tools, more);
  const root = make("div", { className: "bsclib-explorer mathjax_ignore" }, side, seen);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", model.get("title"));
  said.setAttribute("role", "status");
  pinned.setAttribute("aria-label", "Pinned");
  code.tabIndex = 0;
  // What does not fit can be scrolled by keyboard too; what fits is no stop on the way.
  const places = [picture, pinned, body];
  const reach = () => places.forEach(one => { one.tabIndex = one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight ? 0 : -1; });
  const sizes = new ResizeObserver(() => { reach(); enlarge(true); });
  places.forEach(one => sizes.observe(one));
  for (const [one, name] of [[picture, "Picture"], [body, "More about it"]]) {
    one.setAttribute("role", "region");
    one.setAttribute("aria-label", name);
  }
  controls.addEventListener("submit", event => event.preventDefault());
  for (const kind of ["keydown", "contextmenu"]) root.addEventListener(kind, event => event.stopPropagation());
  el.append(root);

  function button(text, act) {
    return make("button", { type: "button", textContent: text, onclick: act });
  }

  // ------------------------------------------------------------------------------------------------ the controls
  function field(spec) {
    const id = `bsclib-${Math.random().toString(36).slice(2)}`;
    const label = make("label", { htmlFor: id, textContent: spec.label });
    const show = make("output");
    let input;
    if (spec.kind === "button")
      return { tell: () => {}, node: button(spec.label, () => { keep(); ask({ act: spec.name }); }) };
    if (spec.kind === "file") return { tell: () => {}, node: opener(spec, id) };
    if (spec.kind === "choice") {
      input = make("select");
      for (const [text, value] of spec.options) input.append(make("option", { value, textContent: text }));
    } else {
      input = make("input", { type: spec.kind === "check" ? "checkbox" : spec.kind === "text" ? "text" : "range" });
      if (spec.kind === "slider")
        Object.assign(input, { min: spec.min, max: spec.max, step: spec.step, value: values[spec.name] });
    }
    Object.assign(input, { id, name: spec.name, disabled: !!spec.disabled });
    input.dataset.lmSuppressShortcuts = "true";
    const tell = () => {
      const value = values[spec.name] ??= spec.value;
      if (spec.kind === "check") input.checked = value;
      else input.value = spec.steps ? spec.steps.findIndex(([, one]) => one === value) : value;
      if (spec.kind !== "slider") return;
      show.textContent = spec.steps ? (spec.steps[input.value] || [""])[0] : written(spec, value);
      input.setAttribute("aria-valuetext", show.textContent);
    };
    input.addEventListener("input", () => {
      values[spec.name] = spec.kind === "check" ? input.checked
        : spec.steps ? spec.steps[input.value][1] : spec.kind === "slider" ? Number(input.value) : input.value;
      for (const [other, way] of spec.pushes || [])
        if (way * (values[other] - values[spec.name]) < 0) values[other] = values[spec.name];
      tellAll();
      moved();
    });
    input.addEventListener("change", keep);
    tell();
    const parts = spec.kind === "check" ? [input, label] : [label, input];
    if (spec.kind === "slider") parts.push(show);
    const node = make("div", { className: `field ${spec.kind}` }, ...parts);
    // Where something turns: a mark on the track, and in words below it.
    const track = make("div", { className: "track", hidden: true }), turns = make("small", { id: `${id}-turns` });
    const tick = found => {
      const here = found.filter(([at]) => at >= spec.min && at <= spec.max);
      track.replaceChildren(...here.map(([at]) => {
        const mark = make("i");
        mark.style.left = `${100 * (at - spec.min) / (spec.max - spec.min)}%`;
        return mark;
      }));
      track.hidden = turns.hidden = !here.length;
      turns.textContent = here.map(([, text]) => text).join("; ");
      if (here.length) input.setAttribute("aria-describedby", turns.id);
      else input.removeAttribute("aria-describedby");
    };
    if (spec.kind === "slider") node.append(track, turns);
    turns.hidden = true;
    return { tell, tick, name: spec.name, node };
  }

  function written(spec, value) {
    const number = Number(value).toLocaleString("en", { minimumFractionDigits: spec.decimals, maximumFractionDigits: spec.decimals });
    return `${spec.signed && value > 0 ? "+" : ""}${number}${spec.unit || ""}`.replace("-", "−");
  }

  // A file to be read by the kernel; a press on the label opens it, as on any other.
  function opener(spec, id) {
    const input = make("input", { type: "file", id, accept: spec.accept });
    input.addEventListener("change", () => {
      const [file] = input.files;
      if (!file) return;
      if (file.size > spec.most) {
        said.textContent = `${file.name} is larger than ${Math.round(spec.most / 1e6)} MB, and was not opened.`;
      } else {
        const reader = new FileReader();
        reader.onload = () => ask({ act: spec.name, given: { [spec.name]: { name: file.name, data: reader.result.split(",")[1] || "" } } });
        reader.readAsDataURL(file);
      }
      input.value = "";
    });
    return make("div", { className: "field file" }, make("label", { htmlFor: id, textContent: spec.label }), input);
  }

  let fields = [], grid = null;
  const tellAll = () => fields.forEach(one => one.tell());
  function build() {
    const focused = controls.contains(document.activeElement) ? document.activeElement.name : "";
    fields = [];
    const groups = {};
    controls.replaceChildren();
    const tabled = model.get("controls").filter(spec => spec.kind === "table");
    root.classList.toggle("wide", tabled.length > 0);
    pin.hidden = picture.hidden = tabled.length > 0;
    grid = null;
    if (tabled.length) {
      for (const spec of tabled) values[spec.name] ??= spec.value;
      grid = tables(tabled, {
        rows: name => values[name],
        put: (name, rows) => { values[name] = rows; moved(); },
        done: keep,
      });
      fields.push(grid);
      sheets.replaceChildren(...grid.nodes);
    }
    for (const spec of model.get("controls")) {
      if (spec.kind === "table" || spec.kind === "hidden") continue;
      const one = field(spec);
      fields.push(one);
      if (spec.group && !groups[spec.group]) {
        groups[spec.group] = make("fieldset", {}, make("legend", { textContent: spec.group }));
        controls.append(groups[spec.group]);
      }
      (groups[spec.group] || controls).append(one.node);
    }
    if (focused) controls.elements[focused]?.focus();
  }

  // ------------------------------------------------------------------------------------- questions and answers
  function ask(more = {}) {
    fresh = false;
    clearTimeout(later);
    clearTimeout(slow);
    slow = setTimeout(() => {
      said.textContent = "The kernel has not answered for 20 seconds. Nothing here is lost: once it answers, move a "
        + "control. If it was restarted, run the cell again.";
      answered = turn;
      rest();
    }, SLOW);
    busy ||= setTimeout(() => { seen.dataset.busy = "yes"; }, BUSY);
    mine = turn = Math.max(turn, model.get("asked").turn) + 1;
    model.set("asked", { turn, values: { ...values }, ...more });
    model.save_changes();
  }

  function moved() {
    fresh = true;
    root.dispatchEvent(new CustomEvent("bsclib-moved", { bubbles: true, detail: { ...values } }));
    root.dataset.waits = "yes";
    if (grid) typed.keep(values);
    clearTimeout(later);
    if (answered === turn) ask();
  }

  // Whoever waits for the whole answer is told that work goes on.
  function rest() {
    clearTimeout(busy);
    busy = 0;
    seen.dataset.busy = "";
  }

  function keep() {
    if (JSON.stringify(settled) === JSON.stringify(values)) return;
    past.push(settled);
    settled = { ...values };
    undo.disabled = false;
  }

  function turnTo(other) {
    values = { ...other };
    settled = { ...other };
    undo.disabled = !past.length;
    tellAll();
    moved();
  }

  function put(place, text) {
    const sheet = document.createElement("template");
    sheet.innerHTML = text || "";
    place.replaceChildren(sheet.content);
  }

  function show() {
    const answer = model.get("shown");
    answered = answer.turn;
    if (answered > turn) {
      turn = answered;
      values = { ...model.get("asked").values };
      settled = { ...values };
      tellAll();
    }
    if (answered === turn) clearTimeout(slow);
    if (answer.values && !fresh) {
      Object.assign(values, answer.values);
      tellAll();
      if (answer.turned) keep();
    }
    if ("said" in answer) said.textContent = answer.said;
    if ("picture" in answer) {
      const focused = picture.contains(document.activeElement) ? document.activeElement.dataset.id : "";
      put(picture, answer.picture);
      const sheet = picture.querySelector("svg"), box = sheet?.viewBox.baseVal;
      picture.classList.toggle("tall", !!box && box.height > 0.7 * box.width);
      // What is wider than other pictures, a map of many KPIs, is as large as its letters need, and scrolls.
      if (box?.width > 720) Object.assign(sheet.style, { minWidth: `${1.1 * box.width}px`, maxWidth: "none" });
      enlarge(!answer.more);
      reachMarks();
      reveal();
      if (focused) marks.find(one => one.dataset.id === focused)?.focus();
    }
    if ("body" in answer) put(body, answer.body);
    if ("code" in answer) code.textContent = answer.code;
    if ("ticks" in answer) fields.forEach(one => one.tick?.(answer.ticks[one.name] || []));
    if ("facts" in answer) compare(answer.facts);
    if ("notes" in answer) grid?.note(answer.notes);
    if ("said" in answer) offers.replaceChildren(...(answer.offers || []).map(([act, text]) => button(text, () => ask({ act }))));
    if ("unsaved" in answer) {
      root.dataset.unsaved = answer.unsaved ? "yes" : "";
      if (answer.turn && !answer.unsaved && !fresh) typed.forget();
    }
    reach();
    if (answer.file) download(answer.file);
    root.dataset.turn = answered;
    root.dataset.rough = answer.more ? "yes" : "";
    if (answered !== mine) return;
    if (!fresh) root.dataset.waits = "";
    if (!fresh && !answer.more) rest();
    if (fresh) ask();
    else if (answer.more) later = setTimeout(() => ask({ part: answer.more }), answer.more === 1 ? REST : 0);
  }

  // Letters smaller than eleven pixels are drawn larger, as far as they have room; those of one size stay alike. How far
  // that is, is found out when the hand rests.
  let sized = {};
  function enlarge(anew) {
    const sheet = picture.querySelector("svg"), scale = sheet?.getScreenCTM()?.a;
    const texts = [...sheet?.querySelectorAll("text") || []], groups = {};
    if (!scale || texts.length > 400) return;
    for (const text of texts) {
      text.style.fontSize = "";
      const size = parseFloat(getComputedStyle(text).fontSize), room = text.children.length ? 1.1 * size : LETTERS / scale;
      if (size * scale < LETTERS) (groups[[size, text.children.length > 0]] ||= []).push([text, size, room]);
    }
    const grow = (group, px) => group.forEach(([text, size, room]) => {
      text.style.fontSize = px ? `${Math.max(size, Math.min(room, px / scale))}px` : "";
      text.classList.toggle("halo", px > 0 && !!text.previousElementSibling?.hasAttribute("fill-opacity"));
    });
    if (anew) {
      sized = {};
      const boxes = () => texts.map(one => one.getBoundingClientRect());
      const holds = (a, b) => a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom;
      const apart = (a, b) => a.left - 3 > b.right || b.left - 3 > a.right || a.top > b.bottom || b.top > a.bottom;
      const place = one => one.getBoundingClientRect();
      const shapes = [...sheet.querySelectorAll("rect, path:not([fill=none])")].map(place);
      const small = [...sheet.querySelectorAll("rect, path, circle")].map(place).filter(one => one.width < 40);
      let was = boxes();
      for (const [name, group] of Object.entries(groups)) {
        const mine = new Set(group.map(([text]) => text));
        for (const px of [LETTERS, LETTERS - 0.75, LETTERS - 1.5, LETTERS - 2.25, 0]) {
          grow(group, px);
          const now = boxes();
          const fits = texts.every((text, at) => !mine.has(text) || (
            shapes.every(shape => !holds(shape, was[at]) || holds(shape, now[at]))
            && small.every(shape => !apart(was[at], shape) || apart(now[at], shape))
            && texts.every((_, other) => other === at || !apart(was[at], was[other]) || apart(now[at], now[other]))));
          if (px && !fits) continue;
          sized[name] = px;
          was = now;
          break;
        }
      }
    } else Object.entries(groups).forEach(([name, group]) => grow(group, sized[name] || 0));
  }

  function download({ name, text, data }) {
    const bytes = data === undefined ? text : Uint8Array.from(atob(data), one => one.charCodeAt(0));
    const link = make("a", { download: name, href: URL.createObjectURL(new Blob([bytes], { type: data === undefined ? "text/plain" : "application/octet-stream" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // ------------------------------------------------------------------------------------------------- two states
  // What the two come to, side by side, where the kernel says so in a few facts.
  let facts = [], kept = [];
  const both = make("table", { hidden: true });
  function compare(now) {
    facts = now;
    both.hidden = pinned.hidden || !kept.length;
    if (both.hidden) return;
    const head = ["", "Pinned", "Now"].map(text => make("th", { scope: "col", textContent: text }));
    const rows = now.map(([label, text], at) => make("tr", {}, make("th", { scope: "row", textContent: label }),
      make("td", { textContent: kept[at]?.[1] ?? "" }), make("td", { textContent: text })));
    both.replaceChildren(make("caption", { textContent: "The two side by side" }),
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  }

  function pinIt() {
    const copy = [...(picture.childNodes.length ? picture : body).childNodes].map(one => one.cloneNode(true));
    for (const sheet of copy) {
      if (sheet.tagName === "svg") sheet.setAttribute("role", "img");
      for (const one of [sheet, ...sheet.querySelectorAll?.("[id], [aria-labelledby]") || []])
        ["id", "aria-labelledby"].forEach(name => one.removeAttribute?.(name));
      sheet.querySelectorAll?.("[role]").forEach(mark => ["role", "tabindex", "aria-pressed", "aria-label"].forEach(name => mark.removeAttribute(name)));
    }
    kept = facts;
    pinned.replaceChildren(both, ...copy, make("figcaption", { textContent: `Pinned: ${said.textContent}` }));
    pinned.hidden = false;
    pin.textContent = "Unpin";
    compare(facts);
    reach();
  }

  function unpin() {
    pinned.hidden = true;
    pin.textContent = "Pin to compare";
  }

  // The choice that a mark stands for, and how it is called there.
  function picked(id) {
    for (const name of model.get("picks")) {
      const option = model.get("controls").find(one => one.name === name)?.options.find(([, value]) => value === id);
      if (id && option) return { name, text: option[0] };
    }
  }

  // Marks that can be picked are buttons. The picture is one stop for Tab, and arrow keys go from mark to mark.
  let marks = [];
  function reachMarks() {
    const met = new Set(), sheet = picture.querySelector("svg");
    marks = [...picture.querySelectorAll("[data-id]")].filter(mark => {
      const id = mark.dataset.id, found = picked(id);
      if (!found) return false;
      mark.classList.toggle("picked", values[found.name] === id);
      if (met.has(id)) return false;
      met.add(id);
      mark.setAttribute("role", "button");
      mark.setAttribute("aria-label", found.text);
      mark.setAttribute("aria-pressed", values[found.name] === id);
      mark.setAttribute("tabindex", "-1");
      return true;
    });
    if (!marks.length) return;
    sheet.setAttribute("role", "group");
    (marks.find(mark => mark.classList.contains("picked")) || marks[0]).setAttribute("tabindex", "0");
  }

  // In a box that scrolls, what was picked from the list is brought into sight.
  let revealed = "";
  function reveal() {
    const mark = picture.querySelector(".picked");
    if (!mark || revealed === mark.dataset.id) return;
    revealed = mark.dataset.id;
    const at = mark.getBoundingClientRect(), box = picture.getBoundingClientRect();
    if (at.top < box.top || at.bottom > box.bottom) picture.scrollTop += at.top + at.height / 2 - box.top - box.height / 2;
    if (at.left < box.left || at.right > box.right) picture.scrollLeft += at.left + at.width / 2 - box.left - box.width / 2;
  }

  function go(event) {
    const at = marks.indexOf(event.target.closest("[data-id]"));
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: marks.length - 1 }[event.key];
    if (at < 0 || !marks[to]) return;
    event.preventDefault();
    marks[at].setAttribute("tabindex", "-1");
    marks[to].setAttribute("tabindex", "0");
    marks[to].focus();
  }
  picture.addEventListener("keydown", go);

  function pick(event) {
    const id = event.target.closest("[data-id]")?.dataset.id, found = picked(id);
    if (!found) return;
    event.preventDefault();
    values[found.name] = id;
    tellAll();
    keep();
    moved();
  }
  for (const place of [picture, body]) {
    place.addEventListener("click", pick);
    place.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") pick(event); });
  }
  const leaving = event => { if (root.dataset.unsaved) event.preventDefault(); };
  window.addEventListener("beforeunload", leaving);

  undo.disabled = true;
  save.hidden = !model.get("saves");
  build();
  const before = model.get("asked"), lost = !before.turn && typed.found();
  show();
  const goOn = () => { keep(); ask({ act: "again", given: lost.given }); };
  if (lost && lost.same) goOn();
  else if (lost) offers.append(button("Bring back what was typed here before, on an older state", goOn));
  if (before.part || before.act) ask();  // a view that comes later begins with the whole answer
  model.on("change:shown", show);
  model.on("change:controls", build);
  return () => {
    clearTimeout(later);
    clearTimeout(slow);
    clearTimeout(busy);
    sizes.disconnect();
    window.removeEventListener("beforeunload", leaving);
    model.off("change:shown", show);
    model.off("change:controls", build);
  };
}

export default { render };
