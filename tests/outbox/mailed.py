"""A mailing to many firms, and what its page says: for the proof and its small sister in the suite."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.test import Client as HttpClient
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Email
from mailing import freezing
from mailing.actions import mailings as actions
from mailing.choices import Whom
from mailing.models import Mailing, MailTemplate
from salesexpert.accounts.models import User
from tests.factories import ClientFactory

_FIGURE = re.compile(r'show=(\w+)"><b class="num[^"]*">([^<]*)</b>')
_WAITS = re.compile(r'show=(waiting|outbox)">([^<]*)<')


def begun(letters: int, *, by: User) -> Mailing:
    """A mailing to so many firms, gathered and started; nothing of it is in the outbox yet."""
    now = timezone.now()
    firms = Client.objects.bulk_create(ClientFactory.build_batch(letters), batch_size=1000)  # fmt: skip
    Email.objects.bulk_create(
        [Email(client=firm, address=f"c{number}@obrazec.example") for number, firm in enumerate(firms)],
        batch_size=1000,
    )  # fmt: skip
    template = MailTemplate.objects.create(
        name="Новинки", subject="Новинки сезона для {{ client.name }}", created_at=now, changed_at=now,
        body="<p>Здравствуйте! Посылаем прайс-лист.</p>" * 20,
    )  # fmt: skip
    draft = Mailing(name="Новинки", template=template, whom=Whom.FIRM, is_advertising=False)  # fmt: skip
    made = actions.save_draft(mailing=draft, by=by, at=now)
    actions.gather(mailing=made, by=by, at=now)
    freezing.freeze(made.pk, at=now)
    return actions.begin(mailing=made, by=by, at=timezone.now())


@dataclass(frozen=True, slots=True)
class Told:
    """What the mailing's page says: letters by what became of them."""

    figures: Mapping[str, int]

    @property
    def total(self) -> int:
        names = ("sent", "failed", "suppressed", "waiting", "outbox")
        return sum(self.figures.get(name, 0) for name in names)


def told(http: HttpClient, mailing: Mailing) -> Told:
    page = http.get(reverse("mailing:mailing", args=[mailing.pk])).content.decode()
    found = [*_FIGURE.findall(page), *_WAITS.findall(page)]
    return Told({name: _whole(text) for name, text in found})


def _whole(text: str) -> int:
    return int("".join(filter(str.isdecimal, text)) or 0)
