from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Millions of rows: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [("clients", "0010_what_deals_say_is_erased")]

    operations = [
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                condition=models.Q(
                    ("bin", None),
                    ("status", "planned"),
                    models.Q(("created_by", models.F("performer")), _negated=True),
                ),
                fields=["performer", "planned_at", "id"],
                name="activity_booked_by_others",
            ),
        ),
        AddIndexConcurrently(
            model_name="client",
            index=HashIndex(fields=["id"], name="client_key"),
        ),
        AddIndexConcurrently(
            model_name="contact",
            index=HashIndex(fields=["id"], name="contact_key"),
        ),
    ]
    operations = at_once(operations)
