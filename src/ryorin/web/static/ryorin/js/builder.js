// The form builder: questions put in order by dragging or by keys, taken out, shown with what their kind needs.
(() => {
  const list = document.querySelector("[data-questions]");
  const form = list.closest("form");
  const changed = () => (form.dataset.dirty = "1");

  function fit(question) {
    const select = question.querySelector("[data-type]");
    const option = select.selectedOptions[0];
    question.querySelector('[data-only="choices"]').hidden = !option.hasAttribute("data-choices");
    question.querySelector('[data-only="hidden"]').hidden = select.value !== "hidden";
  }
  const fitAll = () => list.querySelectorAll("[data-question]").forEach(fit);

  list.addEventListener("change", (event) => event.target.matches("[data-type]") && fit(event.target.closest("[data-question]")));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down], [data-remove]");
    if (!button) return;
    const question = button.closest("[data-question]");
    if (button.hasAttribute("data-remove")) question.remove();
    else if (button.hasAttribute("data-up")) question.previousElementSibling?.before(question);
    else question.nextElementSibling?.after(question);
    button.focus();
    changed();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== list) return;
    fitAll();
    changed();
    list.lastElementChild.querySelector("input:not([type=hidden])").select();
  });

  fitAll();
  const source = document.querySelector('meta[name="sortable"]').content;
  const script = Object.assign(document.createElement("script"), { src: source });
  script.onload = () => new Sortable(list, { handle: "[data-handle]", animation: 120, ghostClass: "sortable-ghost", onEnd: changed });
  document.head.append(script);
})();
