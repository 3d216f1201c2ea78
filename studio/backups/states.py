"""A state of the database: what our migrations, up to some of them, make of an empty one."""

from collections.abc import Collection
from functools import lru_cache

from django.apps.registry import Apps
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from studio.backups.archive import BackupRefused

Migrations = Collection[tuple[str, str]]


def apps_at(migrations: Migrations) -> Apps:
    """Return the models as they are once `migrations` have been applied.

    Raises BackupRefused where this program does not know them all, or they make no studio.
    """
    return _apps_at(frozenset(migrations))


@lru_cache(maxsize=2)  # a second's work, which trying a back-up does again after writing it
def _apps_at(migrations: frozenset[tuple[str, str]]) -> Apps:
    loader = MigrationLoader(None)
    state = loader.project_state(_targets(loader, migrations))
    if tuple(settings.AUTH_USER_MODEL.lower().split(".")) not in state.models:
        raise BackupRefused("There is no studio in it.")
    return state.apps


def build(migrations: Migrations) -> None:
    """Make the tables of that state in the empty database."""
    executor = MigrationExecutor(connection)
    executor.migrate(_targets(executor.loader, migrations))


def bring_up_to_date() -> None:
    """Apply the migrations that are left, and put everything in place that watches over the database.

    Raises BackupRefused if a check of the database finds an error afterwards.
    """
    call_command("migrate", verbosity=0)
    for found in checks.run_checks(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS]):
        if found.level >= checks.ERROR:
            raise BackupRefused(found.msg)


def _targets(loader: MigrationLoader, migrations: Migrations) -> list[tuple[str, str]]:
    wanted = set(migrations)
    for app, name in sorted(wanted - set(loader.disk_migrations)):
        raise BackupRefused(
            f"The back-up was made by a newer version of this product (migration {app}.{name}); update first."
        )
    # A squashed migration stands for those it replaces.
    nodes = wanted & set(loader.graph.nodes)
    parents = {parent.key for node in nodes for parent in loader.graph.node_map[node].parents}
    if not parents <= nodes:
        raise BackupRefused("Its migrations are none that were ever applied together.")
    return sorted(nodes - parents)
