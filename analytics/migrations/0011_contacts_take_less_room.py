from django.conf import settings
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("analytics", "0010_days_lie_close"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="contactday",
            index=models.Index(
                fields=["user", "day"],
                include=("done", "kind"),
                name="contact_day_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="contactday", name="contact_day_summed"),
        # The parts of norms and procedure were put between the others.
        migrations.RunSQL(
            "REINDEX INDEX CONCURRENTLY funnel_month_once", migrations.RunSQL.noop
        ),
    ]
