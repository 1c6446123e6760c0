import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import plain
from analytics.asked import EARLIEST, LATEST, Asked
from analytics.reports import FORMATS, REPORTS, report
from analytics.scope import scope_of, within
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no date; write 2026-11-20.") from error
    if not EARLIEST <= found <= LATEST:
        raise ArgumentTypeError(
            f"“{text}” is no day of a company’s books: from {EARLIEST} to {LATEST}."
        )
    return found


class Command(BaseCommand):
    help = "Print a report: the same figures as its page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "name", help=f"one of: {', '.join([*REPORTS, *plain.REPORTS])}"
        )
        parser.add_argument("--since", type=_day, help="first day of the period")
        parser.add_argument("--until", type=_day, help="first day after the period")
        parser.add_argument(
            "--at",
            type=_day,
            help="for what is told of a day (open_age, stalled, forecast, cash, paying): on which",
        )
        parser.add_argument(
            "--by",
            default="",
            help="agent, manager, department, office, region, sector, product, client, month, quarter, a dimension of your own;"
            " several with commas",
        )
        parser.add_argument("--process", default="", help="for the funnel: name or id of the process")  # fmt: skip
        parser.add_argument("--way", choices=("entry", "exit"), default="entry", help="for the funnel")  # fmt: skip
        parser.add_argument("--step", choices=("week", "month"), default="week", help="for cash")  # fmt: skip
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--user", default="", help="only what this user may read, and only the figures of his people")  # fmt: skip
        parser.add_argument("--output", default="", help="a file instead of the terminal")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        scope = user = None
        if options["user"]:
            user = User.objects.filter(username__iexact=options["user"]).first()
            if user is None:
                raise CommandError(f"There is no user “{options['user']}”.")
            people = within(scope_of(user).people, "responsible")
            scope = Deal.objects.visible_to(user).filter(**people)
        asked = Asked(
            since=options["since"],
            until=options["until"],
            at=options["at"],
            by=[part.strip() for part in options["by"].split(",") if part.strip()],
            scope=scope,
            user=user,
            process=options["process"],
            way=options["way"],
            step=options["step"],
        )
        try:
            made = report(options["name"], asked)
        except DomainError as error:
            raise CommandError(str(error)) from None
        told = getattr(made, f"as_{options['format']}")()
        if options["output"]:
            data = told if isinstance(told, bytes) else told.encode()
            Path(options["output"]).write_bytes(data)
        elif isinstance(told, bytes):
            sys.stdout.buffer.write(told)
        else:
            self.stdout.write(told, ending="" if told.endswith("\n") else "\n")
