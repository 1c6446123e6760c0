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
    var drop = event.target.closest('[data-drop]');
    if (drop) { var part = drop.closest('.inline-form'), place = part.parentNode; part.remove(); if (!place.closest('li')) window.history.back(); }
    var kind = event.target.closest('.more-kinds label');
    if (kind) kind.closest('details').open = false;
  });
  doc.addEventListener('keydown', function (event) {
    var form = event.target.form;
    if (!form || !form.matches('[data-entry]')) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.target.nodeName !== 'TEXTAREA') { event.preventDefault(); form.requestSubmit(); }
    if (event.key === 'Escape' && form.matches('.inline-form')) { event.preventDefault(); var place = form.parentNode; form.remove(); var link = place.closest('li') && place.closest('li').querySelector('a.btn'); if (link) link.focus(); }
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
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', function () { ready(doc); }); else ready(doc);
})();
