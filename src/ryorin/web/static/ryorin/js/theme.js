// Light, dark, or as the machine says: set before anything is drawn.
(() => {
  const wish = () => localStorage.getItem("theme") || "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = wish() === "auto" ? (dark.matches ? "dark" : "light") : wish();
    document.documentElement.dataset.bsTheme = theme;
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === wish()));
    });
    document.dispatchEvent(new CustomEvent("theme", { detail: theme }));
  };
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (!choice) return;
    localStorage.setItem("theme", choice.dataset.themeChoice);
    apply();
  });
})();
