// Templates of papers: rich text by Squire, blocks dragged into order, the preview drawn anew after each change.
(function () {
  'use strict';
  var ALLOWED = ['P', 'DIV', 'BR', 'B', 'STRONG', 'I', 'EM', 'U', 'S', 'SUB', 'SUP', 'UL', 'OL', 'LI', 'H1', 'H2', 'H3', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TD', 'TH', 'BLOCKQUOTE', 'HR', 'SPAN', 'A'];

  // What is pasted or loaded, without anything that the server would take out anyway.
  function clean(html) {
    // Styles and handlers go before parsing: the policy of the page would block them, and say so, even where nothing runs.
    html = html.replace(/<[^>]*>/g, function (tag) { return tag.replace(/\s(on\w+|style)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ''); });
    var parsed = document.createElement('template');
    parsed.innerHTML = html; parsed = parsed.content;
    parsed.querySelectorAll('script,style,template,iframe,object').forEach(function (node) { node.remove(); });
    parsed.querySelectorAll('*').forEach(function (node) {
      if (!ALLOWED.includes(node.tagName)) { node.replaceWith.apply(node, Array.from(node.childNodes)); return; }
      Array.from(node.attributes).forEach(function (one) {
        if (!['class', 'href', 'colspan', 'rowspan'].includes(one.name) || /^\s*javascript:/i.test(one.value)) node.removeAttribute(one.name);
      });
    });
    var out = document.createDocumentFragment();
    out.append.apply(out, Array.from(parsed.childNodes).map(function (node) { return document.importNode(node, true); }));
    return out;
  }

  function enrich(area) {
    if (area.dataset.made || !window.Squire) return;
    area.dataset.made = '1';
    var grid = area.closest('.form-grid'), words = (grid.dataset.words || '').split('|');
    var bar = document.createElement('div'), sheet = document.createElement('div');
    bar.className = 'rich-bar'; sheet.className = 'rich form-control';
    sheet.setAttribute('role', 'textbox'); sheet.setAttribute('aria-multiline', 'true');
    sheet.setAttribute('aria-label', (area.labels[0] || {}).textContent || '');
    area.before(bar, sheet); area.hidden = true;
    var editor = new window.Squire(sheet, {blockTag: 'P', sanitizeToDOMFragment: clean, addLinks: false});
    editor.setHTML(area.value);
    function keep() { if (area.hidden) area.value = editor.getHTML(); }
    editor.addEventListener('input', keep);
    [['B', words[0], function () { editor[editor.hasFormat('B') ? 'removeBold' : 'bold'](); }],
     ['I', words[1], function () { editor[editor.hasFormat('I') ? 'removeItalic' : 'italic'](); }],
     ['•', words[2], function () { editor[editor.hasFormat('UL') ? 'removeList' : 'makeUnorderedList'](); }],
     ['1.', words[3], function () { editor[editor.hasFormat('OL') ? 'removeList' : 'makeOrderedList'](); }],
     ['↶', words[4], function () { editor.undo(); }]].forEach(function (row) {
      var button = document.createElement('button');
      button.type = 'button'; button.className = 'btn btn-sm btn-quiet'; button.textContent = row[0];
      button.title = row[1]; button.setAttribute('aria-label', row[1]);
      button.addEventListener('click', function () { row[2](); keep(); });
      bar.append(button);
    });
    if (grid.dataset.source) {
      var source = document.createElement('button');
      source.type = 'button'; source.className = 'btn btn-sm btn-quiet'; source.textContent = grid.dataset.source;
      source.setAttribute('aria-pressed', 'false');
      source.addEventListener('click', function () {
        var shown = area.hidden;
        if (shown) area.value = editor.getHTML(); else editor.setHTML(area.value);
        area.hidden = !shown; sheet.hidden = shown; source.setAttribute('aria-pressed', String(shown));
      });
      bar.append(source);
    }
    area.form.querySelectorAll('[data-merge]').forEach(function (choice) {
      choice.addEventListener('change', function () {
        if (!choice.value) return;
        var field = '{{ ' + choice.value + ' }}';
        if (area.hidden) { editor.focus(); editor.insertPlainText(field, false); keep(); }
        else { area.setRangeText(field, area.selectionStart, area.selectionEnd, 'end'); area.focus(); }
        choice.value = '';
      });
    });
  }

  function ready() {
    document.querySelectorAll('textarea[data-rich]').forEach(enrich);
    document.querySelectorAll('[data-merge]').forEach(function (choice) {
      var line = choice.form.querySelector('input[name=text]');
      if (!line || choice.dataset.made) return;
      choice.dataset.made = '1';
      choice.addEventListener('change', function () {
        if (choice.value) line.setRangeText('{{ ' + choice.value + ' }}', line.selectionStart, line.selectionEnd, 'end');
        choice.value = ''; line.focus();
      });
    });
    var list = document.getElementById('block-list');
    if (list && window.Sortable && !list.dataset.made) {
      list.dataset.made = '1';
      window.Sortable.create(list, {handle: '.dict-grip', animation: 120, onEnd: function (event) {
        if (event.newIndex !== event.oldIndex) window.htmx.ajax('POST', event.item.dataset.url, {target: '#blocks', swap: 'innerHTML', values: {to: event.newIndex}});
      }});
    }
  }

  document.addEventListener('preview-changed', function () {
    var frame = document.getElementById('preview');
    if (frame) frame.src = frame.src;
  });
  document.addEventListener('htmx:afterSwap', ready);
  ready();
}());
