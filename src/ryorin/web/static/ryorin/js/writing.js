// Writing an article: headings, lists, quotes, links and pictures; what is pasted loses its looks, the server cleans all.
(() => {
  document.querySelectorAll("[data-writing]").forEach((box) => {
    const page = box.querySelector("[data-page]"), body = box.querySelector("[data-body]");
    const form = box.closest("form");
    page.innerHTML = new DOMParser().parseFromString(body.value, "text/html").body.innerHTML || "<p><br></p>";
    document.execCommand("defaultParagraphSeparator", false, "p");
    const run = (name, value) => document.execCommand(name, false, value);
    const changed = () => { body.value = page.innerHTML; if (form) form.dataset.dirty = "1"; };

    function block(tag) {
      const now = String(document.queryCommandValue("formatBlock")).toLowerCase();
      run("formatBlock", now === tag ? "p" : tag);
    }
    const deeds = {
      h2: () => block("h2"), h3: () => block("h3"), p: () => run("formatBlock", "p"), blockquote: () => block("blockquote"),
      bold: () => run("bold"), italic: () => run("italic"), ul: () => run("insertUnorderedList"), ol: () => run("insertOrderedList"),
      undo: () => run("undo"), redo: () => run("redo"),
      link: () => {
        const address = window.prompt(box.dataset.link, "https://");
        if (address && /^(https?:\/\/|\/|mailto:|tel:|#)/.test(address)) run("createLink", address);
      },
      picture: () => {
        const selection = window.getSelection();
        const place = selection.rangeCount && page.contains(selection.anchorNode) ? selection.getRangeAt(0) : null;
        window.RyorinPictures?.open((picture) => {
          page.focus();
          const range = place || Object.assign(document.createRange(), {});
          if (!place) { range.selectNodeContents(page); range.collapse(false); }
          const image = document.createElement("img");
          Object.assign(image, { src: picture.src, srcset: picture.srcset, alt: picture.alt || "", width: picture.width, height: picture.height, loading: "lazy" });
          image.setAttribute("sizes", "(max-width: 760px) 100vw, 720px");
          range.insertNode(image);
          changed();
        });
      },
    };
    box.querySelectorAll("[data-do]").forEach((button) => {
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => {
        if (button.dataset.do !== "picture") page.focus();
        deeds[button.dataset.do]();
        changed();
      });
    });
    page.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      event.preventDefault();
      if (!html) { run("insertText", event.clipboardData.getData("text/plain")); return; }
      const keep = new Set(["P", "H2", "H3", "UL", "OL", "LI", "A", "B", "STRONG", "I", "EM", "BLOCKQUOTE", "BR", "TABLE", "TBODY", "THEAD", "TR", "TD", "TH"]);
      const pasted = new DOMParser().parseFromString(html, "text/html");
      pasted.querySelectorAll("script, style, meta, link, title, img, svg").forEach((each) => each.remove());
      [...pasted.body.querySelectorAll("*")].reverse().forEach((each) => {
        const address = each.tagName === "A" ? each.getAttribute("href") : null;
        [...each.attributes].forEach((attribute) => each.removeAttribute(attribute.name));
        if (address && /^https?:/.test(address)) each.setAttribute("href", address);
        if (!keep.has(each.tagName)) each.replaceWith(...each.childNodes);
      });
      run("insertHTML", pasted.body.innerHTML);
      changed();
    });
    page.addEventListener("input", changed);
    form?.addEventListener("submit", () => { body.value = page.innerHTML; });
  });
})();
