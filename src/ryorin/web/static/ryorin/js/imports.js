// A file dropped on the page goes into the form; its name is shown.
(() => {
  document.querySelectorAll("[data-drop]").forEach((place) => {
    const input = place.querySelector("input[type=file]");
    const name = place.querySelector("[data-drop-name]");
    const show = () => {
      if (input.files.length) name.textContent = input.files[0].name;
    };
    input.addEventListener("change", show);
    ["dragover", "dragenter"].forEach((kind) => place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    }));
    ["dragleave", "drop"].forEach((kind) => place.addEventListener(kind, () => place.classList.remove("is-over")));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        show();
      }
    });
    show();
  });
})();
