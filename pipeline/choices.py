from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SuccessCondition(models.TextChoices):
    """What must hold before a deal of the process may end in success."""

    NONE = "none", _("nothing is asked")
    CONTRACT_SIGNED = "contract", _("the contract is signed")
    PAID_AND_DELIVERED = "paid", _("paid and delivered")
    DOCUMENTS_CLOSED = (
        "closed",
        _("paid, delivered and the closing documents are signed"),
    )


class Picking(models.TextChoices):
    """How a rule chooses among the people it names."""

    NAMED = "named", _("this person")
    LEAST_LOADED = "least_loaded", _("who has the fewest open deals")
    HEAD = "head", _("the head of the department")


class ForWhom(models.TextChoices):
    """For whom a stage plans an activity when a deal enters it."""

    PERFORMER = "performer", _("performer of the stage")
    RESPONSIBLE = "responsible", _("responsible for the deal")


class NormSource(models.TextChoices):
    TYPED = "typed", _("typed")
    HISTORY = "history", _("from own history")


class Light(models.TextChoices):
    """How a deal stands against the norm of its stage."""

    GREEN = "green", _("within the norm")
    YELLOW = "yellow", _("the norm runs out")
    RED = "red", _("past the norm")


class AbsenceKind(models.TextChoices):
    """Why a person is away; only who sets absences and the person himself are told."""

    HOLIDAY = "holiday", _("holiday")
    SICK = "sick", _("sick leave")
    LEAVE = "leave", _("leave of absence")
    TRIP = "trip", _("business trip")
    OTHER = "other", pgettext_lazy("absence", "other")


class AbsenceState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("absence", "asked for")
    APPROVED = "approved", pgettext_lazy("absence", "approved")
    DECLINED = "declined", pgettext_lazy("absence", "declined")


class Frequency(models.TextChoices):
    DAILY = "daily", _("every working day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
