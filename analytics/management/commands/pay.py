"""`manage.py pay verify`: whether what pay is counted from, and the figures kept of it, agree with the books."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import verifying


class Command(BaseCommand):
    help = (
        "Compares the money counted for pay with payments, invoices and won deals, and the kept figures with what is "
        "worked out anew. “verify” tells what differs, “rebuild” also mends it; closed months are never changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deed", choices=["verify", "rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        mend = options["deed"] == "rebuild"
        found = verifying.verify(mend=mend)
        for line in found.told():
            self.stdout.write(line)
        if found.differs and not mend:
            raise CommandError("What is kept differs from the books: run “manage.py pay rebuild”.")  # fmt: skip
