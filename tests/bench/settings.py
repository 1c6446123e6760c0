"""The product's settings as in production, with one page more to measure the others by (`tests/bench/wsgi.py`)."""

from salesexpert.settings import *  # noqa: F403
from salesexpert.settings import INSTALLED_APPS as _APPS
from salesexpert.settings import MIDDLEWARE as _MIDDLEWARE

DEBUG = False
ROOT_URLCONF = "tests.bench.urls"
INSTALLED_APPS = [*_APPS, "tests.bench"]
MIDDLEWARE = ["tests.bench.counting.CountQueries", *_MIDDLEWARE]
# Two hundred sign-ins from one address are no attack here.
AXES_ENABLED = False
ACCOUNT_RATE_LIMITS = False

# What the floor page passes through: what a signed-in page of any Django site needs, nothing of ours.
FLOOR_MIDDLEWARE = [
    "tests.bench.counting.CountQueries",
    "django.middleware.security.SecurityMiddleware",
    "tests.bench.floor.DatabaseSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
