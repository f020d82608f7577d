"""Django settings. Everything that differs between installations comes from ``LINLI_HOME`` or the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from linli.platform.home import current_home, read_or_make_secret
from linli.platform.postgres import DATABASE, Login

HOME = current_home()
HOME.make()
SECRET_KEY = read_or_make_secret(HOME.secrets / "django_key", n_bytes=48)
DEBUG = False
TLS = os.environ.get("LINLI_TLS") == "1"
HOSTS = [host for host in os.environ.get("LINLI_HOSTS", "").split(",") if host]
FILES_HOST = os.environ.get("LINLI_FILES_HOST", "")  # host[:port] that files are served from, apart from the pages
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *HOSTS, *filter(None, [FILES_HOST.partition(":")[0]])]


def _database(role: str, variable: str) -> dict[str, Any]:
    """From the URL in ``variable``, else Linli's own server of this home."""
    connection: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
    }
    url = os.environ.get(variable)
    if not url:
        database = os.environ.get("LINLI_DATABASE", DATABASE)
        password = read_or_make_secret(HOME.secrets / f"pg_{role}")
        return connection | Login(role, password, database, str(HOME.socket_dir)).django() | {"OPTIONS": OPTIONS}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return connection | {
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": parts.path.lstrip("/"),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": OPTIONS | query,
    }


OPTIONS: dict[str, Any] = {"connect_timeout": 10, "application_name": "linli"}
# Three roles from the first migration: the owner migrates, the app serves, the sealer seals the journal.
DATABASES = {
    "default": _database("linli_app", "DATABASE_URL"),
    "owner": _database("linli_owner", "LINLI_OWNER_DATABASE_URL"),
    "sealer": _database("linli_sealer", "LINLI_SEALER_DATABASE_URL"),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "ninja",
    "linli.platform",
    "linli.platform.privacy",
    "linli.journal",
    "linli.registry",
    "linli.lifecircle",
    "linli.notices",
    "linli.counter",
    "linli.cases",
    "linli.assessment",
    "linli.ledger",
    "linli.portal",
    "linli.console",
    "linli.reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.platform.attachments.host.FilesHostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.platform.web.middleware.PreferencesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "linli.platform.web.middleware.ActorMiddleware",
    "linli.platform.web.middleware.ErrorMiddleware",
]
ROOT_URLCONF = "linli.urls"
ASGI_APPLICATION = "linli.platform.asgi.application"
AUTH_USER_MODEL = "platform.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "linli.platform.web.context.shell"],
            "builtins": ["linli.platform.templatetags.linli"],
        },
    }
]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).parent / "static"  # built by Vite into the package; served from there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME.attachments}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8,}\..+$"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
SESSION_IDLE_S = 3 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "linli.platform.web.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the supervisor and by proxies, on the machine itself
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *filter(None, [FILES_HOST])],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "linli.platform.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LINLI_LOG", "WARNING")},
    "loggers": {"django.request": {"level": "CRITICAL"}},  # says addresses as typed; web.errors says what is needed
}
