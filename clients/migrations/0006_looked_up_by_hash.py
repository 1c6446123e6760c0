import django.contrib.postgres.indexes
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
        ("clients", "0005_time_and_curators_are_read_from_indexes"),
        ("deals", "0008_open_deals_are_counted_in_an_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="client",
            index=models.Index(
                condition=models.Q(
                    ("archived_at__isnull", False),
                    ("bin__isnull", False),
                    _connector="OR",
                ),
                fields=["id"],
                name="client_not_live",
            ),
        ),
        AddIndexConcurrently(
            model_name="email",
            index=django.contrib.postgres.indexes.HashIndex(
                fields=["contact"], name="email_of_contact"
            ),
        ),
        AddIndexConcurrently(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("state", "new")),
                fields=["responsible"],
                name="inquiry_new",
            ),
        ),
        AddIndexConcurrently(
            model_name="phone",
            index=django.contrib.postgres.indexes.HashIndex(
                fields=["contact"], name="phone_of_contact"
            ),
        ),
        RemoveIndexConcurrently(
            model_name="email",
            name="email_by_contact",
        ),
        RemoveIndexConcurrently(
            model_name="phone",
            name="phone_by_contact",
        ),
    ]
