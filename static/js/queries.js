// Queries: the dialogs' lists are narrowed by typing; arrows walk the buttons that are left.
(function () {
  'use strict';
  var doc = document;
  function fold(text) { return text.toLocaleLowerCase().replace(/ё/g, 'е').trim(); }
  doc.addEventListener('input', function (event) {
    if (!event.target.matches('[data-aq-find]')) return;
    var wanted = fold(event.target.value), body = event.target.closest('.body'), any = false;
    body.querySelectorAll('fieldset').forEach(function (set) {
      var left = 0;
      if (set.querySelector('[name=op]')) return;
      set.querySelectorAll('button, .form-check').forEach(function (line) {
        line.hidden = wanted !== '' && fold(line.textContent).indexOf(wanted) < 0;
        if (!line.hidden) left += 1;
      });
      set.hidden = left === 0; any = any || left > 0;
    });
    var none = body.querySelector('[data-aq-none]'); if (none) none.hidden = any;
  });
  doc.addEventListener('keydown', function (event) {
    var body = event.target.closest && event.target.closest('.aq-pick');
    if (!body) return;
    var all = Array.from(body.querySelectorAll('fieldset button')).filter(function (button) { return button.offsetParent; });
    if (event.target.matches('[data-aq-find]') && event.key === 'Enter') {
      event.preventDefault(); if (all[0]) all[0].click(); return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    var at = all.indexOf(doc.activeElement), next = event.key === 'ArrowDown' ? at + 1 : at - 1;
    event.preventDefault();
    if (next < 0) { body.querySelector('[data-aq-find]').focus(); return; }
    if (all[next]) all[next].focus();
  });
  // An answer that came replaces the word “counting”: whoever listens is told once.
  doc.addEventListener('htmx:afterSwap', function (event) {
    if (event.detail.target.id === 'aq-answer') event.detail.target.removeAttribute('aria-busy');
  });
  // A part that is brought anew takes the focus with it: it goes back to the same button, or to the one that adds more.
  var back = [];
  doc.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('#asked button, #asked .tk'); if (!button) return;
    var section = button.closest('[data-back]');
    back = [button.id, section && section.dataset.back].filter(Boolean);
  });
  doc.addEventListener('htmx:afterSettle', function () {
    var at = doc.activeElement, dialog = doc.getElementById('dialog');
    if (dialog && dialog.open) {
      if (at && at.closest('#dialog .body')) return;
      var first = dialog.querySelector('.body [autofocus]') || dialog.querySelector('.body input:not([type=hidden]), .body select, .body textarea, .body button');
      if (first) first.focus();
      return;
    }
    if (at && at !== doc.body) return;
    back.some(function (id) { var found = doc.getElementById(id); if (found) found.focus(); return found; });
  });
  // The values that are typed choose their way of asking.
  doc.addEventListener('input', function (event) {
    var line = event.target.closest && event.target.closest('.aq-op');
    if (line && !event.target.matches('[name=op]')) line.querySelector('[name=op]').checked = true;
  });
})();
