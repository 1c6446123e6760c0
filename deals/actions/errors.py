"""What can be refused to whoever works on a deal; each says so in the user's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError

if TYPE_CHECKING:
    from pipeline.models import StageCheck


class NoProcess(DomainError):
    """No process is in use, or the chosen one has no stages."""


class DealIsClosed(DomainError):
    pass


class DealIsOpen(DomainError):
    """Only an ended deal can be reopened."""


class DealHasMoved(DomainError):
    """Another moved the deal while this one was looking at it."""


class StageNotReachable(DomainError):
    pass


class ReasonIsRequired(DomainError):
    pass


class NotAPause(DomainError):
    """The day is not in the future, or no clock is running."""


class MayNotOverride(DomainError):
    pass


class MayNotHandOver(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that success needs. `rest` says in words how far it is from being met."""

    code: str
    label: str
    met: bool
    rest: str = ""


class RequirementsNotMet(DomainError):
    """The stage asks for more before it is left: `fields` to fill (names of the registry), `checks` to tick."""

    def __init__(self, fields: Sequence[str], checks: "Sequence[StageCheck]") -> None:
        self.fields = list(fields)
        self.checks = list(checks)
        super().__init__(
            _("The stage asks for more before the deal leaves it: see below.")
        )


class SuccessNotReached(DomainError):
    """The condition of success does not hold; `conditions` are all of it, met and not met."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.conditions = list(conditions)
        missing = [c.label for c in self.conditions if not c.met]
        super().__init__(
            _("It is not a success yet. Missing: %(missing)s.")
            % {"missing": ", ".join(missing)}
        )
