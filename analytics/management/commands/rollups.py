from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import rollups


class Command(BaseCommand):
    help = "Refresh the sums by day, month and person from which long periods are read; verify them against the facts, or rebuild them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--verify", action="store_true", help="compare with the facts; fails if anything differs")  # fmt: skip
        way.add_argument("--rebuild", action="store_true", help="count everything anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"Counted anew: {rollups.rebuild():,} rows.")
        elif options["verify"]:
            differences = rollups.verify()
            for found in differences[:50]:
                self.stdout.write(f"{found.day} user {found.user}: {found.what}")
            if differences:
                raise CommandError(f"{len(differences):,} days differ from the facts: manage.py rollups --rebuild")  # fmt: skip
            self.stdout.write("The rollups agree with the facts.")
        else:
            self.stdout.write(f"Refreshed: {rollups.catch_up():,} days and deals.")
