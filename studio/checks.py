"""Deployment mistakes as system checks."""

import sqlite3
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import checks
from django.db import connections

from studio import append_only, private_files, search_index, second_factors
from studio.models import CompanyPreferences
from studio.set_up import tokens

SHORTEST_KEY = 50  # characters; Django's own are as long


@checks.register(checks.Tags.security, deploy=True)
def production_is_declared(app_configs, **kwargs):
    """E001: a deployment on the trial settings, whose secret key is public."""
    if settings.PRODUCTION:
        return []
    return [
        checks.Error(
            "These are the settings for trying the product on one machine.",
            hint="Set PRODUCTION=true, SECRET_KEY (or SECRET_KEY_FILE) and ALLOWED_HOSTS.",
            id="studio.E001",
        )
    ]


@checks.register(checks.Tags.database)
def sqlite_runs_in_wal_mode(app_configs, databases=None, **kwargs):
    """W002: the loaded SQLite has the WAL-reset bug, so the slower rollback journal is used."""
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not databases or not on_sqlite or settings.SQLITE_WAL_IS_SAFE:
        return []
    return [
        checks.Warning(
            f"SQLite {sqlite3.sqlite_version} can lose data in WAL mode, so the slower rollback journal is in use.",
            hint="A Python with SQLite 3.51.3 or later (or 3.50.7, 3.44.6) gets WAL by itself; "
            "or set DATABASE_URL to a PostgreSQL database.",
            id="studio.W002",
        )
    ]


@checks.register(deploy=True)
def pdf_fonts_are_installed(app_configs, **kwargs):
    """W003: a script that PDFs would print as empty boxes."""
    from studio.paper.coverage import missing_packages  # brings HarfBuzz, which every command would wait for

    missing = missing_packages()
    if not missing:
        return []
    return [
        checks.Warning(
            f"PDFs lack fonts: {', '.join(missing)}.",
            hint="Install requirements/base.txt; it names them all.",
            id="studio.W003",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def secret_key_is_secret(app_configs, **kwargs):
    """E002: whoever knows the key can sign one-time links and calendar changes."""
    key = settings.SECRET_KEY
    if not settings.PRODUCTION or (len(key) >= SHORTEST_KEY and not key.startswith("insecure")):
        return []
    return [
        checks.Error(
            f"SECRET_KEY is public or shorter than {SHORTEST_KEY} characters.",
            hint='Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"',
            id="studio.E002",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def proxy_is_declared(app_configs, **kwargs):
    """W006: behind a proxy that nobody told of, all people come from one address, and limits on signing in are theirs."""
    if not settings.PRODUCTION or settings.BEHIND_PROXY is not None:
        return []
    return [
        checks.Warning(
            "Nobody has said whether a proxy stands in front of the studio.",
            hint="Set BEHIND_PROXY=true if one does and sets X-Forwarded-For and X-Forwarded-Proto itself; "
            "else BEHIND_PROXY=false, and what strangers write into these headers is ignored.",
            id="studio.W006",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def hosts_are_named(app_configs, **kwargs):
    """E003: a studio that answers to any name writes links of any name into mails and one-time links."""
    if not settings.PRODUCTION or (settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS):
        return []
    return [
        checks.Error(
            "ALLOWED_HOSTS does not name the hosts that this studio is reached by.",
            hint="Set ALLOWED_HOSTS=proofs.example.com (several with commas).",
            id="studio.E003",
        )
    ]


@checks.register(checks.Tags.database)
def history_is_guarded(app_configs, databases=None, **kwargs):
    """E010: a migration or a hand removed the triggers that keep Status Notes and History append-only."""
    missing = [name for alias in databases or () for name in append_only.missing_guards(connections[alias])]
    if not missing:
        return []
    return [
        checks.Error(
            f"Status Notes and History are not guarded in the database: {', '.join(missing)} missing.",
            hint="Run manage.py migrate; it puts the guard back.",
            id="studio.E010",
        )
    ]


@checks.register(checks.Tags.database)
def searches_are_indexed(app_configs, databases=None, **kwargs):
    """E021: a migration or a hand removed the triggers that keep what searches look into."""
    missing = [name for alias in databases or () for name in search_index.missing(connections[alias])]
    if not missing:
        return []
    return [
        checks.Error(
            f"Searches do not see what is written: {', '.join(missing)} missing.",
            hint="Run manage.py migrate; it makes the index anew.",
            id="studio.E021",
        )
    ]


@checks.register(checks.Tags.database)
def what_is_kept_is_watched(app_configs, databases=None, **kwargs):
    """E022: a migration or a hand removed the triggers that tell pages what was set up anew."""
    missing = [name for alias in databases or () for name in tokens.missing(connections[alias])]
    if not missing:
        return []
    return [
        checks.Error(
            f"Pages do not see what is changed in Maintenance: {', '.join(missing)} missing.",
            hint="Run manage.py migrate; it puts them back.",
            id="studio.E022",
        )
    ]


@checks.register(checks.Tags.database)
def history_is_closed(app_configs, databases=None, **kwargs):
    """E011: an open Erasure, which only a forged back-up or a hand can leave, lets everybody change history."""
    if not any(append_only.is_open(connections[alias]) for alias in databases or ()):
        return []
    return [
        checks.Error(
            f"Status Notes and History can be changed: a row of {append_only.ERASURES} was never finished.",
            hint="Find out who put it there; finished_at closes it.",
            id="studio.E011",
        )
    ]


@checks.register(checks.Tags.database)
def time_zone_is_known(app_configs, databases=None, **kwargs):
    """E012: every page asks for the studio's day, and a back-up may name a zone that is not on this computer."""
    table = CompanyPreferences._meta.db_table
    for alias in databases or ():
        is_there = table in connections[alias].introspection.table_names()
        name = (
            is_there and CompanyPreferences.objects.using(alias).values_list("time_zone", flat=True).first()
        )
        if name and not _is_zone(name):
            return [
                checks.Error(
                    f"The studio's time zone, {name!r}, is not known on this computer.",
                    hint="Install the newest tzdata.",
                    id="studio.E012",
                )
            ]
    return []


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


# "health" asks, too: whoever starts the programs mends what he may, so what is found here needs somebody else.
@checks.register(checks.Tags.security, "health", deploy=True)
def stored_files_are_private(app_configs, **kwargs):
    """E004: password hashes and clients' addresses for everybody on the machine."""
    found = next(private_files.open_to_others(private_files.stored()), None)
    if found is None:
        return []
    path, mode = found
    return [
        checks.Error(
            f"Others on this machine may use {path} (mode {mode:03o}), where the studio's data are stored.",
            hint=f"Run the studio as the owner of its files, or let the owner run: chmod -R go= {path}",
            id="studio.E004",
        )
    ]


@checks.register("health", deploy=True)
def second_factors_can_be_read(app_configs, databases=None, **kwargs):
    """E005: people who cannot sign in, because the key of their second factor is lost."""
    lost = second_factors.unreadable() if databases else []
    if not lost:
        return []
    return [
        checks.Error(
            f"The key of {len(lost)} second factors is not in {settings.SECRETS_KEY_FILE}.",
            hint="Put the former file back, or remove these second factors on the pages of their people.",
            id="studio.E005",
        )
    ]
