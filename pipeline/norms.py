"""Which norm holds for a client at a stage."""

from collections.abc import Iterable
from typing import Any

from pipeline.book import book
from pipeline.models import Norm, Stage
from pipeline.segments import Segment, fits, narrowness


def narrowest(norms: Iterable[Norm], segment: Segment) -> Norm | None:
    """The norm that is closest to the segment; None if all of them are meant for other clients."""
    fitting = [norm for norm in norms if fits(norm, segment)]
    return max(fitting, key=narrowness, default=None)


def norm_of(stage: Stage, client: Any) -> int | None:
    """Working days that `client` may stay at `stage`; None where no clock runs.

    A norm of the client's segment goes before the stage's own. Take a passage's norm from the passage itself: it keeps
    the one that held when the deal entered.
    """
    norm = narrowest(book().norms.get(stage.pk, ()), Segment.of(client))
    return norm.days if norm else stage.norm_days
