// The frame: side bar on phones, menus, drawers and dialogs, the search palette, keys.
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = find('meta[name="csrf-token"]')?.content || "";
  });
  let running = 0;
  const busy = (change) => {
    running = Math.max(0, running + change);
    document.body.classList.toggle("is-busy", running > 0);
  };
  document.addEventListener("htmx:beforeSend", () => busy(1));
  document.addEventListener("htmx:afterRequest", () => busy(-1));

  const openNav = (open) => {
    document.body.classList.toggle("nav-is-open", open);
    find(".nav-open")?.setAttribute("aria-expanded", String(open));
    if (open) find(".side a")?.focus();
    else if (document.activeElement?.closest(".side")) find(".nav-open")?.focus();
  };
  const openPalette = () => {
    const palette = find("#palette");
    if (!palette) return;
    if (!palette.open) palette.showModal();
    find("input", palette).select();
  };
  const openDialog = (dialog) => dialog && !dialog.open && dialog.showModal();

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest(".nav-open")) return openNav(true);
    if (target.closest(".nav-close, .nav-shade")) return openNav(false);
    if (target.closest("[data-open-palette]")) return openPalette();
    const opener = target.closest("[data-open]");
    if (opener) return openDialog(document.getElementById(opener.dataset.open));
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    if (target.matches("dialog")) closeFromOutside(target, event);
    all("details.menu[open]").forEach((menu) => {
      const inside = menu.contains(target);
      if (!inside || target.closest(".menu-items a, .menu-items [data-closes]")) menu.open = false;
    });
  });
  function closeFromOutside(dialog, event) {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && !find("form[data-dirty]", dialog)) dialog.close();
  }

  // A fragment put into a drawer opens it; an answer with HX-Trigger "close-drawer" closes it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const drawer = event.target.closest?.("dialog.drawer");
    if (drawer) openDialog(drawer);
  });
  document.addEventListener("close-drawer", () => all("dialog.drawer[open]").forEach((drawer) => drawer.close()));

  // The builder of conditions is drawn anew while it is used: the keyboard stays in its field, or goes to the line just added.
  let held = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (elt.closest("#builder")) held = elt.matches(":focus") ? elt.name || "-what" : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!held || event.target.id !== "builder") return;
    (find(`#builder [name="${held}"]`) || all('#builder [name$="-what"]').pop())?.focus();
    held = null;
  });

  // hx-confirm asks in our own dialog.
  document.addEventListener("htmx:confirm", (event) => {
    const dialog = find("#confirm");
    if (!event.detail.question || !dialog) return;
    event.preventDefault();
    find("[data-question]", dialog).textContent = event.detail.question;
    const yes = find("[data-yes]", dialog);
    yes.textContent = event.detail.elt.dataset.confirmLabel || yes.dataset.label;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
    dialog.showModal();
  });

  // Keys: ⌘K or / searches, j and k walk through rows, Enter opens, x ticks, e edits, ? shows the keys.
  const rows = () => all("[data-rows] [data-row], [data-rows] > tr, [data-rows] tbody > tr").filter((row) => row.offsetParent);
  const currentRow = () => find("[data-rows] .is-current");
  function walk(step) {
    const list = rows();
    if (!list.length) return;
    const next = list[Math.min(list.length - 1, Math.max(0, list.indexOf(currentRow()) + step))];
    currentRow()?.classList.remove("is-current");
    next.classList.add("is-current");
    (find("a", next) || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  const press = (selector) => find(selector, currentRow() || document)?.click();
  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    o: () => press("a"),
    x: () => press('input[type="checkbox"]'),
    e: () => (currentRow() ? press("[data-edit], td.edit") : find("[data-edit]")?.click()),
    n: () => find("[data-new]")?.click(),
    "/": openPalette,
    "?": () => openDialog(find("#keys")),
  };
  const isTyping = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (event.key === "Escape") {
      openNav(false);
      all("details.menu[open]").forEach((menu) => {
        menu.open = false;
        find("summary", menu).focus();
      });
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const action = keys[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  // Arrow keys in the palette; Enter opens the marked line, or the whole search page while the lines are still the old ones.
  document.addEventListener("input", (event) => {
    const palette = event.target.closest("#palette");
    if (palette) palette.dataset.stale = "1";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "palette-results") delete event.target.closest("#palette").dataset.stale;
  });
  document.addEventListener("keydown", (event) => {
    const palette = event.target.closest?.("#palette");
    if (!palette || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || event.isComposing) return;
    const links = all(".results a", palette);
    const at = links.findIndex((link) => link.classList.contains("is-current"));
    if (event.key === "Enter") {
      if (!links.length || palette.dataset.stale) return;
      event.preventDefault();
      return links[Math.max(0, at)].click();
    }
    event.preventDefault();
    const next = (at + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length;
    links.forEach((link, index) => link.classList.toggle("is-current", index === next));
    links[next]?.scrollIntoView({ block: "nearest" });
  });
})();
