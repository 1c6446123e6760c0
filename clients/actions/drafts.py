"""What was typed into a card that was refused: kept for its author until he saves it or throws it away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from clients.models import CardDraft, Client
from salesexpert.accounts.models import User

KEPT_FOR = timedelta(days=30)
NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


@transaction.atomic
def keep(
    *,
    user: User,
    client: Client | None,
    data: Mapping[str, Sequence[str]],
    at: datetime,
) -> CardDraft:
    """Keep a form as it was sent, instead of the draft of the same card that the person had before."""
    kept = {
        name: [text.replace("\x00", "") for text in values]
        for name, values in data.items()
        if name not in NOT_KEPT
    }
    name = next(iter(kept.get("name", [])), "")[:300]
    draft, _made = CardDraft.objects.update_or_create(
        user=user, client=client, defaults={"data": kept, "name": name, "saved_at": at}
    )
    return draft


def find(*, user: User, client: Client | None) -> CardDraft | None:
    return CardDraft.objects.filter(user=user, client=client).first()


@transaction.atomic
def throw_away(*, user: User, client: Client | None) -> bool:
    """Forget the draft. False when there was none."""
    return bool(CardDraft.objects.filter(user=user, client=client).delete()[0])


@transaction.atomic
def throw_away_old(*, at: datetime) -> int:
    """Forget drafts that nobody came back to: they hold what people said of themselves."""
    return CardDraft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()[0]
