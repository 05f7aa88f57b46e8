// The calendar of flights: a bar is drawn to other days, or its end to another day; the page then shows the plan anew.
(() => {
  const EDGE = 8; // pixels at either end of a bar that change its length
  const DAY = 86400000;
  let held = null;

  const shift = (text, days) => new Date(Date.parse(`${text}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

  const grip = (bar, event) => {
    const box = bar.getBoundingClientRect();
    if (box.width > 4 * EDGE && event.clientX - box.left < EDGE) return "from";
    if (box.width > 4 * EDGE && box.right - event.clientX < EDGE) return "to";
    return "both";
  };

  document.addEventListener("pointermove", (event) => {
    if (!held) {
      const bar = event.target.closest?.("[data-flight]");
      if (bar) bar.classList.toggle("is-edge", grip(bar, event) !== "both");
      return;
    }
    const days = Math.round((event.clientX - held.at) / held.day);
    if (days === held.days) return;
    held.days = days;
    const whole = held.whole, x = parseFloat(held.x), width = parseFloat(held.width), step = (days / whole) * 100, least = 100 / whole;
    if (held.part !== "to") held.bar.setAttribute("x", `${held.part === "from" ? Math.min(x + step, x + width - least) : x + step}%`);
    if (held.part === "from") held.bar.setAttribute("width", `${Math.max(width - step, least)}%`);
    if (held.part === "to") held.bar.setAttribute("width", `${Math.max(width + step, least)}%`);
  });

  document.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest?.("[data-flight]");
    if (!bar || event.button) return;
    const lane = bar.ownerSVGElement, whole = Number(bar.closest("[data-gantt]").dataset.days);
    held = {
      bar, whole, part: grip(bar, event), at: event.clientX, days: 0,
      day: lane.getBoundingClientRect().width / whole, x: bar.getAttribute("x"), width: bar.getAttribute("width"),
    };
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("is-held");
    event.preventDefault();
  });

  const put_back = ({ bar, x, width }) => {
    bar.setAttribute("x", x);
    bar.setAttribute("width", width);
  };

  const tell = (text, level) => document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text, level } }));

  const send = async (moved) => {
    const { bar, part, days } = moved;
    let { from, to } = bar.dataset;
    if (part !== "to") from = shift(from, days);
    if (part !== "from") to = shift(to, days);
    if (from > to) [from, to] = part === "from" ? [to, to] : [from, from];
    const token = document.querySelector("meta[name=csrf-token]").content;
    const answer = await fetch(bar.dataset.flight, {
      method: "POST",
      headers: { "X-CSRFToken": token, "HX-Request": "true" },
      body: new URLSearchParams({ from, to, version: bar.dataset.version }),
    }).catch(() => null);
    if (answer?.ok) {
      const { text } = await answer.json();
      sessionStorage.setItem("plan-told", text);
      location.reload();
      return;
    }
    put_back(moved);
    tell(answer ? (await answer.text()).slice(0, 200) : "…", "bad");
  };

  const drop = () => {
    if (!held) return;
    const moved = held;
    held = null;
    moved.bar.classList.remove("is-held");
    if (moved.days) send(moved);
  };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", () => {
    if (held) put_back(held);
    held?.bar.classList.remove("is-held");
    held = null;
  });

  const told = sessionStorage.getItem("plan-told");
  if (told) {
    sessionStorage.removeItem("plan-told");
    tell(told, "");
  }
})();
