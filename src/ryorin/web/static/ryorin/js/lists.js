// Lists: cells edited where they stand, chosen rows, lines of the condition builder. Answers 409 and 422 are shown in place.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function load(cell, query) {
    const row = cell.closest("[data-id]");
    const list = cell.closest("[data-list]");
    if (!row || !list) return;
    const address = `${list.dataset.list}?part=cell&pk=${row.dataset.id}&field=${cell.dataset.field}&as=${cell.tagName.toLowerCase()}${query}`;
    htmx.ajax("GET", address, { target: cell, swap: "outerHTML" });
  }
  document.addEventListener("click", (event) => {
    const target = event.target;
    const cell = target.closest(".edit[data-field]");
    if (cell && !target.closest("a")) return load(cell, "");
    if (target.closest("[data-cancel-cell]")) return load(target.closest(".editing"), "&show=1");
    const remove = target.closest("[data-remove]");
    if (remove) return remove.closest(remove.dataset.remove)?.remove();
    const add = target.closest("[data-add-group]");
    if (add) return addGroup(add);
    if (target.closest("[data-clear-chosen]")) clear();
  });
  function addGroup(button) {
    const groups = button.closest("form").querySelector(".groups");
    const key = 1 + Math.max(0, ...all("[data-group]", groups).map((group) => Number(group.dataset.group) || 0));
    htmx.ajax("GET", `${button.dataset.addGroup}?part=group&key=${key}`, { target: groups, swap: "beforeend" });
  }
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".editing[data-field]");
    if (cell && event.key === "Escape") load(cell, "&show=1");
    if (event.key === "Enter" && event.target.matches?.("dd.edit[data-field]")) load(event.target, "");
  });
  document.addEventListener("htmx:afterSwap", () => document.querySelector(".editing [autofocus]")?.focus());
  document.addEventListener("htmx:beforeSwap", (event) => {
    const html = (event.detail.xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
    if (html && [409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  function clear() {
    all('input[name="ids"]:checked, input[data-tick-all]').forEach((box) => (box.checked = false));
    count();
  }
  function count() {
    const bar = document.getElementById("bulk");
    if (!bar) return;
    const chosen = all('input[name="ids"]:checked');
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-chosen]").textContent = chosen.length;
    all('input[name="ids"]').forEach((box) => box.closest("tr").setAttribute("aria-selected", String(box.checked)));
  }
  document.addEventListener("change", (event) => event.target.matches('input[name="ids"], input[data-tick-all]') && count());
  document.addEventListener("htmx:afterSettle", count);
})();
