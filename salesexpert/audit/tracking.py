"""How models say that their fields are journalled."""

from collections.abc import Callable, Sequence
from typing import Any

import pghistory
from django.db import models
from django.db.models import F
from django.db.models.fields.json import KeyTransform


def tracked(
    *, of: Sequence[str] = (), trackers: Sequence[Any] = (), **options: Any
) -> Callable[[type[models.Model]], type[models.Model]]:
    """Class decorator: every insert, update and delete of the model becomes an event row, whoever makes it, by trigger.

    `of` names the foreign keys to the objects whose journal shows these events (a phone's are its client's). `exclude`
    names fields that are not journalled, `trackers` further events of pghistory.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        name = model._meta.model_name
        newest_first = (F("pgh_created_at").desc(), F("pgh_id").desc())
        indexes = [
            models.Index(F("pgh_obj"), F("pgh_id").desc(), name=f"{name}_ev_obj"),
            models.Index(*newest_first, name=f"{name}_ev_time"),
            models.Index(
                KeyTransform("user", "pgh_context"),
                *newest_first,
                name=f"{name}_ev_user",
            ),
            *(
                models.Index(F(field), *newest_first, name=f"{name}_ev_{field}")
                for field in of
            ),
        ]
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            *trackers,
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # as its documentation says
            obj_field=pghistory.ObjForeignKey(
                related_name="events",
                related_query_name="event",
                db_constraint=False,
                db_index=False,
                on_delete=models.DO_NOTHING,
            ),
            append_only=True,
            meta={"indexes": indexes},
            **options,
        )(model)

    return decorate
