"""The deal's page is composed of sections, each of one subject: lines, receipts, papers, participants, discussion.

Whoever owns a subject adds a `Section` here and a template. The page is drawn without them and asks for all in one
further request; a section asks for itself anew when the page hears the event `<name>-changed`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import structlog
from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deals import discussion, money_of, own_facts, paper_sections, participants
from deals.models import Deal
from deals.rights import on_deal
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Section:
    """`read` answers with the template's context (`deals/sections/<name>.html`); it may have further `deal`, `can`, `user`.

    `permission` empty: whoever reads the deal sees it. `aside`: it stands in the narrow column. `title` heads the
    section when it fails.
    """

    name: str
    title: str | Promise
    read: Callable[[Deal, User], dict[str, Any]]
    permission: str = ""
    aside: bool = False

    @property
    def template(self) -> str:
        return f"deals/sections/{self.name}.html"


@dataclass(frozen=True, slots=True)
class Drawn:
    section: Section
    html: str
    failed: bool = False


# In the order of the page.
SECTIONS: list[Section] = [
    Section("lines", _("Products"), paper_sections.lines),
    Section("offers", _("Offers"), paper_sections.offers),
    Section(
        "contracts", _("Contracts"), paper_sections.contracts, "deals.view_contract"
    ),
    Section("money", _("Receipts"), money_of.of_deal, permission="deals.view_invoice"),
    Section(
        "deliveries",
        _("Deliveries"),
        money_of.deliveries_of,
        permission="deals.view_delivery",
    ),
    Section("documents", _("Papers"), paper_sections.documents, "deals.view_document"),
    Section("discussion", _("Discussion"), discussion.of_deal),
    Section("own", _("Further facts"), own_facts.of_deal, aside=True),
    Section("participants", _("Participants"), participants.of_deal, aside=True),
]


def allowed(user: User) -> list[Section]:
    return [s for s in SECTIONS if not s.permission or user.has_perm(s.permission)]


def draw(
    request: SignedRequest, deal: Deal, *, names: Collection[str] | None = None
) -> list[Drawn]:
    """The sections called so (all without `names`), in order. One that fails is logged and drawn as one sentence."""
    can = on_deal(request.user, deal)
    # What every template of the product knows, asked for once and not for each section anew.
    shared: dict[str, Any] = {}
    for processor in Engine.get_default().template_context_processors:
        shared |= processor(request)
    drawn = []
    for section in allowed(request.user):
        if names is not None and section.name not in names:
            continue
        try:
            context = section.read(deal, request.user)
            template = Engine.get_default().get_template(section.template)
            known = {**shared, **context, "deal": deal, "can": can}
            html = template.render(Context(known))
        except Exception:
            log.exception("section_failed", section=section.name, deal=deal.pk)
            drawn.append(Drawn(section, "", failed=True))
        else:
            drawn.append(Drawn(section, html))
    return drawn
