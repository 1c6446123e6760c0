from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """Whose records a role sees."""

    ALL = "all", _("all records")
    TEAM = "team", _("own and the team's records")
    OWN = "own", _("own records only")


class Theme(TextChoices):
    SYSTEM = "system", _("as the system")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class PresetRole(TextChoices):
    """Roles every company starts with; their rights are rows that an administrator edits."""

    DIRECTOR = "director", _("Director")
    HEAD_OF_SALES = "head_of_sales", _("Head of sales")
    HEAD_OF_MARKETING = "head_of_marketing", _("Head of marketing")
    SELLER = "seller", _("Seller")
    TELEMARKETER = "telemarketer", _("Telemarketer")
    SERVICE = "service", _("Service")
    ASSISTANT = "assistant", _("Sales assistant")
    LAWYER = "lawyer", _("Lawyer")
    ADMINISTRATOR = "administrator", _("Administrator")
