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
        ("deals", "0021_stays_by_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # What is owed of the invoices of a period is told from the open ones, which are few.
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(state__in=["issued", "partly"]),
                fields=["responsible", "id", "due_on"],
                include=("client", "currency", "total", "paid", "issued_on"),
                name="invoice_owed_by_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_owed_of_person"),
    ]
