// A report is printed by the browser: the style sheet leaves out what is no part of it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
