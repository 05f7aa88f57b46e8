// The week: blocks are put to their time, dragged to another, and a click into the free grid plans something there.
// Markup: [data-calendar][data-first-hour][data-new-url] .cal-blocks[data-day] > .cal-block[data-top][data-minutes][data-lane][data-lanes]
// A block with data-move and data-version can be dragged; moving by keyboard is done in its form.
(() => {
  const STEP = 15;
  const SMALLEST = 23;
  const hour = (week) => parseFloat(getComputedStyle(week).getPropertyValue("--cal-hour")) || 48;

  function place(root) {
    root.querySelectorAll(".cal-block[data-top]").forEach((block) => {
      const week = block.closest(".cal-week");
      const scale = hour(week) / 60;
      const { top, minutes, lane, lanes } = block.dataset;
      block.style.top = `${top * scale}px`;
      block.style.height = `${Math.max(SMALLEST, minutes * scale)}px`;
      block.style.left = `${(100 * lane) / lanes}%`;
      block.style.width = `${100 / lanes}%`;
    });
    root.querySelectorAll(".cal-now[data-top]").forEach((line) => (line.style.top = `${line.dataset.top * hour(line.closest(".cal-week")) / 60}px`));
  }

  const two = (number) => String(number).padStart(2, "0");
  function timeAt(column, y) {
    const calendar = column.closest("[data-calendar]");
    const minutes = (y / hour(column.closest(".cal-week"))) * 60 + calendar.dataset.firstHour * 60;
    const rounded = Math.max(0, Math.min(24 * 60 - STEP, Math.round(minutes / STEP) * STEP));
    return `${column.dataset.day}T${two(Math.floor(rounded / 60))}:${two(rounded % 60)}`;
  }

  async function move(block, start) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const body = new URLSearchParams({ start, version: block.dataset.version });
    const words = document.getElementById("toasts").dataset;
    const tell = (text, level = "bad") => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));
    try {
      const answer = await fetch(block.dataset.move, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" }, body });
      const events = answer.headers.get("HX-Trigger");
      const plain = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
      if (answer.ok && events) Object.entries(JSON.parse(events)).forEach(([name, detail]) => document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true })));
      else tell(plain ? await answer.text() : words.failed);
      if (!answer.ok) document.body.dispatchEvent(new CustomEvent("calendar-changed", { bubbles: true }));
    } catch {
      tell(words.offline);
      place(document);
    }
  }

  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const block = event.target.closest?.(".cal-block[data-move]");
    if (!block || event.button !== 0 || event.pointerType === "touch") return;
    const box = block.getBoundingClientRect();
    drag = { block, x: event.clientX, y: event.clientY, inY: event.clientY - box.top, home: block.parentElement, moved: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
    drag.moved = true;
    event.preventDefault();
    const { block } = drag;
    block.classList.add("is-dragging");
    block.style.pointerEvents = "none";
    const column = document.elementFromPoint(event.clientX, event.clientY)?.closest(".cal-day")?.querySelector(".cal-blocks") || drag.column || drag.home;
    drag.column = column;
    if (block.parentElement !== column) column.append(block);
    const y = event.clientY - column.getBoundingClientRect().top - drag.inY;
    drag.start = timeAt(column, Math.max(0, y));
    const [hours, minutes] = drag.start.split("T")[1].split(":").map(Number);
    const first = column.closest("[data-calendar]").dataset.firstHour;
    block.style.top = `${((hours - first) * 60 + minutes) * (hour(column.closest(".cal-week")) / 60)}px`;
    block.style.left = "0";
    block.style.width = "100%";
    const shown = block.querySelector(".num");
    if (shown) shown.textContent = drag.start.split("T")[1];
  });
  const drop = (event) => {
    if (!drag) return;
    const { block, moved, start } = drag;
    drag = null;
    block.style.pointerEvents = "";
    block.classList.remove("is-dragging");
    if (!moved) return;
    const stop = (click) => { click.preventDefault(); click.stopImmediatePropagation(); };
    window.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 50);
    if (event.type === "pointerup" && start) move(block, start);
    else document.body.dispatchEvent(new CustomEvent("calendar-changed", { bubbles: true }));
  };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
  document.addEventListener("dragstart", (event) => event.target.closest?.(".cal-block") && event.preventDefault());

  document.addEventListener("click", (event) => {
    const column = event.target.closest?.(".cal-blocks");
    const url = column?.closest("[data-calendar]")?.dataset.newUrl;
    if (!url || event.target !== column) return;
    const y = event.clientY - column.getBoundingClientRect().top;
    const start = timeAt(column, Math.floor(y / (hour(column.closest(".cal-week")) / 2)) * (hour(column.closest(".cal-week")) / 2));
    htmx.ajax("GET", `${url}?start=${encodeURIComponent(start)}`, { target: "#drawer-body" });
  });

  document.addEventListener("DOMContentLoaded", () => place(document));
  document.addEventListener("htmx:load", (event) => place(event.detail.elt.parentElement || document));
})();
