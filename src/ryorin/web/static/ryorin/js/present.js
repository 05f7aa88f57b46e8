// Slides of a meeting: arrow keys, space, Home and End, a swipe or the buttons turn them; f fills the screen, Escape leaves.
(() => {
  const deck = document.querySelector("[data-deck]");
  if (!deck) return;
  const slides = [...deck.querySelectorAll("[data-slide]")];
  const place = document.querySelector("[data-place]");
  const fromHash = () => Math.min(Math.max(Number(location.hash.slice(1)) || 1, 1), slides.length) - 1;
  let at = 0;

  function show(wanted) {
    at = Math.min(Math.max(wanted, 0), slides.length - 1);
    slides.forEach((slide, number) => (slide.hidden = number !== at));
    place.textContent = `${at + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${at + 1}`);
    deck.scrollTop = 0;
    window.dispatchEvent(new Event("resize"));
  }
  function fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }
  const keys = {
    ArrowRight: () => show(at + 1), ArrowDown: () => show(at + 1), PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), ArrowUp: () => show(at - 1), PageUp: () => show(at - 1),
    Home: () => show(0), End: () => show(slides.length - 1), f: fill,
    Escape: () => { if (!document.fullscreenElement) document.querySelector("[data-leave]").click(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isControl = event.target.closest("a, button, input, select, textarea");
    if (isControl && [" ", "Enter"].includes(event.key)) return;
    if (event.target.closest("[data-chart-rows], .list-wrap") && ["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (event.key === " " && event.shiftKey) { event.preventDefault(); return show(at - 1); }
    const turn = keys[event.key];
    if (!turn) return;
    event.preventDefault();
    turn();
  });
  document.querySelector("[data-back]").addEventListener("click", () => show(at - 1));
  document.querySelector("[data-next]").addEventListener("click", () => show(at + 1));
  document.querySelector("[data-whole]").addEventListener("click", fill);
  window.addEventListener("hashchange", () => show(fromHash()));

  // A swipe across turns; a mostly upright one scrolls the slide.
  let start = null;
  deck.addEventListener("touchstart", (event) => (start = event.touches.length === 1 ? event.touches[0] : null), { passive: true });
  deck.addEventListener("touchend", (event) => {
    if (!start || event.target.closest(".list-wrap")) return;
    const end = event.changedTouches[0];
    const across = end.clientX - start.clientX;
    if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(end.clientY - start.clientY)) show(at + (across < 0 ? 1 : -1));
    start = null;
  });
  show(fromHash());
  deck.focus();
})();
