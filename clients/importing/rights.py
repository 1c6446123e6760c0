"""Who may load which kind of record: one right each, so that the wizard offers a person what he may load."""

from salesexpert.accounts.models import User

# {entity: the right to load it}; each app adds its own beside its target.
RIGHTS: dict[str, str] = {"client": "clients.import_clients"}


def entities_of(user: User) -> list[str]:
    """What `user` may load, in the order in which lists are usually loaded."""
    return [entity for entity, right in RIGHTS.items() if user.has_perm(right)]
