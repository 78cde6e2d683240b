"use strict";
// Search, order and keys. The page is whole without them; what is written, is written as text.

document.documentElement.classList.add("live");

function rowsOf(table) {
  return Array.from(table.tBodies[0].rows);
}

// ---------------------------------------------------------------- search: rows that have all words

function search(input) {
  const table = document.getElementById(input.dataset.table);
  const told = input.parentElement.querySelector("output");
  const rows = rowsOf(table);
  const whole = told.textContent;
  let texts = null;
  let waiting = 0;

  function apply() {
    texts = texts || rows.map((row) => row.textContent.toLowerCase());
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    told.textContent = words.length ? `${shown.toLocaleString("en")} of ${whole}` : whole;
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
}

// ---------------------------------------------------------------- search: everything, from pages that hold it

const FIND = "#find=";
const MOST = 200; // rows that are shown

function searchAll(input) {
  const { files, anchor, rows } = JSON.parse(document.getElementById("rows").textContent);
  const table = document.querySelector("table.found");
  const told = input.parentElement.querySelector("output");
  const whole = told.textContent;
  let texts = null;
  let waiting = 0;

  function show([file, number, ...cells]) {
    const row = table.tBodies[0].insertRow();
    const link = document.createElement("a");
    link.href = `${files[file]}#${anchor}-${number}`;
    link.textContent = number.toLocaleString("en");
    row.insertCell().append(link);
    cells.forEach((cell) => {
      const text = document.createElement("bdi");
      text.textContent = cell;
      row.insertCell().append(text);
    });
  }

  function apply() {
    texts = texts || rows.map((row) => row.slice(1).join(" ").toLowerCase());
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? rows.filter((_, at) => words.every((word) => texts[at].includes(word))) : [];
    table.tBodies[0].replaceChildren();
    found.slice(0, MOST).forEach(show);
    table.hidden = !found.length;
    const first = found.length > MOST ? `; the first ${MOST} are shown` : "";
    told.textContent = words.length ? `${found.length.toLocaleString("en")} of ${whole}${first}` : whole;
    history.replaceState(null, "", words.length ? FIND + encodeURIComponent(input.value) : location.pathname);
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  if (location.hash.startsWith(FIND)) {
    input.value = decodeURIComponent(location.hash.slice(FIND.length));
    apply();
  }
}

function carry(link) { // the words to the page that searches on
  const input = document.getElementById(link.dataset.find || "find");
  link.addEventListener("click", () => {
    link.hash = input.value ? FIND + encodeURIComponent(input.value) : "";
  });
}

// ---------------------------------------------------------------- order: by a column, either way

function sortable(head) {
  const table = head.closest("table");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.textContent = "";
  head.append(button);
  button.addEventListener("click", () => {
    const numbers = head.dataset.sort === "number";
    const now = head.getAttribute("aria-sort");
    const up = now ? now === "descending" : true;
    const keys = rowsOf(table).map((row) => {
      const cell = row.cells[head.cellIndex];
      const value = cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
      return { row, key: numbers ? Number(value) : value };
    });
    const before = numbers ? (a, b) => a - b : new Intl.Collator("en", { numeric: true }).compare;
    keys.sort((a, b) => (up ? before(a.key, b.key) : before(b.key, a.key)));
    table.tBodies[0].append(...keys.map((item) => item.row));
    head.parentElement.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  });
}

// ---------------------------------------------------------------- keys: up and down the rows; Escape

function byKeys(table) {
  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tbody > tr");
    if (!step || !row || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = rowsOf(table).filter((other) => !other.hidden);
    const next = rows[rows.indexOf(row) + step];
    const goal = next && next.querySelector("a, summary");
    if (!goal) return;
    event.preventDefault();
    goal.focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("mark:hover, mark:focus").forEach((mark) => mark.classList.add("shut"));
});
["mouseout", "focusout"].forEach((kind) => {
  document.addEventListener(kind, (event) => {
    if (event.target.closest) event.target.closest("mark.shut")?.classList.remove("shut");
  });
});

// ---------------------------------------------------------------- the pair that is linked to opens, others close

const pairs = Array.from(document.querySelectorAll("details.pair"));

function open() {
  const pair = document.getElementById(location.hash.slice(1));
  if (!pairs.includes(pair)) return;
  pairs.forEach((other) => { other.open = other === pair; });
  pair.scrollIntoView();
  pair.querySelector("summary").focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && link.hash && link.hash === location.hash) setTimeout(open);
});
document.getElementById("open-all")?.addEventListener("click", () => {
  pairs.forEach((pair) => { pair.open = true; });
});
addEventListener("hashchange", open);
document.querySelectorAll("input[data-table]").forEach(search);
document.querySelectorAll("input#find").forEach(searchAll);
document.querySelectorAll("a[data-find]").forEach(carry);
document.querySelectorAll("th[data-sort]").forEach(sortable);
document.querySelectorAll("table.list").forEach(byKeys);
open();
