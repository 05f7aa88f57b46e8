// The editor of landing pages: our blocks, forms of ours as parts, and a few settings of looks instead of all of CSS.
(() => {
  const forms = JSON.parse(document.getElementById("editor-forms").textContent);
  const styles = JSON.parse(document.getElementById("editor-styles").textContent);

  function sides(word, name) {
    return { property: name, type: "composite", name: word, detached: true, properties: ["top", "right", "bottom", "left"].map((side) => ({ property: `${name}-${side}`, type: "number", name: words.style[side], units: ["px", "%", "em"], default: "0" })) };
  }
  const words = JSON.parse(document.getElementById("editor-words").textContent);
  const say = words.style;
  const sectors = [
    { id: "text", name: say.text, open: true, properties: [
      { property: "color", name: say.colour, type: "color" },
      { property: "font-size", name: say.size, type: "number", units: ["px", "rem"] },
      { property: "font-weight", name: say.weight, type: "select", options: [{ id: "", label: "–" }, { id: "400", label: say.normal }, { id: "700", label: say.bold }] },
      { property: "text-align", name: say.align, type: "radio", options: [{ id: "left", label: say.left }, { id: "center", label: say.centre }, { id: "right", label: say.right }] },
      { property: "line-height", name: say.line, type: "number", units: ["", "px"], min: 1, step: 0.1 },
    ] },
    { id: "space", name: say.space, open: false, properties: [sides(say.padding, "padding"), sides(say.margin, "margin"), { property: "width", name: say.width, type: "number", units: ["px", "%"] }, { property: "max-width", name: say.most, type: "number", units: ["px", "%"] }] },
    { id: "ground", name: say.ground, open: false, properties: [
      { property: "background-color", name: say.background, type: "color" },
      { property: "border-radius", name: say.radius, type: "number", units: ["px"] },
    ] },
  ];

  function setUp(editor) {
    const label = (id) => forms.find((form) => String(form.id) === String(id))?.name || say.choose_form;
    editor.Components.addType("ryorin-form", {
      isComponent: (element) => element.hasAttribute?.("data-ry-form"),
      model: {
        defaults: {
          name: say.form,
          droppable: false,
          editable: false,
          traits: [{ type: "select", name: "data-ry-form", label: say.form, options: [{ id: "0", label: say.choose_form }, ...forms.map((form) => ({ id: String(form.id), label: form.name }))] }],
        },
      },
      view: {
        init() { this.listenTo(this.model, "change:attributes", this.render); },
        onRender() {
          this.el.replaceChildren();
          const box = document.createElement("div");
          box.className = "ryorin-form-place";
          box.textContent = `${say.form}：${label(this.model.getAttributes()["data-ry-form"])}`;
          this.el.append(box);
        },
      },
    });
    const retrait = (type, traits) => {
      const known = editor.Components.getType(type);
      editor.Components.addType(type, { model: { defaults: { ...known.model.prototype.defaults, traits } } });
    };
    const anchor = { name: "id", label: say.anchor };
    retrait("link", [{ name: "href", label: say.link }, { type: "select", name: "target", label: say.new_window, options: [{ id: "", label: say.same }, { id: "_blank", label: say.other }] }]);
    retrait("image", [{ name: "alt", label: say.alt }]);
    retrait("text", [anchor]);
    retrait("default", [anchor]);
  }

  const editor = RyorinEditor.start({ setUp, style: { sectors }, canvas: { styles } });
  editor.on("canvas:frame:load", ({ window: frame }) => {
    const sheet = frame.document.createElement("style");
    sheet.textContent = `.ryorin-form-place{padding:48px 20px;border:2px dashed #8b93a3;border-radius:14px;text-align:center;color:#4d5666;background:#fff}${document.querySelector("[data-editor-colours]").dataset.editorColours}`;
    frame.document.head.append(sheet);
  });
  document.dispatchEvent(new CustomEvent("editor:ready", { detail: editor }));
})();
