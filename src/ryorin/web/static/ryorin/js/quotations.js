// The lines of a quotation: moved, removed, added; after each answer of the server its amounts stand behind the lines.
(() => {
  const form = document.getElementById("quotation-form");
  const lines = document.getElementById("lines");
  if (!form || !lines) return;
  const changed = () => {
    form.dataset.dirty = "1";
    form.dispatchEvent(new CustomEvent("lines-changed"));
  };

  function show() {
    const amounts = (document.getElementById("totals").dataset.amounts || "").split("|");
    [...lines.children].forEach((line, place) => {
      line.querySelector(".q-amount").textContent = amounts.length === lines.children.length ? amounts[place] : "";
    });
  }

  function move(line, step) {
    const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const held = document.activeElement;
    other[step < 0 ? "before" : "after"](line);
    held.focus();
    changed();
  }

  function remove(line) {
    const next = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    (next?.querySelector("input:not([type=hidden])") || document.querySelector(".q-add input")).focus();
    changed();
  }

  lines.addEventListener("click", (event) => {
    const line = event.target.closest(".q-line");
    if (event.target.closest("[data-up]")) move(line, -1);
    else if (event.target.closest("[data-down]")) move(line, 1);
    else if (event.target.closest("[data-remove]")) remove(line);
    const price = event.target.closest("[data-price]");
    if (price) {
      line.querySelector('[name="unit_price"]').value = price.dataset.price;
      price.remove();
      changed();
    }
  });

  lines.addEventListener("change", (event) => {
    if (event.target.name === "quantity") event.target.closest(".q-line").querySelector(".q-why")?.dispatchEvent(new CustomEvent("quantity-changed"));
  });

  lines.addEventListener("keydown", (event) => {
    const line = event.target.closest(".q-line");
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      return move(line, event.key === "ArrowUp" ? -1 : 1);
    }
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const below = line.nextElementSibling?.querySelector(`[name="${event.target.name}"]:not([type=hidden])`);
    if (below) below.focus();
    else form.querySelector('[data-adds][hx-vals*="item"]').click();
  });

  form.querySelector(".q-add input").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector("#found-products button")?.click();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === lines) {
      const line = lines.lastElementChild;
      line.querySelector("input:not([type=hidden])")?.focus();
      line.scrollIntoView({ block: "nearest" });
      document.getElementById("found-products").replaceChildren();
      changed();
    }
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
