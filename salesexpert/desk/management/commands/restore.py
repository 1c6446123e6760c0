from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesexpert.desk.backup.archive import BackupRefused
from salesexpert.desk.backup.restoring import foreign_secret, restore


class Command(BaseCommand):
    help = "Put a backup in place of an empty company, or of any with --replace."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []  # the database may have no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what “manage.py backup” wrote")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="throw away what this company has",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(
                options["file"],
                replace=options["replace"],
                progress=lambda text: self.stderr.write(f"restore: {text}"),
            )
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Restored the company “{manifest.company}” as of {manifest.made_at}:"
            f" {sum(manifest.counts.values()):,} rows, {len(manifest.files):,} files."
        )
        if foreign_secret(manifest):
            kept = settings.EMBEDDED or (settings.DATA_DIR / "secret_key").exists()
            self.stdout.write(
                "The backup came with its secret key, now in the data folder: start the product anew."
                if kept
                else "The backup was sealed with another SECRET_KEY: set the old one, or second factors have to be enrolled anew."
            )
