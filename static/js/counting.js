// Figures that are being counted: the page asks for them by itself until they stand there, whatever happens to the server meanwhile.
(function () {
  "use strict";
  function lost(poll, is) {
    const words = poll.matches("[data-poll]") && poll.querySelector(".poll-lost");
    if (words && words.hidden === is) words.hidden = !is;
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => lost(event.detail.elt, true));
  // Whoever is choosing in a list or among days is not interrupted: the figures come when he is done.
  function isChoosing(target) {
    try { if (target.querySelector("select:open")) return true; } catch { /* a browser that does not know it */ }
    const pop = target.querySelector("details[open] .pop");
    return Boolean(pop && pop.contains(document.activeElement));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const poll = event.detail.requestConfig.elt;                      // `elt` is what would be swapped
    if (!poll.matches("[data-poll]") || event.detail.xhr.status >= 400) return;
    lost(poll, false);
    // What is said already is not said again: nothing moves, and nobody hears the same every few seconds.
    const told = new DOMParser().parseFromString(event.detail.serverResponse, "text/html").querySelectorAll("[data-poll]");
    const same = Array.from(told).some((one) => one.getAttribute("hx-get") === poll.getAttribute("hx-get") && one.dataset.state === poll.dataset.state);
    if (same || isChoosing(event.detail.target)) event.detail.shouldSwap = false;
  });
})();
