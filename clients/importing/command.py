"""What `manage.py import_clients`, `import_deals` and the like have in common."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.choices import ImportState
from clients.fields import importable
from clients.importing import running
from clients.importing.engine import (
    CREATED,
    DUPLICATE,
    POLICIES,
    REJECTED,
    UPDATED,
    Loader,
    Options,
)
from clients.importing.guessing import guess_mapping
from clients.importing.plain import PlainLoader
from clients.importing.progress import Cancelled
from clients.importing.reading import Table, open_table
from clients.importing.reasons import Reason
from clients.importing.targets import TARGETS
from clients.importing.told import Told
from clients.models import ImportJob
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import Field


class ImportCommand(BaseCommand):
    """The commands that load a table: the same options for each entity."""

    entity = "client"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", help="CSV (any usual encoding and delimiter) or XLSX"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="which field a column fills; COLUMN= leaves it out",
        )
        parser.add_argument(
            "--value",
            action="append",
            default=[],
            metavar="FIELD:FROM=TO",
            help="take one value for another",
        )
        parser.add_argument(
            "--default",
            action="append",
            default=[],
            metavar="FIELD=VALUE",
            help="for empty cells",
        )
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="add unknown names to the dictionaries",
        )
        parser.add_argument(
            "--duplicates",
            choices=POLICIES,
            default="skip",
            help="surely known records: skip, fill their empty fields, or create again",
        )
        parser.add_argument("--encoding", default="", help="instead of the guessed one")
        parser.add_argument(
            "--delimiter", default="", help="instead of the guessed one"
        )
        parser.add_argument("--user", default="", help="user name of the author")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would happen, write nothing",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )
        parser.add_argument(
            "--fields", action="store_true", help="list the field names and stop"
        )
        parser.add_argument(
            "--currency", default="", help="the currency of the sums, as USD"
        )
        parser.add_argument(
            "--process", default="", help="the process in which the deals are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fields"]:
            self._list_fields(as_json=options["json"])
            return
        if not options["file"]:
            raise CommandError(
                "the following arguments are required: FILE", returncode=2
            )
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(_("There is no file “%(name)s”.") % {"name": path})
        by = self._author(options["user"])
        try:
            table = open_table(
                path,
                encoding=options["encoding"],
                delimiter=_delimiter(options["delimiter"]),
            )
            mapping = self._mapping(table, options["map"])
            result = self._load(
                table,
                mapping,
                Options(
                    duplicates=options["duplicates"],
                    create_missing=options["create_missing"],
                    defaults=self._defaults(options),
                    replacements=_replacements(options["value"]),
                ),
                by=by,
                dry_run=options["dry_run"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}
            ) from None
        if options["json"]:
            self._print(result)
        else:
            self._tell(table, mapping, result, dry_run=options["dry_run"])

    def _author(self, username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
        return user

    def fields(self) -> Sequence[Field]:
        return importable("client")

    def loader(
        self, table: Table, mapping: dict[str, str], options: Options, **more: Any
    ) -> Loader | PlainLoader:
        return Loader(table, mapping, options, **more)

    def guess(self, table: Table) -> dict[str, str]:
        return guess_mapping(table)

    def _defaults(self, options: dict[str, Any]) -> dict[str, str]:
        """`--currency` and `--process` are defaults of the fields of that name, where there are such fields."""
        known = {item.name for item in self.fields()}
        short = {n: options[n] for n in ("currency", "process") if options[n] and n in known}  # fmt: skip
        return short | dict(_pair(text, "=") for text in options["default"])

    def _is_many(self, name: str) -> bool:
        return name == "note" or any(f.name == name and f.many for f in self.fields())

    def _mapping(self, table: Table, pairs: list[str]) -> dict[str, str]:
        mapping = self.guess(table)
        known = {
            " ".join(column.split()).casefold(): column for column in table.columns
        }
        for text in pairs:
            # a heading may hold “=” itself, a field name cannot
            heading, name = _pair(text, "=", last=True)
            column = known.get(" ".join(heading.split()).casefold())
            if column is None:
                raise DomainError(
                    _("The table has no column “%(name)s”.") % {"name": heading}
                )
            name = "" if name in {"", "-"} else name
            # the column chosen by hand takes the field from one that was guessed
            mapping = {
                c: f for c, f in mapping.items() if f != name or self._is_many(f)
            }
            mapping[column] = name
        return {column: name for column, name in mapping.items() if name}

    def _load(
        self,
        table: Table,
        mapping: dict[str, str],
        options: Options,
        *,
        by: User | None,
        dry_run: bool,
    ) -> dict[str, Any]:
        now = timezone.now()
        loader = self.loader(table, mapping, options, by=by, at=now, dry_run=dry_run)
        job = ImportJob(
            entity=self.entity,
            name=table.path.name[:255],
            state=ImportState.RUNNING,
            encoding=table.encoding,
            delimiter=table.delimiter,
            columns=table.columns,
            mapping=mapping,
            options=options.kept(),
            created_at=now,
            started_at=now,
            heartbeat_at=now,
            created_by=by,
        )
        if not dry_run:
            job.save()
        counts = dict.fromkeys((CREATED, UPDATED, DUPLICATE, REJECTED), 0)
        rejected, warnings = Told(), Told()
        for notice in table.notices:
            warnings.add(table.header_row, str(notice))
        try:
            with nullcontext() if dry_run else running.acting_for(job, by):
                for rows in loader.chunks():
                    verdicts = (
                        loader.try_chunk(rows)
                        if dry_run
                        else loader.load_chunk(job, rows)
                    )
                    for verdict in verdicts:
                        counts[verdict.outcome] += 1
                        if verdict.outcome == REJECTED:
                            reason = " ".join(str(r) for r in verdict.reasons)
                            rejected.add(verdict.row, reason)
                        else:
                            for doubt in verdict.reasons:
                                warnings.add(verdict.row, str(doubt))
                    self._progress(sum(counts.values()))
                if not dry_run:
                    if loader.settle_parents(job):
                        for row, reason in _parent_warnings(job, warnings):
                            warnings.add(row, reason)
                    running.finish(job)
        except Cancelled:
            running.stop(job)
            raise CommandError(_("The import was stopped.")) from None
        except BaseException as error:
            if not dry_run:
                running.fail(job, str(error) or type(error).__name__)
            raise
        return {
            "rows": sum(counts.values()),
            "created": counts[CREATED],
            "updated": counts[UPDATED],
            "duplicates": counts[DUPLICATE],
            "rejected": rejected,
            "warnings": warnings,
            "columns": {column: mapping.get(column, "") for column in table.columns},
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "dry_run": dry_run,
        }

    def _progress(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows}", ending="")

    def _print(self, result: dict[str, Any]) -> None:
        """The result as one line of JSON, what is said of rows written as it is read."""
        for place, (name, value) in enumerate(result.items()):
            self.stdout.write(
                f"{', ' if place else '{'}{json.dumps(name)}: ", ending=""
            )
            if isinstance(value, Told):
                for number, line in enumerate(value.lines()):
                    self.stdout.write(f"{', ' if number else '['}{line}", ending="")
                self.stdout.write("]" if len(value) else "[]", ending="")
            else:
                self.stdout.write(json.dumps(value, ensure_ascii=False), ending="")
        self.stdout.write("}")

    def _tell(
        self,
        table: Table,
        mapping: dict[str, str],
        result: dict[str, Any],
        *,
        dry_run: bool,
    ) -> None:
        labels = {item.name: item.label for item in self.fields()}
        for column in table.columns:
            field = labels.get(mapping.get(column, ""), _("not loaded"))
            self.stdout.write(f"{column} → {field}")
        self.stdout.write("")
        self.stdout.write(
            _(
                "%(rows)d rows: %(created)d created, %(updated)d updated, %(duplicates)d known already, %(rejected)d refused."
            )
            % {**result, "rejected": len(result["rejected"])}
        )
        if dry_run:
            self.stdout.write(_("This was a trial: nothing was written."))
        for heading, key in ((_("Refused"), "rejected"), (_("Warnings"), "warnings")):
            if len(result[key]):
                self.stdout.write(f"\n{heading}:")
                for item in result[key]:
                    self.stdout.write(f"{item['row']:>7}  {item['reason']}")

    def _list_fields(self, *, as_json: bool) -> None:
        fields = self.fields()
        if as_json:
            listed = [
                {"name": f.name, "label": str(f.label), "type": str(f.type)}
                for f in fields
            ]
            self.stdout.write(json.dumps(listed, ensure_ascii=False))
            return
        width = max(len(item.name) for item in fields)
        for item in fields:
            self.stdout.write(f"{item.name:<{width}}  {item.label}")


def _parent_warnings(job: ImportJob, known: Told) -> list[tuple[int, str]]:
    """Parent firms not found after the last row."""
    told = {(item["row"], item["reason"]) for item in known}
    found = []
    for row, kept in (
        job.rows.exclude(reasons=[])
        .exclude(outcome=REJECTED)
        .values_list("row", "reasons")
    ):
        for reason in kept:
            said = str(Reason.from_kept(reason))
            if (row, said) not in told:
                found.append((row, said))
    return found


def _pair(text: str, sign: str, *, last: bool = False) -> tuple[str, str]:
    before, found, after = text.rpartition(sign) if last else text.partition(sign)
    if not found:
        raise CommandError(
            f"“{text}”: expected two parts with “{sign}” between them", returncode=2
        )
    return before.strip(), after.strip()


def _replacements(texts: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        field, rest = _pair(text, ":")
        before, after = _pair(rest, "=")
        found.setdefault(field, {})[before] = after
    return found


def _delimiter(text: str) -> str:
    return {"tab": "\t", "\\t": "\t"}.get(text.lower(), text[:1])


class TargetCommand(ImportCommand):
    """Loads into the declared target of `entity`."""

    def fields(self) -> Sequence[Field]:
        return TARGETS[self.entity].fields

    def loader(
        self, table: Table, mapping: dict[str, str], options: Options, **more: Any
    ) -> PlainLoader:
        return PlainLoader(TARGETS[self.entity], table, mapping, options, **more)

    def guess(self, table: Table) -> dict[str, str]:
        return guess_mapping(table, self.fields())
