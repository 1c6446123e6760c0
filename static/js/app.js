// The shell: menus, dialogs, toasts, the palette (Ctrl+K), shortcuts. No framework besides htmx.
(function () {
  'use strict';
  var doc = document;
  var $ = function (selector, root) { return (root || doc).querySelector(selector); };

  // Menus and what a report asks for in a popover: one open at a time; a click elsewhere or Esc closes.
  var OPEN = ':is(.se-menu,.rpt-days,.fig-days)[open]';
  doc.addEventListener('click', function (event) {
    doc.querySelectorAll(OPEN).forEach(function (menu) {
      if (!menu.contains(event.target) || event.target.closest('.menu a')) menu.open = false;
    });
    var close = event.target.closest('[data-close]');
    if (close && close.closest('dialog')) { event.preventDefault(); close.closest('dialog').close(); }
    var toast = event.target.closest('.toast-se button');
    if (toast && toast.type !== 'submit') toast.closest('.toast-se').remove();
    if (event.target.closest('[data-palette]')) { event.preventDefault(); openPalette(); }
    var more = event.target.closest('[data-more]');
    if (more) { fillSheet(); $('#more').showModal(); more.setAttribute('aria-expanded', 'true'); }
    if (event.target.nodeName === 'DIALOG' && event.target.open) {       // a click on the backdrop
      var box = event.target.getBoundingClientRect();
      if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) event.target.close();
    }
  });
  doc.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      doc.querySelectorAll(OPEN).forEach(function (menu) { menu.open = false; $('summary', menu).focus(); });
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === 'KeyK') { event.preventDefault(); openPalette(); }
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName) || event.target.isContentEditable;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openPalette(); }
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.target.form && event.target.nodeName === 'TEXTAREA') {
      event.preventDefault(); event.target.form.requestSubmit();
    }
  });
  // The sheet of a phone holds what the rail holds: the menu and what is one's own.
  function fillSheet() {
    var body = $('#more .body');
    if (body.querySelector('.se-nav')) return;
    document.querySelectorAll('.se-side > .se-nav, .se-side > .se-me-menu > .menu').forEach(function (part) {
      body.appendChild(part.cloneNode(true));
    });
    if (window.htmx) window.htmx.process(body);
  }
  var moreSheet = $('#more');
  if (moreSheet) moreSheet.addEventListener('close', function () { $('[data-more]').setAttribute('aria-expanded', 'false'); });

  // Toasts: 6 s each, longer while the pointer or the focus rests on one; what went wrong stays until it is closed.
  function keep(toast) {
    var timer;
    if (toast.classList.contains('bad')) {
      var close = doc.createElement('button'); close.type = 'button'; close.textContent = '×';
      close.setAttribute('aria-label', $('#toasts').dataset.close); toast.append(close);
      return;
    }
    function start() { timer = window.setTimeout(function () { toast.remove(); }, 6000); }
    function stop() { window.clearTimeout(timer); }
    toast.addEventListener('pointerenter', stop); toast.addEventListener('pointerleave', start);
    toast.addEventListener('focusin', stop); toast.addEventListener('focusout', start);
    start();
  }
  function toast(text, bad, link, undo) {
    var box = doc.createElement('div'), words = doc.createElement('span');
    doc.querySelectorAll('#toasts .toast-se.bad').forEach(function (other) { if (other.firstElementChild.textContent === text) other.remove(); });
    box.className = bad ? 'toast-se bad' : 'toast-se'; words.textContent = text; box.append(words);
    if (link && link.url) { var a = doc.createElement('a'); a.href = link.url; a.textContent = link.label; box.append(a); }
    if (undo && undo.url) {
      var button = doc.createElement('button'); button.type = 'button'; button.className = 'undo'; button.textContent = undo.label;
      button.addEventListener('click', function () { window.htmx.ajax('POST', undo.url, { swap: 'none', source: doc.body }); });
      box.append(button);
    }
    $('#toasts').append(box); keep(box);
    return box;
  }
  doc.querySelectorAll('#toasts .toast-se').forEach(keep);
  doc.addEventListener('toast', function (event) {                        // header HX-Trigger: {"toast": {"text": …}}
    toast(event.detail.text || event.detail.value, event.detail.bad, event.detail.link, event.detail.undo);
  });

  // The dialog is filled, never replaced, whatever way of swapping the link inherits from its section.
  doc.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.target.id === 'dialog') event.detail.swapOverride = 'innerHTML';
  });
  // htmx: dialogs open when filled, failures say so.
  doc.addEventListener('htmx:afterSwap', function (event) {
    var dialog = $('#dialog');
    if (event.detail.target === dialog && dialog.firstElementChild && !dialog.open) dialog.showModal();
    var invalid = $('[aria-invalid=true]', event.detail.target);
    if (invalid && event.detail.xhr.status === 422) invalid.focus();
  });
  // What is swapped away takes the focus with it. htmx gives it back to what has the same id; so do names of fields, or
  // whoever chooses by the keyboard begins anew at the top of the page after each choice.
  var held = null;
  doc.addEventListener('htmx:beforeSwap', function (event) {
    var now = doc.activeElement;
    if (!now || !now.name || now.id || !event.detail.target.contains(now)) return;
    held = { within: event.detail.target.id, name: now.name, value: /^(checkbox|radio|submit)$/.test(now.type) ? now.value : null };
  });
  doc.addEventListener('htmx:afterSettle', function () {
    var was = held;
    held = null;
    if (!was || doc.activeElement !== doc.body) return;
    var same = Array.from((doc.getElementById(was.within) || doc).querySelectorAll('[name]')).find(function (field) {
      return field.name === was.name && (was.value === null || field.value === was.value);
    });
    var shut = same && same.closest('details:not([open])');
    if (same) (shut ? $('summary', shut) : same).focus({ preventScroll: true });
  });
  // Whoever leaves by the keyboard and goes back stands again on the link by which he left: a figure whose records he looked
  // at, even in a part of the page that comes later. Until then it is kept in the entry of the history.
  function links(address) {
    return Array.from(doc.querySelectorAll('main a[href]')).filter(function (a) { return a.getAttribute('href') === address; });
  }
  doc.addEventListener('click', function (event) {
    var a = event.target.closest('main a[href]');
    if (!a || event.detail || event.defaultPrevented) return;               // `detail` counts presses of a mouse
    var address = a.getAttribute('href');
    window.history.replaceState(Object.assign({}, window.history.state, { left: [address, links(address).indexOf(a)] }), '');
  });
  var came = window.performance.getEntriesByType('navigation')[0];
  var left = came && came.type === 'back_forward' && window.history.state && window.history.state.left;
  function stand() {
    if (!left) return;
    var same = links(left[0]), a = same[left[1]] || same[0];
    if (doc.activeElement !== doc.body) left = null;
    if (!left || !a) return;
    var shut = a.closest('details:not([open])');
    if (shut) shut.open = true;
    left = null; a.focus({ preventScroll: true }); a.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  stand();
  doc.addEventListener('htmx:afterSettle', stand);
  ['keydown', 'pointerdown'].forEach(function (deed) { doc.addEventListener(deed, function () { left = null; }, true); });
  doc.addEventListener('close-dialog', function () { $('#dialog').close(); });
  var dialog = $('#dialog');
  if (dialog) dialog.addEventListener('close', function () { dialog.replaceChildren(); });
  // What a page asks for by itself says in its own place that it did not come, once.
  function asksItself(event) { return event.detail.elt.matches && event.detail.elt.matches('[data-poll],[data-part]'); }
  doc.addEventListener('htmx:responseError', function (event) {
    if (asksItself(event) && event.detail.xhr.status >= 500) return;
    var words = $('#toasts').dataset, status = event.detail.xhr.status;
    toast(status === 403 ? words.forbidden : status === 404 ? words.gone : words.failed, true);
  });
  doc.addEventListener('htmx:sendError', function (event) { if (!asksItself(event)) toast($('#toasts').dataset.failed, true); });

  // Small enhancements that need no own file.
  doc.addEventListener('change', function (event) {
    if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit();
  });

  // The palette.
  var palette = $('#palette'); if (!palette) return;
  var box = $('#palette-q'), list = $('#palette-list'), timer, asked = 0, shown = null;
  function openPalette() {
    if (palette.open) return;
    if (moreSheet && moreSheet.open) moreSheet.close();
    palette.showModal(); box.select(); if (shown !== box.value) ask();
  }
  window.SalesExpert = { toast: toast, openPalette: openPalette };
  function option(item, index) {
    var a = doc.createElement('a'); a.href = item.url; a.id = 'palette-' + index; a.setAttribute('role', 'option'); a.tabIndex = -1;
    var svg = doc.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = doc.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'i'); svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', $('.se-find use').getAttribute('href').replace(/#.*/, '#' + (item.icon || 'building'))); svg.append(use);
    var title = doc.createElement('span'); title.className = 'cut'; title.textContent = item.title; a.append(svg, title);
    if (item.subtitle) { var more = doc.createElement('span'); more.className = 't3 sm'; more.textContent = item.subtitle; a.append(more); }
    return a;
  }
  function draw(answer) {
    list.replaceChildren(); var index = 0;
    (answer.groups || []).forEach(function (group) {
      if (!group.items.length) return;
      var head = doc.createElement('h2'); head.textContent = group.label; list.append(head);
      group.items.forEach(function (item) { list.append(option(item, index++)); });
    });
    if (!index) say(palette.dataset.none);
    choose(list.querySelector('a'));
  }
  function say(text) { var p = doc.createElement('p'); p.textContent = text; list.replaceChildren(p); }
  function choose(a) {
    list.querySelectorAll('[aria-selected]').forEach(function (other) { other.removeAttribute('aria-selected'); });
    if (!a) { box.removeAttribute('aria-activedescendant'); return; }
    a.setAttribute('aria-selected', 'true'); box.setAttribute('aria-activedescendant', a.id); a.scrollIntoView({ block: 'nearest' });
  }
  function ask() {
    var mine = ++asked, q = box.value;
    fetch(palette.dataset.url + '?q=' + encodeURIComponent(q), { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
      .then(function (response) {
        if (response.redirected) { window.location.reload(); return null; }
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      })
      .then(function (answer) { if (answer && mine === asked) { shown = q; draw(answer); } })
      .catch(function () { if (mine === asked) say(palette.dataset.failed); });
  }
  box.addEventListener('input', function () { window.clearTimeout(timer); timer = window.setTimeout(ask, 120); });
  box.addEventListener('keydown', function (event) {
    var all = Array.from(list.querySelectorAll('a')), now = all.findIndex(function (a) { return a.hasAttribute('aria-selected'); });
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault(); if (!all.length) return;
      choose(all[(now + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]);
    } else if (event.key === 'Enter') {
      event.preventDefault(); var a = all[now] || all[0]; if (a && shown === box.value) window.location.assign(a.href);
    }
  });
})();
