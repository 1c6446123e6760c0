"""What the product is made of, so that a start prepares only what has changed since the last one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from salesexpert.ground.bootstrap import ROOT


def has_command(name: str) -> bool:
    return any(
        (app / "management" / "commands" / f"{name}.py").exists()
        for app in app_folders()
    )


def _fingerprint(files: Sequence[Path], *, content: bool) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(os.fsencode(file.relative_to(ROOT)))
        if content:
            digest.update(file.read_bytes())
        else:
            found = file.stat()
            digest.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    # Libraries bring migrations and static files too.
    digest.update((ROOT / "requirements.lock").read_bytes())
    return digest.hexdigest()


def of_migrations() -> str:
    found = [file for app in app_folders() for file in app.glob("migrations/*.py")]
    roles = (
        ROOT / "salesexpert" / "core" / "roles.py"
    )  # rights are granted after a migration
    return _fingerprint([*found, roles], content=True)


def of_static_files() -> str:
    folders = [ROOT / "static", *(app / "static" for app in app_folders())]
    found = [
        path for folder in folders for path in folder.glob("**/*") if path.is_file()
    ]
    settings = ROOT / "salesexpert" / "settings.py"
    return _fingerprint([*found, settings], content=False)


def app_folders() -> list[Path]:
    """The folders of the product's own apps."""
    return sorted(
        path.parent
        for place in (ROOT, ROOT / "salesexpert")
        for path in place.glob("*/apps.py")
    )
