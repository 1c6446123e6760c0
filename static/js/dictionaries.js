// Order of a dictionary by dragging. Without it the arrows beside each entry do the same.
(function () {
  'use strict';
  function arm() {
    var list = document.querySelector('.dict-list[data-order]');
    if (!list || list.dataset.armed || !window.Sortable) return;
    list.dataset.armed = '1';
    window.Sortable.create(list, {
      handle: '.dict-grip', animation: 120, ghostClass: 'dict-ghost',
      onEnd: function (event) {
        if (event.oldIndex === event.newIndex) return;
        var next = event.item.nextElementSibling, previous = event.item.previousElementSibling;
        var values = next ? { before: next.dataset.entry } : { after: previous.dataset.entry };
        window.htmx.ajax('POST', event.item.dataset.url, { values: values, swap: 'none', target: list });
      },
    });
  }
  document.addEventListener('DOMContentLoaded', arm);
  document.addEventListener('htmx:load', arm);
  arm();
})();
