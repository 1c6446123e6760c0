from django.db import migrations

# People, roles and departments that were there before their triggers: without a first snapshot their first change
# could not say what it was before.
TABLES = [
    ("accounts_department", "audit_trackeddepartmentevent"),
    ("accounts_role", "audit_trackedroleevent"),
    ("accounts_user", "audit_trackeduserevent"),
]


def take(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, events in TABLES:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND table_name = %s AND column_name NOT LIKE 'pgh\\_%%'",
                [events],
            )
            columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
            cursor.execute(
                f"INSERT INTO {events} (pgh_created_at, pgh_label, pgh_obj_id, {columns}) "
                f"SELECT now(), 'insert', id, {columns} FROM {table} t "
                f"WHERE NOT EXISTS (SELECT 1 FROM {events} e WHERE e.pgh_obj_id = t.id)"
            )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_tables"),
        ("accounts", "0002_roles"),
    ]

    operations = [migrations.RunPython(take, migrations.RunPython.noop, elidable=True)]
