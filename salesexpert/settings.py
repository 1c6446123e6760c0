"""Settings of Sales Expert. What differs between machines comes from the environment (README, "Configuration")."""

import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pghistory
import structlog
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from salesexpert import environment as env

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_folder()
_services = env.services() if "DATABASE_URL" not in env.os.environ else {}
EMBEDDED = bool(_services)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.os.environ.get("SECRET_KEY") or _services.get("secret_key", "")
if not SECRET_KEY:
    if not DEBUG and not env.flag("BUILDING", default=False):
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: set it in the environment, or start the product with `make run`."
        )
    SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = [
    h.strip()
    for h in env.os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if h.strip()
]
PUBLIC_URL = env.os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []

INSTALLED_APPS = [
    # the product, lowest first; before the libraries so that its templates win
    "salesexpert.core",
    "salesexpert.outbox",
    "salesexpert.accounts",
    "salesexpert.audit",
    "salesexpert.notices",
    "clients",
    "pipeline",
    "deals",
    "mailing",
    "analytics",
    "salesexpert.telephony",
    "salesexpert.desk",
    # libraries
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "rules",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "salesexpert.accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "salesexpert.core.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "salesexpert.accounts.middleware.SecondFactorMiddleware",
    "salesexpert.audit.middleware.ActorMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "salesexpert.urls"
WSGI_APPLICATION = "salesexpert.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "salesexpert.desk.context_processors.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.l10n",
                "salesexpert.core.templatetags.look",
                "salesexpert.core.templatetags.addresses",
                "salesexpert.core.templatetags.words",
            ],
        },
    }
]

DATABASES = {"default": env.database(env.database_url())}
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 10)
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
APPLICATION_DATABASE_ROLE = env.application_role()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis_url()
CACHES = {
    "default": {
        "BACKEND": "salesexpert.core.caching.KeptClients",
        "LOCATION": env.cache_url(REDIS_URL),
        "KEY_PREFIX": "se",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"

# Celery: settings proved in the field for at-least-once delivery; every task may run twice.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # Whoever rings a bell tries thrice within half a second: without these a page would wait six for a broker that is
    # away, and the row that it wrote is found by the sweep all the same. Workers have a patience of their own.
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.2,
}
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
# Apps add their own entries in `schedule.py`; beat only rings, rows say what is due.
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {
        "task": "salesexpert.outbox.schedule.sweep",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "erasure-sweep": {
        "task": "clients.schedule.take_up_erasures",
        "schedule": 60,
    },
    "entry-merge-sweep": {
        "task": "clients.schedule.take_up_abandoned_merges",
        "schedule": 30,
    },
    "inquiries-late": {
        "task": "clients.schedule.tell_of_late_answers",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "bin-emptied": {
        "task": "clients.schedule.empty_the_bin",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "documents-sweep": {
        "task": "deals.tasks.ring_late_documents",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "repeating-work": {
        "task": "pipeline.schedule.plan_repeating_work",
        "schedule": 900,
        "options": {"expires": 800},
    },
    "handovers": {
        "task": "deals.schedule.follow_handovers",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "statements-sweep": {
        "task": "deals.schedule.take_up_abandoned_statements",
        "schedule": 30,
        "options": {"expires": 25},
    },
    "plans-told": {
        "task": "analytics.schedule.tell_of_plans",
        "schedule": 900,
        "options": {"expires": 800},
    },
    "forecast-history": {
        "task": "analytics.schedule.keep_history",
        "schedule": crontab(minute=10),
        "options": {"expires": 3000},
    },
    "indicators-judged": {
        "task": "analytics.schedule.judge_indicators",
        "schedule": crontab(hour=7, minute=45),
    },
    "reports-sent": {
        "task": "analytics.schedule.ring_reports",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "pay-kept": {
        "task": "analytics.schedule.keep_pay",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "bulk-sweep": {
        "task": "clients.schedule.take_up_abandoned_bulk_changes",
        "schedule": 20,
        "options": {"expires": 15},
    },
    "bulk-tidy": {
        "task": "clients.schedule.tidy_bulk_changes",
        "schedule": 3600,
        "options": {"expires": 3000},
    },
    "import-sweep": {
        "task": "clients.schedule.take_up_abandoned_imports",
        "schedule": 30,
    },
    "duplicates": {
        "task": "clients.schedule.look_for_duplicates",
        "schedule": 20,
        "options": {"expires": 18},
    },
    "duplicates-at-night": {
        "task": "clients.schedule.note_cards_never_compared",
        "schedule": crontab(hour=3, minute=40),
    },
    "recount-sweep": {
        "task": "clients.schedule.take_up_abandoned_recounts",
        "schedule": 30,
    },
    "recount-what-time-changed": {
        "task": "clients.schedule.recount_what_time_changed",
        "schedule": 300,
        "options": {"expires": 290},
    },
    "recount-at-night": {
        "task": "clients.schedule.recount_at_night",
        "schedule": crontab(hour=2, minute=20),
    },
    "reminders": {
        "task": "clients.schedule.remind",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "mailings": {
        "task": "mailing.schedule.ring_mailings",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "digests": {
        "task": "mailing.schedule.ring_digests",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "faxes": {
        "task": "mailing.schedule.run_faxes",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "mailboxes": {
        "task": "mailing.schedule.ring_mailboxes",
        "schedule": 120,
        "options": {"expires": 110},
    },
    "calls-forgotten": {
        "task": "salesexpert.telephony.schedule.end_forgotten",
        "schedule": 20,
        "options": {"expires": 18},
    },
    "old-notices": {
        "task": "salesexpert.notices.schedule.forget_old",
        "schedule": crontab(hour=4, minute=10),
    },
    "rollups": {
        "task": "analytics.rollup_schedule.refresh_rollups",
        "schedule": 30,
        "options": {"expires": 25},
    },
    "old-drafts": {
        "task": "clients.schedule.throw_away_old_drafts",
        "schedule": 24 * 3600,
    },
}
CELERY_IMPORTS = [
    "salesexpert.outbox.schedule",
    "salesexpert.notices.schedule",
    "clients.schedule",
    "pipeline.schedule",
    "deals.schedule",
    "deals.statement_tasks",
    "mailing.schedule",
    "analytics.rollup_schedule",
    "salesexpert.telephony.schedule",
    "salesexpert.telephony.tasks",
    "analytics.schedule",
    "analytics.counting_tasks",
    "analytics.query_tasks",
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "salesexpert.accounts.backends.RoleBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Signing in, second factor, sessions (allauth). E-mail addresses are the users' own column; nobody signs up.
ACCOUNT_ADAPTER = "salesexpert.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "salesexpert.accounts.forms.entrance.SignInForm",
    "reauthenticate": "salesexpert.accounts.forms.second_factor.ConfirmByPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays, all others end
ACCOUNT_SESSION_REMEMBER = None  # the person chooses on the login page
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Per address generous enough for an office behind one; per person `login_failed` guards codes of the second factor.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "password_failed": "30/m/ip",
    "login_failed": "5/5m/key",
    "reset_password": "20/m/ip",
    "reset_letter": "3/h/key",
    "open_link": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "salesexpert.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "salesexpert.accounts.forms.second_factor.CodeForm",
    "reauthenticate": "salesexpert.accounts.forms.second_factor.ConfirmByCodeForm",
    "activate_totp": "salesexpert.accounts.forms.second_factor.EnrolForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1

# Lockout: five wrong passwords for one login from one address lock that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "salesexpert.accounts.lockout.login_name"
AXES_LOCKOUT_CALLABLE = "salesexpert.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "salesexpert.accounts.network.client_ip"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address", "password"]
AXES_VERBOSE = False

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "salesexpert" / "locale"]
LANGUAGE_COOKIE_NAME = "se_language"
TIME_ZONE = env.os.environ.get("TIME_ZONE", "Europe/Moscow")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["salesexpert.core.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.os.environ.get("STATIC_ROOT") or DATA_DIR / "static")
if DEBUG:
    _static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif (
    EMBEDDED
):  # one machine talks to itself: compressing would only delay the first start
    _static_storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
else:
    _static_storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    # Files of clients stay outside the web root: a view serves each by right.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": _static_storage},
}
# Source maps are large, and only a developer's tools ask for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
# Beyond this a body is thrown away unread; the limits that people see (files of a card, imports) are lower.
UPLOAD_BODY_LIMIT = 200 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "salesexpert.core.upload_cap.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Where pages hear of what happens, the `events` process: a path behind the same proxy, or an origin of its own. Without it
# they ask every half minute.
EVENTS_URL = env.os.environ.get("EVENTS_URL") or _services.get("events_url", "")
_events = urlsplit(EVENTS_URL)

# Content security policy: every script, style and font is a static file of our own.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [
        CSP.SELF,
        *([f"{_events.scheme}://{_events.netloc}"] if _events.netloc else []),
    ],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "salesexpert.core.error_pages.csrf_failed"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = _https and BEHIND_PROXY


def _mailers(url: str) -> dict[str, dict[str, object]]:
    """Django's mailer for `smtp://user:password@host:port?tls=starttls|tls`."""
    parts = urlsplit(url)
    tls = dict(parse_qsl(parts.query)).get(
        "tls", "tls" if parts.scheme == "smtps" else ""
    )
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname or "127.0.0.1",
                "port": parts.port or (465 if tls == "tls" else 25),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": tls == "starttls",
                "use_ssl": tls == "tls",
                "timeout": 20,
            },
        }
    }


MAILERS = _mailers(
    env.os.environ.get("SMTP_URL") or _services.get("smtp_url", "smtp://127.0.0.1:25")
)
DEFAULT_FROM_EMAIL = env.os.environ.get(
    "DEFAULT_FROM_EMAIL", "Sales Expert <salesexpert@localhost>"
)
# Folder in which the local mail catcher keeps letters; its page exists only where this is set.
MAIL_CATCHER_DIR = env.os.environ.get("MAIL_CATCHER_DIR") or _services.get(
    "mail_catcher", ""
)

PGHISTORY_APPEND_ONLY = True
# Nobody asks events by most of their references: `tracked(of=…)` makes the indexes that are asked for.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
DJANGO_TABLES2_TEMPLATE = "core/table.html"

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["console"],
        "level": env.os.environ.get("LOG_LEVEL", "WARNING"),
    },
}
