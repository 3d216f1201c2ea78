from django.core import checks
from django.db import connections

from preproduction import append_only


@checks.register(checks.Tags.database)
def status_notes_are_guarded(app_configs, databases=None, **kwargs):
    """E001: a migration or a hand removed the triggers that keep Status Notes append-only."""
    errors = []
    for alias in databases or ():
        connection = connections[alias]
        if append_only.TABLE not in connection.introspection.table_names():
            continue
        missing = append_only.guard_is_missing(connection)
        if missing:
            errors.append(
                checks.Error(
                    f"Status Notes are not guarded in the database: {', '.join(missing)} missing.",
                    hint="Run manage.py migrate; it puts the guard back.",
                    id="preproduction.E001",
                )
            )
    return errors
