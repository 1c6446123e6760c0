"""What the card says about a client besides his history: values with their labels, and what is still to be filled in."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import completeness, own_fields
from clients.choices import AddressKind
from clients.layout import ASKED, FURTHER, Shown
from clients.models import Client, ClientDimension, Dimension
from clients.querysets import CARD_WORDS
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.held import Held


@dataclass(frozen=True, slots=True)
class Prop:
    """One line “label: value”. `field` is the name by which a missing value is filled in, "" when it cannot be so; `gain`
    is what filling it adds to the card's completeness, in percent."""

    label: str | Promise
    value: Any = ""
    field: str = ""
    kind: str = "text"
    href: str = ""
    gain: int = 0
    warning: str | Promise = ""


NOT_OF_A_PERSON = {"kpp", "full_name"}


def props_of(client: Client, shown: Shown, dimensions: list[Any]) -> list[Prop]:
    """Lines of the card's part “About the client” as `shown` arranges them; `client` comes from `for_card`, `dimensions`
    from `dimensions_of`. No query."""
    known = _lines_of(client, dimensions)
    return [prop for name in shown.lines for prop in known.get(name, ())]


def _lines_of(client: Client, dimensions: list[Any]) -> dict[str, list[Prop]]:
    """All lines by their names; one name may stand for several of a kind."""
    rows: Any = client
    gains = {r.code: r.gain for r in completeness.book().missing(client)}
    kinds = dict(AddressKind.choices)
    known: dict[str, list[Prop]] = {
        "emails": [
            Prop(
                _("E-mail"),
                row["address"],
                kind="email",
                warning=_("stop list") if row["is_suppressed"] else "",
            )
            for row in rows.email_rows
        ],
        "sites": [
            Prop(_("Site"), row["url"], kind="site", href=_address(row))
            for row in rows.site_rows
        ],
        "addresses": [
            Prop(kinds.get(row["kind"], _("address")), row["text"], kind="address")
            for row in rows.address_rows
        ],
    }
    for name, label in ASKED:
        if not (client.is_person and name in NOT_OF_A_PERSON):
            value = _value(client, name)
            known[name] = [Prop(label, value, name, gain=gains.get(name, 0))]
    for name, label in FURTHER:
        if (value := _value(client, name)) not in ("", None):
            known[name] = [Prop(label, value)]
    for dimension, value in dimensions:
        name = f"{completeness.DIMENSION_PREFIX}{dimension.pk}"
        known[name] = [Prop(str(dimension), value, name, gain=gains.get(name, 0))]
    for prop in own_props(client, None):
        known[prop.field] = [prop]
    return known


def own_props(client: Client, block: int | None) -> list[Prop]:
    """Own fields of one block of the card, or of none."""
    card: Any = client
    values = card.own_rows or {}
    return [
        Prop(
            str(f),
            own_fields.words(f.pk, own_fields.plain_of(values[str(f.pk)]))
            if str(f.pk) in values
            else "",
            f"{own_fields.PREFIX}{f.pk}",
        )
        for f in own_fields.book().of("client")
        if f.block_id == block
    ]


@CompiledQuery
def _values(client: int) -> QuerySet[ClientDimension, Any]:
    return ClientDimension.objects.filter(client=client).values_list(
        "dimension_id", "value__name", "value__name_en"
    )


_own = Held("dimensions", lambda: list(Dimension.objects.in_use()))


def watch() -> None:
    """Read the dimensions again when one of them is saved or removed."""
    _own.watch([Dimension])


def dimensions_of(client: Client) -> list[tuple[Dimension, str]]:
    """The company's own dimensions with the client's value in each, "" where he has none. One query."""
    english = translation.get_language() == "en"
    chosen = {
        dimension: (name_en if english else "") or name
        for dimension, name, name_en in _values(client=client.pk)
    }
    return [(d, chosen.get(d.pk, "")) for d in _own.get()]


def word_of(client: Client, name: str) -> str:
    """A dictionary entry of a client from `for_card`, in the reader's language."""
    card: Any = client
    said = card.words[name] or {}
    english = translation.get_language() == "en"
    return (said.get("en") if english else "") or said.get("ru") or ""


def _value(client: Client, name: str) -> Any:
    if name in CARD_WORDS:
        return word_of(client, name)
    field: Any = client._meta.get_field(name)
    if field.choices:
        given = getattr(client, name) not in ("", None)
        return getattr(client, f"get_{name}_display")() if given else ""
    return getattr(client, name) or ""


def _address(site: dict[str, str]) -> str:
    """Where a click on a site leads: http and https as typed, everything else by its host, so no other scheme runs."""
    url = site["url"]
    return (
        url
        if url.lower().startswith(("http://", "https://"))
        else f"https://{site['host'] or url}"
    )
