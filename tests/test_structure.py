"""What holds for every table, once for all."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from salesexpert.celery import app as worker

LOWEST_FIRST = [
    "core",
    "outbox",
    "accounts",
    "audit",
    "notices",
    "clients",
    "pipeline",
    "deals",
    "mailing",
    "analytics",
    "telephony",
    "desk",
]
# docs/decisions/0001: history is the client's, and yet every row of it names its deal in one column.
ON_RECORD = {
    "Activity.deal", "Activity.stage", "Inquiry.deal",
    "OwnValue.deal", "OwnValueEvent.deal",
}  # fmt: skip


@pytest.mark.parametrize("app", LOWEST_FIRST)
def test_foreign_keys_point_downwards(app):
    own = LOWEST_FIRST.index(app)
    for model in apps.get_app_config(app).get_models():
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model:
                target = field.related_model._meta.app_label
                name = f"{model.__name__}.{field.name}"
                assert target not in LOWEST_FIRST[own + 1 :] or name in ON_RECORD, name


def test_a_migration_of_many_operations_does_them_at_once():
    """Each operation of its own renders all models anew: see salesexpert/core/migrating.py, one line mends it."""
    loader = MigrationLoader(connection=None, ignore_no_migrations=True)
    for (app, name), migration in loader.disk_migrations.items():
        if app in LOWEST_FIRST:
            assert len(migration.operations) <= 24, f"{app}.{name}"


def test_a_worker_knows_every_task_that_beat_rings_for():
    worker.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(worker.tasks)  # fmt: skip
