// Short messages at the lower right: Django's messages, HX-Trigger {"toast": {text, level, undo}}, refusals of htmx requests.
(() => {
  const box = () => document.getElementById("toasts");

  function button(text, className, act) {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, className });
    element.addEventListener("click", act);
    return element;
  }

  function show({ text, level = "ok", undo = "" }) {
    const place = box();
    if (!place || !text) return;
    const line = document.createElement("div");
    line.className = `toast-line ${level === "bad" ? "bad" : ""}`;
    line.setAttribute("role", level === "bad" ? "alert" : "status");
    line.append(Object.assign(document.createElement("p"), { textContent: text }));
    if (undo) {
      const take = () => {
        line.remove();
        htmx.ajax("POST", undo, { source: document.body, swap: "none" }).catch(() => {});
      };
      line.append(button(place.dataset.undo, "undo", take));
    }
    line.append(button("×", "close", () => line.remove()));
    line.lastChild.setAttribute("aria-label", place.dataset.close);
    place.append(line);
    if (level !== "bad") fade(line, undo ? 10000 : 5000);
  }

  function fade(line, delay) {
    let timer = setTimeout(() => line.remove(), delay);
    const hold = () => clearTimeout(timer);
    const go = () => (timer = setTimeout(() => line.remove(), delay));
    line.addEventListener("mouseenter", hold);
    line.addEventListener("focusin", hold);
    line.addEventListener("mouseleave", go);
    line.addEventListener("focusout", go);
  }

  document.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    const plain = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    show({ text: plain && answer.responseText.length < 600 ? answer.responseText : box()?.dataset.failed, level: "bad" });
  });
  document.addEventListener("htmx:sendError", () => show({ text: box()?.dataset.offline, level: "bad" }));
  document.addEventListener("DOMContentLoaded", () => {
    const waiting = document.getElementById("messages");
    if (waiting) JSON.parse(waiting.textContent).forEach(show);
  });
})();
