"""What holds for every table, once for all."""

import pytest
from django.apps import apps

LOWEST_FIRST = [
    "core",
    "outbox",
    "accounts",
    "audit",
    "clients",
    "pipeline",
    "deals",
    "desk",
]
# docs/decisions/0001: history is the client's, and yet every row of it names its deal in one column.
ON_RECORD = {"Activity.deal", "Activity.stage"}


@pytest.mark.parametrize("app", LOWEST_FIRST)
def test_foreign_keys_point_downwards(app):
    own = LOWEST_FIRST.index(app)
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model:
                target = field.related_model._meta.app_label
                name = f"{model.__name__}.{field.name}"
                assert target not in LOWEST_FIRST[own + 1 :] or name in ON_RECORD, name
