// Lists: j, k and arrows walk the rows, a click anywhere on a row opens it, pickers narrow and order their choices.
(function () {
  'use strict';
  var doc = document;
  function links() { return Array.from(doc.querySelectorAll('[data-rows] tbody td:first-child a')); }
  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.nodeName) || target.isContentEditable; }

  doc.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || doc.querySelector('dialog[open]') || doc.querySelector('details.se-menu[open]')) return;
    var inSearch = event.target.id === 'list-q';
    if (typing(event.target) && !(inSearch && event.key === 'ArrowDown')) return;
    var down = event.key === 'ArrowDown' || event.code === 'KeyJ', up = event.key === 'ArrowUp' || event.code === 'KeyK';
    if (!down && !up) return;
    var all = links(); if (!all.length) return;
    var now = all.indexOf(doc.activeElement), next = now < 0 ? (down ? 0 : all.length - 1) : now + (down ? 1 : -1);
    event.preventDefault();
    if (next < 0 && doc.getElementById('list-q')) { doc.getElementById('list-q').focus(); return; }
    if (all[next]) { all[next].focus(); all[next].scrollIntoView({ block: 'nearest' }); }
  });

  doc.addEventListener('click', function (event) {
    var move = event.target.closest('[data-move]');
    if (move) {
      event.preventDefault();
      var line = move.closest('label'), back = move.dataset.move === '-1', other = back ? line.previousElementSibling : line.nextElementSibling;
      if (other) { if (back) other.before(line); else other.after(line); }
      line.querySelector('input').checked = true; move.focus(); return;
    }
    var row = event.target.closest('[data-rows] tbody tr');
    if (!row || event.target.closest('a, button, input, label') || String(window.getSelection())) return;
    var link = row.querySelector('td:first-child a');
    if (link) { if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener'); else link.click(); }
  });

  doc.addEventListener('input', function (event) {
    if (!event.target.matches('[data-narrow]')) return;
    var asked = event.target.value.trim().toLowerCase().replace(/ё/g, 'е');
    event.target.parentElement.querySelectorAll('label, button').forEach(function (line) {
      if (line.closest('.moves')) return;
      line.hidden = asked !== '' && line.textContent.toLowerCase().replace(/ё/g, 'е').indexOf(asked) < 0;
    });
  });
  // Enter in a narrowing box takes the only choice left, it does not send the form.
  doc.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || !event.target.matches('[data-narrow]')) return;
    event.preventDefault();
    var left = Array.from(event.target.parentElement.querySelectorAll('label, .menu > button, button[hx-get]')).filter(function (line) { return !line.hidden; });
    if (left.length === 1) left[0].click();
  });

  doc.addEventListener('htmx:afterSwap', function (event) {
    var target = event.detail.target;
    if (target && target.matches('.pop')) { var first = target.querySelector('input:not([type=hidden]), button'); if (first) first.focus(); }
    var list = doc.getElementById('list'), box = doc.getElementById('list-q');
    if (list && box && doc.activeElement !== box) box.value = list.dataset.q || '';
  });
})();
