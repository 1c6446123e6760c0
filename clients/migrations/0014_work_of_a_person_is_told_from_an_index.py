from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    # Ten million activities: built beside the work, outside a transaction.
    atomic = False

    dependencies = [("clients", "0013_cards_are_told_from_an_index")]

    operations = [
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                fields=["performer", "done_at", "id"],
                include=(
                    "minutes",
                    "kind",
                    "deal",
                    "client",
                    "direction",
                    "relationship",
                    "result",
                ),
                condition=models.Q(bin=None, status="done"),
                name="activity_done_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="activity", name="activity_time_done"),
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                fields=["performer", "done_at"],
                include=("kind", "client"),
                condition=models.Q(bin=None, status="done", summary=""),
                name="activity_silent_of_person",
            ),
        ),
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                fields=["deal", "-feed_at"],
                include=("kind", "status", "bin"),
                condition=models.Q(deal__isnull=False),
                name="activity_of_deal",
            ),
        ),
        RemoveIndexConcurrently(model_name="activity", name="activity_by_deal"),
    ]
