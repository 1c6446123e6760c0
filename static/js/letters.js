// Letters: rich text by Squire with headings, links and buttons; merge fields put where the cursor stands.
(function () {
  'use strict';
  var TAGS = ['P', 'DIV', 'BR', 'B', 'STRONG', 'I', 'EM', 'U', 'S', 'UL', 'OL', 'LI', 'H1', 'H2', 'H3', 'BLOCKQUOTE', 'HR', 'A', 'IMG', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TD', 'TH', 'SPAN'];
  var KEPT = ['class', 'href', 'src', 'alt', 'width', 'colspan', 'rowspan'];

  // What is pasted or loaded, without anything that the server would take out anyway.
  function clean(html) {
    html = html.replace(/<[^>]*>/g, function (tag) { return tag.replace(/\s(on\w+|style)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ''); });
    var parsed = document.createElement('template');
    parsed.innerHTML = html; parsed = parsed.content;
    parsed.querySelectorAll('script,style,template,iframe,object').forEach(function (node) { node.remove(); });
    parsed.querySelectorAll('*').forEach(function (node) {
      if (!TAGS.includes(node.tagName)) { node.replaceWith.apply(node, Array.from(node.childNodes)); return; }
      Array.from(node.attributes).forEach(function (one) {
        if (!KEPT.includes(one.name) || /^\s*(javascript|data):/i.test(one.value)) node.removeAttribute(one.name);
      });
    });
    var out = document.createDocumentFragment();
    out.append.apply(out, Array.from(parsed.childNodes).map(function (node) { return document.importNode(node, true); }));
    return out;
  }

  function enrich(area) {
    if (area.dataset.made || !window.Squire) return;
    area.dataset.made = '1';
    var words = JSON.parse(document.getElementById('letter-words').textContent);
    var bar = document.createElement('div'), sheet = document.createElement('div'), ask = document.createElement('div');
    bar.className = 'ltr-bar'; sheet.className = 'ltr-sheet form-control'; ask.className = 'ltr-ask'; ask.hidden = true;
    sheet.setAttribute('role', 'textbox'); sheet.setAttribute('aria-multiline', 'true');
    sheet.setAttribute('aria-label', (area.labels[0] || {}).textContent || '');
    if (area.getAttribute('aria-describedby')) sheet.setAttribute('aria-describedby', area.getAttribute('aria-describedby'));
    area.before(bar, ask, sheet); area.hidden = true;
    var editor = new window.Squire(sheet, {blockTag: 'P', sanitizeToDOMFragment: clean, addLinks: false});
    editor.setHTML(area.value);
    function keep() { if (area.hidden) area.value = editor.getHTML(); }
    editor.addEventListener('input', keep);
    area.form.addEventListener('submit', keep);

    function block(tag) {
      editor.modifyBlocks(function (fragment) {
        var out = document.createDocumentFragment();
        Array.from(fragment.childNodes).forEach(function (node) {
          var made = document.createElement(node.nodeName === tag ? 'P' : tag);
          while (node.firstChild) made.append(node.firstChild);
          out.append(made);
        });
        return out;
      });
    }
    function asked(label, make) {
      ask.textContent = '';
      [['text', words.text, editor.getSelectedText()], ['url', words.address, 'https://']].forEach(function (one) {
        var name = document.createElement('label'), box = document.createElement('input');
        name.textContent = one[1] + ' '; box.type = one[0] === 'url' ? 'url' : 'text'; box.className = 'form-control'; box.value = one[2];
        box.addEventListener('keydown', function (event) { if (event.key === 'Enter') { event.preventDefault(); put.click(); } });
        name.append(box); ask.append(name);
      });
      var put = document.createElement('button'), leave = document.createElement('button'), boxes = ask.querySelectorAll('input');
      put.type = leave.type = 'button'; put.className = 'btn btn-sm btn-line'; leave.className = 'btn btn-sm btn-quiet';
      put.textContent = label; leave.textContent = words.leave;
      put.addEventListener('click', function () {
        var text = boxes[0].value.trim(), url = boxes[1].value.trim();
        if (/^https?:\/\/.+|^mailto:.+|^tel:.+|\{\{/.test(url)) { ask.hidden = true; make(text || url, url); keep(); sheet.focus(); } else { boxes[1].classList.add('is-invalid'); boxes[1].focus(); }
      });
      leave.addEventListener('click', function () { ask.hidden = true; sheet.focus(); });
      ask.append(put, leave); ask.hidden = false; boxes[boxes[0].value ? 1 : 0].focus();
    }
    function escaped(text) { var box = document.createElement('b'); box.textContent = text; return box.innerHTML.replace(/"/g, '&quot;'); }
    [['B', words.bold, function () { editor[editor.hasFormat('B') ? 'removeBold' : 'bold'](); }],
     ['I', words.italic, function () { editor[editor.hasFormat('I') ? 'removeItalic' : 'italic'](); }],
     ['H1', words.large, function () { block('H1'); }], ['H2', words.heading, function () { block('H2'); }],
     ['•', words.list, function () { editor[editor.hasFormat('UL') ? 'removeList' : 'makeUnorderedList'](); }],
     ['1.', words.numbered, function () { editor[editor.hasFormat('OL') ? 'removeList' : 'makeOrderedList'](); }],
     [words.link, words.link, function () { asked(words.link, function (text, url) { editor.insertHTML('<a href="' + escaped(url) + '">' + escaped(text) + '</a>'); }); }],
     [words.button, words.button, function () { asked(words.button, function (text, url) { editor.insertHTML('<p><a class="button" href="' + escaped(url) + '">' + escaped(text) + '</a></p><p><br></p>'); }); }],
     ['↶', words.undo, function () { editor.undo(); }]].forEach(function (row) {
      var button = document.createElement('button');
      button.type = 'button'; button.className = 'btn btn-sm btn-quiet'; button.textContent = row[0];
      // Whoever speaks to the page says what stands on the button.
      button.title = row[1]; button.setAttribute('aria-label', /^[A-Z1]\W?\d?$/.test(row[0]) ? row[0] + ' ' + row[1] : row[1]);
      // The letter keeps its cursor under the mouse.
      button.addEventListener('mousedown', function (event) { event.preventDefault(); });
      button.addEventListener('click', function () { row[2](); keep(); });
      bar.append(button);
    });
    var source = document.createElement('button');
    source.type = 'button'; source.className = 'btn btn-sm btn-quiet'; source.textContent = words.source; source.setAttribute('aria-pressed', 'false');
    source.addEventListener('click', function () {
      var shown = area.hidden;
      if (shown) area.value = editor.getHTML(); else editor.setHTML(area.value);
      area.hidden = !shown; sheet.hidden = shown; source.setAttribute('aria-pressed', String(shown));
    });
    bar.append(source);
    area.form.querySelectorAll('[data-merge]').forEach(function (choice) {
      choice.addEventListener('change', function () {
        if (!choice.value) return;
        var field = '{{ ' + choice.value + ' }}', at = area.form.dataset.at;
        var line = at && area.form.elements[at];
        if (line && line !== area) { line.setRangeText(field, line.selectionStart, line.selectionEnd, 'end'); line.focus(); }
        else if (area.hidden) { editor.focus(); editor.insertPlainText(field, false); keep(); }
        else { area.setRangeText(field, area.selectionStart, area.selectionEnd, 'end'); area.focus(); }
        choice.value = '';
      });
    });
    // A field goes where one wrote last: the subject, the text part, or the letter.
    area.form.addEventListener('focusin', function (event) {
      if (event.target === sheet) area.form.dataset.at = '';
      else if (['subject', 'text'].includes(event.target.name)) area.form.dataset.at = event.target.name;
    });
  }

  function ready() {
    document.querySelectorAll('textarea[data-letter]').forEach(enrich);
    document.querySelectorAll('[data-go]').forEach(function (choice) { choice.addEventListener('change', function () { window.location.assign(choice.value); }); });
    document.querySelectorAll('[data-widths]').forEach(function (box) {
      box.addEventListener('click', function (event) {
        var button = event.target.closest('button[data-width]');
        if (!button) return;
        var frame = document.getElementById('preview');
        frame.classList.toggle('phone', button.dataset.width === 'phone');
        box.querySelectorAll('button').forEach(function (one) { one.setAttribute('aria-pressed', String(one === button)); });
      });
    });
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready); else ready();
})();
