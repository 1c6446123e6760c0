"""Which rule of performers decides for a client: pure choice, nobody is asked."""

from collections.abc import Iterable

from pipeline.models import PerformerRule
from pipeline.segments import Segment, fits


def rule_for(rules: Iterable[PerformerRule], segment: Segment) -> PerformerRule | None:
    """The first rule by its place that fits clients of the segment; None: the client's curator works at the stage."""
    ordered = sorted(rules, key=lambda rule: (rule.position, rule.pk or 0))
    return next((rule for rule in ordered if fits(rule, segment)), None)
