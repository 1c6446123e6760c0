from django.db import migrations

from analytics import funnel_sql


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_months_lie_close"),
        ("deals", "0013_stays_repeated_on_their_deals"),
    ]

    operations = [
        migrations.RunSQL(funnel_sql.WITH_REFUSALS, migrations.RunSQL.noop),
        # Of a base that has deals already the months are counted anew; until then the facts answer.
        migrations.RunSQL(funnel_sql.MARK_ALL, migrations.RunSQL.noop),
    ]
