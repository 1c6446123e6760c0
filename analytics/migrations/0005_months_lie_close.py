from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("analytics", "0004_team_ranking")]

    operations = [
        # Months were written in no order, so half of each block of their index is empty. They are written in its order now.
        migrations.RunSQL(
            "REINDEX INDEX CONCURRENTLY funnel_month_once", migrations.RunSQL.noop
        ),
    ]
