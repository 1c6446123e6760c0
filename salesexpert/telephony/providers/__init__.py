"""The exchanges we understand. A further one is a module with a `PROVIDER` and a line here."""

from salesexpert.telephony.providers import ami, generic, mango
from salesexpert.telephony.providers.base import Provider

ALL: dict[str, Provider] = {
    module.PROVIDER.code: module.PROVIDER for module in (generic, mango, ami)
}


def provider_of(code: str) -> Provider:
    """The provider; of a code that is no more, one that takes nothing."""
    return ALL.get(code) or Provider(code, code, "")
