import django.db.models.deletion
from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

TREE = "clients_contactlink_contact_id_3e3a8480"


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("clients", "0011_keys_and_what_others_booked")]

    operations = [
        AddIndexConcurrently(
            model_name="contactlink",
            index=HashIndex(fields=["contact"], name="contact_link_of_contact"),
        ),
        AddIndexConcurrently(
            model_name="phone",
            index=HashIndex(fields=["client"], name="phone_of_client"),
        ),
        RemoveIndexConcurrently(model_name="phone", name="phone_by_client"),
        # Nothing asks for places by a range of persons. Django would drop the foreign key with its tree and check it anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {TREE}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {TREE} ON clients_contactlink (contact_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="contactlink",
                    name="contact",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="clients.contact",
                    ),
                )
            ],
        ),
    ]
