"""Settings: everything that differs between machines comes from environment variables.

Each variable is listed, with a comment, in `.env.example`. `make run` fills in safe local values;
a server sets its own. With DEBUG off nothing is guessed: what is missing stops the start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import dj_database_url
from celery.schedules import crontab

from osteodb.admin_settings import UNFOLD as UNFOLD  # the admin's look and menu
from osteodb.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)
VAR_DIR = Path(env.text("OSTEODB_VAR", default=str(BASE_DIR / "var"), why=""))

# --- What a server must say, and what a local run may leave out -----------------------------------
DEBUG = env.switch("DEBUG", default=False)
SECRET_KEY = env.text(
    "SECRET_KEY",
    default="for-local-use-only" if DEBUG else None,
    why="it signs sessions, so give a long random text and keep it to yourself.",
)
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else None,
    why="give the host names people will use, separated by commas, like osteodb.example.org.",
)
DATABASE_URL = env.url(
    "DATABASE_URL",
    default=None,
    schemes={
        "postgres": "postgres://user:password@host:5432/osteodb",
        "postgresql": "postgresql:///osteodb?host=/folder/of/the/socket",
    },
    why="give the address of a PostgreSQL database, or use `make run`, which brings its own.",
)
CELERY_BROKER_URL = env.url(
    "CELERY_BROKER_URL",
    default=f"filesystem://{quote(str(VAR_DIR / 'queue'))}" if DEBUG else None,
    schemes={
        "redis": "redis://host:6379/0",
        "rediss": "rediss://host:6379/0",
        "amqp": "amqp://user:password@host:5672//",
        "amqps": "amqps://user:password@host:5671//",
        "filesystem": "filesystem:///folder/for/the/queue",
    },
    why="the worker receives its tasks there, so give redis://host:6379/0 or the like.",
)
CACHE_URL = env.url(
    "CACHE_URL",
    default="locmem://" if DEBUG else None,
    schemes={
        "redis": "redis://host:6379/1",
        "rediss": "rediss://host:6379/1",
        "locmem": "locmem:// (one cache per process)",
    },
    why="give redis://host:6379/1, or locmem:// for one cache per process.",
)
HTTPS = env.switch("OSTEODB_HTTPS", default=not DEBUG)
PORT = env.number("PORT", default=8000, low=1, high=65535)
OSTEODB_BIND = env.text("OSTEODB_BIND", default="127.0.0.1", why="")
OSTEODB_WEB_WORKERS = env.number("OSTEODB_WEB_WORKERS", default=2, low=1, high=64)

# --- The registries -------------------------------------------------------------------------------
CTGOV_BASE_URL = env.url(
    "CTGOV_BASE_URL",
    default="https://clinicaltrials.gov/api/v2",
    schemes={"https": "https://host/api/v2", "http": "http://host/api/v2"},
    why="",
).rstrip("/")
OSTEODB_SYNC_QUERY = env.text("OSTEODB_SYNC_QUERY", default="osteosarcoma", why="")
OSTEODB_CONTACT = env.text("OSTEODB_CONTACT", default="", why="")
# ClinicalTrials.gov documents no limit; its robots.txt asks for one request a second.
OSTEODB_REGISTRY_INTERVAL = env.seconds("OSTEODB_REGISTRY_INTERVAL", default=1, low=0, high=60)
OSTEODB_REGISTRY_ATTEMPTS = env.number("OSTEODB_REGISTRY_ATTEMPTS", default=6, low=1, high=20)
OSTEODB_REGISTRY_BACKOFF = env.seconds("OSTEODB_REGISTRY_BACKOFF", default=60, low=0, high=600)
OSTEODB_REGISTRY_LONGEST_WAIT = env.seconds(
    "OSTEODB_REGISTRY_LONGEST_WAIT", default=600, low=0, high=1800
)
OSTEODB_REGISTRY_TIMEOUT = env.seconds("OSTEODB_REGISTRY_TIMEOUT", default=120, low=0.1, high=600)
# Where PMIDs and DOIs of new sources are looked up; nowhere unless given.
OSTEODB_PUBMED_URL = env.url(
    "OSTEODB_PUBMED_URL",
    default="",
    schemes={
        "https": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        "http": "http://host/entrez/eutils",
    },
    why="",
).rstrip("/")
OSTEODB_DOI_URL = env.url(
    "OSTEODB_DOI_URL",
    default="",
    schemes={"https": "https://doi.org", "http": "http://host"},
    why="",
).rstrip("/")
OSTEODB_LOOKUP_TIMEOUT = env.seconds("OSTEODB_LOOKUP_TIMEOUT", default=10, low=0.1, high=60)
SYNC_HOUR, SYNC_MINUTE = env.time_of_day("OSTEODB_SYNC_TIME", default="04:30")

if not DEBUG and env.given("SECRET_KEY") and (len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 8):
    env.problems.append("SECRET_KEY is too easy to guess: give at least 40 random characters.")
if not DEBUG and "*" in ALLOWED_HOSTS:
    env.problems.append("ALLOWED_HOSTS is '*': name the hosts, any other name must be refused.")
env.stop_on_problems()

# --- Django ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_celery_results",
    "osteodb.core",
    "therapies",
    "trials",
    "evidence",
    "osteodb.website",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "osteodb.website.middleware.ContentSecurityPolicyMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]
ROOT_URLCONF = "osteodb.urls"
WSGI_APPLICATION = "osteodb.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "osteodb.website.context_processors.frame",
            ]
        },
    }
]
# One connection per web thread, kept and checked, instead of a psycopg pool: a pool's own threads
# would not survive the fork of a Celery worker (docs/decisions/0001).
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=300, conn_health_checks=True)
}
AUTH_USER_MODEL = "core.User"
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_TZ = True
FORMAT_MODULE_PATH = ["osteodb.formats"]  # dates as 2026-11-23, everywhere
TIME_ZONE = "UTC"

if CACHE_URL.startswith("locmem:"):
    _cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
else:
    _cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
CACHES = {"default": _cache}

# --- Static files: served by the web server itself, under names that change with their content ----
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static" / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False

# --- Security -------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the health check asks from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Celery ---------------------------------------------------------------------------------------
# Every task is an idempotent row (SyncRun), so a message is acknowledged when its work is done, and
# one whose worker died is delivered again where the broker can do that.
if CELERY_BROKER_URL.startswith("filesystem:"):
    _queue_dir = Path(unquote(urlsplit(CELERY_BROKER_URL).path))
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_queue_dir / "messages"),
        "data_folder_out": str(_queue_dir / "messages"),
        "control_folder": str(_queue_dir / "control"),
        "polling_interval": 0.15,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # Longer than the longest task, or Redis would hand a running sync to a second worker.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = CELERY_RESULT_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TRACK_STARTED = True
CELERY_TASK_SOFT_TIME_LIMIT = 60 * 60
CELERY_TASK_TIME_LIMIT = 65 * 60
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# Written into the scheduler's table at each start of beat, by name: twice adds nothing.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "Daily registry sync: ClinicalTrials.gov": {
        "task": "trials.tasks.sync_registry",
        "kwargs": {"registry": "ctgov"},
        "schedule": crontab(hour=str(SYNC_HOUR), minute=str(SYNC_MINUTE)),
    },
    "Take up sync runs whose worker died": {
        "task": "trials.tasks.reap_stale_runs",
        "schedule": crontab(minute="*/5"),
    },
    "Draft results that registries posted": {
        "task": "evidence.tasks.draft_registry_results",
        "schedule": crontab(minute="*/15"),
    },
    "Daily arithmetic of all evidence": {
        "task": "evidence.tasks.check_evidence",
        "schedule": crontab(hour="4", minute="10"),
    },
}

# --- REST and its document ------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # everything is public and read-only
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["osteodb.core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "osteodb.core.api.renderers.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "osteodb.core.api.schema.ResourceSchema",
    "EXCEPTION_HANDLER": "osteodb.core.api.errors.handle",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "OsteoDB",
    "DESCRIPTION": "The reference database of osteosarcoma trial and therapy evidence. Read-only; "
    "no account is needed. null means not reported, never no or zero. Repeated parameters and "
    "lists separated by commas mean any of the values; different parameters must all match. "
    "What is not understood is refused with 400 and named.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": ["osteodb.core.api.schema.add_components"],
}

# --- Logging: one line per event to stderr, where `make run` and a container both collect it ------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "stamina": {"level": "ERROR"},  # a retry is no news; the run's own reason says what failed
    },
}
