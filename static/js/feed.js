// The forms of the history: what fits the chosen kind, parts that open, days counted from today, Ctrl+Enter from any field.
(function () {
  'use strict';
  var doc = document;
  function fit(form) {
    var chosen = form.querySelector('input[name=kind]:checked');
    if (!chosen) return;
    form.querySelectorAll('[data-by-kind]').forEach(function (list) {
      var none = true;
      Array.from(list.options).forEach(function (option) {
        if (!option.value) return;
        var fits = !option.dataset.kind || option.dataset.kind === chosen.value;
        option.hidden = option.disabled = !fits;
        if (fits) none = false; else if (option.selected) list.value = '';
      });
      list.hidden = none;
    });
    form.querySelectorAll('[data-directed]').forEach(function (list) { list.hidden = !('direction' in chosen.dataset); });
    var minutes = form.querySelector('input[name=minutes]');
    if (minutes) minutes.placeholder = chosen.dataset.minutes;
    var menu = form.querySelector('.more-kinds');
    if (menu) {
      var word = menu.querySelector('summary span'), inside = menu.contains(chosen);
      word.textContent = inside ? chosen.closest('label').textContent.trim() : word.dataset.word;
      menu.classList.toggle('on', inside);
    }
  }
  // What opened the form of a row, so that the focus goes back to it when the form goes.
  function opener(place) {
    var row = place.closest('li');
    return (place.id && doc.querySelector('[hx-target="#' + place.id + '"]')) || (row && row.querySelector('a.btn'));
  }
  function drop(form) {
    var place = form.parentNode, button = opener(place);
    form.remove();
    if (button) button.focus();
    return place;
  }
  function ready(root) { root.querySelectorAll('form[data-composer]').forEach(fit); }
  doc.addEventListener('change', function (event) {
    var form = event.target.form;
    if (!form || !form.matches('[data-composer]')) return;
    if (event.target.name === 'kind') fit(form);
  });
  doc.addEventListener('click', function (event) {
    var days = event.target.closest('[data-days]');
    if (days) {
      var on = new Date(); on.setDate(on.getDate() + Number(days.dataset.days));
      while (on.getDay() === 0 || on.getDay() === 6) on.setDate(on.getDate() + 1);
      var pad = function (n) { return (n < 10 ? '0' : '') + n; };
      var field = days.form.elements.namedItem('next_on');
      field.value = on.getFullYear() + '-' + pad(on.getMonth() + 1) + '-' + pad(on.getDate());
      days.form.elements.namedItem('next_title').focus();
    }
    var left = event.target.closest('[data-drop]');
    if (left && !drop(left.closest('.inline-form')).closest('li')) window.history.back();
    var kind = event.target.closest('.more-kinds label');
    if (kind) kind.closest('details').open = false;
  });
  doc.addEventListener('keydown', function (event) {
    var form = event.target.form;
    if (!form || !form.matches('[data-entry]')) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.target.nodeName !== 'TEXTAREA') { event.preventDefault(); form.requestSubmit(); }
    if (event.key === 'Escape' && form.matches('.inline-form')) { event.preventDefault(); drop(form); }
  });
  doc.addEventListener('htmx:afterSwap', function (event) {
    var target = event.detail.target;
    ready(doc);
    var first = target.querySelector && target.querySelector('.inline-form [autofocus]');
    if (first && event.detail.xhr.status < 300) first.focus();
    // A saved entry leaves the composer empty and ready for the next one.
    if (target.id === 'composer' || (event.detail.elt && event.detail.elt.id === 'composer')) {
      var words = doc.querySelector('#composer textarea');
      if (words && event.detail.xhr.status < 300) words.focus();
    }
  });
  // My day is drawn anew after each deed: who works by keyboard goes on with the next row, not at the top of the page.
  var SLOTS = '#day [id^="f-"]', next = null, saved = '';
  doc.addEventListener('htmx:afterRequest', function (event) {
    var form = event.target;
    if (event.detail.successful && form.matches && form.matches('#day .inline-form')) saved = form.parentNode.id;
  });
  doc.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.target.id !== 'day') return;
    var here = doc.activeElement, row = here.closest('#day li'), slot = row && row.querySelector('[id^="f-"]');
    var all = Array.from(doc.querySelectorAll(SLOTS), function (one) { return one.id; }), at = all.indexOf(slot ? slot.id : saved);
    next = at < 0 ? [] : all.slice(saved === all[at] ? at + 1 : at).concat(all.slice(0, at).reverse());
    next = next.map(function (id) { return '[hx-target="#' + id + '"]'; });
    // What is focused outside the rows, or in one that is not done yet, is there again.
    if (!saved && here.closest('#day') && here.getAttribute('hx-get')) next.unshift('#day [hx-get="' + here.getAttribute('hx-get') + '"]');
    saved = '';
  });
  doc.addEventListener('htmx:afterSwap', function (event) {
    if (event.detail.target.id !== 'day' || !next) return;
    var found = next.map(function (which) { return doc.querySelector(which); }).find(Boolean);
    next = null;
    if (found) found.focus();
  });
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', function () { ready(doc); }); else ready(doc);
})();
