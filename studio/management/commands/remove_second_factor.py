from django.core.management import BaseCommand, CommandError

from studio import people
from studio.models import User


class Command(BaseCommand):
    help = (
        "Remove the second factor of somebody whom no administrator can help: a lost phone, or a lost key for secrets.  "
        "Then the password is enough, and they can set up a new one."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="the username")

    def handle(self, *, name, **options):
        user = User.objects.by_name(name)
        if user is None:
            raise CommandError(f"There is no user called {name}.")
        if not people.has_second_factor(user):
            self.stdout.write(f"{name} has no second factor.")
            return
        people.remove_second_factor(user)
        self.stdout.write(f"The second factor of {name} is removed. They can set up a new one.")
