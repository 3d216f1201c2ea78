from django.core import checks
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = (
        "Say whether the studio is in order: the database answers, its migrations are applied, Status Notes are "
        "guarded, the worker comes round.  Ends with 1 if not."
    )
    requires_system_checks = []  # it runs those that matter here, and says so

    def handle(self, **options):
        problems = list(self._problems())
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("All is well.")

    def _problems(self):
        try:
            missing = _missing_migrations()
        except DatabaseError as error:
            yield f"The database does not answer ({type(error).__name__}). Is it running, and is DATABASE_URL right?"
            return
        if missing:
            # Tables may be missing, too, so nothing more is asked.
            yield f"Migrations are not applied: {', '.join(missing)}. Run manage.py migrate."
            return
        # The apps register what they watch over, so that this need not know them.
        for found in checks.run_checks(
            tags=["health", checks.Tags.database], include_deployment_checks=True, databases=["default"]
        ):
            if found.level >= checks.ERROR:
                yield f"{found.msg} {found.hint}"


def _missing_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
