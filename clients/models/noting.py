"""Triggers that note which cards must be compared anew, whoever changes them: page, import, task or command."""

from collections.abc import Callable, Sequence
from typing import Any

import pgtrigger
from django.db import models

_NOTE = "INSERT INTO clients_changedcard (client_id)"


def noted(
    *, columns: Sequence[str], of: str = "client"
) -> Callable[[type[models.Model]], type[models.Model]]:
    """Class decorator: a change of the model's rows is noted for the card they belong to.

    `of` says whose they are: "self" is the card itself, "client" its rows, "either" rows of a card or of a person. A
    change counts when one of `columns`, names of fields, differs.
    """
    body = {
        "self": f"{_NOTE} VALUES (row_.id);",
        "client": f"{_NOTE} VALUES (row_.client_id);",
        "either": (
            f"IF row_.client_id IS NOT NULL THEN {_NOTE} VALUES (row_.client_id);"
            f" ELSE {_NOTE} SELECT l.client_id FROM clients_contactlink l WHERE l.contact_id = row_.contact_id;"
            " END IF;"
        ),
    }[of]

    def trigger(
        name: str, operation: pgtrigger.Operation, row: str, **more: Any
    ) -> pgtrigger.Trigger:
        return pgtrigger.Trigger(
            name=f"noted_{name}",
            when=pgtrigger.After,
            operation=operation,
            func=f"{body.replace('row_', row)} RETURN NULL;",
            **more,
        )

    def decorate(model: type[models.Model]) -> type[models.Model]:
        written = [model._meta.get_field(name).column for name in columns]  # type: ignore[union-attr]
        triggers = [
            trigger("insert", pgtrigger.Insert, "NEW"),
            trigger(
                "update",
                pgtrigger.UpdateOf(*written),
                "NEW",
                condition=pgtrigger.AnyChange(*columns),
            ),
        ]
        if of != "self":
            triggers.append(trigger("delete", pgtrigger.Delete, "OLD"))
        return pgtrigger.register(*triggers)(model)

    return decorate
