"""Settings, all from the environment.

Development (the default) needs nothing: everything it stores lies in ``WAYPOST_DATA``.
Production (``WAYPOST_ENV=production``) refuses to start without its secrets.
The variables are explained in docs/settings.md.
"""

import os
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from config import environment, look
from portal.supervisor import broker

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("WAYPOST_DATA") or BASE_DIR / "var").expanduser().resolve()
ENVIRONMENT = os.environ.get("WAYPOST_ENV", "development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(f"WAYPOST_ENV is {ENVIRONMENT!r}: write development or production.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = environment.flag("WAYPOST_DEBUG", default=False) and not PRODUCTION

if PRODUCTION:
    SECRET_KEY = environment.required("WAYPOST_SECRET_KEY", "a random text of 50 or more letters.")
    environment.required("WAYPOST_HOSTS", "host names, separated by commas.")
    DATABASE_URL = environment.required("WAYPOST_DATABASE_URL", "postgres://user:password@host:port/name.")
    BROKER_URL = environment.required("WAYPOST_BROKER_URL", "redis://host:port/0 of a Valkey or Redis.")
    EMAIL_URL = environment.required("WAYPOST_EMAIL_URL", "smtp://user:password@host:587?tls=1.")
    DEFAULT_FROM_EMAIL = environment.required("WAYPOST_FROM_EMAIL", "the sender of mails, Waypost <desk@example.gov>.")
    PUBLIC_ADDRESS = environment.required("WAYPOST_PUBLIC_ADDRESS", "where mails point, https://waypost.example.gov.")
else:
    SECRET_KEY = os.environ.get("WAYPOST_SECRET_KEY") or environment.development_secret(DATA_DIR)
    DATABASE_URL = os.environ.get("WAYPOST_DATABASE_URL", "")
    BROKER_URL = os.environ.get("WAYPOST_BROKER_URL") or broker.url(DATA_DIR)
    EMAIL_URL = os.environ.get("WAYPOST_EMAIL_URL", "")
    DEFAULT_FROM_EMAIL = os.environ.get("WAYPOST_FROM_EMAIL", "Waypost <waypost@example.org>")
    PUBLIC_ADDRESS = os.environ.get("WAYPOST_PUBLIC_ADDRESS", "").strip() or "http://localhost:8000"
ALLOWED_HOSTS = environment.words("WAYPOST_HOSTS") or ([] if PRODUCTION else ["*"])

# What is printed on posters: scheme and host, in upper case inside the code. Without it every poster says SAMPLE.
PRINTED_ADDRESS = os.environ.get("WAYPOST_PRINTED_ADDRESS", "").rstrip("/")
# Where mails and calendar files point.
PUBLIC_ADDRESS = PUBLIC_ADDRESS.rstrip("/")
# Where "Exit this page" leads: an ordinary page of no account and no personalisation.
EXIT_ADDRESS = os.environ.get("WAYPOST_EXIT_ADDRESS", "") or "https://www.weather.gov/"
# Languages of the help page whose texts nobody has reviewed, for those who review them: answered, never linked.
UNREVIEWED_LANGUAGES = environment.words("WAYPOST_UNREVIEWED_LANGUAGES")
# Where links of events, advertisements and handed-out posters may lead besides our own pages.
LINK_HOSTS = [host.lower() for host in environment.words("WAYPOST_LINK_HOSTS")]
# Only where codes and admin have different hosts: what both end in, such as example.gov. Empty: this host alone.
UNCOUNTED_COOKIE_DOMAIN = os.environ.get("WAYPOST_UNCOUNTED_COOKIE_DOMAIN", "").strip() or None
# Threads of a web process (config/gunicorn.py); help keeps one of them for itself.
THREADS = environment.number("WAYPOST_THREADS", default=40)
CSRF_TRUSTED_ORIGINS = environment.words("WAYPOST_TRUSTED_ORIGINS")
# For how many days what people wrote is kept after its event, season or last use (docs/keeping.md).
KEEP_DAYS = {
    "needs": environment.number("WAYPOST_KEEP_NEEDS", default=7),
    "bookings": environment.number("WAYPOST_KEEP_BOOKINGS", default=30),
    "checkins": environment.number("WAYPOST_KEEP_CHECKINS", default=30),
    "certificates": environment.number("WAYPOST_KEEP_CERTIFICATES", default=365),
    "mails": environment.number("WAYPOST_KEEP_MAILS", default=30),
    "drafts": environment.number("WAYPOST_KEEP_DRAFTS", default=30),
    "requests": environment.number("WAYPOST_KEEP_REQUESTS", default=90),
    "presenters": environment.number("WAYPOST_KEEP_PRESENTERS", default=365),
    "invitations": environment.number("WAYPOST_KEEP_INVITATIONS", default=30),
    "reviews": environment.number("WAYPOST_KEEP_REVIEWS", default=400),
    "stations": environment.number("WAYPOST_KEEP_STATIONS", default=400),
    "contacts": environment.number("WAYPOST_KEEP_CONTACTS", default=365),
    "notes": environment.number("WAYPOST_KEEP_NOTES", default=730),
    "agreements": environment.number("WAYPOST_KEEP_AGREEMENTS", default=2555),
}

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "portal.people.admin_app.AdminConfig",
    # Before Django's accounts: of two commands of one name the first app's is taken (createsuperuser, changepassword).
    "portal.people.shell",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "import_export",
    "post_office",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "portal",
    "outreach",
    "campaign",
]

MIDDLEWARE = [
    "portal.pages.kept.keep_a_moment",
    "campaign.scans.room.keep_room",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.pages.headers.permissions_policy",
    "portal.pages.addresses.RefuseNul",
    "portal.pages.sessions.QuietSessionMiddleware",
    "portal.pages.languages.LanguageOfAPage",
    "django.middleware.common.CommonMiddleware",
    "portal.pages.sessions.forget_broken_token",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.people.second_factor.RequireSecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database(DATABASE_URL, DATA_DIR)}

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.people.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
# A link for a new password, in seconds.
PASSWORD_RESET_TIMEOUT = 3600
# Django's, which asks for the account's address of now; the library's notes every address that an account ever had.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105

# Signing in, by django-allauth (docs/sign-in.md). Its own limits live in the memory of one process: ours are rows.
ACCOUNT_ADAPTER = "portal.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "portal.people.account_forms.SignInForm",
    "reauthenticate": "portal.people.account_forms.AgainForm",
    "change_password": "portal.people.account_forms.ChangeForm",
    "reset_password": "portal.people.account_forms.ForgottenForm",
    "reset_password_from_key": "portal.people.account_forms.NewPasswordForm",
}
MFA_ADAPTER = "portal.people.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Waypost"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = False
# Browsers take http://localhost for a safe place; the library does not.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_FORMS = {
    "authenticate": "portal.people.account_forms.SecondStepForm",
    "reauthenticate": "portal.people.account_forms.AgainByCodeForm",
    "activate_totp": "portal.people.account_forms.AddAppForm",
}
# What seals the secrets of second factors in the database: the first seals, the others still open.
MFA_KEYS = environment.words("WAYPOST_MFA_KEY") or [SECRET_KEY]
SOCIALACCOUNT_ADAPTER = "portal.people.oidc.OfficeAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
# An office's own sign-in, OpenID Connect. Without an issuer there is none.
OIDC = environment.oidc(production=PRODUCTION)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/New_York"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only production collects static files; elsewhere they are served from where they lie.
STATIC_ROOT = DATA_DIR / "static" if PRODUCTION else None
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "portal.files.storage.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
if bucket := os.environ.get("WAYPOST_S3_BUCKET", "").strip():
    STORAGES["default"] = {
        "BACKEND": "portal.files.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": os.environ.get("WAYPOST_S3_ENDPOINT", "").strip() or None,
            "region_name": os.environ.get("WAYPOST_S3_REGION", "").strip() or None,
            "access_key": os.environ.get("WAYPOST_S3_ACCESS_KEY") or None,
            "secret_key": os.environ.get("WAYPOST_S3_SECRET_KEY") or None,
            # Web workers never wait for it (config/wsgi.py).
            "attempts": environment.number("WAYPOST_S3_ATTEMPTS", default=10),
        },
    }
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_PERMISSIONS = 0o600

# Mail: the outbox is the database; a task empties it.
EMAIL_BACKEND = "post_office.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
POST_OFFICE = {
    "BACKENDS": {
        "default": (
            "django.core.mail.backends.smtp.EmailBackend"
            if EMAIL_URL
            else "django.core.mail.backends.filebased.EmailBackend"
        )
    },
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,
    "MESSAGE_ID_ENABLED": True,
    "MAX_RETRIES": 4,
    "RETRY_INTERVAL": timedelta(minutes=10),
    "LOG_LEVEL": 1,
}
if EMAIL_URL:
    EMAIL = environment.mail(EMAIL_URL)
    EMAIL_HOST, EMAIL_PORT = EMAIL.host, EMAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = EMAIL.user, EMAIL.password, EMAIL.tls
EMAIL_TIMEOUT = 20
# The mailbox of WAYPOST_FROM_EMAIL, where what could not be delivered comes back to. Empty: nobody reads it.
BOUNCES = environment.mailbox(os.environ.get("WAYPOST_BOUNCE_URL", "").strip())

# Celery: messages are only wake-up calls, so nothing needs a result.
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0.1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "requeue jobs whose worker died": {"task": "portal.jobs.sweep", "schedule": 20.0},
    "send mail": {"task": "portal.mail.send_queued", "schedule": 30.0},
    "fold the journal of scans": {"task": "campaign.scans.fold", "schedule": 300.0},
    "refresh the lines of the help page": {"task": "outreach.channels.refresh", "schedule": 60.0},
    "remind of checks that are due": {"task": "outreach.channels.remind", "schedule": crontab(hour=7, minute=30)},
    "tell of agreements that end": {"task": "outreach.agencies.remind", "schedule": crontab(hour=7, minute=40)},
    "keep the gallery's posters true": {"task": "campaign.posters.refresh_gallery", "schedule": 30.0},
    "give events the codes of their posters": {"task": "campaign.posters.issue_codes_of_events", "schedule": 60.0},
    "forget imports that nobody confirmed": {"task": "portal.imports.forget_drafts", "schedule": 3600.0},
    "publish finished weeks": {"task": "campaign.dashboard.publish_weeks", "schedule": crontab(hour=6, minute=10)},
    "read mails that came back": {"task": "portal.mail.read_bounces", "schedule": 300.0},
    "sweep after mails": {"task": "portal.mail.sweep", "schedule": crontab(hour=3, minute=30)},
    "tell those who booked": {"task": "outreach.registration.send_notices", "schedule": 15.0},
    "pass seats on": {"task": "outreach.registration.pass_on", "schedule": 30.0},
    "count seats anew": {"task": "outreach.registration.count", "schedule": crontab(hour=4, minute=10)},
    "remind those who asked": {"task": "outreach.registration.remind", "schedule": 300.0},
    "ask those who came": {"task": "outreach.attendance.ask", "schedule": 900.0},
    "tell of seminars": {"task": "outreach.seminars.send_notices", "schedule": 30.0},
    "keep schools' papers true": {"task": "outreach.seminars.renew_papers", "schedule": 3600.0},
    "forget plans that nobody wants": {"task": "outreach.seminars.forget", "schedule": crontab(hour=3, minute=40)},
    "forget what was kept long enough": {"task": "portal.keeping.forget", "schedule": crontab(hour=3, minute=50)},
    "clear sessions": {"task": "portal.people.clear_sessions", "schedule": crontab(hour=3, minute=55)},
    "link the audit trail": {"task": "portal.audit.link", "schedule": 10.0},
    "seal yesterday's audit": {"task": "portal.audit.seal", "schedule": crontab(hour=3, minute=10)},
    "walk along the audit trail": {"task": "portal.audit.verify", "schedule": crontab(hour=4, minute=20)},
}
# A call is worth nothing once the next one comes: none pile up behind workers that print.
for call in CELERY_BEAT_SCHEDULE.values():
    if isinstance(call["schedule"], float):
        call["options"] = {"expires": call["schedule"]}

# No logger may place a visitor: nothing below warnings, no paths, no addresses (campaign.scans says more).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "anonymous": {"()": "config.logs.Anonymous"},
        "unaddressed": {"()": "config.logs.Unaddressed"},
        "redacted": {"()": "config.logs.Redacted"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["redacted"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("WAYPOST_LOG_LEVEL", "WARNING")},
    "loggers": {
        # Django's own handlers would print and mail whole requests.
        "django": {"handlers": []},
        # Its line for an answer of 404 or 500 names the path.
        "django.request": {"level": "ERROR", "filters": ["anonymous"]},
        "django.security.csrf": {"filters": ["anonymous"]},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # Without a handler it brings its own, which tells every round and whom mail went to.
        "post_office": {"handlers": ["console"], "level": "WARNING", "propagate": False, "filters": ["unaddressed"]},
    },
}

# Public pages: nothing from anywhere else, nothing inline that is not allowed by its hash.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "connect-src": [SELF],
    }
}
# The admin's Alpine evaluates expressions and sets styles.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "object-src": [NONE],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Twelve hours, and half an hour without a request: what NIST SP 800-63B asks where a second factor is used.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE = timedelta(minutes=environment.number("WAYPOST_SESSION_IDLE", default=30))
# At so many places an account is signed in at once; the oldest session makes room.
SESSIONS_AT_ONCE = environment.number("WAYPOST_SESSIONS", default=3)
CSRF_COOKIE_HTTPONLY = True
# What somebody chose on the pages of signing in, until the browser is closed; no other page gets it.
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_PATH = "/account/"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = environment.flag("WAYPOST_SSL_REDIRECT", default=True)
    # Load balancers ask without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if environment.flag("WAYPOST_BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A cell of a spreadsheet that begins like a formula is text.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_TMP_STORAGE_CLASS = "portal.imports.drafts.DraftStorage"
# The trail tells of each row (portal.imports): Django's own log is not written.
IMPORT_EXPORT_SKIP_ADMIN_LOG = True

UNFOLD = look.ADMIN
