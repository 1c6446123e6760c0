from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("deals", "0007_files_of_long_statements")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["state"],
                condition=models.Q(("bin", None), ("state", "open")),
                name="deal_open_counted",
            ),
        ),
    ]
    operations = at_once(operations)
