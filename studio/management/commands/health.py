from django.core.management import BaseCommand, CommandError

from studio import readiness


class Command(BaseCommand):
    help = (
        "Say whether the studio is in order: the database answers, its migrations are applied, Status Notes are "
        "guarded, the worker comes round.  Ends with 1 if not."
    )
    requires_system_checks = []  # it runs those that matter here, and says so

    def handle(self, **options):
        # The apps register what they watch over, so that this need not know them.
        problems = list(readiness.problems(tags=["health"], deployment=True))
        if problems:
            raise CommandError("\n".join(f"{problem.sentence} {problem.way_out}" for problem in problems))
        self.stdout.write("All is well.")
