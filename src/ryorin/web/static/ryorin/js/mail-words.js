// The words of a mail: a field of the list goes where the cursor was last; texts grow with what is typed.
(() => {
  let last = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("#words :is(textarea, input:not([type=hidden])), #text-part")) last = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = last || document.querySelector("#words textarea");
    if (!field) return;
    field.focus();
    const from = field.selectionStart ?? field.value.length, to = field.selectionEnd ?? from;
    field.setRangeText(button.dataset.insert, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 640)}px`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches(".piece textarea")) grow(event.target);
  });
  document.querySelectorAll(".piece textarea").forEach(grow);
})();
