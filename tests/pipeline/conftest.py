"""Deals for tests of processes: straight into the tables, so that they do not lean on the actions they stand beside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from deals.models import Deal, RefusalReason, StagePassage
from pipeline.models import Process, Stage
from tests.factories import ClientFactory, UserFactory


@pytest.fixture
def process(db: None) -> Process:
    return Process.objects.get()


@pytest.fixture
def make_deal(db: None) -> Callable[..., Deal]:
    """`make_deal(stage=…, days_ago=3)` → a deal with its open passage at the stage; closed by `state="won"`."""

    def made(*, days_ago: int = 0, **fields: Any) -> Deal:
        now = timezone.now()
        stage = fields.pop("stage", None) or Stage.objects.first()
        entered = now - timedelta(days=days_ago)
        closed = fields.get("state", "open") != "open"
        if fields.get("state") == "lost":
            fields["reason"] = RefusalReason.objects.first() or RefusalReason.objects.create(name="Дорого")  # fmt: skip
        responsible = fields.pop("responsible", None) or UserFactory()
        deal = Deal.objects.create(
            client=fields.pop("client", None) or ClientFactory(curator=responsible),
            title=fields.pop("title", "Машина для склада"),
            process=stage.process,
            stage=stage,
            responsible=responsible,
            performer=fields.pop("performer", responsible),
            opened_at=entered,
            entered_at=entered,
            closed_at=now if closed else None,
            norm_days=None if closed else stage.norm_days,
            **fields,
        )
        StagePassage.objects.create(
            deal=deal,
            stage=stage,
            performer=deal.performer,
            entered_at=entered,
            left_at=now if closed else None,
            outcome=deal.state if closed else "",
            norm_days=stage.norm_days,
            percent=stage.percent,
        )
        return deal

    return made
