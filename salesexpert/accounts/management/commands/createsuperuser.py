from typing import Any

from django.contrib.auth.management.commands import createsuperuser


class Command(createsuperuser.Command):
    """Django's command; the e-mail is optional here, also without questions asked."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        if not options["interactive"] and options.get("email") is None:
            options["email"] = ""
        return super().handle(*args, **options)
