from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from salesexpert.desk.backup.archive import BackupRefused
from salesexpert.desk.backup.taking import back_up


class Command(BaseCommand):
    help = "Write the whole company, database and files, into one file; people may work meanwhile."
    requires_system_checks: list[str] = []  # a backup is due whatever is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the file to write; it must not exist yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        try:
            manifest = back_up(
                target,
                at=timezone.localtime(),
                progress=lambda text: self.stderr.write(f"backup: {text}"),
            )
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Backed up to {target}: {sum(manifest.counts.values()):,} rows of {len(manifest.counts)} tables,"
            f" {len(manifest.files):,} files, {target.stat().st_size / 2**20:,.1f} MiB."
        )
        self.stdout.write(
            "The file holds everything, the secret key too: keep it as you keep the company's papers."
        )
