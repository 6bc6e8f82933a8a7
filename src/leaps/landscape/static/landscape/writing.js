// Puts the cursor on the line of a problem: the one of the address, or the one that is clicked.
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
})();
