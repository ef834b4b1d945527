
"use strict";
document.documentElement.classList.add("js");  // the rows stay out of sight until they are all there
document.addEventListener("DOMContentLoaded", () => {
  const STEP = 200;  // rows laid out at once
  const body = document.querySelector("tbody"), form = document.forms[0], heads = [...document.querySelectorAll("th[data-sort]")];
  const said = form.querySelector("[role=status]"), none = document.querySelector(".none");
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" }), count = new Intl.NumberFormat("en");
  const rows = [...body.rows].map((row, place) => ({ row, place, kind: row.dataset.kind, text: row.textContent.toLowerCase() }));
  let chosen = rows, shown = 0, order = null;

  const more = upto => {
    const next = chosen.slice(shown, upto).map(one => one.row);
    body.append(...next);
    shown += next.length;
  };
  const column = head => head.cellIndex;
  const value = (one, at) => {
    if (one.kind === "failed" || one.kind === "left_out") return at === 0 ? one.row.cells[0].textContent : at > 4 ? one.row.cells[at - 2].textContent : null;
    const cell = one.row.cells[at];
    return cell.hasAttribute("data-number") ? (cell.dataset.number === "" ? null : Number(cell.dataset.number)) : cell.textContent;
  };
  const first = one => (one.kind === "failed" ? 0 : one.kind === "left_out" ? 1 : 2);  // whatever the order, failures come first
  const sorted = () => {
    if (!order) return;
    const at = column(order.head), down = order.down ? -1 : 1;
    for (const one of rows) one.key = value(one, at);
    const texts = rows.every(one => one.key === null || typeof one.key === "string");
    const compare = texts ? words.compare : (a, b) => a - b;
    rows.sort((a, b) => first(a) - first(b) || (a.key === null) - (b.key === null) || (a.key === null ? 0 : down * compare(a.key, b.key)) || a.place - b.place);
  };
  const show = () => {
    const asked = form.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set([...form.querySelectorAll(":checked")].map(box => box.value));
    chosen = rows.filter(one => (!kinds.size || kinds.has(one.kind)) && asked.every(word => one.text.includes(word)));
    body.replaceChildren();
    shown = 0;
    more(STEP);
    none.hidden = chosen.length > 0;
    said.textContent = chosen.length < rows.length ? `${count.format(chosen.length)} of ${count.format(rows.length)} reports` : "";
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numbers = head.hasAttribute("data-number");
      order = { head, down: order && order.head === head ? !order.down : false };
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      sorted();
      show();
    });
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  window.addEventListener("beforeprint", () => more(Infinity));
  const foot = document.querySelector("footer");
  const near = new IntersectionObserver(seen => {
    if (shown >= chosen.length || !seen.some(one => one.isIntersecting)) return;
    more(shown + STEP);
    near.unobserve(foot);  // so that it says again whether the end is near
    near.observe(foot);
  }, { rootMargin: "1500px" });
  near.observe(foot);
  form.hidden = false;
  show();
  document.documentElement.classList.remove("js");
});
