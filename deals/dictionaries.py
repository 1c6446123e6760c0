"""The dictionaries of deals, on the same settings pages as those of the client base."""

from django.utils.translation import gettext_lazy as _

from clients import dictionaries
from clients.dictionaries import Dictionary
from deals.models import Competitor, RefusalReason


def declare() -> None:
    dictionaries.declare(
        Dictionary(
            "refusal-reasons",
            RefusalReason,
            _("Why clients refuse: a tree of reasons, asked for when a deal is lost."),
            "x",
            more=("parent",),
            first=("parent",),
        ),
        Dictionary(
            "competitors",
            Competitor,
            _("Who else sells to our clients."),
            "users-group",
            more=("site",),
            first=("site",),
        ),
    )
