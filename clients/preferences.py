"""Settings of the company that concern the work with clients."""

from django.utils.translation import gettext_lazy as _

from clients.choices import Interest
from salesexpert.core import preferences, settings_pages
from salesexpert.core.preferences import Declared
from salesexpert.core.settings_pages import SettingsPage

NEXT_STEP_REQUIRED = "next_step_required"
FILE_LIMIT_MB = "file_limit_mb"
OPERATOR_ADDRESS = "operator_address"
LADDER_INTEREST_FROM = "ladder_interest_from"
LADDER_BY_PRODUCT = "ladder_by_product"
LADDER_BY_SALES = "ladder_by_sales"


def declare() -> None:
    settings_pages.declare(
        SettingsPage(
            "clients:rules",
            _("Completeness of cards"),
            _("What a card must contain at each step, and how much it weighs"),
            "list",
            "clients.manage_completeness",
        ),
        SettingsPage(
            "clients:ladder_rules",
            _("Ladder of relationships"),
            _("What moves clients from cold to regular by itself"),
            "activity",
            "clients.manage_completeness",
        ),
    )
    preferences.declare(
        Declared(
            NEXT_STEP_REQUIRED,
            _("No client without a next step"),
            "yes_no",
            False,
            help=_(
                "A contact with a client is recorded only together with the next step, unless one is planned already."
            ),
        ),
        Declared(
            FILE_LIMIT_MB,
            _("Largest file on a card, MB"),
            "number",
            25,
            help=_("A larger file is refused with a sentence."),
        ),
        Declared(
            LADDER_INTEREST_FROM,
            _("A degree of interest makes a potential client"),
            "choice",
            Interest.MEDIUM.value,
            choices=(
                ("0", _("never")),
                *((str(i.value), i.label) for i in Interest if i.value),
            ),
            page="ladder",
        ),
        Declared(
            LADDER_BY_PRODUCT,
            _("A product of interest makes a potential client"),
            "yes_no",
            True,
            page="ladder",
        ),
        Declared(
            LADDER_BY_SALES,
            _("A sale makes a current client, a further one a regular client"),
            "yes_no",
            True,
            page="ladder",
        ),
        Declared(
            OPERATOR_ADDRESS,
            _("Address of the company"),
            "text",
            "",
            help=_("Stands in acts of destruction of personal data."),
        ),
    )
    settings_pages.declare(
        SettingsPage(
            "clients:own_fields",
            _("Own fields"),
            _("What else the company notes of its clients and contact persons"),
            "columns-3",
            "clients.manage_own_fields",
        ),
        SettingsPage(
            "clients:card_layout",
            _("Client card"),
            _("Which blocks and lines each role sees, and in what order"),
            "layout-kanban",
            "clients.manage_own_fields",
        ),
    )
