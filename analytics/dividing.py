"""By what a report of deals is divided, each with the parameter of the list of deals that opens one of its parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from analytics.asking import Question
from clients.models import (
    Client,
    ClientGroup,
    Industry,
    InformationSource,
    Product,
    Region,
)
from clients.named import look_up
from deals.models import Deal
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User

NOBODY = gettext_noop("not filled")
# The products of a deal: of its lines with what they come to, and those it is interested in.
PRODUCTS = """LATERAL (
    SELECT u.product_id AS key, sum(u.total) AS money FROM (
        SELECT l.product_id, l.total FROM deals_dealline AS l WHERE l.deal_id = d.id AND l.product_id IS NOT NULL
        UNION ALL SELECT i.product_id, 0 FROM deals_deal_interests AS i WHERE i.deal_id = d.id
    ) AS u GROUP BY 1
) AS part ON true"""


@dataclass(frozen=True, slots=True)
class Division:
    """`parameter` is that of /deals/; `many`: a deal may belong to several parts. The key None is “not filled”."""

    name: str
    label: str | Promise
    parameter: str
    path: str
    model: Any
    many: bool = False

    def counted(self, deals: QuerySet[Deal], by: str) -> list[tuple[Any, int | None, int]]:  # fmt: skip
        """(value of `by`, key, deals)."""
        if not self.many:
            return list(deals.order_by().values_list(by, self.path).annotate(n=Count("pk")))  # fmt: skip
        ask = Question()
        scope = ask.within(deals, "pk", by)
        return ask.rows(f"SELECT d.by, part.key, count(*) FROM {scope} AS d(id, by) LEFT JOIN {PRODUCTS} GROUP BY 1, 2")  # fmt: skip

    def names(self, keys: Collection[int]) -> dict[int | None, str]:
        if self.model is User:
            return dict(look_up(people=keys).people.items())
        manager = getattr(self.model, "with_bin", self.model._base_manager)
        rows = manager.select_related("legal_form") if self.model is Client else manager
        return {pk: str(row) for pk, row in rows.in_bulk(list(keys)).items()}

    def ordered(self, keys: Sequence[int | None], names: dict[int | None, str]) -> list[int | None]:  # fmt: skip
        """Stages stand as the process has them; all else as it came. What is not filled stands last."""
        given = [key for key in keys if key is not None]
        if self.model is Stage:
            order = list(Stage.objects.filter(pk__in=given).order_by("process__position", "process", "position").values_list("pk", flat=True))  # fmt: skip
            given.sort(key=order.index)
        return [*given, *([None] if None in keys else [])]


DIVISIONS: dict[str, Division] = {
    d.name: d
    for d in (
        Division("stage", _("Stage of the refusal"), "refusal_stage", "refusal_stage", Stage),
        Division("manager", _("Seller"), "responsible", "responsible", User),
        Division("region", _("Region"), "region", "client__region", Region),
        Division("industry", _("Industry"), "industry", "client__industry", Industry),
        Division("group", _("Client group"), "group", "client__group", ClientGroup),
        Division("product", _("Product"), "product", "interests", Product, many=True),
        Division("source", _("Source"), "source", "source", InformationSource),
        Division("client", _("Client"), "client", "client", Client),
        Division("process", _("Process"), "process", "process", Process),
    )
}  # fmt: skip
OF_DEALS = ("manager", "region", "industry", "group", "product", "source", "client", "process")  # fmt: skip
OF_REFUSALS = ("stage", "manager", "region", "industry", "group", "product", "source")
