from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(TextChoices):
    """Who called whom. A call between colleagues is kept, and tells nobody anything."""

    IN = "in", _("incoming")
    OUT = "out", _("outgoing")
    INNER = "inner", pgettext_lazy("call", "internal")
    UNKNOWN = "", _("not known")


class CallState(TextChoices):
    RINGING = "ringing", pgettext_lazy("call", "ringing")
    TALKING = "talking", pgettext_lazy("call", "talking")
    OVER = "over", pgettext_lazy("call", "over")


class Outcome(TextChoices):
    """Known once the call is over."""

    TALKED = "talked", pgettext_lazy("call", "talked")
    MISSED = "missed", pgettext_lazy("call", "missed")
    NONE = "", "—"


class Waits(TextChoices):
    """What a call that is over still asks of its person."""

    NOTHING = "", "—"
    SUMMARY = "summary", _("a résumé")
    CARD = "card", _("whose call it was")


class Refusal(TextChoices):
    """Why something that came from outside was not taken, or not wholly."""

    SECRET = "secret", _("wrong secret")
    BODY = "body", _("not understood")
    SIZE = "size", _("too large")
    FLOOD = "flood", _("too many requests")
    EXTENSION = "extension", _("unknown extension")
    LINE = "line", _("no connection")
    CALLBACK = "callback", _("callback refused")
