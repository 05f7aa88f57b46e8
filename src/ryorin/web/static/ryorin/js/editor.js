// The visual editor of pages and mails: GrapesJS inside our own frame, with our words, pictures, saving and undo.
//
// RyorinEditor.start(options) finds [data-editor] and returns the GrapesJS editor. Options:
//   plugins, pluginsOpts   further GrapesJS plug-ins
//   setUp(editor, words)   called before the content is loaded: component types, style sectors
//   content(editor)        what is posted as JSON beside {version}; by default {project, html, css}
//   place(editor)          the part that blocks are put into; by default the whole page
//   canvas, style          merged into GrapesJS's own options of these names (style = styleManager)
// The server gives, by json_script: editor-content {project, html, css}, editor-blocks [{id, label, category, media,
// content}], editor-words {key: text}.
window.RyorinEditor = (() => {
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
  const token = () => document.querySelector('meta[name="csrf-token"]').content;
  const devices = [
    { id: "desk", name: "desk", width: "" },
    { id: "tablet", name: "tablet", width: "768px", widthMedia: "1000px" },
    { id: "phone", name: "phone", width: "390px", widthMedia: "640px" },
  ];

  function start(options = {}) {
    const root = document.querySelector("[data-editor]");
    const words = read("editor-words") || {};
    const content = read("editor-content") || {};
    const part = (name) => root.querySelector(`[data-editor-${name}]`);
    const dialog = picturesIn(root, words);
    const editor = grapesjs.init({
      container: part("canvas"),
      height: "100%",
      width: "auto",
      telemetry: false,
      storageManager: false,
      cssIcons: "",
      noticeOnUnload: false,
      protectedCss: "",
      showDevices: false,
      panels: { defaults: [] },
      deviceManager: { devices, default: "desk" },
      i18n: { locale: "own", localeFallback: "own", detectLocale: false, messages: { own: words.grapes || {} } },
      blockManager: { appendTo: part("blocks"), blocks: read("editor-blocks") || [] },
      layerManager: { appendTo: part("layers") },
      traitManager: { appendTo: part("traits") },
      selectorManager: { appendTo: null, componentFirst: true },
      styleManager: { appendTo: part("styles"), sectors: [], ...(options.style || {}) },
      canvas: { allowExternalDrop: true, ...(options.canvas || {}) },
      parser: { optionsHtml: { allowScripts: false, allowUnsafeAttr: false, allowUnsafeAttrValue: false } },
      assetManager: {
        upload: root.dataset.upload,
        uploadName: "files",
        multiUpload: false,
        autoAdd: false,
        credentials: "same-origin",
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
        custom: dialog,
      },
      plugins: [...(options.plugins || []), (each) => options.setUp?.(each, words)],
      pluginsOpts: options.pluginsOpts || {},
    });
    if (content.project && content.project.pages) editor.loadProjectData(content.project);
    else {
      editor.setComponents(content.html || "");
      if (content.css) editor.setStyle(content.css);
    }
    editor.UndoManager.clear();
    editor.on("asset:upload:error", (error) => tell(messageOf(error)));
    keepSaved(root, editor, words, options.content || plain);
    toolbar(root, editor);
    tabs(root, editor, options.place || ((each) => each.getWrapper()));
    return editor;
  }

  function plain(editor) {
    return {
      project: editor.getProjectData(),
      html: editor.getHtml({ cleanId: true }),
      css: editor.getCss({ avoidProtected: true }) || "",
    };
  }

  // Saving: a moment after the last change, one request at a time; a stale version asks what to do. -----------------
  function keepSaved(root, editor, words, content) {
    const state = root.querySelector("[data-editor-state]");
    const clash = root.querySelector("[data-editor-clash]");
    let version = Number(root.dataset.version), timer = 0, changes = 0, saved = 0, running = false;
    const say = (key) => { state.textContent = words[key] || ""; state.dataset.state = key; };

    async function save() {
      clearTimeout(timer);
      if (running || saved === changes || !clash.hidden) return;
      running = true;
      const upTo = changes;
      say("saving");
      let answer = null;
      try {
        answer = await fetch(root.dataset.save, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
          body: JSON.stringify({ version, ...content(editor) }),
        });
      } catch { answer = null; }
      running = false;
      if (answer && answer.ok) {
        const told = await answer.json();
        version = told.version;
        saved = upTo;
        say(saved === changes ? "saved" : "unsaved");
        findings(told.findings || []);
        document.dispatchEvent(new CustomEvent("editor:saved", { detail: told }));
        if (saved !== changes) later();
      } else if (answer && answer.status === 409) {
        say("stale");
        clash.hidden = false;
        clash.querySelector("button").focus();
      } else if (answer && answer.status < 500) {
        say("refused");
        tell(await messageIn(answer));
      } else {
        say("offline");
        timer = setTimeout(save, 5000);
      }
    }
    function later() { clearTimeout(timer); timer = setTimeout(save, 1500); }
    function findings(list) {
      const place = root.querySelector("[data-editor-findings]");
      if (!place) return;
      place.hidden = !list.length;
      place.querySelector("ul").replaceChildren(...list.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    }
    function changed() { changes += 1; say("unsaved"); later(); }
    editor.on("load", () => setTimeout(() => {
      if (editor.UndoManager.hasUndo()) changed();
      editor.on("update", changed);
    }, 300));
    clash.querySelector("[data-editor-theirs]").addEventListener("click", () => { saved = changes; location.reload(); });
    clash.querySelector("[data-editor-mine]").addEventListener("click", async () => {
      const answer = await fetch(root.dataset.save, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      version = (await answer.json()).version;
      clash.hidden = true;
      save();
    });
    window.addEventListener("beforeunload", (event) => { if (saved !== changes) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
    });
    root.save = async () => { await save(); return saved === changes; };
    say("saved");
  }

  async function messageIn(answer) {
    const text = await answer.text();
    return messageOf(text);
  }
  function messageOf(text) {
    try { return JSON.parse(text).message || text; } catch { return String(text).length < 300 ? String(text) : ""; }
  }
  function tell(text) {
    if (text) document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "bad" } }));
  }

  // Buttons above the canvas -------------------------------------------------------------------------------------
  function toolbar(root, editor) {
    const press = (button) => {
      const what = button.dataset.editorDo;
      if (what === "undo") editor.UndoManager.undo();
      else if (what === "redo") editor.UndoManager.redo();
      else if (what === "outline") button.setAttribute("aria-pressed", String(outline(editor)));
      else if (devices.some((each) => each.id === what)) {
        editor.setDevice(what);
        root.querySelectorAll("[data-device]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      }
    };
    root.querySelectorAll("[data-editor-do]").forEach((button) => button.addEventListener("click", () => press(button)));
    const fit = () => {
      root.querySelector('[data-editor-do="undo"]').disabled = !editor.UndoManager.hasUndo();
      root.querySelector('[data-editor-do="redo"]').disabled = !editor.UndoManager.hasRedo();
    };
    editor.on("update undo redo", fit);
    editor.on("load", () => {
      editor.Canvas.getFrameEl().title = document.title;
      editor.Canvas.getDocument().documentElement.lang = root.dataset.language || document.documentElement.lang;
    });
    fit();
  }
  function outline(editor) {
    const id = "core:component-outline";
    if (editor.Commands.isActive(id)) { editor.stopCommand(id); return false; }
    editor.runCommand(id);
    return true;
  }

  // Tabs beside the canvas: what can be put in, how it is built, and what the chosen part can be changed to ------------
  function tabs(root, editor, place) {
    const show = (name) => {
      root.querySelectorAll("[data-editor-tab]").forEach((tab) => {
        const is = tab.dataset.editorTab === name;
        tab.setAttribute("aria-selected", String(is));
        tab.tabIndex = is ? 0 : -1;
        root.querySelector(`[data-editor-pane="${tab.dataset.editorTab}"]`).hidden = !is;
      });
    };
    root.querySelectorAll("[data-editor-tab]").forEach((tab, place, all) => {
      tab.addEventListener("click", () => show(tab.dataset.editorTab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = all[(place + step + all.length) % all.length];
        show(next.dataset.editorTab);
        next.focus();
      });
    });
    editor.on("component:selected", () => show("chosen"));
    // A block can be put in without dragging: by a click or a key, behind what is chosen or at the end.
    const blocks = root.querySelector("[data-editor-blocks]");
    const insert = (element) => {
      const block = editor.Blocks.getAll().find((each) => each.get("label") === element.title || element.dataset.block === each.id);
      if (!block) return;
      let chosen = editor.getSelected();
      const wrapper = place(editor);
      while (chosen && chosen.parent() && chosen.parent() !== wrapper) chosen = chosen.parent();
      const at = chosen && chosen !== wrapper ? chosen.index() + 1 : undefined;
      const [made] = [].concat(wrapper.append(block.get("content"), { at }));
      editor.select(made);
      editor.Canvas.scrollTo(made);
    };
    blocks.addEventListener("click", (event) => { const one = event.target.closest(".gjs-block"); if (one) insert(one); });
    blocks.addEventListener("keydown", (event) => {
      const one = event.target.closest(".gjs-block");
      if (one && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); insert(one); }
    });
    const reach = () => blocks.querySelectorAll(".gjs-block").forEach((one) => { one.tabIndex = 0; one.setAttribute("role", "button"); });
    editor.on("load block:add", reach);
  }

  // Pictures: choose one of ours, or upload -------------------------------------------------------------------------
  function picturesIn(root, words) {
    const dialog = document.querySelector("dialog[data-pictures]");
    let props = null;
    const grid = dialog?.querySelector("[data-pictures-grid]");
    const input = dialog?.querySelector("input[type=file]");
    const told = dialog?.querySelector("[data-pictures-told]");

    function choose(picture) {
      const target = props?.options?.target;
      props?.select({ ...picture, type: "image" }, true);
      if (target?.addAttributes && picture.width) {
        const more = { width: String(picture.width), height: String(picture.height), loading: "lazy" };
        if (picture.alt) more.alt = picture.alt;
        if (root.dataset.mode === "page" && picture.srcset) Object.assign(more, { srcset: picture.srcset, sizes: "(max-width: 760px) 100vw, 720px" });
        target.addAttributes(more);
      }
      props?.close();
    }
    function tile(picture) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "picture" });
      const image = Object.assign(document.createElement("img"), { src: picture.thumb || picture.src, alt: "", loading: "lazy" });
      const name = Object.assign(document.createElement("span"), { textContent: picture.name });
      button.append(image, name);
      button.addEventListener("click", () => choose(picture));
      return button;
    }
    async function load() {
      const answer = await fetch(root.dataset.pictures, { headers: { Accept: "application/json" } });
      const list = answer.ok ? (await answer.json()).data : [];
      grid.replaceChildren(...list.map(tile));
      dialog.querySelector("[data-pictures-empty]").hidden = list.length > 0;
    }
    async function upload(files) {
      told.textContent = words.uploading || "";
      for (const file of files) {
        const body = new FormData();
        body.append("files", file);
        const answer = await fetch(root.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } }).catch(() => null);
        if (answer?.ok) {
          (await answer.json()).data.forEach((picture) => grid.prepend(tile(picture)));
          told.textContent = "";
          dialog.querySelector("[data-pictures-empty]").hidden = true;
        } else {
          told.textContent = answer ? await messageIn(answer) : words.offline || "";
          break;
        }
      }
      input.value = "";
    }
    input?.addEventListener("change", () => upload(input.files));
    dialog?.addEventListener("dragover", (event) => event.preventDefault());
    dialog?.addEventListener("drop", (event) => { event.preventDefault(); upload(event.dataTransfer.files); });
    dialog?.addEventListener("close", () => props?.close());
    return {
      open(given) { props = given; told.textContent = ""; load(); dialog.showModal(); },
      close() { props = null; if (dialog.open) dialog.close(); },
    };
  }

  return { start };
})();
