import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Dropped beside the work, outside a transaction; of itself Django would check the foreign key of all promises anew.
    atomic = False

    dependencies = [
        ("deals", "0028_people_of_stays_by_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="paymentpromise",
                    name="made_by",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS deals_paymentpromise_made_by_id_5c00c924",
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS deals_paymentpromise_made_by_id_5c00c924 ON deals_paymentpromise (made_by_id)",
                ),
            ],
        ),
    ]
    operations = at_once(operations)
