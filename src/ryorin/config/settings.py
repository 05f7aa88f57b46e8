"""Every setting, on one screen. What an installation may change comes from the environment."""

import os
import secrets
import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from ryorin.config import environment as env
from ryorin.config.databases import database
from ryorin.config.queue import queue

PACKAGE = Path(__file__).resolve().parents[1]
HOME = env.folder("RYORIN_HOME", Path("~/.ryorin"))
TESTING = "pytest" in sys.modules
DEBUG = env.flag("RYORIN_DEBUG")


def secret_key(file: Path) -> str:
    """Return this installation's secret, made on first use and readable by its owner only."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


SECRET_KEY = env.text("RYORIN_SECRET_KEY") or secret_key(HOME / "secret.key")
ALLOWED_HOSTS = env.words("RYORIN_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.words("RYORIN_ORIGINS", [])
HTTPS = env.flag("RYORIN_HTTPS")
SITES = env.words("RYORIN_SITES", [])  # origins of the company's web sites, whose pages may tell the collector

# Where things live ---------------------------------------------------------------------------------------------------
DATABASES = {"default": database(env.text("RYORIN_DATABASE_URL"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LAKE = env.text("RYORIN_LAKE") or str(HOME / "lake")
MEDIA_ROOT = HOME / "files"
REFUSALS = HOME / "refusals.log"  # a copy of closed addresses (hashes) that a restored backup does not undo
REDIS_URL = env.text("RYORIN_REDIS_URL")
HUEY = queue(REDIS_URL, HOME)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}

# What it is made of --------------------------------------------------------------------------------------------------
LEAVES = [
    "ryorin.workspace.members",
    "ryorin.workspace.files",
    "ryorin.workspace.organisation",
    "ryorin.workspace.audit",
    "ryorin.workspace.leases",
    "ryorin.workspace.search",
    "ryorin.workspace.views",
    "ryorin.workspace.notifications",
    "ryorin.workspace.tasks",
    "ryorin.workspace.approvals",
    "ryorin.workspace.petitions",
    "ryorin.workspace.webhooks",
    "ryorin.products.catalogue",
    "ryorin.products.prices",
    "ryorin.customers.companies",
    "ryorin.customers.people",
    "ryorin.customers.consent",
    "ryorin.customers.privacy",
    "ryorin.customers.identity",
    "ryorin.customers.timeline",
    "ryorin.customers.purchases",
    "ryorin.customers.voice",
    "ryorin.customers.value",
    "ryorin.customers.segments",
    "ryorin.insight.lake",
    "ryorin.insight.metrics",
    "ryorin.marketing.campaigns",
    "ryorin.marketing.value",
    "ryorin.marketing.media",
    "ryorin.marketing.experiments",
    "ryorin.marketing.tags",
    "ryorin.marketing.pages",
    "ryorin.marketing.sites",
    "ryorin.marketing.segments",
    "ryorin.marketing.personas",
    "ryorin.marketing.mail",
    "ryorin.marketing.mailings",
    "ryorin.marketing.journeys",
    "ryorin.sales.deals",
    "ryorin.sales.documents",
    "ryorin.sales.activities",
    "ryorin.sales.hearing",
    "ryorin.sales.calendar",
    "ryorin.sales.sequences",
    "ryorin.sales.next_actions",
    "ryorin.sales.approach",
    "ryorin.sales.quotations",
    "ryorin.sales.proposals",
    "ryorin.sales.contracts",
    "ryorin.sales.billing",
    "ryorin.sales.forecast",
    "ryorin.sales.aftercare",
    "ryorin.alignment.definitions",
    "ryorin.alignment.scoring",
    "ryorin.alignment.learning",
    "ryorin.alignment.handoffs",
    "ryorin.alignment.agreements",
    "ryorin.alignment.goals",
    "ryorin.alignment.spending",
    "ryorin.alignment.observations",
    "ryorin.alignment.funnel",
    "ryorin.alignment.attribution",
    "ryorin.alignment.plans",
    "ryorin.alignment.letters",
    "ryorin.alignment.meetings",
    "ryorin.alignment.feedback",
    "ryorin.connectors.csv",
    "ryorin.connectors.smtp",
    "ryorin.web",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    *LEAVES,
]
MIDDLEWARE = [
    "ryorin.web.marketing.public_sites.sites_answer_at_their_hosts",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ryorin.web.middleware.unavailable_when_the_database_is_down",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ryorin.web.middleware.language_of_the_reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ryorin.web.middleware.security_headers",
    "allauth.account.middleware.AccountMiddleware",
    "ryorin.web.middleware.sessions_are_seen",
    "django_htmx.middleware.HtmxMiddleware",
    "ryorin.web.middleware.members_only",
    "ryorin.web.middleware.refusals_are_answers",
]
ROOT_URLCONF = "ryorin.config.urls"
WSGI_APPLICATION = "ryorin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ryorin.web.context.shell",
            ],
        },
    }
]

# Signing in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "workspace_members.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "ryorin.web.accounts.OnlyInvitedMembers"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "ryorin.web.accounts.LockedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ryorin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("RYORIN_BEHIND_PROXY") else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
X_FRAME_OPTIONS = "DENY"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Language, time, numbers ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
USE_THOUSAND_SEPARATOR = False  # else templates write the id 1234 as "1,234"; numbers for people go through |number

# Files and requests --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
MAX_IMPORT_BYTES = env.number("RYORIN_MAX_IMPORT_MB", 1024) * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("RYORIN_LOG_LEVEL", "INFO")},
}
