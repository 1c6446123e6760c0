from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "default_permissions": (),
                "ordering": ["last_name", "first_name", "username"],
                "permissions": [
                    ("manage_users", "Add and change users and departments"),
                    ("manage_roles", "Change roles and their rights"),
                    ("manage_company", "Change the company's settings"),
                    ("view_journal", "Read the journal of the whole company"),
                    ("view_figures", "Read the figures of all departments"),
                    ("view_team_figures", "Read the figures of one's own department"),
                ],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        )
    ]
