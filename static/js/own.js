// Own fields and the arrangement of the card: lines are dragged by their grip or moved by their arrows; without this
// script the arrows are buttons of the form.
(function () {
  'use strict';
  var doc = document;

  function renamed(item) {
    var list = item.closest('[data-name]'), input = item.querySelector('input[type=hidden]');
    if (list && input) input.name = list.dataset.name;
  }
  function said(item) {
    var form = item.closest('form'), box = form && form.querySelector('[data-said]');
    if (!box) return;
    var all = Array.from(item.parentElement.children);
    box.textContent = box.dataset.words || (box.dataset.place || '').replace('%s', all.indexOf(item) + 1).replace('%t', all.length);
  }
  function moved(item) {
    renamed(item); renumber(item.closest('[data-rows]')); said(item);
    var form = item.closest('[data-order-form]');
    if (!form) return;
    window.fetch(form.action, { method: 'POST', body: new FormData(form), headers: { 'HX-Request': 'true' } })
      .then(function (answer) { if (!answer.ok) throw new Error(); })
      .catch(function () { window.location.reload(); });
  }
  // Forms of a set are read by their numbers: these follow the order on the page.
  function renumber(set) {
    if (!set) return;
    var prefix = set.dataset.rows, shape = new RegExp('^(id_)?' + prefix + '-\\d+-');
    set.querySelectorAll('[data-list] > [data-row]').forEach(function (row, at) {
      row.querySelectorAll('[name], [id], [for]').forEach(function (part) {
        ['name', 'id', 'for'].forEach(function (key) {
          var value = part.getAttribute(key);
          if (value && shape.test(value)) part.setAttribute(key, value.replace(shape, '$1' + prefix + '-' + at + '-'));
        });
      });
    });
  }

  doc.addEventListener('click', function (event) {
    var button = event.target.closest('[data-move], [data-over]');
    var item = button && button.closest('[data-item]');
    if (!item || !item.parentElement.matches('[data-sort]')) return;
    event.preventDefault();
    if (button.matches('[data-over]')) {
      var lists = Array.from(doc.querySelectorAll('[data-sort=blocks]')), other = lists.find(function (l) { return l !== item.parentElement; });
      other.prepend(item);
    } else {
      var back = button.dataset.move === '-1', near = back ? item.previousElementSibling : item.nextElementSibling;
      if (!near) return;
      if (back) near.before(item); else near.after(item);
    }
    moved(item); button.focus();
  });

  if (window.Sortable) doc.querySelectorAll('[data-sort]').forEach(function (list) {
    window.Sortable.create(list, {
      handle: '[data-grip]', draggable: '[data-item]', animation: 120,
      group: list.dataset.sort || undefined,
      onMove: function (event) { return !(event.dragged.classList.contains('fixed') && event.to !== event.from); },
      onEnd: function (event) { moved(event.item); }
    });
  });
})();
