// The editor of a hearing sheet: rows put in order by dragging or by keys, each question shown with what its type needs,
// and offered only the questions before it to follow from.
(() => {
  const list = document.querySelector("[data-sheet]");
  const form = list.closest("form");
  const said = form.querySelector("[data-said]");
  const rows = () => [...list.querySelectorAll("[data-row]")];
  const typeOf = (row) => row.querySelector("[data-type]").value;
  const fits = (option, type) => option.dataset.for.split(" ").includes(type);

  function fit(row) {
    const type = typeOf(row);
    const only = (name, on) => (row.querySelector(`[data-only="${name}"]`).hidden = !on);
    only("choices", row.querySelector("[data-type]").selectedOptions[0].hasAttribute("data-choices"));
    only("need", type === "need");
    const targets = [...row.querySelectorAll("[data-maps] option[data-for]")];
    targets.forEach((option) => (option.hidden = option.disabled = !fits(option, type)));
    only("maps", targets.some((option) => !option.disabled));
    const maps = row.querySelector("[data-maps]");
    if (maps.selectedOptions[0]?.disabled) maps.value = "";
  }

  // What a question may follow from: the ones before it; how it looks at the answer fits that question's type.
  function link() {
    const earlier = [];
    for (const row of rows()) {
      if (row.dataset.row !== "question") continue;
      const origin = row.querySelector("[data-when-question]");
      const chosen = origin.value;
      origin.replaceChildren(origin.options[0], ...earlier.map((one) => new Option(one.querySelector("[data-label]").value || "–", one.dataset.key)));
      origin.value = earlier.some((one) => one.dataset.key === chosen) ? chosen : "";
      compare(row, earlier.find((one) => one.dataset.key === origin.value));
      earlier.push(row);
    }
  }
  function compare(row, origin) {
    const op = row.querySelector("[data-when-op]");
    const value = row.querySelector("[data-when-value]");
    op.hidden = value.hidden = !origin;
    if (!origin) return;
    const type = typeOf(origin);
    [...op.options].forEach((option) => (option.hidden = option.disabled = !fits(option, type)));
    if (op.selectedOptions[0]?.disabled) op.value = [...op.options].find((option) => !option.disabled).value;
    value.hidden = op.value === "answered";
    const lines = origin.querySelector("[data-choice-lines]").value.split("\n").map((line) => line.trim()).filter(Boolean);
    const offered = type === "yes" ? [said.dataset.yes, said.dataset.no] : ["one", "several"].includes(type) ? lines : [];
    row.querySelector("datalist").replaceChildren(...offered.map((line) => new Option(line)));
  }

  const settle = () => {
    rows().filter((row) => row.dataset.row === "question").forEach(fit);
    link();
  };
  const changed = () => {
    form.dataset.dirty = "1";
    settle();
  };

  list.addEventListener("change", changed);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down], [data-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    if (button.hasAttribute("data-remove")) {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      next?.querySelector("[data-remove]").focus();
    } else {
      if (button.hasAttribute("data-up")) row.previousElementSibling?.before(row);
      else row.nextElementSibling?.after(row);
      button.focus();
      said.textContent = said.dataset.moved.replace("{place}", rows().indexOf(row) + 1);
    }
    changed();
  });
  document.addEventListener("htmx:load", (event) => {
    const row = event.detail.elt.closest?.("[data-sheet] > [data-row]");
    if (!row) return;
    changed();
    row.scrollIntoView({ block: "center" });
    row.querySelector("input:not([type=hidden])").focus();
  });

  settle();
  const source = document.querySelector('meta[name="sortable"]').content;
  const script = Object.assign(document.createElement("script"), { src: source });
  script.onload = () => new Sortable(list, { handle: "[data-handle]", animation: 120, ghostClass: "sortable-ghost", onEnd: changed });
  document.head.append(script);
})();
