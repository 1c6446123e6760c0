"""The product's settings as `make check` needs them: the linter of migrations, catalogues elsewhere."""

import os
from pathlib import Path

os.environ.setdefault(
    "SECRET_KEY", "only-for-checks-and-long-enough-for-them-0123456789"
)

from salesexpert.settings import *  # noqa: F403
from salesexpert.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
# A deployment is behind https; `check --deploy` judges these settings, not those of a laptop.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
# Whether subdomains speak https too, and the browsers' list, are the site owner's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if _folder := os.environ.get("SALESEXPERT_CHECK_LOCALE"):
    LOCALE_PATHS = [Path(_folder)]
