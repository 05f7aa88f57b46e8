// A public form: says which visitor fills it in, when that person has agreed to be known; sends once.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "1";
    if (window.ryorin) form.elements.visitor.value = window.ryorin.visitor();
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sending));
})();
