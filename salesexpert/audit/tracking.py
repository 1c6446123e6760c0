"""How models say that their fields are journalled."""

from typing import Any

import pghistory
from django.db import models


def tracked(**options: Any) -> Any:
    """Class decorator: every insert, update and delete of the model becomes an event row, whoever makes it, by trigger."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # None is taken, the types forget it
        obj_field=pghistory.ObjForeignKey(
            related_name="events",
            related_query_name="event",
            db_constraint=False,
            on_delete=models.DO_NOTHING,
        ),
        append_only=True,
        **options,
    )
