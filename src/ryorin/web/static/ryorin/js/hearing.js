// A hearing being filled in (answers go through outbox.js). Follow-up questions appear by the answers; what others answer
// meanwhile is never overwritten. Markup: [data-hearing] [data-question][data-type][data-version][data-when].
(() => {
  const page = document.querySelector("[data-hearing]");
  if (!page) return;
  const all = (selector, root = page) => [...root.querySelectorAll(selector)];
  const questions = all("[data-question]");
  const named = (key) => questions.find((one) => one.dataset.question === key);
  const isOpen = page.dataset.state === "open";

  const outbox = new Outbox("hearing", page, { pack: ({ key, said }) => ({ question: key, value: said }), take });

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

  // Taking what is typed, and what the server says of it.
  const changed = (box, delay) => {
    outbox.put(box, box.dataset.question, read(box), delay);
    evaluate();
  };
  function complain(entry) {
    const box = named(entry.key);
    outbox.complain(box, entry, (theirs) => {
      if (theirs) write(box, theirs.value);
      evaluate();
    });
  }
  function take(entry, answer, told, isTypedOn) {
    const box = named(entry.key);
    if (answer.ok) {
      box.dataset.version = told.version;
      if (told.is_other && !isTypedOn) write(box, told.value);
    } else if (isTypedOn && answer.status === 400) outbox.anew(entry, {});
    else {
      entry.trouble = { message: told.message, theirs: told.theirs ?? null };
      if (told.theirs || answer.status === 400) complain(entry);
      else outbox.trouble = told.message;
    }
  }

  // What others have answered meanwhile.
  async function look() {
    const told = await outbox.look();
    if (!told) return;
    for (const [key, theirs] of Object.entries(told.answers)) {
      const box = named(key);
      if (!box || theirs.version <= Number(box.dataset.version) || outbox.holds(key)) continue;
      if (box.contains(document.activeElement)) continue;
      box.dataset.version = theirs.version;
      write(box, theirs.value);
      outbox.note(box, Outbox.fill(outbox.words.other, { name: theirs.by }), "mut");
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

  questions.filter((box) => box.dataset.type === "need").forEach((box) => write(box, JSON.parse(box.dataset.value || "[]")));
  if (isOpen) {
    outbox.adopt((entry) => named(entry.key));
    outbox.waiting.forEach((entry) => write(named(entry.key), entry.said));
    outbox.waiting.filter((entry) => entry.trouble).forEach(complain);
  }
  evaluate();
  if (isOpen) {
    outbox.pump();
    setInterval(look, 15000);
  } else controls(page).forEach((one) => (one.disabled = true));
})();
