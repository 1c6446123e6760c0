"""Which deals the board shows: whose they are, and words of their title."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.listing import Chip
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold


class BoardQuestion:
    """What `user` sees of `deals` (already narrowed by `visible_to`) under the parameters of an address."""

    def __init__(self, params: QueryDict, deals: QuerySet, *, user: User) -> None:
        self.params, self.deals, self.user = params, deals, user
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]

    @cached_property
    def responsible(self) -> User | None:
        asked = self.params.get("responsible", "")
        if asked == "me":
            return self.user
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        return User.objects.filter(pk=asked).first() if known else None

    @cached_property
    def found(self) -> QuerySet:
        rows = self.deals
        if self.responsible:
            rows = rows.filter(responsible=self.responsible)
        words = fold(self.typed)
        return rows.filter(folded__contains=words) if words else rows

    @property
    def chips(self) -> list[Chip]:
        made: list[Any] = []
        if self.responsible:
            label = _("Responsible")
            made.append(Chip(label, str(self.responsible), "", self.without("responsible")))  # fmt: skip
        if self.typed:
            made.append(Chip(_("Search"), self.typed, "", self.without("q")))
        return made

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips)

    def without(self, *names: str) -> str:
        params = self.params.copy()
        for name in names:
            params.pop(name, None)
        return params.urlencode()
