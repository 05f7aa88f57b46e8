// Drawing a journey: cards are dragged to a slot, the canvas is made smaller and larger, parts of a form come and go.
(() => {
  const SCALES = [45, 60, 80, 100, 125];
  let dragged = null;

  function scale(canvas, step) {
    const now = Number(canvas.dataset.scale || 100);
    const next = SCALES[Math.min(SCALES.length - 1, Math.max(0, SCALES.indexOf(now) + step))];
    canvas.dataset.scale = String(next);
    document.querySelectorAll(".jn-zoom output").forEach((output) => (output.textContent = `${next}%`));
    sessionStorage.setItem("journey-scale", String(next));
  }
  function rescale() {
    const kept = Number(sessionStorage.getItem("journey-scale") || 100);
    const canvas = document.querySelector("[data-canvas]");
    if (!canvas || !SCALES.includes(kept)) return;
    canvas.dataset.scale = String(kept);
    document.querySelectorAll(".jn-zoom output").forEach((output) => (output.textContent = `${kept}%`));
  }

  // Parts of a form that belong to one choice: data-when="name=value".
  function fit(form) {
    form.querySelectorAll("[data-when]").forEach((part) => {
      const [name, value] = part.dataset.when.split("=");
      const chosen = form.querySelector(`[name="${name}"]:checked`)?.value;
      part.hidden = chosen !== value;
    });
  }
  const fitAll = () => document.querySelectorAll("form[data-parts]").forEach(fit);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    const canvas = document.querySelector("[data-canvas]");
    if (button && canvas) scale(canvas, Number(button.dataset.zoom));
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-parts]");
    if (!form) return;
    fit(form);
    if (event.target.matches("[data-refresh]")) form.querySelector("[data-refresh-button]")?.click();
  });

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".jn-card[draggable]");
    if (!card) return;
    dragged = card.dataset.card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
    card.classList.add("is-dragged");
    document.querySelector("[data-canvas]")?.classList.add("is-dragging");
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".is-dragged, .is-dragging, .is-over").forEach((one) => one.classList.remove("is-dragged", "is-dragging", "is-over"));
  });
  document.addEventListener("dragover", (event) => {
    const slot = event.target.closest?.("[data-slot]");
    document.querySelectorAll(".jn-slot.is-over").forEach((one) => one !== slot && one.classList.remove("is-over"));
    if (!slot || !dragged) return;
    event.preventDefault();
    slot.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const slot = event.target.closest?.("[data-slot]");
    const form = document.getElementById("jn-move");
    if (!slot || !dragged || !form) return;
    event.preventDefault();
    form.elements.key.value = dragged;
    form.elements.place.value = slot.dataset.slot;
    form.requestSubmit();
  });

  document.addEventListener("htmx:afterSettle", () => {
    fitAll();
    rescale();
  });
  fitAll();
  rescale();
})();
