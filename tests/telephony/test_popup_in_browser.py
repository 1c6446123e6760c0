"""From the ring to the résumé, as a seller lives it: the real stream of events, a real browser."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from clients.models import Activity, Commitment
from salesexpert.telephony.models import Call
from tests.notices.test_events import Events

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ring_shows_the_card_and_the_end_asks_for_the_resume(browse, user, firm, tell, settings):  # fmt: skip
    Commitment.objects.create(client=firm, text="Показать машину в среду", made_at=timezone.now(), made_by=user)  # fmt: skip
    events = Events()
    try:
        settings.EVENTS_URL = events.url
        settings.SECURE_CSP = {**settings.SECURE_CSP, "connect-src": ["'self'", events.url.removesuffix("/events/")]}  # fmt: skip
        page = browse(user, "/calls/")
        page.wait_for_selector("#bell[data-state=stream]", state="attached")

        began = time.monotonic()
        tell("ringing", extension="101")
        shown = page.wait_for_selector("#calls .call-pop[data-state=ringing]", timeout=5000)  # fmt: skip
        print(f"webhook to popup: {(time.monotonic() - began) * 1000:.0f} ms")
        assert "Показать машину в среду" in shown.inner_text()

        page.click("#calls a.btn-primary")
        page.wait_for_url(f"**/clients/{firm.pk}/")
        page.wait_for_selector("#calls .call-pop[data-state=ringing]")
        with transaction.atomic():
            tell("answered", extension="101")
            tell("ended", talk_seconds=20)
        page.click("#calls .call-pop.over button.btn-primary")
        page.fill("#dialog textarea[name=summary]", "Ждут показ в среду")
        page.fill("#dialog input[name=next_title]", "Показ")
        page.fill("#dialog input[name=next_on]", f"{timezone.localdate() + timedelta(days=2)}")  # fmt: skip
        page.click("#dialog footer button.btn-primary")
        page.wait_for_selector("#calls .call-pop", state="detached")
        page.wait_for_selector("text=Ждут показ в среду")
        assert page.faults == []
    finally:
        events.kill()

    assert Call.objects.get().waits == ""
    assert Activity.objects.get(status="planned").title == "Показ"
