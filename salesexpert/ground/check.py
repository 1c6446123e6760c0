"""`make check`: everything that can be said of the code without running its tests.

Each check says its name and whether it holds; what is wrong is shown at once. All of them run, so
that one round shows all there is to mend. `make check ARGS="lint types"` runs the named ones.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from salesexpert.ground.bootstrap import ROOT, SetupError, end_with_parent, say
from salesexpert.ground.sources import app_folders
from salesexpert.ground.suite import passing_services

PYTHON = Path(sys.executable)
TOOLS = PYTHON.parent
# The environment's own settings are those of a person's product, not of the check.
OF_THE_PRODUCT = ("DATABASE_OWNER_URL", "DEBUG", "PUBLIC_URL", "SECRET_KEY")


class Workshop:
    """Runs programs for the checks and keeps what they said."""

    def __init__(self, environment: dict[str, str]) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in OF_THE_PRODUCT}
        self.environment = kept | environment

    def run(
        self, *command: str | Path, cwd: Path = ROOT, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [os.fspath(part) for part in command],
            cwd=cwd,
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            preexec_fn=end_with_parent(),
        )

    def faults_of(self, *command: str | Path, cwd: Path = ROOT, **extra: str) -> str:
        """What the command said if it failed, else nothing."""
        done = self.run(*command, cwd=cwd, **extra)
        return done.stdout.strip() or "failed without a word" if done.returncode else ""

    def manage(self, *arguments: str) -> str:
        return self.faults_of(PYTHON, "manage.py", *arguments)


def format_(shop: Workshop) -> str:
    """The code is formatted."""
    return shop.faults_of(TOOLS / "ruff", "format", "--check", ".")


def lint(shop: Workshop) -> str:
    """Lint finds nothing."""
    return shop.faults_of(TOOLS / "ruff", "check", ".")


def types(shop: Workshop) -> str:
    """The types agree."""
    # Its plugin reads the settings itself, those that pyproject.toml names.
    return shop.faults_of(
        TOOLS / "mypy", DJANGO_SETTINGS_MODULE="salesexpert.settings", SECRET_KEY="-"
    )


def imports(shop: Workshop) -> str:
    """Imports point down the house."""
    return shop.faults_of(TOOLS / "lint-imports", "--no-logo")


def templates(shop: Workshop) -> str:
    """Templates are sound."""
    return shop.faults_of(TOOLS / "djlint", "templates", "--lint", "--quiet")


def deployment(shop: Workshop) -> str:
    """Django's own checks, those for a deployment too, have nothing to say."""
    return shop.manage("check", "--deploy", "--fail-level", "WARNING")


def migrations(shop: Workshop) -> str:
    """Migrations are complete, run on an empty database, and are safe for a running product."""
    return (
        shop.manage("makemigrations", "--check", "--dry-run")
        or shop.manage("migrate", "-v0")
        or shop.manage("check", "--database", "default", "--fail-level", "WARNING")
        or shop.manage(
            "lintmigrations", "--quiet", "ok", "ignore", "warning", "--no-cache"
        )
    )


def translations(shop: Workshop) -> str:
    """Every string has its Russian translation, and the catalogue holds no other."""
    if not shutil.which("xgettext"):
        raise SetupError(
            "translations: gettext is missing (sudo apt-get install gettext)"
        )
    faults: list[str] = []
    for domain in ("django", "djangojs"):
        committed = _catalogue(ROOT, domain)
        if domain == "django" or committed.exists():
            faults += _faults_of_catalogue(shop, domain, committed)
    if faults:
        faults.append(
            "“make messages” brings the catalogues up to date; then translate."
        )
    return "\n".join(faults)


def _faults_of_catalogue(shop: Workshop, domain: str, committed: Path) -> Iterator[str]:
    from babel.messages.pofile import read_po

    with tempfile.TemporaryDirectory() as folder:
        said = extract(shop, domain, Path(folder))
        if said:
            yield said
            return
        with open(_catalogue(Path(folder), domain), "rb") as file:
            wanted = {(m.context, m.id): m for m in read_po(file) if m.id}
    with open(committed, "rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    present = {(m.context, m.id): m for m in catalogue if m.id}
    for key, message in wanted.items():
        found = present.pop(key, None)
        where = f"{message.locations[0][0]}: " if message.locations else ""
        text = message.id if isinstance(message.id, str) else message.id[0]
        if found is None:
            yield f"{where}not in {committed.name}: “{text}”"
            continue
        strings = [found.string] if isinstance(found.string, str) else found.string
        if found.fuzzy:
            yield f"{where}the translation is marked as a guess (fuzzy): “{text}”"
        elif not strings or not all(strings):
            yield f"{where}without translation: “{text}”"
        else:
            for error in found.check(catalogue):
                yield f"{where}{error}: “{text}”"
    for _context, id_ in present:
        yield f"in {committed.name}, but nowhere in the code: “{id_ if isinstance(id_, str) else id_[0]}”"


def _catalogue(root: Path, domain: str) -> Path:
    return root / "salesexpert" / "locale" / "ru" / "LC_MESSAGES" / f"{domain}.po"


def extract(shop: Workshop, domain: str, folder: Path) -> str:
    """Bring the Russian catalogue up to date in a copy of the sources; the fault, if any.

    In a copy, because makemessages writes beside what it reads, and a check changes nothing.
    """
    forgotten = shutil.ignore_patterns(
        "__pycache__", "vendor", "vendor.new", "*.mo", "ground"
    )
    apps = [app for app in app_folders() if app.parent == ROOT]
    for source in (*apps, ROOT / "templates", ROOT / "static"):
        if source.exists():
            shutil.copytree(source, folder / source.name, ignore=forgotten)
    shutil.copytree(ROOT / "salesexpert", folder / "salesexpert", ignore=forgotten)
    _catalogue(folder, domain).parent.mkdir(parents=True, exist_ok=True)
    extensions = "js" if domain == "djangojs" else "html,txt,py"
    options = ("--no-wrap", "--no-obsolete", "--add-location=file", "-v0")
    return shop.faults_of(
        *(PYTHON, ROOT / "manage.py", "makemessages"),
        *("-l", "ru", "-d", domain, "-e", extensions, *options),
        cwd=folder,
        SALESEXPERT_CHECK_LOCALE=str(folder / "salesexpert" / "locale"),
    )


Check = Callable[[Workshop], str]
CHECKS: dict[str, Check] = {
    "format": format_,
    "lint": lint,
    "types": types,
    "imports": imports,
    "templates": templates,
    "deployment": deployment,
    "migrations": migrations,
    "translations": translations,
}


def main(arguments: list[str]) -> int:
    if unknown := [name for name in arguments if name not in (*CHECKS, "messages")]:
        say(f"There is no check “{unknown[0]}”: there are {', '.join(CHECKS)}.")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with passing_services() as found:
            shop = Workshop(
                found | {"DJANGO_SETTINGS_MODULE": "salesexpert.ground.check_settings"}
            )
            if arguments == ["messages"]:
                return update_catalogues(shop)
            return run_checks(shop, arguments or list(CHECKS))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_checks(shop: Workshop, names: list[str]) -> int:
    failed = []
    for name in names:
        started = time.monotonic()
        try:
            faults = CHECKS[name](shop)
        except SetupError as error:
            faults = str(error)
        took = f"{time.monotonic() - started:.1f} s"
        say(
            f"{'FAILED' if faults else 'ok    '}  {name:<13}{CHECKS[name].__doc__} ({took})"
        )
        if faults:
            failed.append(name)
            say("\n".join(f"        {line}" for line in faults.splitlines()))
    say(f"make check: {len(names) - len(failed)} hold, {len(failed)} do not.")
    return 1 if failed else 0


def update_catalogues(shop: Workshop) -> int:
    """`make messages`: what the code says now goes into the committed catalogues."""
    with tempfile.TemporaryDirectory() as folder:
        said = extract(shop, "django", Path(folder))
        if not said:
            text = _catalogue(Path(folder), "django").read_text(encoding="utf-8")
            # Neither places nor the moment: two people's changes then merge line by line.
            kept = [
                line
                for line in text.splitlines()
                if not line.startswith(("#: ", '"POT-Creation-Date'))
            ]
            _catalogue(ROOT, "django").write_text(
                "\n".join(kept) + "\n", encoding="utf-8"
            )
    if said:
        say(said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
