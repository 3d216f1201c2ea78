from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from preproduction import demo
from studio import installation


class Command(BaseCommand):
    help = "Load the demo studio into an empty database.  Loading it twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--orders", type=int, default=400, help="how many orders (default 400)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed gives the same studio (default 1)"
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day the demo takes for today, YYYY-MM-DD",
        )
        parser.add_argument(
            "--if-new", action="store_true", help="leave a database with a studio's own data in silence"
        )

    def handle(self, *, orders, seed, today, if_new, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "The demo's password is printed in its README, so it is not loaded where PRODUCTION is set."
            )
        if settings.STUDIO == installation.OWN:
            raise CommandError(
                "This is your own studio. The demo has a place of its own: python3 run.py starts it."
            )
        if orders < 1:
            raise CommandError("Give --orders a number of 1 or more.")
        try:
            loaded = demo.load(orders=orders, seed=seed, today=today)
        except demo.DemoRefused as refusal:
            if if_new:
                return
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Loaded the demo studio with {orders} orders."
            if loaded
            else "The demo studio is loaded already."
        )
        self.stdout.write(f"Sign in as {', '.join(demo.LOGINS)}; the password is {demo.PASSWORD}.")
