// Small helpers every page may use. Each works by data attributes; without scripts pages still work.
"use strict";

// "/" puts the cursor into the search field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = [...document.querySelectorAll("input[type=search]")].find((f) => f.offsetParent);
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});

// Cards and menus made of <details> close on Escape and on a click elsewhere.
const floating = "details.prov[open], details.plain-menu[open]";
document.addEventListener("click", (event) => {
  document.querySelectorAll(floating).forEach((d) => { if (!d.contains(event.target)) d.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(floating).forEach((d) => { d.open = false; d.querySelector("summary").focus(); });
});
// A card that would leave the screen on the right is moved to the left.
document.addEventListener("toggle", (event) => {
  const card = event.target.matches?.("details.prov[open]") && event.target.querySelector(".prov-card");
  if (!card) return;
  card.style.transform = "";
  const box = card.getBoundingClientRect();
  const over = box.right - document.documentElement.clientWidth + 8;
  if (over > 0) card.style.transform = `translateX(${-Math.min(over, box.left + over)}px)`;
  if (box.left < 8) card.style.transform = `translateX(${8 - box.left}px)`;
}, true);

// Forms with data-guard ask before unsaved changes are left behind.
document.querySelectorAll("form[data-guard]").forEach((form) => {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
});

// data-submit-on-change sends the form when a field changes (language, sort order).
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form) form.requestSubmit();
});

// data-toggles="#id" shows and hides a panel.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggles]");
  if (!button) return;
  const panel = document.querySelector(button.dataset.toggles);
  const open = panel.classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});

// data-copy="#id" copies a table as tab-separated text, data-copy-link the address of the page.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-link]");
  if (!button) return;
  const table = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = table
    ? [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t")).join("\n")
    : location.href;
  try {
    await navigator.clipboard.writeText(text);
    const words = button.textContent;
    button.textContent = button.dataset.done || words;
    setTimeout(() => { button.textContent = words; }, 1500);
  } catch { /* the clipboard is not ours to use: nothing is lost */ }
});

// Tables with data-sortable sort by a click on a column head, those that come later with a part of the page too.
const sortable = (table) => {
  if (table.querySelector("thead th > button")) return;
  table.querySelectorAll("thead th:not([data-fixed])").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      const index = head.cellIndex;
      const value = (row) => { const c = row.cells[index]; return c?.dataset.value ?? c?.innerText.trim() ?? ""; };
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (!x || !y) return x ? -1 : y ? 1 : 0; // what is not recorded stands last
        const order = !isNaN(x) && !isNaN(y) ? x - y : x.localeCompare(y, document.documentElement.lang);
        return up ? order : -order;
      });
      table.querySelectorAll("th[aria-sort]").forEach((th) => th.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      table.tBodies[0].append(...rows);
    });
  });
};
document.querySelectorAll("table[data-sortable]").forEach(sortable);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("table[data-sortable]").forEach(sortable));

// Maps zoom with buttons and with the keys + and -; arrows move.
document.querySelectorAll("[data-map]").forEach((frame) => {
  const svg = frame.querySelector("svg");
  const full = svg.viewBox.baseVal;
  const [w, h] = [full.width, full.height];
  let view = { x: 0, y: 0, k: 1 };
  function show() {
    const k = (view.k = Math.min(8, Math.max(1, view.k)));
    view.x = Math.min(w - w / k, Math.max(0, view.x));
    view.y = Math.min(h - h / k, Math.max(0, view.y));
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${w / k} ${h / k}`);
    // Marks keep their size on the screen; on a small one they grow with the zoom until they can be read.
    const size = Math.min(k, Math.max(1, w / (svg.clientWidth || w))) / k;
    svg.querySelectorAll("[data-scale]").forEach((g) => g.setAttribute("transform", `${g.dataset.scale} scale(${size})`));
    // Names that would be smaller than 9 pixels are left out on a small screen.
    svg.classList.toggle("near", 13 * size * k * (svg.clientWidth / w) >= 9);
  }
  function zoom(factor, cx = view.x + w / view.k / 2, cy = view.y + h / view.k / 2) {
    const k = Math.min(8, Math.max(1, view.k * factor));
    view.x = cx - (cx - view.x) * (view.k / k);
    view.y = cy - (cy - view.y) * (view.k / k);
    view.k = k;
    show();
  }
  const tools = frame.querySelector(".map-tools");
  if (tools) {
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const verb = event.target.closest("button")?.dataset.zoom;
      if (verb === "in") zoom(1.6); else if (verb === "out") zoom(1 / 1.6); else if (verb === "all") { view = { x: 0, y: 0, k: 1 }; show(); }
    });
  }
  // On a small screen the whole of Europe would make the marks too small to read or touch.
  const marks = [...svg.querySelectorAll("[data-scale]")].map((g) => g.dataset.scale.match(/-?[\d.]+/g).map(Number));
  if (svg.clientWidth && svg.clientWidth < 560 && marks.length) {
    const xs = marks.map((m) => m[0]), ys = marks.map((m) => m[1]), margin = 60;
    const [left, right, top, bottom] = [Math.min(...xs) - margin, Math.max(...xs) + margin, Math.min(...ys) - margin, Math.max(...ys) + margin];
    view.k = Math.min(4, w / (right - left), h / (bottom - top));
    view.x = (left + right) / 2 - w / Math.max(1, view.k) / 2;
    view.y = (top + bottom) / 2 - h / Math.max(1, view.k) / 2;
    show();
  }
  frame.addEventListener("keydown", (event) => {
    const step = w / view.k / 10;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+") zoom(1.6);
    else if (event.key === "-") zoom(1 / 1.6);
    else if (moves[event.key] && view.k > 1) { view.x += moves[event.key][0]; view.y += moves[event.key][1]; show(); }
    else return;
    event.preventDefault();
  });
  let held = null;
  svg.addEventListener("pointerdown", (event) => { if (view.k > 1 && event.button === 0) held = { x: event.clientX, y: event.clientY, vx: view.x, vy: view.y }; });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = w / view.k / svg.clientWidth;
    view.x = held.vx - (event.clientX - held.x) * scale;
    view.y = held.vy - (event.clientY - held.y) * scale;
    show();
  });
  window.addEventListener("pointerup", () => { held = null; });
});
