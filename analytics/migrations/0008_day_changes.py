from typing import Any

from django.db import migrations, models
from django.utils import timezone

import deals.models.money
from analytics import rollup_sql
from salesexpert.core.migrating import at_once

# What was only marked as changed is counted a last time as marks were counted; from here on each change says itself what it adds.
MARKED = """(
    SELECT m.user_id, m.day, m.day::timestamp AT TIME ZONE %(zone)s AS since, (m.day + 1)::timestamp AT TIME ZONE %(zone)s AS until
    FROM (SELECT DISTINCT user_id, (at AT TIME ZONE %(zone)s)::date AS day FROM analytics_changedday) AS m
) AS p"""
DAYS = f"""
INSERT INTO analytics_personday (user_id, day, currency, new_cards, opened, won, lost, priced, revenue, margin, cycle_days, cycled)
SELECT user_id, day, currency, sum(new_cards), sum(opened), sum(won), sum(lost), sum(priced), sum(revenue), sum(margin), sum(cycle_days), sum(cycled)
FROM (
    SELECT p.user_id, p.day, r.currency, 0 AS new_cards, 1 AS opened, 0 AS won, 0 AS lost, 0 AS priced, 0 AS revenue, 0 AS margin,
        0 AS cycle_days, 0 AS cycled
    FROM {MARKED} CROSS JOIN LATERAL (SELECT * FROM deals_deal
        WHERE responsible_id = p.user_id AND opened_at >= p.since AND opened_at < p.until AND bin_id IS NULL OFFSET 0) AS r
    UNION ALL
    SELECT p.user_id, p.day, r.currency, 0, 0, (r.state = 'won')::int, (r.state = 'lost')::int, (r.state = 'won' AND r.amount IS NOT NULL)::int,
        CASE WHEN r.state = 'won' THEN coalesce(r.amount, 0) ELSE 0 END, CASE WHEN r.state = 'won' THEN coalesce(r.margin, 0) ELSE 0 END,
        CASE WHEN r.state = 'won' AND r.opened_at IS NOT NULL THEN p.day - (r.opened_at AT TIME ZONE %(zone)s)::date ELSE 0 END,
        (r.state = 'won' AND r.opened_at IS NOT NULL)::int
    FROM {MARKED} CROSS JOIN LATERAL (SELECT * FROM deals_deal
        WHERE responsible_id = p.user_id AND closed_at >= p.since AND closed_at < p.until AND bin_id IS NULL OFFSET 0) AS r
    UNION ALL
    SELECT p.user_id, p.day, '', 1, 0, 0, 0, 0, 0, 0, 0, 0
    FROM {MARKED} CROSS JOIN LATERAL (SELECT * FROM clients_client
        WHERE created_by_id = p.user_id AND created_at >= p.since AND created_at < p.until AND bin_id IS NULL OFFSET 0) AS r
) AS facts GROUP BY 1, 2, 3"""
CONTACTS = f"""
INSERT INTO analytics_contactday (user_id, day, kind_id, done)
SELECT p.user_id, p.day, r.kind_id, count(*)
FROM {MARKED} CROSS JOIN LATERAL (SELECT * FROM clients_activity
    WHERE performer_id = p.user_id AND done_at >= p.since AND done_at < p.until
        AND status = 'done' AND bin_id IS NULL AND client_id IS NOT NULL OFFSET 0) AS r
GROUP BY 1, 2, 3"""


def change_over(_apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        # First whoever counts, then whoever writes, as a refresh does.
        cursor.execute("SELECT pg_advisory_xact_lock(730511902)")
        cursor.execute(rollup_sql.REMOVE)
        zone = {"zone": timezone.get_default_timezone_name()}
        for table in ("personday", "contactday"):
            cursor.execute(
                f"DELETE FROM analytics_{table} AS t USING {MARKED} WHERE t.user_id = p.user_id AND t.day = p.day",
                zone,
            )
        cursor.execute(DAYS, zone)
        cursor.execute(CONTACTS, zone)
        cursor.execute("DELETE FROM analytics_changedday")
        cursor.execute(rollup_sql.INSTALL)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_money_by_days")]

    operations = [
        migrations.CreateModel(
            name="DayChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("n", models.SmallIntegerField()),
                ("user_id", models.BigIntegerField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=8, null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                (
                    "amount",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, null=True
                    ),
                ),
                (
                    "margin",
                    deals.models.money.MoneyField(
                        decimal_places=2, max_digits=14, null=True
                    ),
                ),
                ("made_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("kind_id", models.BigIntegerField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AlterField("contactday", "done", models.IntegerField()),
        *(
            migrations.AlterField("personday", name, models.IntegerField(default=0))
            for name in (
                "new_cards",
                "opened",
                "won",
                "lost",
                "priced",
                "cycle_days",
                "cycled",
            )
        ),
        migrations.RunPython(change_over),
        # Workers of the version before look into the table until they are started anew, and find nothing; a later version drops it.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="ChangedDay")]
        ),
    ]
    operations = at_once(operations)
