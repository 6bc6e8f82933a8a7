// The compare button says how many are ticked; filters send themselves on a desktop.
"use strict";
(() => {
  const button = document.querySelector("#compare button");
  function count() {
    const ticked = document.querySelectorAll('input[name="i"][form="compare"]:checked').length;
    button.textContent = ticked > 1 ? button.dataset.wordsMany.replace("%n", Math.min(4, ticked)) : button.dataset.wordsOne;
    button.disabled = ticked < 2;
    button.form.hidden = ticked === 0;
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="i"]')) count();
    if (event.target.matches('#finder-form select[name="sort"]')) event.target.form.requestSubmit();
  });
  window.addEventListener("pageshow", count);
  count();
  // Empty fields would only make the address long.
  const form = document.querySelector("#finder-form");
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
    if (event.formData.get("view") === "list") event.formData.delete("view");
    if (event.formData.get("sort") === "relevance") event.formData.delete("sort");
    if (!event.formData.get("energy_min") && !event.formData.get("energy_max")) event.formData.delete("energy_unit");
  });
})();
