// Choosing clients in the list: a tick per row, x on the keyboard, a range with Shift, all of the page, all that match.
(function () {
  'use strict';
  var doc = document, bar = doc.getElementById('bulk'); if (!bar) return;
  var form = bar.querySelector('form'), all = false, last = null;
  function rows() { return Array.from(doc.querySelectorAll('.bulkable [data-rows] tbody tr')); }
  function boxOf(row) { return row.querySelector('.tick input'); }
  function idOf(row) { var found = row.querySelector('td:first-child a').pathname.match(/(\d+)\/$/); return found ? found[1] : ''; }
  function tick(name) {
    var label = doc.createElement('label'), box = doc.createElement('input');
    label.className = 'tick'; box.type = 'checkbox'; box.className = 'form-check-input'; box.setAttribute('aria-label', name); label.append(box);
    return label;
  }
  // Boxes are drawn here: a page of rows is lighter without them, and without scripts nothing could be done with them.
  function draw() {
    var head = doc.querySelector('.bulkable [data-rows] thead th');
    if (head && !head.querySelector('.tick')) head.prepend(tick(bar.dataset.page));
    rows().forEach(function (row) {
      if (boxOf(row)) return;
      row.cells[0].prepend(tick(bar.dataset.tick + ': ' + row.querySelector('td:first-child a').textContent));
    });
    all = false; last = null; show();
  }
  function show() {
    var every = rows(), chosen = every.filter(function (row) { return boxOf(row).checked; });
    every.forEach(function (row) { row.classList.toggle('on', boxOf(row).checked); });
    var list = doc.getElementById('list'), head = doc.querySelector('.bulkable thead .tick input'), total = list ? list.dataset.total : '';
    if (chosen.length < every.length) all = false;
    if (head) { head.checked = every.length > 0 && chosen.length === every.length; head.indeterminate = chosen.length > 0 && !head.checked; }
    bar.hidden = !chosen.length;
    bar.querySelector('[data-count]').textContent = all ? total : String(chosen.length);
    bar.querySelector('[data-total]').textContent = total;
    bar.querySelector('[data-all]').hidden = all || total === String(every.length);
    form.elements.ids.value = all ? '' : chosen.map(idOf).join(',');
    form.elements.all.value = all ? '1' : '';
    form.elements.here.value = list ? list.dataset.here : '';
  }
  function none() { rows().forEach(function (row) { boxOf(row).checked = false; }); all = false; last = null; show(); }

  doc.addEventListener('click', function (event) {
    var box = event.target.closest('.bulkable .tick input');
    if (box) {
      var every = rows(), on = box.checked;
      if (box.closest('thead')) every.forEach(function (row) { boxOf(row).checked = on; });
      else {
        var row = box.closest('tr'), from = every.indexOf(last), to = every.indexOf(row);
        if (event.shiftKey && from >= 0) every.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (other) { boxOf(other).checked = on; });
        last = row;
      }
      show(); return;
    }
    if (event.target.closest('#bulk [data-all]')) { rows().forEach(function (row) { boxOf(row).checked = true; }); all = true; show(); }
    if (event.target.closest('#bulk [data-none]')) none();
  });
  doc.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || doc.querySelector('dialog[open]') || doc.querySelector('details.se-menu[open]')) return;
    var typing = /^(TEXTAREA|SELECT)$/.test(event.target.nodeName) || (event.target.nodeName === 'INPUT' && event.target.type !== 'checkbox');
    if (typing) return;
    if (event.key === 'Escape' && !bar.hidden) { none(); return; }
    var row = event.target.closest && event.target.closest('.bulkable tbody tr');
    if (event.code === 'KeyX' && row && boxOf(row)) { event.preventDefault(); boxOf(row).checked = !boxOf(row).checked; last = row; show(); }
  });
  doc.addEventListener('htmx:afterSettle', function (event) { if (event.detail.target !== doc.getElementById('dialog')) draw(); });
  window.addEventListener('pageshow', draw);
  draw();
})();
