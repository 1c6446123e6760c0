from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from salesexpert.outbox import actions
from salesexpert.outbox.models import Letter
from tests.outbox.mail_server import MailServer


def mailers_for(port: int, **options: Any) -> dict[str, Any]:
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": "127.0.0.1",
                "port": port,
                "timeout": 5,
                **options,
            },
        }
    }


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    settings.MAILERS = mailers_for(server.port)
    yield server
    server.stop()


@pytest.fixture
def queue(db: None) -> Callable[..., Letter]:
    """`queue(subject=…)` puts a letter into the outbox that is due now."""

    def queued(**given: Any) -> Letter:
        moment: datetime = given.pop("at", timezone.now())
        return actions.queue_letter(
            **{
                "to": "client@obrazec.example",
                "subject": "Приглашение",
                "text": "Здравствуйте!",
                "kind": "test",
                "at": moment,
                **given,
            }
        )

    return queued
