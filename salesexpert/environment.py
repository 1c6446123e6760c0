"""What the process is told from outside: environment variables, else what `make run` left in the data folder."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent

# Commands that change the schema, or what only the schema's owner may change.
OWNER_COMMANDS = {
    "backup",
    "demo",  # works as the application too; only the owner may gather statistics after it
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "lintmigrations",
    "restore",
    "test",
}


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    return (
        default
        if value is None
        else value.strip().lower() in {"1", "true", "yes", "on"}
    )


def data_folder() -> Path:
    return Path(os.environ.get("SALESEXPERT_DATA") or BASE_DIR / ".data").resolve()


def services() -> dict[str, str]:
    """Addresses of the embedded services, as the running supervisor wrote them; empty if there are none."""
    try:
        return json.loads((data_folder() / "services.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, PermissionError, json.JSONDecodeError):
        return {}


def database(url: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at `url` (`postgresql://user:password@host:port/name?host=/socket/folder`)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    user = query.pop("user", "") or unquote(parts.username or "")
    password = query.pop("password", "") or unquote(parts.password or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def database_url() -> str:
    """The owner's address for commands of the owner, the application's for all else."""
    found = services() if "DATABASE_URL" not in os.environ else {}
    url = os.environ.get("DATABASE_URL") or found.get(
        "database_url", "postgresql:///salesexpert"
    )
    owner = os.environ.get("DATABASE_OWNER_URL") or found.get("database_owner_url")
    command = (
        sys.argv[1] if len(sys.argv) > 1 and sys.argv[0].endswith("manage.py") else ""
    )
    return owner if owner and command in OWNER_COMMANDS else url


def application_role() -> str:
    """The database role that serves pages, if it is another than the schema's owner; else an empty string."""
    found = services() if "DATABASE_URL" not in os.environ else {}
    url = os.environ.get("DATABASE_URL") or found.get("database_url", "")
    owner = os.environ.get("DATABASE_OWNER_URL") or found.get("database_owner_url", "")
    if not owner or not url:
        return ""
    user = str(database(url)["USER"])
    return "" if user == database(owner)["USER"] else user


def redis_url() -> str:
    found = services() if "REDIS_URL" not in os.environ else {}
    return os.environ.get("REDIS_URL") or found.get(
        "redis_url", "redis://127.0.0.1:6379/0"
    )


def cache_url(broker: str) -> str:
    """The same server as the broker, as Django's cache spells it (a socket is `unix://PATH?db=N` there)."""
    if broker.startswith("redis+socket://"):
        parts = urlsplit(broker)
        number = dict(parse_qsl(parts.query)).get("virtual_host", "0")
        return f"unix://{parts.path}?db={number}"
    return broker
