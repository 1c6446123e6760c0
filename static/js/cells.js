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

// A block copied from a sheet goes into as many fields, from the one where it is pasted.
document.addEventListener("paste", (event) => {
  const row = event.target.closest("[data-cells] tr");
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (!row || !/[\n\t]/.test(text)) return;
  event.preventDefault();
  const fields = (of) => [...(of ? of.querySelectorAll("input") : [])];
  const left = fields(row).indexOf(event.target);
  text.split("\n").forEach((line, down) => {
    const below = fields(row.parentElement.rows[row.sectionRowIndex + down]);
    line.split("\t").forEach((value, right) => {
      if (below[left + right]) below[left + right].value = value.trim();
    });
  });
});
