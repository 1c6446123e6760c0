// A popover that would leave the window at the right opens to the left.
document.addEventListener("toggle", (event) => {
  const pop = event.target.open && event.target.matches(".rpt-days") && event.target.querySelector(".pop");
  if (!pop) return;
  pop.classList.remove("left");
  pop.classList.toggle("left", pop.getBoundingClientRect().right > document.documentElement.clientWidth - 8);
}, true);
// A report is printed by the browser: the style sheet leaves out what is no part of it. Paper has all rows: where the page
// shows the first of them, the rest comes before.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (!button) return;
  if (!button.dataset.print) { window.print(); return; }
  function came() {
    if (document.querySelector("#sheet [data-print]").dataset.print) return;
    document.removeEventListener("htmx:afterSettle", came);
    window.print();
  }
  document.addEventListener("htmx:afterSettle", came);
  window.htmx.ajax("GET", button.dataset.print, { target: "#sheet", swap: "outerHTML" });
});

// A part of a page that did not come says so in its place and can be asked for again.
(function () {
  "use strict";
  function told(event, failed) {
    const part = event.detail.elt.closest("[data-part]");
    const fault = part && part.querySelector(".part-fault");
    if (!fault) return;
    const wait = part.querySelector("[role=status]");
    if (wait) wait.hidden = failed;
    fault.hidden = !failed;
    if (failed) { fault.setAttribute("role", "alert"); part.removeAttribute("aria-busy"); }
    else { fault.removeAttribute("role"); part.setAttribute("aria-busy", "true"); }
  }
  document.addEventListener("htmx:beforeRequest", (event) => told(event, false));
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => told(event, true));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-again]");
    if (button) window.htmx.trigger(button.closest("[data-part]"), "again");
  });
})();
