"""A message from standard input: what a mail server pipes to us instead of keeping it in a mailbox."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mailing.actions import incoming
from mailing.incoming import reading


class Command(BaseCommand):
    help = "Enters a message from standard input if it answers one of our letters; other mail changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        found = reading.read(sys.stdin.buffer.read(50 * 1024 * 1024))
        row = incoming.take(found, mailbox=None, at=timezone.now())
        self.stdout.write(row.get_kind_display() if row else "-")
