from django.db import migrations
from django.utils import timezone

from mailing.presets import rows

ADDED = {"letter_en", "fax_en"}


def add_templates(apps, schema_editor):
    """A business letter and a fax in English, where the company began before there were any."""
    template = apps.get_model("mailing", "MailTemplate")
    now = timezone.now()
    known = set(template.objects.exclude(code="").values_list("code", flat=True))
    template.objects.bulk_create(
        template(**row, created_at=now, changed_at=now)
        for row in rows()
        if row["code"] in ADDED - known
    )


class Migration(migrations.Migration):
    dependencies = [("mailing", "0008_drafts_come_back")]
    operations = [migrations.RunPython(add_templates, migrations.RunPython.noop)]
