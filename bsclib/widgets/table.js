// Tables whose cells are native inputs. Rows are values like any other control's, so undo and reset know them too; each
// has a `key`, by which others refer to it and by which the kernel's notes find it. `hands` are what a table does with
// values: `rows` gives those of a name, `put` changes them, and `done` says that a change is whole.
const make = (tag, fields = {}, ...children) => {
  const one = Object.assign(document.createElement(tag), fields);
  one.append(...children);
  return one;
};

// What was typed into tables and is not saved: the tab keeps it until it is closed, so that it outlives its kernel. A
// browser that keeps nothing, or has no room, is no reason to stop.
function keeper(model) {
  const place = `bsclib-typed ${location.pathname} ${model.get("title")}`, start = JSON.stringify(model.get("start"));
  const tried = act => { try { return act(sessionStorage); } catch { return null; } };
  return {
    keep(values) {
      const base = model.get("bases")[values.card];
      if (base !== undefined) tried(tab => tab.setItem(place, JSON.stringify({ start, base, values })));
    },
    forget: () => tried(tab => tab.removeItem(place)),
    found: () => tried(tab => {
      const kept = JSON.parse(tab.getItem(place));
      return kept && { same: kept.start === start, given: { again: kept } };
    }),
  };
}

function tables(specs, hands) {
  const tabs = make("fieldset", { className: "tabs" }, make("legend", { textContent: "Table" }));
  const place = make("div", { className: "sheet" });
  const group = `bsclib-${Math.random().toString(36).slice(2)}`;
  let open = specs[0], drawn = null, notes = {}, lines = new Map();
  place.setAttribute("role", "region");

  const names = specs.map(spec => {
    const pick = make("input", { type: "radio", name: group, checked: spec === open });
    const text = make("span");
    pick.dataset.lmSuppressShortcuts = "true";
    pick.addEventListener("change", () => { open = spec; draw(); });
    tabs.append(make("label", {}, pick, text));
    return [spec, text];
  });
  const named = (row, at) => row.name || row.said || `row ${at + 1}`;
  const said = (name, key) => {
    const rows = hands.rows(name), at = rows.findIndex(row => row.key === key);
    return at < 0 ? "" : named(rows[at], at);
  };

  function put(rows) {
    drawn = rows;
    hands.put(open.name, rows);
  }

  function cell(column, row, at) {
    if (column.kind === "show") return make("th", { scope: "row", textContent: named(row, at) });
    let input;
    if (column.kind === "choice" || column.kind === "row") {
      const options = column.kind === "row"
        ? hands.rows(column.from).map((one, place) => [named(one, place), one.key]) : column.options;
      input = make("select", {}, make("option", { value: "", textContent: column.none || "choose…" }),
        ...options.map(([text, value]) => make("option", { value, textContent: text })));
    } else {
      const hints = { placeholder: column.usual || "", spellcheck: column.wide > 12 };
      input = make("input", { type: "text", autocomplete: "off", size: column.wide, ...hints });
    }
    input.value = row[column.name] ?? "";
    input.dataset.column = column.name;
    input.dataset.lmSuppressShortcuts = "true";
    input.style.minWidth = `${column.wide}ch`;  // what room there is goes to the columns that need it
    input.addEventListener("input", () => {
      put(hands.rows(open.name).map(one => one.key === row.key ? { ...one, [column.name]: input.value } : one));
      label();
    });
    input.addEventListener("change", hands.done);
    input.addEventListener("keydown", event => {
      if (event.key !== "Enter" || input.tagName === "SELECT") return;
      event.preventDefault();
      const rows = hands.rows(open.name), next = rows[rows.findIndex(one => one.key === row.key) + 1];
      if (next) lines.get(next.key).line.querySelector(`[data-column="${column.name}"]`).focus();
      else if (open.one) add(column.name);
    });
    return make("td", {}, input);
  }

  function add(column) {
    hands.done();
    const key = `new-${Math.random().toString(36).slice(2)}`;
    put([...hands.rows(open.name), { ...open.first, key }]);
    hands.done();
    draw();
    const line = lines.get(key).line;
    (line.querySelector(`[data-column="${column}"]`) || line.querySelector("input, select")).focus();
  }

  function remove(key) {
    const rows = hands.rows(open.name), at = rows.findIndex(one => one.key === key);
    put(rows.filter(one => one.key !== key));
    hands.done();
    draw();
    const next = hands.rows(open.name)[Math.min(at, rows.length - 2)];
    (next ? lines.get(next.key).line.querySelector(".remove") : place.querySelector(".add")).focus();
  }

  function draw() {
    const rows = drawn = hands.rows(open.name);
    lines = new Map();
    const heads = open.columns.map(column => make("th", { scope: "col", textContent: column.label }));
    const body = make("tbody");
    rows.forEach((row, at) => {
      // What is said of a row stands below it, where it is seen however wide the table is.
      const line = make("tr"), found = make("div", { className: "found", id: `${group}-${row.key}`.replaceAll(" ", "-") });
      const below = make("tr", { className: "below", hidden: true }, make("td", { colSpan: open.columns.length + 1 }, found));
      line.append(...open.columns.map(column => cell(column, row, at)));
      if (open.one) {
        const out = make("button", { type: "button", className: "remove", textContent: "✕", onclick: () => remove(row.key) });
        line.append(make("td", {}, out));
      }
      body.append(line, below);
      lines.set(row.key, { line, below, found });
    });
    if (open.one) heads.push(make("th", { scope: "col", textContent: "Remove" }));
    const head = make("thead", {}, make("tr", {}, ...heads));
    const more = open.one ? [make("button", { type: "button", className: "add", textContent: `Add ${open.one}`, onclick: () => add() })] : [];
    place.setAttribute("aria-label", open.label);
    place.replaceChildren(make("table", {}, make("caption", { textContent: open.hint || open.label }), head, body), ...more);
    label();
  }

  // What changes as one types: the names of rows, and what is found.
  function label() {
    for (const [spec, text] of names) {
      const rows = hands.rows(spec.name), marked = rows.filter(row => notes[row.key]).length;
      text.textContent = `${spec.label}: ${rows.length}${marked ? `, ${marked} with a note` : ""}`;
    }
    hands.rows(open.name).forEach((row, at) => {
      if (!lines.has(row.key)) return;
      const { line, below, found } = lines.get(row.key), here = notes[row.key] || { at: [], texts: [] };
      const name = open.name === "links" ? [said("kpis", row.cause), said("kpis", row.effect)].filter(Boolean).join(" to ") || `row ${at + 1}` : named(row, at);
      for (const input of line.querySelectorAll("[data-column]")) {
        const column = open.columns.find(one => one.name === input.dataset.column);
        input.setAttribute("aria-label", `${column.label}, ${name}`);
        if (here.texts.length) input.setAttribute("aria-describedby", found.id);
        else input.removeAttribute("aria-describedby");
        input.setAttribute("aria-invalid", here.at.includes(column.name));
      }
      line.querySelector(".remove")?.setAttribute("aria-label", `Remove ${name}`);
      const texts = here.texts.map(([kind, text]) => make("li", { className: kind, textContent: text }));
      below.hidden = !texts.length;
      line.classList.toggle("noted", texts.length > 0);
      found.replaceChildren(...(texts.length ? [make("ul", {}, ...texts)] : []));
    });
  }

  draw();
  return {
    nodes: [tabs, place],
    tell: () => { if (hands.rows(open.name) !== drawn) draw(); else label(); },
    note: found => { notes = found; label(); },
  };
}
