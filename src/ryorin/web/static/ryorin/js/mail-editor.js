// The visual editor of a mail: GrapesJS with MJML, our blocks, our words, fields of the person, blocks for some people.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
  const fields = read("mail-fields") || [];
  const rules = read("mail-rules") || [];
  const given = window["grapesjs-mjml"];
  const mjml = given.default || given;
  const bodyOf = (editor) => editor.getWrapper().findType("mj-body")[0] || editor.getWrapper();

  const editor = RyorinEditor.start({
    plugins: [(each) => mjml(each, { blocks: [], fonts: {}, resetBlocks: false, resetDevices: false, resetStyleManager: false, hideSelector: true, i18n: {} })],
    setUp,
    content: (each) => ({ mjml: each.getHtml() }),
    place: bodyOf,
    style: { sectors: sectors(read("editor-words") || {}) },
  });
  offerProducts(editor);

  function sectors(words) {
    const say = words.mail?.traits || {};
    const choices = [["left", say.left], ["center", say.center], ["right", say.right]].map(([id, label]) => ({ id, value: id, label, name: label }));
    return [
      {
        name: words.style?.text || "", open: true, properties: [
          { property: "color", name: say.colour, type: "color" },
          { property: "font-size", name: say.size, type: "number", units: ["px"] },
          { property: "align", name: say.align, type: "radio", options: choices },
        ],
      },
      {
        name: words.style?.ground || "", open: true, properties: [
          { property: "background-color", name: say.background, type: "color" },
          { property: "padding", name: say.padding, type: "text" },
          { property: "width", name: say.width, type: "number", units: ["px"] },
          { property: "border-radius", name: say.radius, type: "number", units: ["px"] },
        ],
      },
    ];
  }

  function setUp(each, words) {
    const say = words.mail.traits;
    const only = rules.flatMap((rule) => [
      { id: `if-${rule.key}`, name: say.only.replace("%(name)s", rule.name) },
      { id: `unless-${rule.key}`, name: say.except.replace("%(name)s", rule.name) },
    ]);
    const shown = { type: "select", name: "shown", label: say.shown, changeProp: true, options: [{ id: "", name: say.everyone }, ...only] };
    const link = { name: "href", label: say.href, placeholder: "https://" };
    const traits = {
      "mj-button": [link], "mj-image": [{ name: "alt", label: say.alt }, link], "mj-text": [], "mj-table": [],
      "mj-divider": [], "mj-spacer": [], "mj-column": [], "mj-group": [], "mj-body": [],
      "mj-section": [shown], "mj-wrapper": [shown], "mj-hero": [shown],
    };
    Object.entries(traits).forEach(([type, list]) => {
      const known = each.Components.getType(type);
      if (!known) return;
      const defaults = { ...known.model.prototype.defaults, name: words.mail.names[type], traits: list };
      each.Components.addType(type, { model: { defaults, ...(list.includes(shown) ? gate(known.model.prototype.init) : {}) } });
    });
    each.I18n.addMessages({ own: { domComponents: { names: words.mail.names } } });
    if (fields.length) offerFields(each, say.field);
  }

  // Which people see a block stands in its classes: if-KEY or unless-KEY.
  function gate(before) {
    const pattern = /^(?:if|unless)-[a-z0-9]{1,12}$/;
    const classes = (component) => String(component.getAttributes()["css-class"] || "").split(/\s+/).filter(Boolean);
    return {
      init() {
        before?.call(this);
        this.set("shown", classes(this).find((one) => pattern.test(one)) || "");
        this.on("change:shown", () => {
          const kept = classes(this).filter((one) => !pattern.test(one));
          if (this.get("shown")) kept.push(this.get("shown"));
          this.addAttributes({ "css-class": kept.join(" ") });
        });
      },
    };
  }

  function offerFields(each, label) {
    const select = document.createElement("select");
    select.className = "rte-fields";
    select.setAttribute("aria-label", label);
    select.append(new Option(label, ""), ...fields.map((one) => new Option(one.label, one.text)));
    each.RichTextEditor.add("fields", {
      icon: select.outerHTML,
      event: "change",
      attributes: { title: label },
      result: (rte, action) => {
        const chosen = action.btn.querySelector("select");
        if (chosen.value) rte.insertHTML(chosen.value);
        chosen.value = "";
      },
    });
  }

  function offerProducts(each) {
    const dialog = document.querySelector("[data-products]");
    if (!dialog) return;
    const list = dialog.querySelector("[data-products-list]"), search = dialog.querySelector("input[type=search]");
    const find = async () => {
      const answer = await fetch(`${dialog.dataset.products}&q=${encodeURIComponent(search.value)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      list.replaceChildren(...(await answer.json()).data.map((product) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn block" });
        button.append(Object.assign(document.createElement("b"), { textContent: product.name }), ` ${product.code}`);
        button.addEventListener("click", () => {
          const [made] = [].concat(bodyOf(each).append(product.mjml, { at: place(each) }));
          each.select(made);
          dialog.close();
        });
        const item = document.createElement("li");
        item.append(button);
        return item;
      }));
    };
    let timer = 0;
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 250); });
    document.querySelector("[data-products-open]").addEventListener("click", () => { dialog.showModal(); find(); search.focus(); });
  }

  function place(each) {
    const body = bodyOf(each);
    let chosen = each.getSelected();
    while (chosen && chosen.parent() && chosen.parent() !== body) chosen = chosen.parent();
    return chosen && chosen !== body && chosen.parent() === body ? chosen.index() + 1 : Math.max(0, body.components().length - 1);
  }
})();
