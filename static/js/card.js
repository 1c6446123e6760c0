// The card: a side that failed to load says so, files can be dropped.
(function () {
  'use strict';
  var doc = document;
  function failed(event) {
    var box = event.detail.elt.closest('#panels'), words = box && box.querySelector('template[data-failed]');
    if (!box || !words) return;
    var copy = words.content.cloneNode(true);
    box.querySelectorAll(':scope > :not(template)').forEach(function (old) { old.remove(); });
    box.append(copy); window.htmx.process(box);
  }
  doc.addEventListener('htmx:responseError', failed);
  doc.addEventListener('htmx:sendError', failed);

  doc.addEventListener('dragover', function (event) {
    var zone = event.target.closest('[data-drop]');
    if (zone && Array.from(event.dataTransfer.types).includes('Files')) { event.preventDefault(); zone.classList.add('dropping'); }
  });
  doc.addEventListener('dragleave', function (event) {
    var zone = event.target.closest('[data-drop]');
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove('dropping');
  });
  doc.addEventListener('drop', function (event) {
    var zone = event.target.closest('[data-drop]'), input = zone && zone.querySelector('input[type=file]');
    if (!input) return;
    event.preventDefault(); zone.classList.remove('dropping');
    input.files = event.dataTransfer.files; input.form.requestSubmit();
  });
})();
