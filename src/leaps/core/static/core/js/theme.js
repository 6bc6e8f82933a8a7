// Runs before the first paint: the stored choice, else what the system prefers.
"use strict";
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function stored() {
    try { return localStorage.getItem("theme"); } catch { return null; }
  }
  function apply() {
    document.documentElement.dataset.bsTheme = stored() || (system.matches ? "dark" : "light");
  }
  system.addEventListener("change", apply);
  apply();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-toggle]");
    if (!button) return;
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* private mode: lasts for this page */ }
    document.documentElement.dataset.bsTheme = next;
  });
})();
