// Boards: a card dragged to another column tells the server its new stage and the version it had; a refusal puts it back.
// Markup: .board[data-board] > .board-column > ol.board-cards[data-stage] > li.board-card[data-id][data-version][data-move]
// Sorting fields by hand: [data-sort="/url"] > [data-id]; the new order goes off as ids=1,2,3.
(() => {
  let loading;
  function load() {
    const source = document.querySelector('meta[name="sortable"]').content;
    loading ||= new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement("script"), { src: source, onload: resolve, onerror: reject }));
    });
    return loading;
  }

  async function send(url, values) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token, "HX-Request": "true" }, body: new URLSearchParams(values) });
    const text = await answer.text();
    if (!answer.ok && answer.headers.get("HX-Trigger")) {
      tell(answer.headers.get("HX-Trigger"));
      throw null;
    }
    if (!answer.ok) throw new Error((answer.headers.get("Content-Type") || "").startsWith("text/plain") ? text : "");
    const events = answer.headers.get("HX-Trigger");
    if (events) tell(events);
    return { text, version: answer.headers.get("X-Version") };
  }

  function tell(events) {
    const named = events.startsWith("{") ? Object.entries(JSON.parse(events)) : events.split(",").map((name) => [name.trim(), {}]);
    named.forEach(([name, detail]) => document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true })));
  }

  // A stage that asks for more than is known: the drawer says what is missing, and where to fill it in.
  document.addEventListener("stage-refused", (event) => htmx.ajax("GET", event.detail.url, { target: "#drawer-body", swap: "innerHTML" }));

  function complain(error) {
    if (!error) return;
    const words = document.getElementById("toasts").dataset;
    const text = error instanceof TypeError ? words.offline : error.message || words.failed;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "bad" } }));
  }

  async function moved(event) {
    const { item, from, to, oldIndex } = event;
    if (from === to) return;
    item.classList.add("is-moving");
    try {
      const answer = await send(item.dataset.move, { stage: to.dataset.stage, version: item.dataset.version });
      if (answer.version) item.dataset.version = answer.version;
      document.body.dispatchEvent(new CustomEvent("board-changed", { bubbles: true, detail: { id: item.dataset.id } }));
    } catch (error) {
      from.insertBefore(item, from.children[oldIndex] || null);
      complain(error);
    } finally {
      item.classList.remove("is-moving");
    }
  }

  async function sorted(list) {
    const ids = [...list.querySelectorAll("[data-id]")].map((item) => item.dataset.id);
    try {
      await send(list.dataset.sort, { ids: ids.join(",") });
    } catch (error) {
      complain(error);
    }
  }

  function prepare(root) {
    const columns = root.querySelectorAll("[data-board] .board-cards:not([data-ready])");
    const lists = root.querySelectorAll("[data-sort]:not([data-ready])");
    if (!columns.length && !lists.length) return;
    [...columns, ...lists].forEach((list) => (list.dataset.ready = "1"));
    const shared = { animation: 120, delay: 120, delayOnTouchOnly: true, ghostClass: "sortable-ghost", dragClass: "sortable-drag" };
    const mark = (list, on) => list.closest(".board").classList.toggle("is-dragging", on);
    load().then(() => {
      columns.forEach((list) => {
        const onEnd = (event) => { mark(list, false); moved(event); };
        new Sortable(list, { ...shared, group: "board", draggable: ".board-card[data-move]", onStart: () => mark(list, true), onEnd });
      });
      lists.forEach((list) => new Sortable(list, { ...shared, handle: "[data-handle]", draggable: "[data-id]", onEnd: () => sorted(list) }));
    });
  }
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement || document));
})();
