"""How the card is arranged: which blocks stand where, which are hidden, and the lines of “About the client”.

An administrator arranges it for a role, or for everyone else. All arrangements are held by each process: the card asks
the database nothing for them. What came into being after an arrangement was saved stands where the standard has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import own_fields
from clients.models import CardLayout, OwnBlock
from salesexpert.accounts.models import User
from salesexpert.core.held import Held

HISTORY = "history"
OWN_BLOCK = "own_block_"
MAIN, SIDE = "main", "side"
_MOST_NAMES = 400
# Asked of every card: without them segments, marketing and duplicates say nothing.
ASKED = (
    ("industry", _("Industry")),
    ("region", _("Region")),
    ("group", _("Group")),
    ("city", _("City")),
    ("interest", _("Interest")),
    ("true_need", _("Need")),
    ("initiative", _("Who started")),
    ("source", _("Source")),
    ("trigger_event", _("Trigger")),
    ("inn", _("INN")),
)
# Shown only when given.
FURTHER = (
    ("product_source", _("Source on the product")),
    ("campaign", _("Campaign")),
    ("first_contact_by", _("First contact by")),
    ("kpp", _("KPP")),
    ("ogrn", _("OGRN")),
    ("full_name", _("Full name")),
    ("note", _("Note")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the card. A `panel` comes in the card's further request; own blocks have the id of their row."""

    name: str
    label: str | Promise
    panel: bool = False
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Layout:
    """As an administrator arranges it: all blocks and lines in order, and which of them are hidden."""

    main: Sequence[Block]
    side: Sequence[Block]
    lines: Sequence[Line]
    hidden: frozenset[str]
    hidden_lines: frozenset[str]

    def as_json(self) -> dict[str, list[str]]:
        return {
            "main": [b.name for b in self.main],
            "side": [b.name for b in self.side],
            "lines": [line.name for line in self.lines],
            "hidden": sorted(self.hidden),
            "hidden_lines": sorted(self.hidden_lines),
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """As a reader's card is drawn: what stands above and below the history, what beside it."""

    above: Sequence[Block]
    below: Sequence[Block]
    side: Sequence[Block]
    lines: Sequence[str]
    panels: Sequence[str] = field(default=())

    @property
    def first_panel(self) -> str:
        return self.panels[0] if self.panels else ""


_PEOPLE = Block("people", _("Contacts"))
_ABOUT = Block("about", _("About the client"))
_panels: list[Block] = []
_REACH = (("emails", _("E-mail")), ("sites", _("Site")))
_PLACES = (("addresses", _("Addresses")),)
# Own lines follow the segments of the product.
_SEGMENTS = 3


def declare_panels(panels: Iterable[tuple[str, str | Promise]]) -> None:
    """The blocks that come in the further request, (name, label), in their standard order."""
    _panels[:] = [Block(name, label, panel=True) for name, label in panels]


def _blocks() -> list[Block]:
    """The standard order of the side."""
    own = [own_block(b) for b in own_fields.book().blocks_of("client")]
    return [_PEOPLE, _ABOUT, *own, *_panels]


def own_block(block: OwnBlock) -> Block:
    return Block(f"{OWN_BLOCK}{block.pk}", str(block), own=block.pk)


def _lines(dimensions: Iterable[tuple[int, str]]) -> list[Line]:
    """The standard order of the lines about a client; `dimensions` are (id, name)."""
    own = [Line(f"dimension_{pk}", name) for pk, name in dimensions]
    own += [
        Line(f"{own_fields.PREFIX}{f.pk}", str(f))
        for f in own_fields.book().of("client")
        if f.block_id is None
    ]
    asked = [Line(*pair) for pair in ASKED]
    asked[_SEGMENTS:_SEGMENTS] = own
    rest = [Line(*pair) for pair in (*FURTHER, *_PLACES)]
    return [*(Line(*pair) for pair in _REACH), *asked, *rest]


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read() -> dict[int | None, dict[str, Any]]:
    return dict(CardLayout.objects.order_by("pk").values_list("role_id", "layout"))


_held = Held("card-layouts", _read)
kept = _held.get


def watch() -> None:
    _held.watch((CardLayout,))


def for_user(user: User) -> Mapping[str, Any]:
    """The saved arrangement of the user's role, or the one for everyone else; empty for the product's own."""
    every = kept()
    found = every.get(user.role_id) if user.role_id else None
    return every.get(None, {}) if found is None else found


def shown(
    saved: Mapping[str, Any], dimensions: Iterable[tuple[int, str]] = ()
) -> Shown:
    """How a card is drawn by a saved arrangement."""
    layout = arranged(saved, dimensions)
    main = [b for b in layout.main if b.name not in layout.hidden]
    at = next(i for i, b in enumerate(main) if b.name == HISTORY)
    side = [b for b in layout.side if b.name not in layout.hidden]
    blocks = [*main, *side]
    return Shown(
        above=main[:at],
        below=main[at + 1 :],
        side=side,
        lines=[x.name for x in layout.lines if x.name not in layout.hidden_lines],
        panels=[b.name for b in blocks if b.panel],
    )


def arranged(
    saved: Mapping[str, Any], dimensions: Iterable[tuple[int, str]] = ()
) -> Layout:
    """The blocks and lines of today in the saved order; names that mean nothing any more are passed over."""
    blocks = {b.name: b for b in (Block(HISTORY, _("History")), *_blocks())}
    lines = {line.name: line for line in _lines(dimensions)}
    main_names = [n for n in _names(saved, MAIN) if n in blocks]
    side_names = [
        n
        for n in _names(saved, SIDE)
        if n in blocks and n not in {*main_names, HISTORY}
    ]
    if HISTORY not in main_names:
        main_names.append(HISTORY)
    standard = [name for name in blocks if name not in main_names]
    side = _in_order(standard, side_names)
    order = _in_order(list(lines), _names(saved, "lines"))
    return Layout(
        main=[blocks[n] for n in main_names],
        side=[blocks[n] for n in side],
        lines=[lines[n] for n in order],
        hidden=frozenset(_names(saved, "hidden")) & (blocks.keys() - {HISTORY}),
        hidden_lines=frozenset(_names(saved, "hidden_lines")) & lines.keys(),
    )


def _names(saved: Mapping[str, Any], key: str) -> list[str]:
    names = saved.get(key) if isinstance(saved, Mapping) else None
    if not isinstance(names, list):
        return []
    return list(dict.fromkeys(str(n) for n in names[:_MOST_NAMES]))


def _in_order(standard: Sequence[str], saved: Sequence[str]) -> list[str]:
    """The saved order; what it does not know stands behind its neighbour of the standard order."""
    order = [name for name in saved if name in standard]
    for at, name in enumerate(standard):
        if name in order:
            continue
        before = next((n for n in reversed(standard[:at]) if n in order), None)
        order.insert(order.index(before) + 1 if before else 0, name)
    return order
