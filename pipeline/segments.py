"""Segments of clients, as rules of performers and norms are given to them."""

from dataclasses import dataclass
from typing import Any, Protocol


class Segmented(Protocol):
    """A rule or a norm: empty fields fit every client."""

    region_id: Any
    industry_id: Any
    group_id: Any


@dataclass(frozen=True, slots=True)
class Segment:
    """What a client is, as far as rules ask."""

    region_id: int | None = None
    industry_id: int | None = None
    group_id: int | None = None

    @classmethod
    def of(cls, client: Any) -> "Segment":
        return cls(client.region_id, client.industry_id, client.group_id)


# The more important goes first where two rules ask for equally much.
FIELDS = ("region_id", "industry_id", "group_id")


def fits(rule: Segmented, segment: Segment) -> bool:
    """Whether the rule is meant for clients of the segment."""
    return all(
        getattr(rule, name) is None or getattr(rule, name) == getattr(segment, name)
        for name in FIELDS
    )


def narrowness(rule: Segmented) -> tuple[int, tuple[bool, ...]]:
    """Orders rules from the widest to the narrowest: by how much they ask for, then region, industry, group."""
    asked = tuple(getattr(rule, name) is not None for name in FIELDS)
    return sum(asked), asked
