"""A column of secrets: in the database it is sealed, in Python it is what it was."""

import json
import logging
from typing import TYPE_CHECKING, Any

from django.db import models

from salesexpert.core.secrets_at_rest import Unreadable, seal, unseal

logger = logging.getLogger(__name__)


if TYPE_CHECKING:
    _Text = models.TextField[dict[str, Any], dict[str, Any]]
else:
    _Text = models.TextField


class SealedJSONField(_Text):
    """A dictionary that lies sealed in its row. One that cannot be opened any more reads as empty: it is asked for anew."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> dict[str, Any]:  # fmt: skip
        if not value:
            return {}
        try:
            found: dict[str, Any] = json.loads(unseal(value))
        except (Unreadable, ValueError):
            logger.error("%s cannot be opened: SECRET_KEY is not the one it was sealed with", self)  # fmt: skip
            return {}
        return found

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, dict) else {}

    def get_prep_value(self, value: Any) -> str:
        return seal(json.dumps(value)) if value else ""
