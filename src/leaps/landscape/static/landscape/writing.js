// Puts the cursor on the line of a problem: the one of the address, or the one that is clicked.
// Says when what is written could not be kept on the server, and sends the last words when the page is left.
"use strict";

(() => {
  const field = document.querySelector("textarea[data-line]");
  if (!field) return;
  function goTo(line) {
    const lines = field.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[line - 1] || "").length);
    field.scrollTop = Math.max(0, (field.scrollHeight * (line - 4)) / Math.max(1, lines.length));
  }
  if (Number(field.dataset.line)) goTo(Number(field.dataset.line));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto-line]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.gotoLine));
  });
  const kept = document.getElementById("kept");
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    kept?.parentElement.addEventListener(name, () => {
      kept.setAttribute("role", "alert");
      kept.textContent = kept.dataset.failed;
    });
  }
  const form = field.form;
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("pagehide", () => {
    const address = kept?.getAttribute("hx-post");
    if (dirty && address) navigator.sendBeacon(address, new FormData(form));
  });
})();
