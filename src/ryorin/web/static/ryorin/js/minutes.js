// Minutes written by several people (paragraphs go through outbox.js). Others' paragraphs come within two seconds; in the
// same one both wordings are shown. Markup: [data-minutes], a template for a paragraph, the paragraphs as JSON.
(() => {
  const page = document.querySelector("[data-minutes]");
  if (!page) return;
  const list = page.querySelector("[data-blocks]");
  const all = () => [...list.querySelectorAll("[data-block]")];
  const named = (key) => all().find((box) => box.dataset.key === key);
  const area = (box) => box.querySelector("textarea");
  const outbox = new Outbox("minutes", page, { pack: ({ key, after, said }) => ({ key, after, ...said }), take });
  const { words } = outbox;

  // Paragraphs on the page.
  function grow(box) {
    const text = area(box);
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  }
  function number() {
    all().forEach((box, place) => {
      area(box).setAttribute("aria-label", `${words.paragraph} ${place + 1}`);
      box.querySelector("[data-remove]").setAttribute("aria-label", `${words.remove} (${place + 1})`);
    });
  }
  function make(key, { text = "", version = 0, after = null } = {}) {
    const box = document.getElementById("block-template").content.firstElementChild.cloneNode(true);
    Object.assign(box.dataset, { key, version, after: after ?? "" });
    area(box).value = text;
    const before = after && named(after);
    if (before) before.after(box);
    else list.append(box);
    grow(box);
    number();
    return box;
  }
  const begin = (after = null, text = "") => make(crypto.randomUUID(), { text, after });

  // Taking what is typed, and what the server says of it.
  function changed(box, delay, gone = false) {
    outbox.put(box, box.dataset.key, { text: area(box).value, gone }, delay, { after: box.dataset.after || null });
  }
  function complain(entry) {
    const { theirs } = entry.trouble;
    const box = named(entry.key);
    if (!box && theirs && entry.said.gone) {
      // Taken out here, written on elsewhere: what was written comes back.
      outbox.drop(entry);
      outbox.keep();
      return tell(make(entry.key, theirs), theirs);
    }
    if (!box) return;
    const quote = theirs && Object.assign(document.createElement("q"), { textContent: theirs.gone ? "–" : theirs.text });
    outbox.complain(box, entry, (kept) => {
      if (kept?.gone) return box.remove();
      if (kept) area(box).value = kept.text;
      grow(box);
    }, " ", quote);
  }
  function take(entry, answer, told) {
    const box = named(entry.key);
    if (answer.ok) {
      if (box) box.dataset.version = told.version;
      return;
    }
    entry.trouble = { message: told.message, theirs: told.theirs ?? null };
    complain(entry);
  }

  // What others have written meanwhile.
  async function look() {
    const told = await outbox.look();
    if (!told) return;
    if (told.state !== "planned") {
      outbox.isClosed = true;
      outbox.trouble = words.closed;
      all().forEach((box) => (area(box).readOnly = true));
      return outbox.say();
    }
    show(told.blocks);
  }
  function show(blocks) {
    let before = null;
    for (const theirs of blocks) {
      const isMine = outbox.holds(theirs.key);
      let box = named(theirs.key);
      if (theirs.gone) {
        if (box && !isMine && document.activeElement !== area(box)) box.remove();
        continue;
      }
      if (!box) {
        if (isMine) continue;
        box = make(theirs.key, { text: theirs.text, version: theirs.version });
        if (before) before.after(box);
        else list.prepend(box);
        grow(box);
        tell(box, theirs);
      } else if (!isMine && theirs.version > Number(box.dataset.version)) {
        box.dataset.version = theirs.version;
        const text = area(box);
        const place = text.selectionStart;
        if (text.value !== theirs.text) {
          text.value = theirs.text;
          if (document.activeElement === text) text.setSelectionRange(place, place);
          grow(box);
          tell(box, theirs);
        }
      }
      before = box;
    }
    number();
  }
  function tell(box, theirs) {
    if (String(theirs.by_id) === page.dataset.me || !theirs.by) return;
    outbox.note(box, Outbox.fill(words.other, { name: theirs.by }), "mut");
    box.classList.add("is-theirs");
    setTimeout(() => {
      box.classList.remove("is-theirs");
      if (box.querySelector("[data-note]").className.includes("mut")) outbox.note(box);
    }, 4000);
  }

  list.addEventListener("input", (event) => {
    const box = event.target.closest("[data-block]");
    grow(box);
    changed(box, 500);
  });
  list.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-block]");
    if (!box || event.isComposing || event.target.tagName !== "TEXTAREA") return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const next = begin(box.dataset.key);
      area(next).focus();
    } else if (event.key === "Backspace" && area(box).value === "" && all().length > 1) {
      event.preventDefault();
      remove(box);
    }
  });
  list.addEventListener("click", (event) => event.target.closest("[data-remove]") && remove(event.target.closest("[data-block]")));
  function remove(box) {
    const near = box.previousElementSibling || box.nextElementSibling;
    if (Number(box.dataset.version) || outbox.holds(box.dataset.key)) changed(box, 50, true);
    box.remove();
    number();
    if (near) area(near).focus();
  }
  page.querySelector("[data-add]").addEventListener("click", () => area(begin(all().pop()?.dataset.key)).focus());

  show(JSON.parse(document.getElementById("minutes-data").textContent).blocks);
  outbox.adopt();
  for (const { key, said, ...entry } of outbox.waiting) {
    const box = named(key) || (said.gone ? null : make(key, { ...said, ...entry }));
    if (box) area(box).value = said.text;
  }
  outbox.waiting.filter((entry) => entry.trouble).forEach(complain);
  if (!all().length) begin();
  all().forEach(grow);
  outbox.pump();
  setInterval(look, 2000);
})();
