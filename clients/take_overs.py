"""Who may decide that a client changes hands, and what of such requests each person is shown."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet

from clients.choices import TakeOverState
from clients.models import Client, TakeOverRequest
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.teams import team_of
from salesexpert.core.compiled import CompiledQuery

RIGHT = "clients.change_curator"
ANSWERS_SHOWN = timedelta(days=7)
ON_THE_DAY = 8
ON_THE_CARD = 4
_HEADS_TOLD = 5
_SALT = "take-over"


def may_decide(user: User, request: TakeOverRequest) -> bool:
    """A head with the right to change curators who reads the card; nobody decides about his own request."""
    return (
        request.asker_id != user.pk
        and user.has_perm(RIGHT)
        and Client.objects.visible_to(user).filter(pk=request.client_id).exists()
    )


def heads_of(curator: User | None) -> list[User]:
    """Who is told of a request: the curator's head, else the heads of his department or the nearest above it."""
    able = User.objects.filter(is_active=True, role__permissions__contains=[RIGHT])
    if curator is not None:
        if curator.head_id and (head := able.filter(pk=curator.head_id).first()):
            return [head]
        above = dict(Department.objects.values_list("pk", "parent_id"))
        department = curator.department_id
        while department:
            if heads := list(able.filter(department=department)[:_HEADS_TOLD]):
                return heads
            department = above.get(department)
    return list(able.order_by("role__position", "pk")[:_HEADS_TOLD])


def waiting_for(user: User) -> QuerySet[TakeOverRequest]:
    """Open requests that `user` is to decide: about clients of his people, and of nobody's."""
    if not user.has_perm(RIGHT):
        return TakeOverRequest.objects.none()
    found = TakeOverRequest.objects.open().exclude(asker=user)
    if user.department_id:
        led = Q(client__curator__in=team_of(user)) | Q(client__curator=None)
        found = found.filter(led)
    return found.filter(client__in=Client.objects.visible_to(user))


def on_the_day(user: User, *, now: datetime) -> list[TakeOverRequest]:
    """For the start page: what waits for his word, his own requests, those about his clients, fresh answers.

    On most days there are none, and then nothing is asked but that.
    """
    shown = [pk for (pk,) in _concerning(user=user.pk, since=now - ANSWERS_SHOWN)]
    if user.has_perm(RIGHT):
        shown += waiting_for(user).values_list("pk", flat=True)
    if not shown:
        return []
    return _told(TakeOverRequest.objects.filter(pk__in=shown))[:ON_THE_DAY]


@CompiledQuery
def _concerning(user: int, since: datetime) -> QuerySet[TakeOverRequest, Any]:
    mine = Q(asker=user) | Q(curator=user)
    shown = Q(state=TakeOverState.OPEN) | Q(decided_at__gte=since)
    return TakeOverRequest.objects.filter(mine, shown).order_by().values_list("pk")


def on_the_card(client: Client, user: User, *, now: datetime) -> list[TakeOverRequest]:
    """Requests about this client that concern `user`, open ones and those answered in the last days."""
    fresh = Q(state=TakeOverState.OPEN) | Q(decided_at__gte=now - ANSWERS_SHOWN)
    of_client = TakeOverRequest.objects.filter(fresh, client=client)
    return _told(of_client.visible_to(user))[:ON_THE_CARD]


def _told(found: Any) -> list[TakeOverRequest]:
    rows = found.select_related(
        "client__legal_form", "client__curator", "asker", "curator", "decided_by"
    )
    return list(rows.order_by("-asked_at", "-pk")[:50])


def pass_for(user: User, client_id: int) -> str:
    """Proof that the product itself named this client to `user`: ids cannot be tried one after another."""
    return signing.dumps([user.pk, client_id], salt=_SALT, compress=True)


def is_pass(text: str, user: User, client_id: int) -> bool:
    try:
        return bool(
            signing.loads(text, salt=_SALT, max_age=86_400) == [user.pk, client_id]
        )
    except signing.BadSignature:
        return False
