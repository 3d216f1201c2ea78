from django.core.management import BaseCommand, CommandError

from studio.models import User
from studio.sign_in import tries


class Command(BaseCommand):
    help = "Let somebody try again who has to wait because of too many wrong passwords or codes, theirs or a stranger's."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the username")

    def handle(self, *, name, **options):
        if User.objects.by_name(name) is None:
            raise CommandError(f"There is no user called {name}.")
        forgotten = tries.unlock(name)
        self.stdout.write(
            f"{name} may try again at once."
            if forgotten
            else f"{name} did not have to wait: nothing was counted."
        )
