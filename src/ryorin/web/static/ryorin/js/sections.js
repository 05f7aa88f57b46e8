// Sections of a proposal or a template: put in order by keys, shown paler when they are left out.
(() => {
  const list = document.querySelector("[data-sections]");
  if (!list) return;
  const changed = () => (list.closest("form").dataset.dirty = "1");

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const section = button.closest("[data-section]");
    if (button.hasAttribute("data-up")) section.previousElementSibling?.before(section);
    else section.nextElementSibling?.after(section);
    button.focus();
    changed();
  });
  list.addEventListener("change", (event) => {
    if (event.target.name === "on") event.target.closest("[data-section]").classList.toggle("is-off", !event.target.checked);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== list) return;
    list.lastElementChild.querySelector(".section-title").select();
    changed();
  });
})();
