from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CostSide(TextChoices):
    PLAN = "plan", pgettext_lazy("budget", "planned")
    SPENT = "spent", pgettext_lazy("budget", "spent")


class CostKind(TextChoices):
    """What a campaign's money goes on."""

    ADVERTISING = "advertising", _("advertising")
    EVENT = "event", _("exhibition or event")
    MATERIALS = "materials", _("printed matter and gifts")
    MAILING = "mailing", _("mailing")
    CONTRACTOR = "contractor", _("contractors")
    CALLS = "calls", _("telemarketing")
    OTHER = "other", pgettext_lazy("budget", "other")
