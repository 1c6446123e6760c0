// A popover that would leave the window at the right opens to the left.
document.addEventListener("toggle", (event) => {
  const pop = event.target.open && event.target.matches(".rpt-days") && event.target.querySelector(".pop");
  if (!pop) return;
  pop.classList.remove("left");
  pop.classList.toggle("left", pop.getBoundingClientRect().right > document.documentElement.clientWidth - 8);
}, true);
// The keys print as the button does, where the page shows the first rows of more.
document.addEventListener("keydown", (event) => {
  const button = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyP" && document.querySelector("[data-print]");
  if (!button || !button.dataset.print) return;
  event.preventDefault();
  button.click();
});
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

// A part of a page that did not come says so in its place and is asked for again: by itself in a while, at once by its button.
(function () {
  "use strict";
  const AGAIN = 15_000;
  function show(part, failed) {
    const fault = part.querySelector(".part-fault");
    if (!fault || fault.hidden === !failed) return;
    const wait = part.querySelector("[role=status]");
    if (wait) wait.hidden = failed;
    fault.hidden = !failed;
    if (failed) { fault.setAttribute("role", "alert"); part.removeAttribute("aria-busy"); }
    else { fault.removeAttribute("role"); part.setAttribute("aria-busy", "true"); }
  }
  function failed(event) {
    const part = event.detail.elt.closest("[data-part]");
    if (!part) return;
    show(part, true);
    if (part.matches("[data-poll]")) return;                          // asks again anyway
    window.clearTimeout(part.again);
    part.again = window.setTimeout(() => { if (part.isConnected) window.htmx.trigger(part, "again"); }, AGAIN);
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.xhr.status < 400 && event.detail.elt.closest("[data-part]");
    if (part) show(part, false);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-again]");
    if (!button) return;
    const part = button.closest("[data-part]");
    show(part, false);
    window.clearTimeout(part.again);
    window.htmx.trigger(part, "again");
  });
})();
