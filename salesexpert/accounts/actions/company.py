"""Settings of the company and locked logins."""

from datetime import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.db import transaction

from salesexpert.accounts.actions import tell
from salesexpert.accounts.models import User
from salesexpert.core import preferences


@transaction.atomic
def change(*, values: dict[str, Any], by: User, at: datetime) -> None:
    """Store changed settings; the journal keeps them under the person who changed them."""
    if values:
        preferences.put(**values)
        tell("company.changed", by, by=by, at=at, values=values)


@transaction.atomic
def unlock(*, login: str, by: User, at: datetime) -> None:
    """Forget the wrong passwords given for `login`, from every address."""
    AxesProxyHandler.reset_attempts(username=login)
    tell("login.unlocked", by, by=by, at=at, login=login)
