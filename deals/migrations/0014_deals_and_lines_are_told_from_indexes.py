from typing import Any

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


def without_its_tree(model: str, name: str, field: Any, tree: str) -> migrations.SeparateDatabaseAndState:  # fmt: skip
    """Another index begins with the column. Django would drop the foreign key with its tree and check it anew."""
    column = f"{name}_id"
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {tree}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {tree} ON deals_{model} ({column})",
            )
        ],
        state_operations=[migrations.AlterField(model_name=model, name=name, field=field)],
    )  # fmt: skip


class Migration(migrations.Migration):
    # Millions of deals and lines: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("clients", "0013_cards_are_told_from_an_index"),
        ("deals", "0013_stays_repeated_on_their_deals"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["client", "-opened_at"],
                include=("state", "closed_at", "bin"),
                name="deal_of_client",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_by_client"),
        without_its_tree(
            "deal",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deals",
                to="clients.client",
                verbose_name="client",
            ),
            "deals_deal_client_id_26543475",
        ),
        AddIndexConcurrently(
            model_name="dealline",
            index=models.Index(
                fields=["deal", "product"], include=("total",), name="line_of_deal"
            ),
        ),
        without_its_tree(
            "dealline",
            "deal",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="deals.deal",
            ),
            "deals_dealline_deal_id_0d1f9696",
        ),
    ]
