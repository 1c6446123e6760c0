from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    """By what way somebody turned to us."""

    CALL = "call", _("Call")
    SITE = "site", _("Site")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    EVENT = "event", _("Exhibition or event")
    LIST = "list", _("List")
    OTHER = "other", pgettext_lazy("channel", "Other")


class InquiryState(TextChoices):
    NEW = "new", pgettext_lazy("inquiry", "new")
    WORK = "work", pgettext_lazy("inquiry", "in work")
    CONVERTED = "converted", pgettext_lazy("inquiry", "became a client")
    REFUSED = "refused", pgettext_lazy("inquiry", "not ours")


class NotOurs(TextChoices):
    """Why an inquiry was put aside."""

    NOT_CLIENT = "not_client", _("not a client")
    SPAM = "spam", _("advertising or spam")
    DUPLICATE = "duplicate", _("repeats another inquiry")
    NO_NEED = "no_need", _("needs nothing of ours")
    UNREACHABLE = "unreachable", _("cannot be reached")


class EntryKind(TextChoices):
    """What was done about an inquiry. Each but a note is a contact with who asked."""

    NOTE = "note", _("Note")
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")


class Giving(TextChoices):
    """How a rule chooses among its people."""

    TURNS = "turns", _("in turn")
    LOAD = "load", _("to the least loaded")


OPEN_STATES = (InquiryState.NEW, InquiryState.WORK)
# In an address: a text of an inquiry that is empty.
NOTHING = "-"
