// Notices as they come: one stream of events for all tabs of a browser, or a question every half minute without it.
// Everything that the stream tells is passed to each tab as a DOM event of the document: "se:notice", "se:call", "se:sync".
(function () {
  'use strict';
  var doc = document, bell = doc.getElementById('bell');
  if (!bell || !window.fetch) return;
  var mine = bell.dataset.user, locks = navigator.locks;
  var POLL = 30000, seen = 'se-notices-' + mine, key = 'se-stream-' + mine;
  var floats = null, source = null, failures = 0, timer = null, asking = null, again = false, leads = false, over = false;
  var tabs = window.BroadcastChannel ? new BroadcastChannel('se-notices-' + mine) : null;

  function stored(name) { try { return window.localStorage.getItem(name); } catch (_) { return null; } }
  function store(name, value) { try { window.localStorage.setItem(name, value); } catch (_) { /* private window */ } }
  function last() { return +(stored(seen) || bell.dataset.last); }
  function state(word) { bell.dataset.state = word; }

  // Another base behind the same address counts from its own beginning.
  if (+stored(seen) > +bell.dataset.last) store(seen, bell.dataset.last);

  // What any tab does with what the leading tab heard.
  function receive(event, data) {
    if (event === 'news') show(data);
    doc.dispatchEvent(new CustomEvent('se:' + event, { detail: data }));
  }
  function tell(event, data) { receive(event, data); if (tabs) tabs.postMessage({ event: event, data: data }); }
  if (tabs) tabs.onmessage = function (message) { receive(message.data.event, message.data.data); };

  function show(news) {
    var count = bell.querySelector('.nt-count'), button = bell.querySelector('summary');
    var words = news.unread > 99 ? '99+' : String(news.unread);
    count.textContent = words; count.hidden = !news.unread;
    button.setAttribute('aria-label', news.unread ? bell.dataset.label.replace('{n}', words) : button.dataset.none);
    button.title = button.getAttribute('aria-label');
    if (doc.hidden || !window.SalesExpert) return;
    var items = news.items.filter(function (item) { return item.page; });
    if (!items.length) return;
    // One at a time, whatever came: a stack of them would cover what is being read. All of them are under the bell.
    if (floats) floats.remove();
    floats = items.length > 1 ? window.SalesExpert.toast(bell.dataset.several + ' ' + items.length, false, { url: bell.dataset.list, label: bell.dataset.open })
      : window.SalesExpert.toast(items[0].text, false, { url: items[0].url, label: bell.dataset.open });
  }

  // The browser's own notices, only while nobody looks at any of our tabs.
  var release = null;
  function look() {
    if (!locks) return;
    if (!doc.hidden && !release) locks.request('se-looks-' + mine, { mode: 'shared' }, function () { return new Promise(function (end) { release = end; if (doc.hidden) look(); }); });
    else if (doc.hidden && release) { release(); release = null; }
  }
  doc.addEventListener('visibilitychange', look); look();
  function unseen(then) {
    if (!locks) return doc.hidden ? then() : null;
    locks.query().then(function (found) {
      if (!found.held.some(function (lock) { return lock.name === 'se-looks-' + mine; })) then();
    });
  }
  function notify(items) {
    var wanted = items.filter(function (item) { return item.browser; });
    if (!wanted.length || !window.Notification || Notification.permission !== 'granted') return;
    unseen(function () {
      wanted.forEach(function (item) {
        try {
          var shown = new Notification(item.text, { body: item.note, tag: 'se-' + item.id });
          shown.onclick = function () { window.focus(); window.location = item.url; shown.close(); };
        } catch (_) { /* some phones show them only from a worker */ }
      });
    });
  }

  // Asking what came since; answers the key to the stream.
  function ask() {
    if (asking) { again = true; return asking; }
    asking = fetch(bell.dataset.news + '?since=' + last(), { credentials: 'same-origin', headers: { 'Accept': 'application/json' } })
      .then(function (answer) {
        if (answer.redirected || answer.status === 403 || answer.status === 404) { over = true; throw new Error('signed out'); }
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (news) {
        store(seen, Math.max(last(), news.last));
        tell('news', { unread: news.unread, items: news.items }); notify(news.items);
        if (!source) tell('sync', {});                                     // nobody told us meanwhile: look for yourselves
        return news;
      })
      .finally(function () { asking = null; if (again && !over) { again = false; ask().catch(later); } });
    return asking;
  }

  function connect() {
    timer = null;
    if (over) return;
    var kept = null;
    try { kept = JSON.parse(window.sessionStorage.getItem(key)); } catch (_) { kept = null; }
    if (kept && kept.until > Date.now() && last() >= +bell.dataset.last && !failures) return open(kept.url);
    ask().then(function (news) {
      if (!news.stream) { state('asks'); return wait(POLL); }
      try { window.sessionStorage.setItem(key, JSON.stringify({ url: news.stream, until: Date.now() + (news.seconds - 10) * 1000 })); } catch (_) { /* private window */ }
      open(news.stream);
    }).catch(later);
  }
  function open(url) {
    if (!window.EventSource) { state('asks'); return wait(POLL); }
    source = new EventSource(url);
    source.onopen = function () { failures = 0; state('stream'); };
    source.onmessage = function (message) {
      var told = JSON.parse(message.data);
      if (told.event === 'hello') { if (told.data.last > last()) ask().catch(later); return tell('hello', told.data); }
      if (told.event === 'notice' || told.event === 'read' || told.event === 'sync') ask().catch(later);
      tell(told.event, told.data);
    };
    // The end of a stream, a dead process, a key too old: ask what was missed, and with it for a new key.
    source.onerror = function () { source.close(); source = null; later(); };
  }
  function later() {
    if (over || timer || source) return;
    state('asks');
    failures += 1;
    wait(Math.min(POLL, 500 * Math.pow(2, failures)) * (0.75 + Math.random() / 2));
  }
  function wait(time) { if (!timer && !over) timer = window.setTimeout(connect, time); }

  function lead() {
    leads = true;
    if (!stored(seen)) store(seen, bell.dataset.last);
    if ('stream' in bell.dataset || last() < +bell.dataset.last) connect();
    else { state('asks'); wait(POLL); }
    return new Promise(function () { /* until the tab is closed */ });
  }
  window.addEventListener('load', function () {
    window.setTimeout(function () { if (locks) locks.request('se-leads-' + mine, lead); else lead(); }, 100);
  });
  window.addEventListener('pagehide', function () { if (source) source.close(); });
  window.addEventListener('pageshow', function (event) { if (event.persisted && leads) { source = null; timer = null; connect(); } });

  // The page of choices: the browser is asked only by its button.
  var section = doc.querySelector('[data-browser]');
  if (section && window.Notification) {
    var tellState = function () {
      section.querySelectorAll('[data-state]').forEach(function (words) { words.hidden = words.dataset.state !== Notification.permission; });
      section.querySelector('[data-allow]').hidden = Notification.permission !== 'default';
      section.hidden = false;
    };
    section.querySelector('[data-allow]').addEventListener('click', function () { Notification.requestPermission().then(tellState); });
    tellState();
  }
})();
