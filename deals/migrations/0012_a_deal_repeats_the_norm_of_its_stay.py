from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    dependencies = [("deals", "0011_little_waits_for_search")]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="norm_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="deal",
            name="paused",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
    operations = at_once(operations)
