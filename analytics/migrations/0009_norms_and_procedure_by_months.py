from django.db import migrations

from analytics import funnel_sql


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_day_changes"),
        ("deals", "0020_figures_of_a_person_from_indexes"),
    ]

    operations = [
        migrations.RunSQL(funnel_sql.WITH_PROCEDURE, migrations.RunSQL.noop),
        # Of a base that has deals already the months are counted anew; until then the facts answer.
        migrations.RunSQL(funnel_sql.MARK_ALL, migrations.RunSQL.noop),
    ]
