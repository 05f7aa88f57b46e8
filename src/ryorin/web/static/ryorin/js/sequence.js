// Steps of a sequence: up, down, out.
(() => {
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-steps] > li");
    if (!row) return;
    const button = event.target.closest("[data-up], [data-down], [data-remove]");
    if (!button) return;
    if (button.matches("[data-up]") && row.previousElementSibling) row.previousElementSibling.before(row);
    if (button.matches("[data-down]") && row.nextElementSibling) row.nextElementSibling.after(row);
    if (button.matches("[data-remove]")) {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      next?.querySelector("[data-remove]")?.focus();
    } else button.focus();
    const form = document.querySelector("form[data-guard]");
    if (form) form.dataset.dirty = "1";
  });
})();
