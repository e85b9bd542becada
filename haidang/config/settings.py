"""Settings of the running program; for what may be set from outside see docs/operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.data_dir()

DEBUG = env.flag("HAIDANG_DEBUG")
DEMO = env.flag("HAIDANG_DEMO")
SECRET_KEY = env.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.former_keys()
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Addresses ---------------------------------------------------------------------------
#: Where people reach the program; empty: wherever a request says it came in.
PUBLIC_URL = env.address("HAIDANG_URL")
HTTPS = PUBLIC_URL is not None and PUBLIC_URL.scheme == "https"
#: Reverse proxies in front that set X-Forwarded-For and X-Forwarded-Proto.
PROXIES = env.whole("HAIDANG_PROXIES", 1 if HTTPS else 0, least=0, most=9)

# A demo is looked at from other machines as well, and has nothing to protect.
ALLOWED_HOSTS = env.names("HAIDANG_HOSTS", "*" if DEMO else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS: list[str] = []
if PUBLIC_URL is not None:
    ALLOWED_HOSTS.append(str(PUBLIC_URL.hostname))
    CSRF_TRUSTED_ORIGINS.append(f"{PUBLIC_URL.scheme}://{PUBLIC_URL.netloc}")
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# --- Applications ------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "haidang.web",
    "haidang.activity",
    "haidang.people",
    "haidang.goals",
    "haidang.checkins",
    "haidang.kpis",
    "haidang.notify",
    "haidang.strategy",
    "haidang.exchange",
    "haidang.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "haidang.web.middleware.CompressMiddleware",
    "haidang.web.middleware.HeadersMiddleware",
    "haidang.config.metrics.MetricsMiddleware",
    "haidang.config.health.HealthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "haidang.web.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "haidang.web.middleware.RefusalMiddleware",
    "haidang.config.faults.TooLargeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "haidang.people.middleware.PersonMiddleware",
]

ROOT_URLCONF = "haidang.config.urls"
CSRF_FAILURE_VIEW = "haidang.web.errors.csrf_failure"
FORM_RENDERER = "haidang.web.jinja.FormRenderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "haidang.web.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# --- Languages ---------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
#: Before those of installed apps, so that our words win over Django's and allauth's.
LOCALE_PATHS = [
    BASE_DIR / room / "locale"
    for room in (
        *("lib", "web", "activity", "people", "goals", "checkins", "kpis", "notify", "strategy"),
        *("exchange", "demo", "config"),
    )
]

# --- Signing in --------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # who invites vouches for the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_ADAPTER = "haidang.people.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
MFA_ADAPTER = "haidang.people.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "haidang.people.codes.AuthenticateForm",
    "reauthenticate": "haidang.people.codes.ReauthenticateForm",
    "login_webauthn": "haidang.people.passkeys.LoginForm",
    "authenticate_webauthn": "haidang.people.passkeys.AuthenticateForm",
    "reauthenticate_webauthn": "haidang.people.passkeys.ReauthenticateForm",
    "add_webauthn": "haidang.people.passkeys.AddForm",
    "edit_webauthn": "haidang.people.passkeys.RenameForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_TOTP_TOLERANCE = 1

# --- Sessions and cookies ----------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-haidang" if HTTPS else "haidang"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS

SECURE_SSL_REDIRECT = HTTPS and bool(PROXIES)
SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/$"]  # asked from beside, not through the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = False  # a promise for the whole domain is not ours to make
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload, see above

# --- What a request may bring ------------------------------------------------------------
#: Forms and JSON; also held by the server before Django sees the request.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
#: Files, in a multipart form; kept in memory up to a megabyte, then on disk.
UPLOAD_LIMIT = env.whole("HAIDANG_UPLOAD_MB", 20, least=1, most=200) * 1024 * 1024
#: Lines of one list that is imported.
IMPORT_LINES = env.whole("HAIDANG_IMPORT_LINES", 20_000, least=100, most=100_000)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Static files ------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "haidang.web.bundles.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Connectors ----------------------------------------------------------------------------
#: Whether they may ask addresses inside the network.
CONNECTORS_INSIDE = env.flag("HAIDANG_CONNECTORS_INSIDE")
#: Days for which answers of other systems are kept, and files in their folders (0: for good).
CONNECTORS_KEEP_DAYS = env.whole("HAIDANG_CONNECTORS_KEEP_DAYS", 400, least=1, most=36_500)
CONNECTORS_KEEP_FILES_DAYS = env.whole(
    "HAIDANG_CONNECTORS_KEEP_FILES_DAYS", 0, least=0, most=36_500
)

# --- Rate limits are counted here, by all processes together -----------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# --- Background work ---------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- Mail --------------------------------------------------------------------------------
_mail = env.mail("HAIDANG_MAIL")
#: Without a mail server, links (invitation, reset) are shown to be copied.
MAIL_CONFIGURED = _mail is not None
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
globals().update(_mail or {})
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("HAIDANG_MAIL_FROM", "haidang@localhost")

# --- The server --------------------------------------------------------------------------
#: Processes that answer requests; 0: as many as there are processors, at most 4.
WORKERS = env.whole("HAIDANG_WORKERS", 0, least=0, most=64)
#: With it whoever watches may read `/metrics/`; without one nothing is counted.
METRICS_TOKEN = env.text("HAIDANG_METRICS_TOKEN")
#: Open event streams per process, and of one session in it.
STREAM_LISTENERS = env.whole("HAIDANG_STREAM_LISTENERS", 2000, least=1, most=100_000)
STREAM_LISTENERS_PER_SESSION = 40
#: Requests of one token or session to the API, in the long run and for each process; 0: all.
API_REQUESTS_PER_MINUTE = env.whole("HAIDANG_API_RATE", 1200, least=0, most=1_000_000)

# --- Log ---------------------------------------------------------------------------------
LOG_LEVEL = env.choice("HAIDANG_LOG_LEVEL", "info", {"debug", "info", "warning", "error"}).upper()
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "haidang.config.logs.RequestFilter"}},
    "formatters": {
        "line": {
            "()": "haidang.config.logs.JsonFormatter"
            if env.choice("HAIDANG_LOG_FORMAT", "text", {"text", "json"}) == "json"
            else "haidang.config.logs.LineFormatter"
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would write a second line, or send mail.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.request": {"level": "ERROR"},  # the access log has the 4xx
        "django.server": {"handlers": [], "propagate": True},
        "haidang.access": {"level": "INFO" if LOG_LEVEL in {"DEBUG", "INFO"} else "WARNING"},
    },
}
