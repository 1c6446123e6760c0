// The form of Sales Expert on a site of the company:
// <div data-sales-expert="KEY"></div><script src="https://crm.example/static/js/site-form.js" defer></script>
(function () {
  'use strict';
  var script = document.currentScript, home = script ? new URL(script.src) : null;
  if (!home) return;
  // Under an address with a path before /static/ the form stands under the same path.
  var root = home.href.split('/static/')[0];

  var TAGS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'], KEPT = 'sales-expert-came';

  // Where the visitor came from: noted on his first page and kept while the tab is open, for the form may stand on another.
  function came() {
    var params = new URLSearchParams(window.location.search), now = { landing: window.location.href }, kept = null;
    TAGS.forEach(function (name) { if (params.get(name)) now[name] = params.get(name).slice(0, 200); });
    if (document.referrer && document.referrer.indexOf(window.location.origin + '/') !== 0) now.referrer = document.referrer;
    try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch (error) { kept = null; }
    if (kept && !now.utm_source && !now.utm_campaign && !now.referrer) return kept;
    try { sessionStorage.setItem(KEPT, JSON.stringify(now)); } catch (error) { /* storage is forbidden: this page alone */ }
    return now;
  }

  function make(tag, more, parent) {
    var box = document.createElement(tag);
    Object.keys(more || {}).forEach(function (name) { if (name === 'text') box.textContent = more[name]; else box.setAttribute(name, more[name]); });
    if (parent) parent.append(box);
    return box;
  }

  function draw(place, key, told) {
    var token = (window.crypto && crypto.randomUUID) ? crypto.randomUUID() : String(Date.now()) + Math.random();
    var form = make('form', { class: 'sef', novalidate: '' }), status = make('p', { class: 'sef-status', role: 'status' });
    if (told.heading) make('h3', { class: 'sef-heading', text: told.heading }, form);
    told.fields.forEach(function (field) {
      var row = make('div', { class: 'sef-row' }, form), id = 'sef-' + key.slice(0, 8) + '-' + field.name, input;
      make('label', { for: id, text: field.label }, row);
      if (field.choices && field.choices.length) {
        input = make('select', { id: id, name: field.name }, row); make('option', { value: '', text: told.words.choose }, input);
        field.choices.forEach(function (choice) { make('option', { value: choice, text: choice }, input); });
      } else if (field.type === 'text') input = make('textarea', { id: id, name: field.name, rows: 4, maxlength: 10000 }, row);
      else input = make('input', { id: id, name: field.name, type: field.type || 'text', maxlength: 300 }, row);
      var auto = { name: 'name', phone: 'tel', email: 'email', company: 'organization' }[field.name];
      if (auto) input.setAttribute('autocomplete', auto);
      make('p', { class: 'sef-error', id: id + '-error', 'data-for': field.name }, row); input.setAttribute('aria-describedby', id + '-error');
    });
    var trap = make('div', { class: 'sef-trap', 'aria-hidden': 'true' }, form);
    make('input', { name: told.trap, tabindex: '-1', autocomplete: 'off' }, trap); trap.hidden = true;
    if (told.consent) {
      var agree = make('div', { class: 'sef-row sef-consent' }, form), label = make('label', {}, agree);
      make('input', { type: 'checkbox', name: 'consent', value: '1' }, label); label.append(' ' + told.words.agree);
      var more = make('details', {}, agree); make('summary', { text: told.words.wording }, more); make('p', { text: told.consent }, more);
      if (told.consent_url && /^https?:/.test(told.consent_url)) make('a', { href: told.consent_url, target: '_blank', rel: 'noopener', text: told.consent_url }, more);
      make('p', { class: 'sef-error', 'data-for': 'consent' }, agree);
    }
    var button = make('button', { type: 'submit', text: told.words.send }, form);
    form.append(status);
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      var sent = Object.assign({ token: token, page: window.location.href }, came());
      new FormData(form).forEach(function (value, name) { sent[name] = String(value); });
      button.disabled = true; status.textContent = '';
      form.querySelectorAll('.sef-error').forEach(function (p) { p.textContent = ''; });
      form.querySelectorAll('[aria-invalid]').forEach(function (input) { input.removeAttribute('aria-invalid'); });
      fetch(root + '/site-form/' + encodeURIComponent(key) + '/', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent), credentials: 'omit' })
        .then(function (answer) { return answer.json(); })
        .then(function (answer) {
          if (answer.ok) { var done = make('p', { class: 'sef-done', role: 'status', tabindex: '-1', text: answer.message }); form.replaceWith(done); done.focus(); return; }
          status.textContent = answer.message; button.disabled = false;
          var first = null;
          Object.keys(answer.errors || {}).forEach(function (name) {
            var p = form.querySelector('.sef-error[data-for="' + name + '"]'), input = form.querySelector('[name="' + name + '"]');
            if (p) p.textContent = answer.errors[name];
            if (input) { input.setAttribute('aria-invalid', 'true'); first = first || input; }
          });
          if (first) first.focus();
        })
        .catch(function () { status.textContent = told.words.failed; button.disabled = false; });   // what was typed stays
    });
    place.replaceChildren(form);
  }

  function start() {
    came();
    document.querySelectorAll('[data-sales-expert]').forEach(function (place) {
      var key = place.dataset.salesExpert;
      if (!key || place.dataset.drawn) return;
      place.dataset.drawn = '1';
      fetch(root + '/site-form/' + encodeURIComponent(key) + '/', { credentials: 'omit' })
        .then(function (answer) { return answer.json(); })
        .then(function (told) { if (told.ok) draw(place, key, told); else place.textContent = told.message; })
        .catch(function () { delete place.dataset.drawn; });
    });
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start); else start();
})();
