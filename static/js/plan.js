// The calendar: drag to move, pull to lengthen, draw over an empty place to plan; Alt and arrows do the same.
(function () {
  'use strict';
  var doc = document, STEP = 15, HOLD = 350, held = null, dragged = false;
  function cal() { return doc.getElementById('cal'); }
  function pad(n) { return (n < 10 ? '0' : '') + n; }
  function clock(minutes) { return pad(Math.floor(minutes / 60)) + ':' + pad(minutes % 60); }
  function minutesOf(text) { var parts = text.split(':'); return Number(parts[0]) * 60 + Number(parts[1]); }
  function first() { return Number(cal().dataset.first || 0) * 60; }
  function row(body) { return parseFloat(getComputedStyle(body).gridAutoRows) || 14; }
  function at(body, y) { return first() + Math.floor((y - body.getBoundingClientRect().top) / row(body)) * STEP; }
  function bodyAt(x, y) {
    return Array.from(cal().querySelectorAll('.cal-b[data-on]')).find(function (body) {
      var box = body.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
  }
  function dayAfter(on, days) { var day = new Date(on + 'T12:00'); day.setDate(day.getDate() + days); return day.getFullYear() + '-' + pad(day.getMonth() + 1) + '-' + pad(day.getDate()); }

  function send(entry, values) {
    var here = cal().dataset.here, query = here.slice(here.indexOf('?'));
    values.drag = '1';
    window.htmx.ajax('POST', cal().dataset.entry.replace('/0/', '/' + entry.dataset.pk + '/') + 'move/' + query, { target: '#cal', swap: 'outerHTML', values: values }).then(function () {
      var again = cal().querySelector('[data-pk="' + entry.dataset.pk + '"]');
      if (again && values.focus) again.focus();
    });
  }
  function open(entry) {
    window.htmx.ajax('GET', cal().dataset.entry.replace('/0/', '/' + entry.dataset.pk + '/') + '?here=' + encodeURIComponent(cal().dataset.here), { target: '#dialog', swap: 'innerHTML' });
  }
  function plan(on, from, minutes, who) {
    var data = cal().dataset, performer = who || data.performer;
    window.htmx.ajax('GET', data.plan + '?back=' + encodeURIComponent(data.here) + '&on=' + on + '&clock=' + encodeURIComponent(clock(from)) + '&minutes=' + minutes + (performer ? '&performer=' + performer : ''), { target: '#dialog', swap: 'innerHTML' });
  }

  doc.addEventListener('click', function (event) {
    var entry = event.target.closest('#cal [data-pk]');
    if (!entry) return;
    if (dragged) { event.preventDefault(); dragged = false; return; }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(entry);
  });

  doc.addEventListener('pointerdown', function (event) {
    if (event.button || !cal()) return;
    dragged = false;
    var touch = event.pointerType === 'touch', entry = event.target.closest('#cal .cal-e[data-m], #cal .cal-l[data-m]');
    if (entry) {
      var box = entry.getBoundingClientRect(), body = entry.closest('.cal-b[data-on]'), edge = touch ? 14 : 6;
      held = { entry: entry, body: body, x: event.clientX, y: event.clientY, stretches: !!body && box.bottom - event.clientY <= edge && box.height > 2 * edge - 2, from: minutesOf(entry.dataset.at), minutes: Number(entry.dataset.m), touch: touch };
      // A finger scrolls the page; only one that rests on the entry takes it.
      if (touch) held.rests = setTimeout(take, HOLD, held);
      return;
    }
    var empty = event.target.closest('#cal .cal-b[data-on]');
    if (!empty || !cal().dataset.plan || event.target.closest('.cal-e')) return;
    var start = at(empty, event.clientY);
    held = { empty: empty, x: event.clientX, y: event.clientY, from: start, until: start + 30, touch: touch };
  });
  function take(what) {
    if (held !== what) return;
    held.taken = true;
    held.entry.classList.add('moving');
    if (navigator.vibrate) navigator.vibrate(15);
  }
  function release() { if (held) clearTimeout(held.rests); held = null; }
  doc.addEventListener('touchmove', function (event) { if (held && held.taken) event.preventDefault(); }, { passive: false });
  doc.addEventListener('contextmenu', function (event) { if (held && held.touch && held.entry) event.preventDefault(); });
  // A link must not be dragged as a link.
  doc.addEventListener('dragstart', function (event) { if (event.target.closest && event.target.closest('#cal [data-pk]')) event.preventDefault(); });

  doc.addEventListener('pointermove', function (event) {
    if (!held) return;
    if (held.touch && !held.taken) {
      if (held.entry && Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) > 8) release();
      return;
    }
    if (!held.going && Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) < 5) return;
    held.going = dragged = true;
    event.preventDefault();
    if (held.empty) {
      var now = at(held.empty, event.clientY);
      held.begins = Math.min(held.from, now); held.until = Math.max(held.from, now) + STEP;
      draw(held.empty, held.begins, held.until);
      return;
    }
    if (!held.body) {
      var cell = doc.elementFromPoint(event.clientX, event.clientY);
      cell = cell && cell.closest('.cal-m td[data-on]');
      doc.querySelectorAll('.cal-m td.over').forEach(function (other) { other.classList.remove('over'); });
      if (cell) cell.classList.add('over');
      held.cell = cell;
      return;
    }
    var steps = Math.round((event.clientY - held.y) / row(held.body));
    held.entry.classList.add('moving');
    if (held.stretches) {
      held.length = Math.max(STEP, held.minutes + steps * STEP);
      span(held.entry, held.from, held.length);
    } else {
      held.begins = Math.min(Math.max(0, held.from + steps * STEP), 1425);
      held.over = bodyAt(event.clientX, event.clientY) || held.over || held.body;
      if (held.entry.parentNode !== held.over) held.over.appendChild(held.entry);
      span(held.entry, held.begins, held.minutes);
    }
  });
  function span(entry, from, minutes) {
    var top = Math.max(0, Math.floor((from - first()) / STEP));
    entry.style.gridRow = (top + 1) + ' / span ' + Math.max(1, Math.ceil(minutes / STEP));
  }
  function draw(body, from, until) {
    var mark = body.querySelector('.cal-new');
    if (!mark) { mark = doc.createElement('i'); mark.className = 'cal-new'; body.appendChild(mark); }
    span(mark, from, until - from);
    mark.textContent = clock(from) + '–' + (until >= 1440 ? '24:00' : clock(until));
  }
  function drop() {
    doc.querySelectorAll('.cal-new').forEach(function (mark) { mark.remove(); });
    doc.querySelectorAll('.cal-m td.over').forEach(function (cell) { cell.classList.remove('over'); });
  }

  doc.addEventListener('pointerup', function (event) {
    var was = held; release();
    if (!was) return;
    drop();
    if (was.entry) was.entry.classList.remove('moving');
    if (was.empty) {
      var moved = Math.abs(event.clientX - was.x) + Math.abs(event.clientY - was.y);
      if (was.touch && moved > 8) return;
      if (event.target.closest && !event.target.closest('#cal')) return;
      plan(was.empty.dataset.on, was.going ? was.begins : was.from, was.going ? was.until - was.begins : '', was.empty.dataset.who);
      setTimeout(function () { dragged = false; }, 0);
      return;
    }
    if (!was.going) return;
    setTimeout(function () { dragged = false; }, 0);
    if (!was.body) {
      if (was.cell) send(was.entry, { on: was.cell.dataset.on, clock: clock(was.from), minutes: was.minutes });
      return;
    }
    var values = { on: (was.over || was.body).dataset.on, clock: clock(was.stretches ? was.from : was.begins), minutes: was.length || was.minutes };
    if (was.over && was.over.dataset.who) values.performer = was.over.dataset.who;
    send(was.entry, values);
  });
  doc.addEventListener('pointercancel', function () {
    if (!held) return;
    var moved = held.going && held.entry;
    release(); drop();
    if (moved) window.htmx.ajax('GET', cal().dataset.here, { target: '#cal', swap: 'outerHTML' });
  });

  doc.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && held) { release(); drop(); window.htmx.ajax('GET', cal().dataset.here, { target: '#cal', swap: 'outerHTML' }); return; }
    var entry = event.altKey && event.target.closest && event.target.closest('#cal .cal-e[data-m]');
    if (!entry || event.key.indexOf('Arrow') !== 0) return;
    event.preventDefault();
    var body = entry.closest('.cal-b[data-on]'), from = minutesOf(entry.dataset.at), minutes = Number(entry.dataset.m), on = body.dataset.on;
    var down = event.key === 'ArrowDown' ? STEP : event.key === 'ArrowUp' ? -STEP : 0, days = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.shiftKey) minutes = Math.max(STEP, minutes + down); else from = Math.min(Math.max(0, from + down), 1425);
    send(entry, { on: days && !event.shiftKey ? dayAfter(on, days) : on, clock: clock(from), minutes: minutes, focus: '1' });
  });
})();
