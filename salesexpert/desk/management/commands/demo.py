from argparse import ArgumentTypeError
from datetime import date
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from salesexpert.desk.demo.load import NotEmpty, load
from salesexpert.desk.demo.scales import SCALES


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no date; write 2026-11-20.") from error


class Command(BaseCommand):
    """The same seed and `--until` give the same base, ids included."""

    help = "Load a plainly invented company with two years of work into an empty base."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), required=True)
        parser.add_argument(
            "--seed",
            type=int,
            default=1,
            help="another number, another company (default 1)",
        )
        parser.add_argument(
            "--until",
            type=_day,
            help="the day the company has lived to, as 2026-11-20 (default today)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scale = SCALES[options["scale"]]
        until = options["until"] or timezone.localdate()
        started = monotonic()
        shows = self.stderr.isatty() if hasattr(self.stderr, "isatty") else False

        def progress(text: str) -> None:
            self.stderr.write(f"demo: {text}", ending="\r" if shows else "\n")

        try:
            counts = load(scale, seed=options["seed"], until=until, progress=progress)
        except NotEmpty as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        self.stdout.write(
            f"Demo company loaded ({scale.name}, until {until}) in {monotonic() - started:.1f} s: {rows}."
        )
