// Items of a roadmap are dragged, stretched and linked; everything can be done with the keyboard, and in the forms without a script.
"use strict";
(() => {
  const PAUSE = 450;
  let held = null, timer = 0, tying = null, focus = "";

  const chart = () => document.querySelector(".roadmap-chart");
  const write = (n) => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;
  const bands = () => chart().dataset.bands.split(" ").map((one) => { const [name, low, high] = one.split(":"); return { name, low: Number(low), high: Number(high) }; });
  const address = (key) => location.pathname.replace(/edit\/$/, `items/${encodeURIComponent(key)}/`);

  // What an item would be: months shifted and layer changed since the page drew it.
  function wish(item) {
    item.wish ??= { start: Number(item.dataset.start), end: Number(item.dataset.end), layer: item.dataset.layer };
    return item.wish;
  }
  function show(item) {
    const { month } = chart().dataset;
    const box = item.querySelector(".fig-box"), want = wish(item);
    const band = bands().find((one) => one.name === want.layer);
    const down = want.layer === item.dataset.layer ? 0 : band.low + 8 - Number(item.dataset.y);
    if (item.dataset.start === "") { item.setAttribute("transform", `translate(0 ${down})`); return; }
    item.setAttribute("transform", `translate(${(want.start - Number(item.dataset.start)) * Number(month)} ${down})`);
    for (const part of [box, box.previousElementSibling]) part.setAttribute("width", String(Math.max(4, (want.end - want.start + 1) * Number(month))));
    item.setAttribute("aria-label", `${item.querySelector("title").textContent.split(",")[0]}, ${write(want.start)} – ${write(want.end)}, ${want.layer}`);
  }
  function settle(item, pause) {
    clearTimeout(timer);
    const want = wish(item);
    if (String(want.start) === item.dataset.start && String(want.end) === item.dataset.end && want.layer === item.dataset.layer) return;
    const form = document.getElementById("move"), timed = item.dataset.start !== "";
    timer = setTimeout(() => {
      const values = { key: item.dataset.key, base: item.dataset.version, layer: want.layer, start: timed ? write(want.start) : "", end: timed ? write(want.end) : "" };
      for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
      focus = item.dataset.key;
      form.requestSubmit();
    }, pause);
  }
  const spot = (event) => { const point = new DOMPoint(event.clientX, event.clientY); return point.matrixTransform(chart().getScreenCTM().inverse()); };

  document.addEventListener("pointerdown", (event) => {
    const item = event.target.closest?.(".fig-item");
    if (!item || event.button !== 0) return;
    if (tying) { event.preventDefault(); chooseOther(item); return; }
    event.preventDefault();
    item.focus();
    item.setPointerCapture(event.pointerId);
    held = { item, from: spot(event), edge: event.target.dataset.edge ?? "", began: { ...wish(item) } };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { item, from, edge, began } = held, here = spot(event), want = wish(item);
    const steps = Math.round((here.x - from.x) / Number(chart().dataset.month));
    if (item.dataset.start !== "") {
      want.start = edge === "end" ? began.start : edge === "start" ? Math.min(began.start + steps, began.end) : began.start + steps;
      want.end = edge === "start" ? began.end : edge === "end" ? Math.max(began.end + steps, began.start) : began.end + steps;
    }
    const band = bands().find((one) => here.y >= one.low && here.y <= one.high);
    if (!edge && band) want.layer = band.name;
    for (const back of document.querySelectorAll(".fig-layer")) back.classList.toggle("is-goal", !edge && band !== undefined && Math.abs(Number(back.getAttribute("y")) - band.low) < 1 && band.name !== item.dataset.layer);
    show(item);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, (event) => {
      if (!held) return;
      const { item, began } = held;
      held = null;
      if (event.type === "pointercancel") { item.wish = began; show(item); } else settle(item, 0);
    });
  }
  document.addEventListener("dblclick", (event) => {
    const item = event.target.closest?.(".fig-item");
    if (item) location.assign(address(item.dataset.key));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "")) {
      const undo = document.getElementById("undo");
      if (undo) { event.preventDefault(); undo.form.requestSubmit(); }
      return;
    }
    if (event.key === "Escape" && tying) { stopTying(); return; }
    const item = event.target.closest?.(".fig-item");
    if (!item || event.ctrlKey || event.metaKey) return;
    const want = wish(item), across = { ArrowLeft: -1, ArrowRight: 1 }[event.key], down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (across && item.dataset.start !== "") {
      event.preventDefault();
      const steps = across * (event.shiftKey ? 12 : 1);
      if (event.altKey) want.end = Math.max(want.start, want.end + steps);
      else { want.start += steps; want.end += steps; }
      show(item);
      settle(item, PAUSE);
    } else if (down && !event.altKey) {
      event.preventDefault();
      const names = bands().map((one) => one.name), place = names.indexOf(want.layer) + down;
      if (names[place]) { want.layer = names[place]; show(item); settle(item, PAUSE); }
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (tying) chooseOther(item); else location.assign(address(item.dataset.key));
    } else if (event.key === "l" || event.key === "L") {
      event.preventDefault();
      tie(item);
    } else if (event.key === "Delete") {
      event.preventDefault();
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${address(item.dataset.key)}remove/`;
      form.append(document.querySelector("#move [name=csrfmiddlewaretoken]").cloneNode());
      document.body.append(form);
      form.submit();
    }
  });

  const titleOf = (item) => item.querySelector("title").textContent.split(",")[0];
  function tie(item) {
    const form = document.getElementById("tie");
    tying = item;
    item.classList.add("is-tying");
    form.hidden = false;
    form.action = form.dataset.url.replace("KEY", encodeURIComponent(item.dataset.key));
    form.querySelector("[data-from]").textContent = titleOf(item);
  }
  function chooseOther(item) {
    if (item === tying) return;
    const form = document.getElementById("tie");
    form.elements.after.value = item.dataset.key;
    form.querySelector("[data-to]").textContent = titleOf(item);
    const button = form.querySelector("[type=submit]");
    button.disabled = false;
    button.focus();
  }
  function stopTying() {
    tying?.classList.remove("is-tying");
    tying?.focus();
    tying = null;
    document.getElementById("tie").hidden = true;
  }
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-cancel]")) stopTying(); });

  // A refusal brings the drawing as it is now, with the reason above it; without an answer the item goes back, and says so.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      for (const item of document.querySelectorAll(".fig-item")) { delete item.wish; item.removeAttribute("transform"); }
      for (const item of document.querySelectorAll(".fig-item")) if (item.dataset.start !== "") show(item);
      document.getElementById("not-kept").hidden = false;
    });
  }

  // After the drawing has come anew, the person is where she was; a link from another page names its item.
  document.addEventListener("htmx:afterSettle", () => { if (focus) document.getElementById(`item-${focus}`)?.focus(); });
  const chosen = new URLSearchParams(location.search).get("chosen");
  if (chosen) document.getElementById(`item-${chosen}`)?.focus();
})();
