// The file of an import: its size is looked at before it is sent, and it may be dropped onto its place.
(function () {
  'use strict';
  var form = document.querySelector('[data-upload]'); if (!form) return;
  var input = form.querySelector('input[type=file]'), drop = form.querySelector('.imp-drop');
  var words = form.querySelector('.invalid-feedback'), button = form.querySelector('button[type=submit]');
  var shown = form.querySelector('[data-file-name]');
  function fits() {
    if (input.files[0]) shown.textContent = input.files[0].name;
    var file = input.files[0], big = Boolean(file) && file.size > Number(form.dataset.limit);
    words.hidden = !big; words.textContent = big ? form.dataset.tooBig : '';
    drop.classList.toggle('is-invalid', big);
    if (big) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
    return !big;
  }
  input.addEventListener('change', fits);
  form.addEventListener('submit', function (event) {
    if (!fits()) { event.preventDefault(); return; }
    button.disabled = true; drop.classList.add('dims');
  });
  window.addEventListener('pageshow', function () { button.disabled = false; drop.classList.remove('dims'); });
  ['dragenter', 'dragover'].forEach(function (name) {
    drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add('over'); });
  });
  ['dragleave', 'drop'].forEach(function (name) {
    drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.remove('over'); });
  });
  drop.addEventListener('drop', function (event) {
    if (!event.dataTransfer.files.length) return;
    var one = new DataTransfer(); one.items.add(event.dataTransfer.files[0]);
    input.files = one.files; fits();
  });
})();
