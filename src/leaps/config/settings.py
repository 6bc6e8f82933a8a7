"""Settings of the platform. What an installation may choose stands in `options.py`."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from leaps.config import options

PACKAGE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = PACKAGE_DIR.parent.parent

LEAPS_HOME = options.current_home()
OPTION = options.read(LEAPS_HOME, os.environ)

TRIAL: bool = OPTION["trial"]
DEBUG = False
SECRET_KEY: str = OPTION["secret_key"]
_key_file = LEAPS_HOME / "secret_key"
if not SECRET_KEY and _key_file.exists():
    SECRET_KEY = _key_file.read_text().strip()
# Commands that need no secret run without one; `leaps serve` refuses to start (see checks.py).
SECRET_KEY = SECRET_KEY or "unsafe-" + "0" * 8
ALLOWED_HOSTS: list[str] = OPTION["hosts"]
BASE_URL: str = OPTION["base_url"].rstrip("/")
PACK_DIR = PROJECT_DIR / "packs" / "leaps"
if not PACK_DIR.exists():
    PACK_DIR = PACKAGE_DIR / "packs" / "leaps"

GLOSSARY = PROJECT_DIR / "docs" / "reference" / "glossary.md"
if not GLOSSARY.exists():
    GLOSSARY = PACKAGE_DIR / "glossary.md"

INSTALLED_APPS = [
    "leaps.config",
    "leaps.outreach",
    "leaps.landscape",
    "leaps.roadmaps",
    "leaps.indicators",
    "leaps.catalogue",
    "leaps.record",
    "leaps.accounts",
    "leaps.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "leaps.core.middleware.request_log",
    "leaps.core.middleware.database_trouble",
    "leaps.core.middleware.refusals",
    "leaps.core.middleware.safety_headers",
    "leaps.core.rest.middleware.api",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "leaps.core.middleware.onward",
    "leaps.accounts.middleware.provider_trouble",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "leaps.config.urls"
WSGI_APPLICATION = "leaps.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Set out by hand because both component libraries would rewrite it behind our back.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "leaps.core.context_processors.frame",
            ],
        },
    },
]

if OPTION["database_url"]:
    DATABASES: dict[str, Any] = {
        "default": dj_database_url.parse(OPTION["database_url"], conn_max_age=600, conn_health_checks=True)
    }
    # Nothing waits for ever: not for a lock, and not because a client forgot its transaction.
    _server = DATABASES["default"].setdefault("OPTIONS", {})
    _server["options"] = (
        f"-c lock_timeout={OPTION['lock_wait_seconds']}s -c idle_in_transaction_session_timeout=600s "
        + _server.get("options", "")
    ).strip()
    _server.setdefault("application_name", "leaps")
    _server.setdefault("connect_timeout", 5)
else:
    DATABASES = {
        "default": {
            "ENGINE": "leaps.core.db.sqlite",
            "NAME": str(LEAPS_HOME / "leaps.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": OPTION["lock_wait_seconds"],
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = LEAPS_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = LEAPS_HOME / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 80 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Limits that must hold over all processes are counted in the database; what may differ between
# processes for a moment is kept in memory.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # A full table is culled at random; it must be too large to push counts of failed sign-ins out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # one for each address that called the API in the last minute
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL: str = OPTION["mail_from"]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if OPTION["smtp_url"]:
    _smtp = urlsplit(OPTION["smtp_url"])
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 25)
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    # STARTTLS wherever a password travels; it must never do so in the open.
    EMAIL_USE_TLS = _smtp.scheme == "smtp" and (EMAIL_PORT == 587 or bool(EMAIL_HOST_PASSWORD))
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(LEAPS_HOME / "mail")

# -- safety -----------------------------------------------------------------------------------
# The proxy in front sends http on to https, so that health can be asked without it (W008). The others
# follow from base_url and the secret, about which our own checks say what to do (core/checks.py).
SILENCED_SYSTEM_CHECKS = [f"security.W{number}" for number in ("004", "008", "009", "012", "016")]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_FAILURE_VIEW = "leaps.core.views.csrf_failure"
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True  # forms carry the token themselves; no script needs the cookie
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _https else 0
CSRF_TRUSTED_ORIGINS = [BASE_URL] if _https else []
if OPTION["behind_proxy"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# -- sign-in ----------------------------------------------------------------------------------
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
ACCOUNT_ADAPTER = "leaps.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "leaps.accounts.adapter.SocialAccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "leaps.accounts.sign_up.SignupForm"
ACCOUNT_FORMS = {"signup": "leaps.accounts.forms.AccountForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end all the same: they hold a hash of the password
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,50/h/ip,5/5m/key,20/d/key",
    "signup": "10/m/ip,60/h/ip",
    "reset_password": "10/m/ip,60/h/ip",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "3/10m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "LEAPS Commons"
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ by some seconds
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRIAL
MFA_FORMS = {"add_webauthn": "leaps.accounts.forms.AddKeyForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider.get("client_secret", ""),
                "settings": {"server_url": provider["issuer"], "oauth_pkce_enabled": True},
            }
            for provider in OPTION["oidc"]
        ],
    },
}
if OPTION["orcid_client_id"]:
    INSTALLED_APPS.append("allauth.socialaccount.providers.orcid")
    SOCIALACCOUNT_PROVIDERS["orcid"] = {
        "APPS": [{"client_id": OPTION["orcid_client_id"], "secret": OPTION["orcid_client_secret"]}]
    }

# -- logs -------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "leaps.core.logging.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": OPTION["log_level"]},
    "loggers": {
        # Every request has its own line from leaps.request; Django's repeats it for 4xx.
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
