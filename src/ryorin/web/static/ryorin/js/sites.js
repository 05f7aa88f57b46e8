// Pages and articles: previews in three widths, and a picture chosen from ours or uploaded.
(() => {
  const token = () => document.querySelector('meta[name="csrf-token"]').content;
  const frame = document.querySelector("[data-preview]");
  document.querySelectorAll("[data-width]").forEach((button, _place, all) => button.addEventListener("click", () => {
    frame.className = { "768px": "tablet", "390px": "phone" }[button.dataset.width] || "";
    all.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
  }));

  const dialog = document.querySelector("[data-pictures][data-list]");
  if (!dialog) return;
  const grid = dialog.querySelector("[data-pictures-grid]");
  const told = dialog.querySelector("[data-pictures-told]");
  const empty = dialog.querySelector("[data-pictures-empty]");
  const input = dialog.querySelector("input[type=file]");
  let take = null;

  function tile(picture) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "picture" });
    button.append(Object.assign(document.createElement("img"), { src: picture.thumb, alt: "", loading: "lazy" }), Object.assign(document.createElement("span"), { textContent: picture.name }));
    button.addEventListener("click", () => { dialog.close(); take?.(picture); });
    return button;
  }
  async function messageIn(answer) {
    const text = await answer.text();
    try { return JSON.parse(text).message || text; } catch { return text.length < 300 ? text : ""; }
  }
  async function open(use) {
    take = use;
    told.textContent = "";
    dialog.showModal();
    const answer = await fetch(dialog.dataset.list, { headers: { Accept: "application/json" } });
    const list = answer.ok ? (await answer.json()).data : [];
    grid.replaceChildren(...list.map(tile));
    empty.hidden = list.length > 0;
  }
  async function upload(files) {
    for (const file of files) {
      told.textContent = dialog.dataset.uploading;
      const body = new FormData();
      body.append("files", file);
      const answer = await fetch(dialog.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) { told.textContent = answer ? await messageIn(answer) : ""; break; }
      (await answer.json()).data.forEach((picture) => grid.prepend(tile(picture)));
      told.textContent = "";
      empty.hidden = true;
    }
    input.value = "";
  }
  input.addEventListener("change", () => upload(input.files));
  dialog.addEventListener("dragover", (event) => event.preventDefault());
  dialog.addEventListener("drop", (event) => { event.preventDefault(); upload(event.dataTransfer.files); });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  window.RyorinPictures = { open };

  document.querySelectorAll("[data-picked]").forEach((place) => {
    const box = place.querySelector("input[type=hidden]"), image = place.querySelector("img"), off = place.querySelector("[data-unpick]");
    const show = (id, source) => {
      box.value = id;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      image.src = source;
      image.hidden = off.hidden = !id;
    };
    place.querySelector("[data-pick]").addEventListener("click", () => open((picture) => show(picture.id, picture.thumb)));
    off.addEventListener("click", () => show("", ""));
  });
})();
