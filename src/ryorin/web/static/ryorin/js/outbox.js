// What is typed into a page that several people fill in: each entry is kept in this browser at once, sent in order, and
// sent again until the server has it. The page says what an entry holds and what an answer of the server means.
// Markup: [data-url][data-keep] on the page, [data-note] in each box, form[data-finish], and all words in #saving.
class Outbox {
  waiting = []; // [{key, said, version, client_id, tried, trouble}], and what the page adds
  trouble = "";
  isClosed = false;
  mark = document.getElementById("saving");
  words = this.mark.dataset;
  #prefix;
  #own;
  #url;
  #pack;
  #take;
  #timer;
  #isSending = false;
  #pause = 1000;
  #hasFailed = false;

  constructor(name, page, { pack, take }) {
    this.#prefix = `ryorin-${name}:${page.dataset.keep}:`; // by member, record and tab
    this.#own = this.#prefix + crypto.randomUUID();
    this.#url = page.dataset.url;
    this.#pack = pack;
    this.#take = take;
    window.addEventListener("online", () => this.pump());
    window.addEventListener("offline", () => this.say());
    window.addEventListener("beforeunload", (event) => this.waiting.length && this.mark.dataset.full && event.preventDefault());
    document.addEventListener("submit", (event) => this.#finish(event), { capture: true });
  }
  static fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");

  keep() {
    try {
      if (this.waiting.length) localStorage.setItem(this.#own, JSON.stringify(this.waiting));
      else localStorage.removeItem(this.#own);
    } catch {
      this.mark.dataset.full = "1";
    }
  }
  // Entries that an earlier page could not send any more become this one's.
  adopt(isKnown = () => true) {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(this.#prefix)).sort()) {
      try {
        this.waiting.push(...JSON.parse(localStorage.getItem(name)).filter(isKnown));
      } catch {
        // what cannot be read was not written here
      }
      localStorage.removeItem(name);
    }
    this.keep();
  }
  holds = (key) => this.waiting.some((entry) => entry.key === key);
  drop(...entries) {
    this.waiting = this.waiting.filter((entry) => !entries.includes(entry));
  }
  anew = (entry, changes) => Object.assign(entry, changes, { client_id: crypto.randomUUID(), tried: 0, trouble: null });

  // Take what is typed; what is not on its way yet, or was refused, is replaced by it.
  put(box, key, said, delay, more = {}) {
    const last = this.waiting.filter((entry) => entry.key === key).pop();
    if (last?.trouble?.theirs) last.said = said;
    else if (last && (!last.tried || last.trouble)) this.anew(last, { said });
    else this.waiting.push(this.anew({ key, ...more }, { said, version: Number(box.dataset.version) }));
    this.keep();
    if (!last?.trouble?.theirs) this.note(box);
    this.say();
    this.#later(delay);
  }
  #later(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pump(), delay);
  }
  async pump() {
    const entry = this.waiting.find((one) => !one.trouble);
    if (this.#isSending || !entry || this.isClosed) return this.say();
    this.#isSending = true;
    entry.tried += 1;
    this.keep();
    try {
      await this.#send(entry);
      this.#pause = 1000;
      this.#hasFailed = false;
    } catch {
      this.#hasFailed = true;
      this.#later(this.#pause);
      this.#pause = Math.min(this.#pause * 2, 15000);
      this.#isSending = false;
      return this.say();
    }
    this.#isSending = false;
    this.keep();
    this.say();
    this.pump();
  }
  async #send(entry) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
    const body = JSON.stringify({ ...this.#pack(entry), version: entry.version, client_id: entry.client_id });
    const answer = await fetch(this.#url, { method: "POST", headers, body, signal: AbortSignal.timeout(15000) });
    const isData = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!isData || answer.redirected) {
      this.trouble = answer.status >= 500 ? "" : this.words.signin;
      throw new Error("no answer");
    }
    this.trouble = "";
    const told = await answer.json();
    const later = this.waiting.filter((one) => one !== entry && one.key === entry.key);
    if (answer.ok) {
      this.drop(entry);
      later.forEach((one) => (one.version = told.version));
    } else if (later.length) {
      // What was typed on meanwhile takes the place of what was refused.
      this.drop(...later);
      entry.said = later[later.length - 1].said;
    }
    this.#take(entry, answer, told, later.length > 0);
  }
  // What others have written meanwhile; nothing when it cannot be had.
  async look() {
    if (document.hidden || !navigator.onLine || this.isClosed) return null;
    const answer = await fetch(this.#url, { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.json() : null;
  }

  // Saying how things stand.
  say() {
    const stuck = this.waiting.filter((entry) => entry.trouble).length;
    const unsent = this.waiting.length - stuck;
    this.mark.dataset.state = stuck || this.trouble ? "bad" : unsent ? "unsent" : "saved";
    const waits = this.trouble || this.#hasFailed || !navigator.onLine;
    const parts = [];
    if (unsent) parts.push(waits ? Outbox.fill(this.words.unsent, { count: unsent }) : this.words.sending);
    if (stuck) parts.push(Outbox.fill(this.words.stuck, { count: stuck }));
    if (this.trouble) parts.push(this.trouble);
    this.mark.textContent = parts.join(" ") || this.words.saved;
  }
  note(box, text = "", level = "") {
    const place = box.querySelector("[data-note]");
    place.textContent = text;
    place.className = `ask-note ${level}`;
    box.querySelectorAll("input, select, textarea").forEach((one) => (level === "down" ? one.setAttribute("aria-invalid", "true") : one.removeAttribute("aria-invalid")));
  }
  // Say why an entry was refused; where somebody else wrote there, ask whose words stay. `settled` puts theirs in.
  complain(box, entry, settled, ...shown) {
    this.note(box, entry.trouble.message, "down");
    const { theirs } = entry.trouble;
    if (!theirs) return;
    const settle = (isMine) => {
      box.dataset.version = theirs.version;
      this.note(box);
      if (isMine) this.anew(entry, { version: theirs.version });
      else this.drop(entry);
      settled(isMine ? null : theirs);
      this.keep();
      this.say();
      this.pump();
    };
    const choice = document.createElement("span");
    choice.className = "row-of";
    for (const [text, isMine] of [[this.words.mine, true], [this.words.theirs, false]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: text });
      button.addEventListener("click", () => settle(isMine));
      choice.append(button);
    }
    box.querySelector("[data-note]").append(...shown, choice);
  }
  #finish(event) {
    if (!event.target.matches("form[data-finish]") || !this.waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: this.words.finish, level: "bad" } }));
    this.pump();
  }
}
