"""Migrations of a wide, closely knit base in seconds.

Django renders a model anew after every operation, and with it every model that can be reached by its relations. Here
nearly all models reach each other, so a migration of four hundred operations rendered the whole base four hundred
times: most of a minute for an empty company. What the operations tell the database stays as it is.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps
from pgtrigger.migrations import AddTrigger, RemoveTrigger

TABLES = (migrations.CreateModel,)
# They look for what they remove in the state before, for what they add in the state after, and for nothing between.
ADDED_MARKS = (
    *(migrations.AddIndex, AddIndexConcurrently, migrations.AddConstraint),
    AddTrigger,
)
REMOVED = (
    *(migrations.RemoveIndex, RemoveIndexConcurrently, migrations.RemoveConstraint),
    RemoveTrigger,
)
ADDED = (migrations.AddField, *ADDED_MARKS)
# Lists of a model that no field and no other model depends on.
MARKS = (*ADDED_MARKS, *REMOVED)
LISTS_OF_MARKS = ("indexes", "constraints", "triggers")
# Each field once, as `makemigrations` writes them.
ALTERED = (migrations.AlterField,)


class AtOnce(Operation):
    """Several operations between two states: the models are rendered before the first and after the last."""

    serialization_expand_args = ["operations"]

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        return all(operation.reversible for operation in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # What is not rendered yet is not rendered anew.
        rendered: StateApps | None = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered is not None and all(
            isinstance(operation, MARKS) for operation in self.operations
        ):
            self._mark(app_label, state, rendered)
            state.__dict__["apps"] = rendered

    def _mark(self, app_label: str, state: ProjectState, rendered: StateApps) -> None:
        """Put the lists that changed into the models as they are rendered already."""
        for name in {operation.model_name_lower for operation in self.operations}:  # type: ignore[attr-defined]
            options = state.models[app_label, name].options
            meta = rendered.get_model(app_label, name)._meta
            for mark in LISTS_OF_MARKS:
                if mark in options:
                    setattr(meta, mark, list(options[mark]))

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in reversed(self.operations):
            # A constraint that was added is taken away where its fields still are.
            where = from_state if isinstance(operation, ADDED) else to_state
            operation.database_backwards(app_label, schema_editor, from_state, where)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def waits_less(model_name: str, index: GinIndex) -> migrations.SeparateDatabaseAndState:
    """Set how much may wait to be sorted into an index that stands, without building it anew.

    What waits already is sorted in by the next writing.
    """
    kib = index.gin_pending_list_limit  # type: ignore[attr-defined]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER INDEX {index.name} SET (gin_pending_list_limit = {kib})",
                f"ALTER INDEX {index.name} RESET (gin_pending_list_limit)",
            )
        ],
        state_operations=at_once(
            [
                migrations.RemoveIndex(model_name, index.name),
                migrations.AddIndex(model_name, index),
            ]
        ),
    )


def at_once(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations in the same order; neighbours that need not see each other's work are done at once.

    Write `operations = at_once(operations)` below the list that `makemigrations` wrote.
    """

    def kind(operation: Operation) -> str:
        if isinstance(operation, TABLES):
            return "table"
        if isinstance(operation, ALTERED):
            return "field"
        if isinstance(operation, ADDED + REMOVED):
            return "part"
        return f"alone {id(operation)}"

    gathered: list[Operation] = []
    for _, group in groupby(operations, key=kind):
        together = list(group)
        alone = len(together) == 1 and not isinstance(together[0], MARKS)
        gathered.append(together[0] if alone else AtOnce(together))
    return gathered


def without_its_tree(table: str, name: str, field: Any, tree: str) -> migrations.SeparateDatabaseAndState:  # fmt: skip
    """Another index begins with the column of this foreign key, so that its own goes.

    Django would drop the foreign key with its tree and check it anew. Only in a migration that is not atomic.
    """
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {tree}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {tree} ON {table} ({name}_id)",
            )
        ],
        state_operations=[
            migrations.AlterField(
                model_name=table.split("_", 1)[1], name=name, field=field
            )
        ],
    )
