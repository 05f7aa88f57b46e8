// A hearing being filled in: every answer is kept in this browser at once, sent as one goes on typing, and sent again
// until the server has it. Follow-up questions appear by the answers; what others answer meanwhile is never overwritten.
// Markup: [data-hearing][data-url][data-keep] [data-question][data-type][data-version][data-when]; words in #saving.
(() => {
  const page = document.querySelector("[data-hearing]");
  if (!page) return;
  const all = (selector, root = page) => [...root.querySelectorAll(selector)];
  const mark = document.getElementById("saving");
  const words = mark.dataset;
  const questions = all("[data-question]");
  const named = (key) => questions.find((one) => one.dataset.question === key);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");
  const isOpen = page.dataset.state === "open";

  // What is not sent yet: [{question, value, version, client_id, tried, trouble}], kept by member, hearing and tab.
  const prefix = `ryorin-hearing:${page.dataset.keep}:`;
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
  function adopt() {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort()) {
      try {
        waiting.push(...JSON.parse(localStorage.getItem(key)).filter((entry) => named(entry.question)));
      } catch {
        // what cannot be read was not written here
      }
      localStorage.removeItem(key);
    }
    keep();
    waiting.forEach((entry) => write(named(entry.question), entry.value));
    waiting.filter((entry) => entry.trouble).forEach(complain);
  }

  // Reading and writing the controls of a question.
  const controls = (box) => all("input, select, textarea", box);
  function read(box) {
    const type = box.dataset.type;
    if (type === "several") return all("input:checked", box).map((one) => one.value);
    if (["one", "yes", "scale"].includes(type)) return box.querySelector("input:checked")?.value ?? "";
    if (type === "need") return all("[data-need]", box).map(readNeed).filter((need) => need.what.trim());
    const control = controls(box)[0];
    if (type === "authority") return control.value ? { person: control.value, name: control.selectedOptions[0].dataset.name } : null;
    return control.value;
  }
  const readNeed = (row) => {
    const need = { id: row.dataset.need };
    controls(row).forEach((one) => {
      if (one.type !== "radio" || one.checked) need[one.dataset.part] = one.value;
    });
    return need;
  };
  function write(box, value) {
    const type = box.dataset.type;
    if (type === "several") all("input", box).forEach((one) => (one.checked = (value || []).includes(one.value)));
    else if (["one", "yes", "scale"].includes(type)) {
      const wanted = value === true ? "yes" : value === false ? "no" : String(value ?? "");
      all("input", box).forEach((one) => (one.checked = one.value === wanted));
    } else if (type === "need") {
      all("[data-need]", box).forEach((row) => row.remove());
      (value || []).forEach((need) => addNeed(box, need));
      if (!(value || []).length) addNeed(box);
    } else if (type === "authority") controls(box)[0].value = String(value?.person ?? "");
    else controls(box)[0].value = type === "money" && typeof value === "number" ? value.toLocaleString("en-US") : String(value ?? "");
  }
  function addNeed(box, need = {}) {
    const row = document.getElementById(`need-of-${box.dataset.question}`).content.firstElementChild.cloneNode(true);
    row.dataset.need = need.id || crypto.randomUUID();
    controls(row).forEach((one) => {
      if (one.type === "radio") {
        one.name += row.dataset.need;
        one.checked = one.value === String(need.strength ?? 3);
      } else one.value = need[one.dataset.part] ?? "";
    });
    box.querySelector("[data-needs]").append(row);
    return row;
  }

  // Which questions are asked now: the same decision as the server's.
  const number = (value) => {
    const plain = String(value).normalize("NFKC").replace(/[,¥円\s]/g, "");
    return plain === "" ? NaN : Number(plain);
  };
  function holds({ op, value: wanted }, value) {
    if (value === null || value === "" || (Array.isArray(value) && !value.length)) return false;
    if (op === "answered") return true;
    if (op === "gte") return number(value) >= number(wanted);
    if (op === "lte") return number(value) <= number(wanted);
    if (op === "includes") return Array.isArray(value) ? value.includes(wanted) : String(value).toLowerCase().includes(wanted.toLowerCase());
    const same = Number.isNaN(number(value)) || Number.isNaN(number(wanted)) ? String(value) === wanted : number(value) === number(wanted);
    return op === "is" ? same : !same;
  }
  function evaluate() {
    const asked = new Set();
    for (const box of questions) {
      const when = box.dataset.when ? JSON.parse(box.dataset.when) : null;
      const shown = !when || (asked.has(when.question) && holds(when, read(named(when.question))));
      if (shown) asked.add(box.dataset.question);
      box.hidden = !shown;
      const clear = box.querySelector("[data-clear]");
      if (clear) clear.hidden = !read(box);
    }
    const answered = (box) => asked.has(box.dataset.question) && holds({ op: "answered" }, read(box));
    const count = (boxes) => `${boxes.filter(answered).length}/${boxes.filter((box) => !box.hidden).length}`;
    document.querySelectorAll("[data-count]").forEach((place) => {
      const section = place.dataset.count && document.getElementById(place.dataset.count);
      place.textContent = count(section ? all("[data-question]", section) : questions);
    });
  }

  // Saying how things stand.
  let trouble = "";
  function say() {
    const stuck = waiting.filter((entry) => entry.trouble).length;
    const unsent = waiting.length - stuck;
    mark.dataset.state = stuck || trouble ? "bad" : unsent ? "unsent" : "saved";
    const parts = [];
    if (unsent && (trouble || !navigator.onLine || waiting.some((entry) => entry.tried))) parts.push(fill(words.unsent, { count: unsent }));
    else if (unsent) parts.push(words.sending);
    if (stuck) parts.push(fill(words.stuck, { count: stuck }));
    if (trouble) parts.push(trouble);
    mark.textContent = parts.join(" ") || words.saved;
  }
  function note(box, text = "", level = "") {
    const place = box.querySelector("[data-note]");
    place.textContent = text;
    place.className = `ask-note ${level}`;
    controls(box).forEach((one) => (level === "down" ? one.setAttribute("aria-invalid", "true") : one.removeAttribute("aria-invalid")));
  }
  function complain(entry) {
    const box = named(entry.question);
    note(box, entry.trouble.message, "down");
    if (!entry.trouble.theirs) return;
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    const settle = (mine) => {
      const { value, version } = entry.trouble.theirs;
      box.dataset.version = version;
      note(box);
      if (mine) Object.assign(entry, { version, client_id: crypto.randomUUID(), tried: 0, trouble: null });
      else {
        waiting = waiting.filter((one) => one !== entry);
        write(box, value);
      }
      keep();
      evaluate();
      say();
      pump();
    };
    const choice = document.createElement("span");
    choice.className = "row-of";
    choice.append(button(words.mine, () => settle(true)), button(words.theirs, () => settle(false)));
    box.querySelector("[data-note]").append(choice);
  }

  // Taking what is typed, and sending it in order.
  let timer;
  function changed(box, delay) {
    const key = box.dataset.question;
    const value = read(box);
    const last = waiting.filter((entry) => entry.question === key).pop();
    if (last && (!last.tried || last.trouble) && !last.trouble?.theirs) Object.assign(last, { value, client_id: crypto.randomUUID(), tried: 0, trouble: null });
    else if (last?.trouble?.theirs) last.value = value;
    else waiting.push({ question: key, value, version: Number(box.dataset.version), client_id: crypto.randomUUID(), tried: 0, trouble: null });
    keep();
    if (!last?.trouble?.theirs) note(box);
    evaluate();
    say();
    clearTimeout(timer);
    timer = setTimeout(pump, delay);
  }
  let sending = false;
  let pause = 1000;
  async function pump() {
    const entry = waiting.find((one) => !one.trouble);
    if (sending || !entry) return say();
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
    const body = JSON.stringify({ question: entry.question, value: entry.value, version: entry.version, client_id: entry.client_id });
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
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
    const box = named(entry.question);
    if (answer.ok) {
      waiting = waiting.filter((one) => one !== entry);
      box.dataset.version = told.version;
      const later = waiting.filter((one) => one.question === entry.question);
      later.forEach((one) => (one.version = told.version));
      if (told.is_other && !later.length) write(box, told.value);
    } else {
      // What was typed on meanwhile takes the place of what was refused.
      const later = waiting.filter((one) => one !== entry && one.question === entry.question);
      waiting = waiting.filter((one) => !later.includes(one));
      if (later.length) entry.value = later[later.length - 1].value;
      if (later.length && answer.status === 400) return Object.assign(entry, { client_id: crypto.randomUUID(), tried: 0 });
      entry.trouble = { message: told.message, theirs: told.theirs ?? null };
      if (told.theirs || answer.status === 400) complain(entry);
      else trouble = told.message;
    }
  }

  // What others have answered meanwhile.
  async function look() {
    if (document.hidden || !navigator.onLine) return;
    const answer = await fetch(page.dataset.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const told = await answer.json();
    for (const [key, theirs] of Object.entries(told.answers)) {
      const box = named(key);
      if (!box || theirs.version <= Number(box.dataset.version) || waiting.some((entry) => entry.question === key)) continue;
      if (box.contains(document.activeElement)) continue;
      box.dataset.version = theirs.version;
      write(box, theirs.value);
      note(box, fill(words.other, { name: theirs.by }), "mut");
    }
    evaluate();
  }

  const boxOf = (event) => event.target.closest("[data-question]");
  page.addEventListener("input", (event) => boxOf(event) && changed(boxOf(event), event.target.matches("textarea, input:not([type=radio], [type=checkbox])") ? 700 : 50));
  page.addEventListener("click", (event) => {
    const box = boxOf(event);
    if (!box) return;
    if (event.target.closest("[data-clear]")) {
      all("input", box).forEach((one) => (one.checked = false));
      changed(box, 50);
      box.querySelector("input").focus();
    } else if (event.target.closest("[data-add-need]")) {
      addNeed(box).querySelector("input").focus();
    } else if (event.target.closest("[data-drop-need]")) {
      event.target.closest("[data-need]").remove();
      if (!box.querySelector("[data-need]")) addNeed(box);
      box.querySelector("[data-need] input").focus();
      changed(box, 50);
    }
  });
  document.querySelectorAll("form[data-finish]").forEach((form) =>
    form.addEventListener("submit", (event) => {
      if (!waiting.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.finish, level: "bad" } }));
      pump();
    }, { capture: true }),
  );
  window.addEventListener("online", () => { pause = 1000; pump(); });
  window.addEventListener("offline", say);

  questions.filter((box) => box.dataset.type === "need").forEach((box) => write(box, JSON.parse(box.dataset.value || "[]")));
  if (isOpen) adopt();
  evaluate();
  if (isOpen) {
    say();
    pump();
    setInterval(look, 15000);
  } else controls(page).forEach((one) => (one.disabled = true));
})();
