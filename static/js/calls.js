// Who calls, drawn while the telephone rings. The stream tells ids; without it the server is asked every few seconds.
(function () {
  'use strict';
  var doc = document, place = doc.getElementById('calls'), bell = doc.getElementById('bell');
  if (!place || !bell || !window.fetch) return;
  var root = place.dataset.root, mine = bell.dataset.user, POLL = 5000, KNOWN_FOR = 300000;
  var asked = {}, dials = false, polling = null;

  function kept(name, otherwise) { try { return JSON.parse(window.sessionStorage.getItem('se-calls-' + name + '-' + mine)) || otherwise; } catch (_) { return otherwise; } }
  function keep(name, value) { try { window.sessionStorage.setItem('se-calls-' + name + '-' + mine, JSON.stringify(value)); } catch (_) { /* private window */ } }

  // Calls that are on, so that the next page draws them at once; and those that were closed by hand.
  function on() { return kept('on', []); }
  function note(id, isOn) { var ids = on().filter(function (other) { return other !== id; }); if (isOn) ids.push(id); keep('on', ids.slice(-5)); }
  function closed() { return kept('closed', []); }
  function find(id) { return place.querySelector('[data-call="' + id + '"]'); }
  function remove(id) { var shown = find(id); if (shown) shown.remove(); note(id, false); }

  function draw(id) {
    if (closed().indexOf(id) >= 0) return;
    var turn = asked[id] = (asked[id] || 0) + 1;
    fetch(root + id + '/popup/', { credentials: 'same-origin', headers: { 'HX-Request': 'true' } }).then(function (answer) {
      if (answer.redirected || answer.status !== 200) return '';
      return answer.text();
    }).then(function (html) {
      if (turn !== asked[id]) return;                                      // a later state is on its way
      if (!html) return remove(id);
      var box = doc.createElement('template');
      box.innerHTML = html.trim();
      var fresh = box.content.firstElementChild, old = find(id);
      if (!fresh || !fresh.matches('[data-call]')) return remove(id);
      if (old) old.replaceWith(fresh); else place.append(fresh);
      if (window.htmx) window.htmx.process(fresh);
      note(id, true);
      if (!old && doc.hidden) notify(fresh, id);
    }).catch(function () { /* the next event or question tells again */ });
  }
  function notify(shown, id) {
    if (!window.Notification || Notification.permission !== 'granted') return;
    var title = shown.querySelector('h2').textContent + ' ' + shown.querySelector('header b').textContent;
    var card = shown.querySelector('h3, .call-other b');
    try {
      var told = new Notification(title, { body: card ? card.textContent : '', tag: 'se-call-' + id });
      told.onclick = function () { window.focus(); told.close(); };
    } catch (_) { /* some phones show them only from a worker */ }
  }

  function ask() {
    if (kept('none', 0) > Date.now()) return;
    fetch(root + 'current/', { credentials: 'same-origin', headers: { 'Accept': 'application/json' } }).then(function (answer) {
      if (answer.redirected || !answer.ok) { keep('none', Date.now() + KNOWN_FOR); return null; }
      return answer.json();
    }).then(function (told) {
      if (!told) return;
      if (!told.has) keep('none', Date.now() + KNOWN_FOR);
      keep('dials', dials = told.dials);
      told.calls.forEach(function (id) { if (!find(id)) draw(id); });
      place.querySelectorAll('[data-call]:not(.over)').forEach(function (shown) { if (told.calls.indexOf(+shown.dataset.call) < 0) draw(+shown.dataset.call); });
    }).catch(function () { /* asked again */ });
  }
  function silent() { return !('stream' in bell.dataset) || bell.dataset.state === 'asks'; }

  doc.addEventListener('se:call', function (event) { draw(event.detail.id); });
  doc.addEventListener('se:hello', ask);
  doc.addEventListener('se:sync', ask);
  polling = window.setInterval(function () { if (!doc.hidden && silent()) ask(); }, POLL);
  doc.addEventListener('visibilitychange', function () { if (!doc.hidden && silent()) ask(); });
  window.addEventListener('pagehide', function () { window.clearInterval(polling); });

  doc.addEventListener('click', function (event) {
    var shut = event.target.closest('[data-call-close]');
    if (shut) {
      var id = +shut.closest('[data-call]').dataset.call;
      keep('closed', closed().concat(id).slice(-20));
      return remove(id);
    }
    var number = event.target.closest('a[href^="tel:"]');
    if (!number || !dials || event.ctrlKey || event.metaKey) return;
    event.preventDefault();                                                // the exchange dials, not this computer
    var headers = JSON.parse(doc.body.getAttribute('hx-headers') || '{}');
    var form = new URLSearchParams({ number: decodeURIComponent(number.getAttribute('href').slice(4)) });
    fetch(root + 'dial/', { method: 'POST', credentials: 'same-origin', headers: headers, body: form }).then(function (answer) { return answer.json(); })
      .then(function (told) { if (window.SalesExpert) window.SalesExpert.toast(told.message, !told.ok); })
      .catch(function () { dials = false; number.click(); });
  });
  // The résumé is written: its popup has nothing more to ask.
  doc.body.addEventListener('activities-changed', function () { place.querySelectorAll('.call-pop.over').forEach(function (shown) { draw(+shown.dataset.call); }); });

  dials = kept('dials', false);
  on().forEach(draw);
  if (silent()) ask();
})();
