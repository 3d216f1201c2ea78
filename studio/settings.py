"""Settings of one deployment.  Runs with no environment at all: SQLite, console mail, debug off.

What differs between deployments is read from the environment here.  What differs between studios is a row in
CompanyPreferences.  What never differs is a constant in the module that uses it.
"""

import sqlite3
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from studio import installation, private_files, worker_queue
from studio.email_url import email_settings

env = environ.FileAwareEnv()  # SECRET_KEY_FILE=/run/secrets/key works for every name

BASE_DIR = Path(__file__).resolve().parent.parent
# One's own or the demo, where run.py or studio.installation has said so; "" for any other deployment.
STUDIO = env.str("STUDIO", default="")
DATA_DIR = Path(env.str("DATA_DIR", default=str(installation.folder(BASE_DIR, STUDIO))))
private_files.make_folder(installation.folder(BASE_DIR, STUDIO).parent)
private_files.make_folder(DATA_DIR)

# What seals the secrets in the database; in no back-up.
SECRETS_KEY_FILE = Path(env.str("SECRETS_KEY_FILE", default=str(DATA_DIR / "secrets.key")))

# Where back-ups lie; at which hour of the studio one is made each day, none where this is empty; and how many of the
# last days, weeks and months are kept.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(DATA_DIR / "backups")))
_hour = env.str("BACKUP_HOUR", default="" if STUDIO == installation.DEMO else "3")
if _hour and _hour not in map(str, range(24)):
    raise ImproperlyConfigured("BACKUP_HOUR is a full hour of the day, 0 to 23, or empty for no back-ups.")
BACKUP_HOUR = int(_hour) if _hour else None
BACKUP_KEEP = tuple(env.list("BACKUP_KEEP", cast=int, default=[7, 4, 12]))
if len(BACKUP_KEEP) != 3:
    raise ImproperlyConfigured("BACKUP_KEEP is three numbers, of days, weeks and months: BACKUP_KEEP=7,4,12")

# A production deployment says so.  It then has to give SECRET_KEY and ALLOWED_HOSTS, and is served over https.
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)

if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]
else:
    # The demo's is public: check studio.E001 refuses it in production.
    SECRET_KEY = env.str("SECRET_KEY", default="insecure-only-for-trying-the-product-on-this-machine")
    if STUDIO == installation.OWN and "SECRET_KEY" not in env:
        SECRET_KEY = private_files.kept_key(DATA_DIR / "signing.key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "studio",
    "triggers",
    "preproduction",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # templates/django/forms/ overrides how every field is drawn
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "heroicons",
    "huey.contrib.djhuey",
]

MIDDLEWARE = [
    "studio.probes.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "studio.icons.IconsMiddleware",
    "studio.middleware.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "studio.middleware.KeptFormMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "studio.middleware.FirstAdministratorMiddleware",
    # A forgotten decorator is a login page and not a leak.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "studio.middleware.StudioTimeZoneMiddleware",
    "studio.middleware.PlainRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "studio.middleware.IdleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "studio.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studio.middleware.DialogMiddleware",
    "studio.middleware.SentOnceMiddleware",
]

ROOT_URLCONF = "studio.urls"
WSGI_APPLICATION = "studio.wsgi.application"

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
                "studio.context.studio",
                "preproduction.moving_in.guide.context.guide",
            ],
            "builtins": ["studio.templatetags.form_tokens"],
        },
    },
]
# How the apps are joined.  What an app adds it declares itself, and it knows none of those above it; here it is put in
# order, by dotted name.
MENUS = {
    "Work": [
        "preproduction.navigation.ORDERS",
        "studio.navigation.DAILY",
        "triggers.navigation.TASKS",
        "triggers.navigation.OUTBOX",
        "preproduction.navigation.LOOKED_UP",
        "preproduction.reports.navigation.LOOKED_UP",
        "preproduction.moving_in.navigation.LOOKED_UP",
    ],
    # The groups of Maintenance.
    "Production": ["preproduction.navigation.PRODUCTION", "studio.navigation.PRODUCTION"],
    "General": [
        "triggers.navigation.GENERAL",
        "studio.navigation.PEOPLE",
        "studio.navigation.PREFERENCES",
        "preproduction.moving_in.navigation.GENERAL",
    ],
    "Company Preferences": [
        "studio.navigation.PREFERENCES_TABS",
        "preproduction.navigation.PREFERENCES_TABS",
    ],
    "You": [
        "studio.navigation.YOU",
        "preproduction.morning.navigation.YOU",
        "preproduction.navigation.YOU",
    ],
    "New": [
        "preproduction.navigation.NEW",
        "studio.navigation.NEW",
        "triggers.navigation.NEW",
        "studio.navigation.NEW_IN_MAINTENANCE",
        "triggers.navigation.NEW_IN_MAINTENANCE",
    ],
    "Trigger": ["preproduction.navigation.TRIGGER"],
    "Vendor": ["preproduction.navigation.VENDOR"],
}
# What the palette finds, in this order.  Asked while somebody types, so each is three small queries at most.
FINDERS = [
    ("Orders", "preproduction.finders.orders"),
    ("Clients", "studio.finders.clients"),
    ("Sessions", "studio.finders.sessions"),
    ("Pages", "studio.finders.pages"),
    ("New", "studio.finders.new_things"),
]
# What waits behind the sidebar's entries, and what notices count.  Every page asks it, all in one statement.
WAITING = ["preproduction.waiting.waiting", "triggers.waiting.waiting"]
PARTS = {
    "top of every page": [
        "triggers/_notices.html",
        "studio/_backup_notice.html",
        "preproduction/moving_in/guide/_bar.html",
    ],
    "top of Home": ["preproduction/moving_in/guide/_home.html"],
    "below signing in": ["preproduction/_demo_logins.html"],
    "beside a user": ["preproduction/_user_leaving.html"],
    "acts of a client": [
        "preproduction/moving_in/merging/_client_acts.html",
        "preproduction/moving_in/leaving/_client_acts.html",
    ],
    "top of a trigger": ["preproduction/_no_statuses.html"],
    "beside a template": ["preproduction/_template_preview_panel.html"],
    "topics of Help": ["preproduction/moving_in/_help_topics.html"],
    "Help": ["preproduction/moving_in/_help.html"],
}
# What the page Health asks, in this order.
HEALTH = ["triggers.health.findings", "studio.health.own.findings"]
# What the worker does a piece of at a time (studio/tasks.py).
LONG_WORK = [
    "preproduction.long_acts.go_on",
    "preproduction.moving_in.importing.work.go_on",
    "preproduction.moving_in.leaving.work.go_on",
    "preproduction.forecast.work.go_on",
    "preproduction.morning.round.go_on",
    "preproduction.moving_in.leaving.cleaning.go_on",
    "studio.long_work.files.go_on",
]
PERMISSIONS = [
    "studio.permissions.PERMISSIONS",
    "triggers.permissions.PERMISSIONS",
    "preproduction.permissions.PERMISSIONS",
    "preproduction.moving_in.permissions.PERMISSIONS",
]
# These are read together with their orders, so their pages are of the app that knows orders.
PAGES_OF_RECORDS = {
    "client": "preproduction:client_detail",
    "session": "preproduction:session_detail",
    "batch": "preproduction:batch_detail",
}

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The WAL-reset bug can corrupt a database; these releases are the first without it.  Elsewhere the rollback
# journal is slower and safe, and check studio.W002 says how to get WAL.
_SQLITE = sqlite3.sqlite_version_info
SQLITE_WAL_IS_SAFE = (
    _SQLITE >= (3, 51, 3) or (3, 50, 7) <= _SQLITE < (3, 51) or (3, 44, 6) <= _SQLITE < (3, 45)
)

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / installation.DATABASE}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "studio.databases.sqlite3"
    private_files.make_folder(Path(_database["NAME"]).parent)
    private_files.make_file(Path(_database["NAME"]))
    _database["OPTIONS"] = {
        # Without it most concurrent advances die with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={'WAL' if SQLITE_WAL_IS_SAFE else 'DELETE'};"
            "PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;"
            # REPLACE must run the delete triggers that keep Status Notes append-only.
            "PRAGMA recursive_triggers=ON;"
        ),
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        "options": (
            "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
        ),
    }
else:
    raise ImproperlyConfigured(
        "DATABASE_URL must name an SQLite file (sqlite:///...) or PostgreSQL (postgres://...)."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by all processes: allauth notes there which codes of a second factor were used.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "studio_cache"},
    # What has been drawn, under a name that says all that it was drawn from.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 50},  # of some 60 kB in a studio with hundreds of vendors
    },
}

AUTH_USER_MODEL = "studio.User"
AUTHENTICATION_BACKENDS = ["studio.accounts.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "preproduction:home"
ACCOUNT_ADAPTER = "studio.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = (
    False  # studio.sign_in.tries counts, in rows: a cache that cannot be written says "too many"
)
ACCOUNT_FORMS = {"change_password": "studio.forms.sign_in.ChangePasswordForm"}
MFA_FORMS = {
    "authenticate": "studio.forms.sign_in.AuthenticateForm",
    "reauthenticate": "studio.forms.sign_in.ReauthenticateForm",
    "activate_totp": "studio.forms.sign_in.ActivateTOTPForm",
}
MFA_ADAPTER = "studio.second_factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Preproduction"
MFA_TOTP_TOLERANCE = 1  # a phone whose clock is half a minute off still gets in

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # moments are stored in UTC; StudioTimeZoneMiddleware activates the studio's zone

STATIC_URL = "static/"
# Filled by collectstatic; when trying the product, files are served from where they are written.
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
# SortableJS comes from its registry at set-up; run.py puts it there.
SORTABLE_DIR = BASE_DIR / ".assets" / "node_modules" / "sortablejs"
STATICFILES_DIRS = [BASE_DIR / "static", *([("sortablejs", SORTABLE_DIR)] if SORTABLE_DIR.is_dir() else [])]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(DATA_DIR / "media"))
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = private_files.FILE, private_files.FOLDER
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Nothing in them is the studio's, and a proxy may serve them as somebody else.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
        "BACKEND": (
            "studio.joined_files.JoinedStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        ),
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

EMAIL_CONFIG = email_settings(env.str("EMAIL_URL", default="consolemail://"))
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_CONFIG["EMAIL_BACKEND"] = (
        "triggers.channels.wire.smtp.EmailBackend"  # a total time for each message
    )
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 15  # seconds in all
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="studio@localhost")

# twilio://SID:TOKEN@/+15551234567: the account, and the number (or MG... service) that text messages come from.
SMS_URL = env.str("SMS_URL", default="console://")
SMS_REGION = env.str("SMS_REGION", default="US")  # of numbers typed without a country
TWILIO_API = env.str("TWILIO_API", default="https://api.twilio.com")  # another region, or a test's own

# Deliveries are rows in the database; huey only wakes the worker, so its queue may be lost without loss.
HUEY_URL = env.str("HUEY_URL", default="")
HUEY_FILE = env.str("HUEY_FILE", default=str(DATA_DIR / "huey.sqlite3"))
if not HUEY_URL:
    private_files.make_file(Path(HUEY_FILE))
HUEY = {
    **worker_queue.storage(HUEY_URL, file=HUEY_FILE),
    "name": "studio",
    "immediate": False,
    "consumer": {"workers": 1, "worker_type": "thread", "check_worker_health": True},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
# Both bind more than this studio, and browsers remember them for as long: whoever owns the whole domain says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # Django asks for just these two
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=None)  # None: nobody has said; check studio.W006
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else all sign-ins would count as coming from the proxy
CSRF_FAILURE_VIEW = "studio.views.errors.csrf_failure"

FILE_UPLOAD_HANDLERS = [
    "studio.uploads.CappedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # many-at-once: six fields for each of up to 500 orders

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "refusals": {"()": "studio.refusal_logs.ShortRefusals"},
        "probes": {"()": "studio.refusal_logs.NoProbes"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["refusals", "probes"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # Named, or huey gives it a second handler, and each of its lines is printed twice.
    "loggers": {"huey": {"handlers": ["console"], "propagate": False}},
}
