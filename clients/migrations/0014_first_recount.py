from django.db import migrations
from django.utils import timezone


def ask(apps, schema_editor):
    """A company that is at work already has its cards counted once: the sweep takes the row up."""
    if apps.get_model("clients", "Client").objects.exists():
        now = timezone.now()
        apps.get_model("clients", "Recount").objects.create(
            kind="completeness", created_at=now, heartbeat_at=now
        )


class Migration(migrations.Migration):
    dependencies = [("clients", "0013_import_traces")]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
