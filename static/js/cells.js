// A table of fields: the arrows up and down go to the field above and below, as in a spreadsheet; Tab goes along the row.
document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const cell = step && !event.altKey && !event.ctrlKey && !event.metaKey && event.target.closest("[data-cells] td");
  if (!cell) return;
  const row = cell.parentElement.parentElement.rows[cell.parentElement.sectionRowIndex + step];
  const field = row && row.cells[cell.cellIndex] && row.cells[cell.cellIndex].querySelector("input");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
