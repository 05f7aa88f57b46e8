// A public page: one visitor number for the page and the collector, and the question whether visits may be counted.
(() => {
  const given = /(?:^|; )ryv=([0-9a-f-]{36})/.exec(document.cookie);
  try { if (given && !localStorage.getItem("ryv")) localStorage.setItem("ryv", given[1]); } catch { /* private window */ }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "1";
    const visitor = form.elements.visitor;
    if (visitor && window.ryorin) visitor.value = window.ryorin.visitor();
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sending));
  const bar = document.querySelector("[data-consent-bar]");
  if (!bar) return;
  let known = null;
  try { known = localStorage.getItem("ryc"); } catch { known = "0"; }
  bar.hidden = known !== null || navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    window.ryorin?.consent(button.value === "yes");
    bar.hidden = true;
  });
})();
