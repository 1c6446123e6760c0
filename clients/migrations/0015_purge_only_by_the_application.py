from django.db import migrations


class Migration(migrations.Migration):
    """Who may call the owner's function is said by `core.roles`, as for every other one."""

    dependencies = [("clients", "0014_first_recount")]
    operations = [
        migrations.RunSQL(
            "REVOKE ALL ON FUNCTION purge_relationship_moves(bigint) FROM PUBLIC",
            "GRANT EXECUTE ON FUNCTION purge_relationship_moves(bigint) TO PUBLIC",
        )
    ]
