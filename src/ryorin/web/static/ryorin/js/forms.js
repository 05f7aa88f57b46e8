// Forms: sent once, never left by accident; selects with a search box; small automatic submits.
(() => {
  const isGuarded = (form) => form.method !== "get" && !form.hasAttribute("data-no-guard");

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "1";
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    delete form.dataset.dirty;
    if (!isGuarded(form) || event.defaultPrevented || form.closest("dialog[method=dialog]") || form.method === "dialog") return;
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "1";
    form.classList.add("is-sending");
  });
  const freed = (form) => {
    delete form.dataset.sending;
    form.classList.remove("is-sending");
  };
  document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("form") && freed(event.target.closest("form")));
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(freed));
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]")) event.preventDefault();
  });

  // data-submit-on-change: the form goes off as soon as something in it changes.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
    const master = event.target.closest("input[data-tick-all]");
    if (master) tickAll(master);
  });
  function tickAll(master) {
    document.querySelectorAll(`input[name="${master.dataset.tickAll}"]`).forEach((box) => {
      if (box.checked !== master.checked) box.click();
    });
  }

  // data-copy: puts the text of another element into the clipboard.
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const source = document.getElementById(copy.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: copy.dataset.copied || "✓" } }));
  });

  // data-take-out: the nearest element of this kind goes, as the button beside a line of a sheet does.
  document.addEventListener("click", (event) => {
    const out = event.target.closest("[data-take-out]");
    if (!out) return;
    const form = out.closest("form[data-guard]");
    if (form) form.dataset.dirty = "1";
    out.closest(out.dataset.takeOut).remove();
  });

  // <a data-mailto>: the mail program opens with what stands in the form's subject and body now.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-mailto]");
    const fields = link?.closest("form")?.elements;
    if (!fields?.body) return;
    const text = fields.body.value.replace(/\r?\n/g, "\r\n");
    link.href = `${link.href.split("?")[0]}?subject=${encodeURIComponent(fields.subject?.value || "")}&body=${encodeURIComponent(text)}`;
  });

  // <select data-search> gets a search box where the page has loaded tom-select.
  const enrich = (root) => {
    if (typeof TomSelect === "undefined") return;
    root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((select) => new TomSelect(select, { maxOptions: 200 }));
  };
  document.addEventListener("DOMContentLoaded", () => enrich(document));
  document.addEventListener("htmx:load", (event) => enrich(event.detail.elt));
})();
