// Clauses of a contract: moved up and down, taken out. They are sent in the order in which they stand.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-clause]");
  if (!button) return;
  const clause = button.closest(".clause");
  if (button.dataset.clause === "up") clause.previousElementSibling?.before(clause);
  if (button.dataset.clause === "down") clause.nextElementSibling?.after(clause);
  if (button.dataset.clause === "remove") {
    const next = clause.nextElementSibling ?? clause.previousElementSibling;
    clause.remove();
    next?.querySelector("textarea")?.focus();
    return;
  }
  button.focus();
});
