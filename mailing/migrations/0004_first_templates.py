from django.db import migrations
from django.utils import timezone

from mailing.presets import rows


def add_templates(apps, schema_editor):
    """Letters with papers that a new company can send at once."""
    template = apps.get_model("mailing", "MailTemplate")
    now = timezone.now()
    known = set(template.objects.exclude(code="").values_list("code", flat=True))
    template.objects.bulk_create(
        template(**row, created_at=now, changed_at=now)
        for row in rows()
        if row["code"] not in known
    )


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_tables")]
    operations = [migrations.RunPython(add_templates, migrations.RunPython.noop)]
