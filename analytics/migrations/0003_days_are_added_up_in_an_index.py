from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("analytics", "0002_funnel_by_months"),
        ("clients", "0005_time_and_curators_are_read_from_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="contactday",
            index=models.Index(
                fields=["user", "day"],
                include=("kind", "done"),
                name="contact_day_summed",
            ),
        ),
        AddIndexConcurrently(
            model_name="personday",
            index=models.Index(
                fields=["user", "day"],
                include=(
                    "currency",
                    "new_cards",
                    "opened",
                    "won",
                    "lost",
                    "priced",
                    "revenue",
                    "margin",
                    "cycle_days",
                    "cycled",
                ),
                name="person_day_summed",
            ),
        ),
    ]
