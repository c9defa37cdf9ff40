"""Every setting, read from the environment. `.env.example` lists the variables."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.contrib import messages
from environs import FileAwareEnv
from psycopg.conninfo import conninfo_to_dict

from config.logs import settings_for

# NAME_FILE names a file that holds the value of NAME, as secrets of containers come.
env = FileAwareEnv(strip_whitespace=True)
ROOT = Path(__file__).resolve().parent.parent

SECRET_KEY: str = env.str("SECRET_KEY")
SECRETS_KEYS: list[str] = env.list("SECRETS_KEYS", default=[])
"""Fernet keys for stored secrets; the first encrypts, all decrypt."""
DEBUG: bool = env.bool("DEBUG", default=False)
BASE_URL: str = env.str("BASE_URL", default="http://localhost:8000")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = [BASE_URL]
DATA_DIR = Path(env.str("ARETE_DATA", default=str(ROOT / ".arete" / "files")))
HUB_DOUBLE_URL: str = env.str("HUB_DOUBLE_URL", default="")
"""Where the demo Hub listens; empty when there is none."""
HF_ENDPOINT: str = env.str("HF_ENDPOINT", default="").rstrip("/") or "https://huggingface.co"
"""The Hub from which datasets are fetched and to which releases go, where nobody names another."""
HUB_REQUEST_S: float = env.float("HUB_REQUEST_S", default=1800)
"""How long one request to a Hub or storage may take: the largest file of a release goes up in one."""
HUB_SILENCE_S: float = env.float("HUB_SILENCE_S", default=30)
"""How long a Hub or storage may say nothing in the middle of a request."""
HUB_PAUSE_S: float = env.float("HUB_PAUSE_S", default=0.5)
"""The pause before a Hub that gave no clear answer is asked again; the next are two and six times as long."""
S3_PART_BYTES: int = env.int("S3_PART_BYTES", default=256 * 1024**2)
"""Larger files go to storages and come back in parts of this size: storages take 5 MiB to 5 GiB in a request."""
PUBLISH_FOLDERS: list[str] = env.list("PUBLISH_FOLDERS", default=[])
"""Folders below which releases may be published, beside `published` in DATA_DIR."""
EGRESS_ALLOWED: list[str] = env.list("EGRESS_ALLOWED", default=[])
"""host:port pairs of non-public addresses that the operator allows us to call."""
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
"""Who sends it as bearer token reads /metrics; while there is none, nobody does."""

INSTALLED_APPS = [
    "config.apps.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "pgtrigger",
    "template_partials",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "runs",
    "egress",
    "curation",
    "labeling",
    "exports",
    "results",
    "config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.watching.WatchMiddleware",
    "config.rest.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.statics.StaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.saying.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PeopleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.appearance",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Return Django's description of the database at a PostgreSQL connection URI."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "arete"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        # Only cursors that ask for it prepare; Django's own never do.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 5, **parts},
    }


DATABASES = {"default": database(env.str("DATABASE_URL", default="postgresql:///arete"))}
DATABASES["default"]["PASSWORD"] = (
    env.str("DATABASE_PASSWORD", default="") or DATABASES["default"]["PASSWORD"]
)
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=8),
        "timeout": 10,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 300
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL: str = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = BROKER_URL
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_DEFAULT_QUEUE = "io"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 4 * 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}

RUN_LEASE_S: int = env.int("RUN_LEASE_S", default=60)
"""How long a worker may be silent before another takes its run."""
RUN_RETRY_S: int = env.int("RUN_RETRY_S", default=5)
"""The pause before the second attempt; each further one is twice as long."""
RUN_RESEND_S: int = env.int("RUN_RESEND_S", default=15)
"""After this long a message that nobody acted on counts as lost."""
BEAT_INTERVAL_S: float = env.float("BEAT_INTERVAL_S", default=2)
"""How often beat looks for waiting runs."""
WORKER_SILENCE_S: int = env.int("WORKER_SILENCE_S", default=30)
"""How old a worker's sign of life may be before pages and /readyz say that none is alive."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
SESSION_ENGINE = "accounts.sessions"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "labeling:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.breached.BreachedPasswordValidator"},
]
BREACHED_PASSWORDS: str = env.str("BREACHED_PASSWORDS", default="")
"""A sorted file of SHA-1 hashes of known passwords, whole or cut short; empty when there is none."""
SECOND_FACTOR_FOR: list[str] = env.list("SECOND_FACTOR_FOR", default=[])
"""Roles for which a password alone is not enough."""
OIDC_NAME: str = env.str("OIDC_NAME", default="your institution")
OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="").rstrip("/")
"""Where people may sign in beside us; empty when nowhere."""
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
HF_CLIENT_ID: str = env.str("HF_CLIENT_ID", default="")
"""Of the OAuth app by which people sign in with Hugging Face; empty when they can't."""
HF_CLIENT_SECRET: str = env.str("HF_CLIENT_SECRET", default="")


def oidc_app(key: str, name: str, issuer: str, client: tuple[str, str]) -> dict[str, Any]:
    """Return allauth's description of a provider that speaks OpenID Connect."""
    return {
        "provider_id": key,
        "name": name,
        "client_id": client[0],
        "secret": client[1],
        "settings": {"server_url": issuer},
    }


OIDC_APPS = []
if OIDC_ISSUER and OIDC_CLIENT_ID:
    OIDC_APPS.append(
        oidc_app(
            "oidc",
            OIDC_NAME,
            OIDC_ISSUER,
            (OIDC_CLIENT_ID, OIDC_CLIENT_SECRET),
        )
    )
if HF_CLIENT_ID:
    OIDC_APPS.append(
        oidc_app(
            "huggingface",
            "Hugging Face",
            HF_ENDPOINT,
            (HF_CLIENT_ID, HF_CLIENT_SECRET),
        )
    )
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile", "email"], "APPS": OIDC_APPS}
}
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Ours counts in the database, for all web processes together: accounts.throttle.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.forms.passkeys.AddForm",
    "authenticate_webauthn": "accounts.forms.passkeys.UseForm",
    "login_webauthn": "accounts.forms.passkeys.LoginForm",
    "reauthenticate_webauthn": "accounts.forms.passkeys.AgainForm",
}
MFA_TOTP_ISSUER = "Arete"
# Without https, browsers make passkeys for `localhost` alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BASE_URL.startswith("https:")
SOCIALACCOUNT_ADAPTER = "accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True

EMAIL_HOST: str = env.str("EMAIL_HOST", default="")
"""The mail server; without one nobody is told by e-mail."""
EMAIL_PORT: int = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("EMAIL_FROM", default="arete@localhost")

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "config" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
MESSAGE_TAGS = {
    messages.INFO: "info",
    messages.SUCCESS: "ok",
    messages.WARNING: "warn",
    messages.ERROR: "bad",
}
WHITENOISE_MAX_AGE = 300
FILE_UPLOAD_HANDLERS = ["labeling.uploads.CappedUploads"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
IMPORT_MAX_MB: int = env.int("IMPORT_MAX_MB", default=2_000)
"""The largest file that may be uploaded for an import."""
IMPORT_MAX_DECODED_MB: int = env.int("IMPORT_MAX_DECODED_MB", default=8_000)
"""How much an imported file may hold once decompressed."""

TRAIT_APPROVALS: int = env.int("TRAIT_APPROVALS", default=2)
"""How many reviewers must approve a trait version before it can be published, one at least; its authors never count."""
TRAITS_ARE_PUBLIC: bool = env.bool("TRAITS_ARE_PUBLIC", default=False)
"""Whether anybody may read published traits without signing in."""
DELPHI_IN_PERCENT: int = env.int("DELPHI_IN_PERCENT", default=70)
"""A statement is in when at least this share of the panel rates it 7 to 9 …"""
DELPHI_OUT_PERCENT: int = env.int("DELPHI_OUT_PERCENT", default=15)
"""… and less than this share rates it 1 to 3."""
NEAR_DUPLICATE_PERCENT: int = env.int("NEAR_DUPLICATE_PERCENT", default=80)
"""Scenarios whose shingles overlap by at least this much are near-duplicates."""
CONTAMINATION_WORDS: int = env.int("CONTAMINATION_WORDS", default=8)
"""Length of the n-grams by which scenarios are held against benchmarks."""
CONTAMINATION_PERCENT: int = env.int("CONTAMINATION_PERCENT", default=50)
"""Scenarios are flagged when a benchmark holds at least this share of their n-grams."""

API_REQUESTS_PER_MINUTE: int = env.int("API_REQUESTS_PER_MINUTE", default=600)
"""How many requests one API token may make in a minute."""

SAMPLE_RETRY_S: float = env.float("SAMPLE_RETRY_S", default=2)
"""The pause before a model endpoint is asked a second time; each further one is twice as long."""

IS_HTTPS = urlsplit(BASE_URL).scheme == "https"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("SSL_REDIRECT", default=True)
# Probers come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=1 if BEHIND_PROXY else 0)
"""How many proxies of ours add to X-Forwarded-For; what stands further left is not believed."""
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_NAME = f"arete_session_{urlsplit(BASE_URL).port or 'web'}"
CSRF_COOKIE_NAME = f"arete_csrf_{urlsplit(BASE_URL).port or 'web'}"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "fullscreen")
}

LOG_FORMAT: str = env.str("LOG_FORMAT", default="text")
"""json: an object a line, without anything that people wrote. text: for reading at a desk."""
LOG_REQUESTS: bool = env.bool("LOG_REQUESTS", default=False)
"""Whether each request gets a line, with its route, its status and how long it took."""
LOGGING = settings_for(LOG_FORMAT, env.str("LOG_LEVEL", default="WARNING"), has_requests=LOG_REQUESTS)
