import json
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.actions.statements import Loaded, load_statement
from deals.bank.reading import LARGEST_BYTES
from deals.bank.wording import sentence
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number


class Command(BaseCommand):
    help = "Load a bank statement (1CClientBankExchange): sure payments are booked to invoices, the rest is left to a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file of the bank")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as stream:
                data = stream.read(LARGEST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        try:
            done = load_statement(
                data, file_name=path.name, by=None, at=timezone.now(), whole=True
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(outcome(done), ensure_ascii=False, indent=1))
            return
        self._say(done)

    def _say(self, done: Loaded) -> None:
        figures = done.figures
        self.stdout.write(
            _("Documents: %(documents)d; came in %(count)d for %(sum)s.")
            % {"documents": figures["documents"], **_shown(figures["incoming"])}
        )
        self.stdout.write(
            _("Paid out %(count)d for %(sum)s.") % _shown(figures["outgoing"])
        )
        if figures["own_transfers"]["count"]:
            self.stdout.write(
                _("Between own accounts %(count)d for %(sum)s.")
                % _shown(figures["own_transfers"])
            )
        self.stdout.write(
            _("Booked to invoices: %(matched)d; left to a person: %(unmatched)d; loaded before: %(repeated)d.")
            % {"matched": done.matched, "unmatched": done.unmatched, "repeated": done.repeated}
        )  # fmt: skip
        for warning in done.warnings:
            self.stdout.write(f"! {sentence(warning)}")


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return {"count": one["count"], "sum": number(Decimal(one["sum"]))}


def outcome(done: Loaded) -> dict[str, Any]:
    return {
        **done.figures,
        "matched": done.matched,
        "unmatched": done.unmatched,
        "repeated": done.repeated,
        "warnings": [{**w, "reason": sentence(w)} for w in done.warnings],
    }
