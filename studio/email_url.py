"""EMAIL_URL: where mail goes, in one line of the environment."""

from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# scheme: what stands in its URL before the @, then after it, under the names that django-anymail gives them.
PROVIDERS = {
    "brevo": ("BREVO_API_KEY",),
    "mailersend": ("MAILERSEND_API_TOKEN",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "sparkpost": ("SPARKPOST_API_KEY",),
}
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def email_settings(url: str) -> dict:
    """Return the settings that `url` stands for: EMAIL_BACKEND and what that needs.

    smtp+tls://user:password@host:587, postmark://token@, mailgun://key@mg.example.com, mailjet://key:secret@,
    consolemail://.  What follows a ? are further settings of the provider: ?api_url=https://api.eu.mailgun.net/v3.
    """
    scheme = urlsplit(url).scheme
    if scheme in PROVIDERS:
        return _provider_settings(scheme, url)
    found = environ.Env.email_url_config(url)
    found["EMAIL_PORT"] = found["EMAIL_PORT"] or SMTP_PORTS.get(scheme)
    return found


def _provider_settings(scheme: str, url: str) -> dict:
    parts = urlsplit(url)
    given = [unquote(part) for part in (parts.username, parts.password, parts.hostname) if part]
    # Without an @ the key would stand where a host does, whose letters are made small.
    if not parts.username or len(given) != len(PROVIDERS[scheme]):
        raise ImproperlyConfigured(f"EMAIL_URL of {scheme} needs {' and '.join(PROVIDERS[scheme])}.")
    more = {f"{scheme.upper()}_{name.upper()}": value for name, value in parse_qsl(parts.query)}
    return {
        "EMAIL_BACKEND": f"anymail.backends.{scheme}.EmailBackend",
        "ANYMAIL": {**dict(zip(PROVIDERS[scheme], given, strict=True)), **more},
    }
