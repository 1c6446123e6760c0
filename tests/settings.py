"""Settings of the tests: the real product, with a cheap password hash."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
# Tests make their own database, so they need the schema's owner.
if os.environ.get("DATABASE_OWNER_URL"):
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]

# Clearing the cache empties a whole numbered database of the broker: each pytest worker has its own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _worker and os.environ.get("REDIS_URL", "").endswith("?virtual_host=0"):
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"][:-1] + str(int(_worker) + 1)

from salesexpert.settings import *  # noqa: E402, F403
from salesexpert.settings import DATABASES  # noqa: E402

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
ALLOWED_HOSTS = ["*"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = False
# Nothing is collected for the tests; a folder that is missing would be told of by each new HTTP client.
STATIC_ROOT = Path(tempfile.gettempdir()) / "salesexpert-tests-collect-nothing"
STATIC_ROOT.mkdir(exist_ok=True)
# With DEBUG in the environment each new HTTP client would read all static files: more than most tests do.
WHITENOISE_USE_FINDERS = False
AXES_ENABLED = False
ACCOUNT_RATE_LIMITS = False
