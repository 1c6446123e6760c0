from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # A million cards: their index is built beside the work, outside a transaction.
    atomic = False

    dependencies = [("clients", "0012_places_and_numbers_by_hash")]

    operations = [
        AddIndexConcurrently(
            model_name="client",
            index=models.Index(
                fields=["id"],
                include=(
                    *("region", "industry", "group", "relationship", "curator"),
                    *("source", "initiative", "first_contact_at"),
                ),
                name="client_told",
            ),
        ),
    ]
