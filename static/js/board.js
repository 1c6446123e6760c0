// The board: cards are dragged to another column, or sent there by “Move to…” (the button, or the key m on a card).
(function () {
  'use strict';
  var doc = document, places = {};
  function board() { return doc.querySelector('.board[data-moves]'); }
  function ask(url) { window.htmx.ajax('GET', url, { target: '#dialog', swap: 'innerHTML' }); }
  function again() { window.htmx.trigger(doc.body, 'deal-moved'); }

  function dropped(event) {
    doc.body.classList.remove('b-dragging');
    var deal = event.item.dataset.deal, to = event.to.dataset, from = event.from.dataset.stage;
    if (event.to === event.from) return;
    places.pending = true;
    if (to.end) { event.from.insertBefore(event.item, event.from.children[event.oldIndex] || null); ask('/deals/' + deal + '/' + to.end + '/?from=board'); return; }
    window.htmx.ajax('POST', '/deals/board/' + deal + '/move/', { values: { to: to.stage, seen_at: from }, swap: 'none', target: '#dialog' });
  }
  function arm() {
    var here = board();
    if (!here || here.dataset.armed || !window.Sortable || window.matchMedia('(max-width: 991px)').matches) return;
    here.dataset.armed = '1';
    doc.querySelectorAll('.bcol ul, .b-ends ul').forEach(function (list) {
      window.Sortable.create(list, {
        group: { name: 'deals', put: !('closed' in list.dataset) }, draggable: '.dcard', sort: false, animation: 120, ghostClass: 'b-ghost',
        delay: 150, delayOnTouchOnly: true, filter: '.dc-mv', preventOnFilter: false,
        onStart: function () { doc.body.classList.add('b-dragging'); }, onEnd: dropped,
      });
    });
  }
  doc.addEventListener('board-ask', function (event) { ask(event.detail.url); });
  // A form that was closed without an answer leaves the deal where it was: the board is drawn as it is.
  var dialog = doc.getElementById('dialog');
  if (dialog) dialog.addEventListener('close', function () { if (board() && places.pending) again(); });
  doc.addEventListener('deal-moved', function () { places.pending = false; });

  doc.addEventListener('click', function (event) {
    var to = event.target.closest('[data-to]');
    if (to && !(event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(to.getAttribute('href')); return; }
    var stage = event.target.closest('.bstages a');
    if (stage) {
      event.preventDefault();
      doc.querySelectorAll('.bstages a').forEach(function (one) { one.removeAttribute('aria-current'); });
      stage.setAttribute('aria-current', 'true');
      doc.querySelectorAll('.bcol').forEach(function (column) { column.classList.toggle('on', column.id === 's' + stage.dataset.column); });
      places.on = stage.dataset.column;
      return;
    }
    var card = event.target.closest('.dcard');
    if (card && !event.target.closest('a, button') && !String(window.getSelection())) card.querySelector('.dt').click();
  });
  doc.addEventListener('keydown', function (event) {
    var card = doc.activeElement;
    if (!card || !card.matches('.dcard') || event.ctrlKey || event.metaKey || event.altKey) return;
    var step = null, column = card.closest('.bcol');
    if (event.key === 'ArrowDown') step = card.nextElementSibling;
    else if (event.key === 'ArrowUp') step = card.previousElementSibling;
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      var next = column;
      do { next = event.key === 'ArrowRight' ? next.nextElementSibling : next.previousElementSibling; } while (next && !next.querySelector('.dcard'));
      step = next && next.querySelector('.dcard');
    } else if (event.key === 'Enter') { card.querySelector('.dt').click(); return; }
    else if (event.code === 'KeyM') { var to = card.querySelector('[data-to]'); if (to) { event.preventDefault(); ask(to.getAttribute('href')); } return; }
    else return;
    event.preventDefault();
    if (step && step.matches('.dcard')) { step.focus(); step.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }
  });

  // Drawing the board anew keeps where one was looking.
  doc.addEventListener('htmx:beforeSwap', function (event) {
    var here = event.detail.target; if (!here || here.id !== 'list') return;
    var held = here.querySelector('.board'); if (!held) return;
    places.left = held.scrollLeft; places.tops = {};
    held.querySelectorAll('.bcol').forEach(function (column) { places.tops[column.id] = column.querySelector('ul').scrollTop; });
    var focus = doc.activeElement && doc.activeElement.closest('.dcard'); places.focus = focus ? focus.dataset.deal : places.focus;
  });
  doc.addEventListener('htmx:afterSwap', function () {
    var held = doc.querySelector('#list .board'); if (!held || !places.tops) { arm(); return; }
    held.scrollLeft = places.left || 0;
    Object.keys(places.tops).forEach(function (id) { var column = doc.getElementById(id); if (column) column.querySelector('ul').scrollTop = places.tops[id]; });
    if (places.on) { var tab = doc.querySelector('.bstages a[data-column="' + places.on + '"]'); if (tab && !tab.hasAttribute('aria-current')) tab.click(); }
    if (places.focus) { var card = held.querySelector('[data-deal="' + places.focus + '"]'); if (card && doc.activeElement === doc.body) card.focus({ preventScroll: true }); }
    places.tops = null; arm();
  });
  doc.addEventListener('DOMContentLoaded', arm);
  arm();
})();
