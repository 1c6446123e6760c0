from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

NAME = "ownvalue_once_per_deal"


class Migration(migrations.Migration):
    # Indexes are built beside the work only outside a transaction.
    atomic = False

    dependencies = [("clients", "0007_own_fields_of_deals")]

    operations = [
        AddIndexConcurrently(
            model_name="ownvalueevent",
            index=models.Index(
                models.F("deal"),
                models.OrderBy(models.F("pgh_created_at"), descending=True),
                models.OrderBy(models.F("pgh_id"), descending=True),
                name="ownvalue_ev_deal",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {NAME}"
                    " ON clients_ownvalue (deal_id, field_id) WHERE deal_id IS NOT NULL",
                    f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="ownvalue",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("deal__isnull", False)),
                        fields=("deal", "field"),
                        name=NAME,
                    ),
                )
            ],
        ),
    ]
