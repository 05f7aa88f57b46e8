// A signature drawn by finger, pen or mouse: the canvas becomes a picture in the form's hidden field. Without it, letters do.
(() => {
  function begin(form) {
    if (form.dataset.signReady) return;
    form.dataset.signReady = "yes";
    const field = form.querySelector(".pad-field"), pad = form.querySelector("canvas.pad");
    const kept = form.querySelector("input[name=drawing]");
    if (!field || !pad || !kept) return;
    field.hidden = false;
    const pen = pad.getContext("2d");
    let drawing = false, drawn = false;
    const place = (event) => {
      const box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) * (pad.width / box.width), (event.clientY - box.top) * (pad.height / box.height)];
    };
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1d2330";
    pad.addEventListener("pointerdown", (event) => {
      drawing = true;
      pad.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...place(event));
      event.preventDefault();
    });
    pad.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(...place(event));
      pen.stroke();
      drawn = true;
    });
    const end = () => {
      drawing = false;
      kept.value = drawn ? pad.toDataURL("image/png") : "";
    };
    pad.addEventListener("pointerup", end);
    pad.addEventListener("pointercancel", end);
    form.querySelector(".pad-clear")?.addEventListener("click", () => {
      pen.clearRect(0, 0, pad.width, pad.height);
      drawn = false;
      kept.value = "";
    });
  }

  const all = () => document.querySelectorAll("form[data-sign]").forEach(begin);
  all();
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSwap", all);
})();
