// The calling screen by keys: 1-9 choose the outcome, N keeps it and goes on, S puts the person off; paper for visits.
(() => {
  const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog[open]");

  document.addEventListener("keydown", (event) => {
    const form = document.querySelector("form[data-keys]");
    if (!form || event.metaKey || event.altKey || event.isComposing) return;
    if (event.ctrlKey && event.key === "Enter") return form.requestSubmit(form.querySelector("[data-next]"));
    if (event.ctrlKey || typing(event.target)) return;
    const outcome = form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    if (outcome) {
      outcome.checked = true;
      outcome.focus();
      return event.preventDefault();
    }
    const button = { n: form.querySelector("[data-next]"), s: document.querySelector("[data-skip]") }[event.key.toLowerCase()];
    if (!button) return;
    event.preventDefault();
    button.form.requestSubmit(button);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
