// Dark periods are moved by dragging their bars or with the arrow keys; the fields of the form say the same in words.
"use strict";
(() => {
  const PAUSE = 350;
  let held = null, timer = 0;

  const fieldOf = (bar) => document.querySelector(`#dates input[name="s-${CSS.escape(bar.dataset.key)}"]`);
  const read = (text) => { const [year, month] = text.split("-").map(Number); return 12 * year + month - 1; };
  const write = (n) => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;
  const words = (n) => new Date(Date.UTC(Math.floor(n / 12), n % 12, 1)).toLocaleDateString(document.documentElement.lang, { month: "short", year: "numeric", timeZone: "UTC" });

  // Show a bar `shift` months from where the page drew it; answers where it then begins, within the figure.
  function show(bar, began, shift) {
    const { first, months, month } = bar.closest("svg").dataset;
    const begin = Math.min(Number(first) + Number(months) - 1, Math.max(Number(first), began + shift));
    bar.setAttribute("transform", `translate(${(begin - began) * Number(month)} 0)`);
    bar.querySelector("[data-when]").textContent = words(begin);
    bar.setAttribute("aria-valuenow", String(begin - Number(first)));
    bar.setAttribute("aria-valuetext", words(begin));
    return begin;
  }
  function settle(bar, begin) {
    const field = fieldOf(bar);
    if (field.value === write(begin)) return;
    field.value = write(begin);
    clearTimeout(timer);
    timer = setTimeout(() => field.form.requestSubmit(), held ? 0 : PAUSE);
  }

  document.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest?.(".fig-move");
    if (!bar || event.button !== 0) return;
    event.preventDefault();
    bar.focus();
    bar.setPointerCapture(event.pointerId);
    const scale = bar.closest("svg").getScreenCTM().a * Number(bar.closest("svg").dataset.month);
    held = { bar, x: event.clientX, scale, began: read(fieldOf(bar).defaultValue), begin: read(fieldOf(bar).value) };
  });
  document.addEventListener("pointermove", (event) => {
    if (held) held.begin = show(held.bar, held.began, Math.round((event.clientX - held.x) / held.scale));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, (event) => {
      if (!held) return;
      const { bar, began, begin } = held;
      if (event.type === "pointerup") settle(bar, begin); else show(bar, began, 0);
      held = null;
    });
  }
  document.addEventListener("keydown", (event) => {
    const bar = event.target.closest?.(".fig-move");
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -12, PageUp: 12 }[event.key];
    if (!bar || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const began = read(fieldOf(bar).defaultValue);
    settle(bar, show(bar, began, read(fieldOf(bar).value) - began + step));
  });
})();
