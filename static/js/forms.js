// Forms of cards: rows that are added and taken away, a picker of firms, lists of products. No framework besides htmx.
(function () {
  'use strict';
  var doc = document;

  // Rows: one is cloned from the template; taking one away empties it, and an emptied row is removed on saving.
  doc.addEventListener('click', function (event) {
    var add = event.target.closest('[data-add]'), remove = event.target.closest('[data-remove]');
    if (add) {
      var rows = add.closest('[data-rows]'), total = rows.querySelector('[name$="-TOTAL_FORMS"]'), list = rows.querySelector('[data-list]'), box = doc.createElement(list.tagName === 'TABLE' ? 'table' : 'div');
      box.innerHTML = rows.querySelector('template').innerHTML.replace(/__prefix__/g, total.value);
      total.value = Number(total.value) + 1;
      var row = box.firstElementChild; list.append(row);
      if (window.htmx) window.htmx.process(row);
      row.querySelector('input:not([type=hidden])').focus();
    }
    if (remove) {
      var gone = remove.closest('[data-row]'), list = gone.closest('[data-rows]');
      gone.querySelectorAll('input:not([type=hidden])').forEach(function (input) { input.value = ''; });
      gone.hidden = true;
      gone.dispatchEvent(new Event('input', { bubbles: true }));
      (list.querySelector('[data-row]:not([hidden]) input:not([type=hidden])') || list.querySelector('[data-add]')).focus();
    }
  });

  // A name or a sign is put where the cursor stands, apart from what stands before it.
  doc.addEventListener('click', function (event) {
    var button = event.target.closest('[data-insert]');
    if (!button) return;
    var area = doc.getElementById(button.dataset.into), before = area.value.slice(0, area.selectionStart);
    area.setRangeText((/[^\s(]$/.test(before) ? ' ' : '') + button.dataset.insert, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true })); area.focus();
  });

  // A picker: the list comes by htmx, arrows choose, Enter or a click takes; emptied text means nobody.
  function close(picker) {
    var find = picker.querySelector('[role=combobox]');
    picker.querySelector('[role=listbox]').hidden = true; find.setAttribute('aria-expanded', 'false'); find.removeAttribute('aria-activedescendant');
  }
  // What was chosen fills the other fields of its line; a quantity that is typed already stays.
  function fill(picker, values) {
    Object.keys(values).forEach(function (name) { var field = picker.querySelector('[name$="-' + name + '"]'); if (field) field.value = values[name]; });
    var count = picker.querySelector('[name$="-quantity"]'); if (count && !count.value) count.value = '1';
  }
  function take(option) {
    var picker = option.closest('[data-picker]'), value = picker.querySelector('input[type=hidden]'), find = picker.querySelector('[role=combobox]');
    value.value = option.dataset.pick; find.value = option.dataset.name; find.dataset.taken = option.dataset.name;
    if (option.dataset.fill) fill(picker, JSON.parse(option.dataset.fill));
    value.dispatchEvent(new Event('change', { bubbles: true })); close(picker); find.focus();
  }
  doc.addEventListener('htmx:afterSwap', function (event) {
    var picker = event.detail.target.matches('[role=listbox]') && event.detail.target.closest('[data-picker]');
    if (!picker) return;
    event.detail.target.hidden = !event.detail.target.children.length;
    picker.querySelector('[role=combobox]').setAttribute('aria-expanded', String(!event.detail.target.hidden));
    if (!event.detail.target.hidden) event.detail.target.scrollIntoView({ block: 'nearest' });
  });
  doc.addEventListener('click', function (event) {
    var option = event.target.closest('[data-pick]');
    if (option) take(option);
    doc.querySelectorAll('[data-picker]').forEach(function (picker) { if (!picker.contains(event.target)) close(picker); });
  });
  doc.addEventListener('input', function (event) {
    var picker = event.target.matches('[data-picker] [role=combobox]') && event.target.closest('[data-picker]');
    if (picker) picker.querySelector('input[type=hidden]').value = '';
  });
  doc.addEventListener('keydown', function (event) {
    var picker = event.target.matches('[data-picker] [role=combobox]') && event.target.closest('[data-picker]');
    if (!picker) return;
    var all = Array.from(picker.querySelectorAll('[data-pick]')), now = all.findIndex(function (o) { return o.getAttribute('aria-selected') === 'true'; });
    var open = !picker.querySelector('[role=listbox]').hidden;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && all.length) {
      event.preventDefault(); picker.querySelector('[role=listbox]').hidden = false;
      if (now >= 0) all[now].setAttribute('aria-selected', 'false');
      var next = all[(now + (event.key === 'ArrowDown' ? 1 : all.length - 1) + (now < 0 && event.key === 'ArrowUp' ? 1 : 0)) % all.length];
      next.setAttribute('aria-selected', 'true'); event.target.setAttribute('aria-activedescendant', next.id); next.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && open) {
      event.preventDefault(); if (all.length) take(all[Math.max(now, 0)]);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault(); event.stopPropagation(); close(picker);
    }
  });

  // Lists of many choices become searchable ones.
  if (window.TomSelect) doc.querySelectorAll('select[multiple]').forEach(function (select) {
    var words = (select.closest('[data-word-none]') || select).dataset;
    new window.TomSelect(select, {
      plugins: { remove_button: { title: words.wordRemove || '' } }, maxOptions: 200, hidePlaceholder: true,
      render: { no_results: function () { var row = doc.createElement('div'); row.className = 'no-results'; row.textContent = words.wordNone || ''; return row; } },
    });
    select.setAttribute('aria-hidden', 'true');   // its label now belongs to the field that stands in its place
  });
})();
