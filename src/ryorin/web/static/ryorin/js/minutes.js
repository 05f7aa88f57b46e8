// Minutes written by several people: each paragraph is kept in this browser at once, sent as one goes on typing, and sent
// again until the server has it. Others' paragraphs come within two seconds; in the same one both wordings are shown.
// Markup: [data-minutes][data-url][data-keep], a template for a paragraph, the paragraphs as JSON; words in #saving.
(() => {
  const page = document.querySelector("[data-minutes]");
  if (!page) return;
  const list = page.querySelector("[data-blocks]");
  const mark = document.getElementById("saving");
  const words = mark.dataset;
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
  const all = () => [...list.querySelectorAll("[data-block]")];
  const named = (key) => all().find((box) => box.dataset.key === key);
  const area = (box) => box.querySelector("textarea");
  let isClosed = false;

  // What is not sent yet: [{key, text, gone, after, version, client_id, tried, trouble}], kept by member, meeting and tab.
  const prefix = `ryorin-minutes:${page.dataset.keep}:`;
  const own = prefix + crypto.randomUUID();
  let waiting = [];
  const keep = () => {
    try {
      if (waiting.length) localStorage.setItem(own, JSON.stringify(waiting));
      else localStorage.removeItem(own);
    } catch {
      mark.dataset.full = "1";
    }
  };

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

  // Saying how things stand.
  let trouble = "";
  function say() {
    const stuck = waiting.filter((entry) => entry.trouble).length;
    const unsent = waiting.length - stuck;
    mark.dataset.state = stuck || trouble ? "bad" : unsent ? "unsent" : "saved";
    const parts = [];
    if (unsent && (trouble || !navigator.onLine || waiting.some((entry) => entry.tried > 1))) parts.push(fill(words.unsent, { count: unsent }));
    else if (unsent) parts.push(words.sending);
    if (stuck) parts.push(fill(words.stuck, { count: stuck }));
    if (trouble) parts.push(trouble);
    mark.textContent = parts.join(" ") || words.saved;
  }
  function note(box, text = "", level = "") {
    const place = box.querySelector("[data-note]");
    place.textContent = text;
    place.className = `ask-note ${level}`;
  }
  function complain(entry) {
    const theirs = entry.trouble.theirs;
    let box = named(entry.key);
    if (!box && theirs && entry.gone) {
      // Taken out here, written on elsewhere: what was written comes back.
      waiting = waiting.filter((one) => one !== entry);
      keep();
      box = make(entry.key, theirs);
      return tell(box, theirs);
    }
    if (!box) return;
    note(box, entry.trouble.message, "down");
    if (!theirs) return;
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    const settle = (mine) => {
      box.dataset.version = theirs.version;
      note(box);
      if (mine) Object.assign(entry, { version: theirs.version, client_id: crypto.randomUUID(), tried: 0, trouble: null });
      else {
        waiting = waiting.filter((one) => one !== entry);
        if (theirs.gone) box.remove();
        else area(box).value = theirs.text;
      }
      keep();
      if (box.isConnected) grow(box);
      say();
      pump();
    };
    const quote = Object.assign(document.createElement("q"), { textContent: theirs.gone ? "–" : theirs.text });
    const choice = document.createElement("span");
    choice.className = "row-of";
    choice.append(button(words.mine, () => settle(true)), button(words.theirs, () => settle(false)));
    box.querySelector("[data-note]").append(" ", quote, choice);
  }

  // Taking what is typed, and sending it in order.
  let timer;
  function changed(box, delay, gone = false) {
    const { key } = box.dataset;
    const text = area(box).value;
    const last = waiting.filter((entry) => entry.key === key).pop();
    if (last?.trouble?.theirs) Object.assign(last, { text, gone });
    else if (last && (!last.tried || last.trouble)) Object.assign(last, { text, gone, client_id: crypto.randomUUID(), tried: 0, trouble: null });
    else waiting.push({ key, text, gone, after: box.dataset.after || null, version: Number(box.dataset.version), client_id: crypto.randomUUID(), tried: 0, trouble: null });
    keep();
    if (!last?.trouble?.theirs) note(box);
    say();
    clearTimeout(timer);
    timer = setTimeout(pump, delay);
  }
  let sending = false;
  let pause = 1000;
  async function pump() {
    const entry = waiting.find((one) => !one.trouble);
    if (sending || !entry || isClosed) return say();
    sending = true;
    entry.tried += 1;
    keep();
    try {
      await send(entry);
      pause = 1000;
    } catch {
      clearTimeout(timer);
      timer = setTimeout(pump, pause);
      pause = Math.min(pause * 2, 15000);
      sending = false;
      return say();
    }
    sending = false;
    keep();
    say();
    pump();
  }
  async function send(entry) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const { key, text, gone, after, version, client_id } = entry;
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
    const body = JSON.stringify({ key, text, gone, after, version, client_id });
    const answer = await fetch(page.dataset.url, { method: "POST", headers, body, signal: AbortSignal.timeout(15000) });
    const isData = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!isData || answer.redirected) {
      trouble = answer.status >= 500 ? "" : words.signin;
      throw new Error("no answer");
    }
    trouble = "";
    take(entry, answer, await answer.json());
  }
  function take(entry, answer, told) {
    const box = named(entry.key);
    const later = waiting.filter((one) => one !== entry && one.key === entry.key);
    if (answer.ok) {
      waiting = waiting.filter((one) => one !== entry);
      if (box) box.dataset.version = told.version;
      later.forEach((one) => (one.version = told.version));
      return;
    }
    // What was typed on meanwhile takes the place of what was refused.
    waiting = waiting.filter((one) => !later.includes(one));
    if (later.length) Object.assign(entry, { text: later[later.length - 1].text, gone: later[later.length - 1].gone });
    entry.trouble = { message: told.message, theirs: told.theirs ?? null };
    complain(entry);
  }

  // What others have written meanwhile.
  async function look() {
    if (document.hidden || !navigator.onLine || isClosed) return;
    const answer = await fetch(page.dataset.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const told = await answer.json();
    if (told.state !== "planned") {
      isClosed = true;
      trouble = words.closed;
      all().forEach((box) => (area(box).readOnly = true));
      return say();
    }
    show(told.blocks);
  }
  function show(blocks) {
    let before = null;
    for (const theirs of blocks) {
      const isMine = waiting.some((entry) => entry.key === theirs.key);
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
    note(box, fill(words.other, { name: theirs.by }), "mut");
    box.classList.add("is-theirs");
    setTimeout(() => {
      box.classList.remove("is-theirs");
      if (box.querySelector("[data-note]").className.includes("mut")) note(box);
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
    if (Number(box.dataset.version) || waiting.some((entry) => entry.key === box.dataset.key)) changed(box, 50, true);
    box.remove();
    number();
    if (near) area(near).focus();
  }
  page.querySelector("[data-add]").addEventListener("click", () => area(begin(all().pop()?.dataset.key)).focus());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-finish]") || !waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    mark.textContent = words.finish;
  }, true);
  window.addEventListener("online", pump);
  window.addEventListener("beforeunload", (event) => waiting.length && mark.dataset.full && event.preventDefault());

  show(JSON.parse(document.getElementById("minutes-data").textContent).blocks);
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
    try {
      for (const entry of JSON.parse(localStorage.getItem(key))) {
        waiting.push({ ...entry, tried: 0 });
        const box = named(entry.key) || (entry.gone ? null : make(entry.key, entry));
        if (box) area(box).value = entry.text;
      }
    } catch {
      // what cannot be read was not written here
    }
    localStorage.removeItem(key);
  }
  keep();
  waiting.filter((entry) => entry.trouble).forEach(complain);
  if (!all().length) begin();
  all().forEach(grow);
  pump();
  setInterval(look, 2000);
})();
