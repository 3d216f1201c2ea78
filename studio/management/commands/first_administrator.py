from django.core.management import BaseCommand, CommandError

from studio import first_administrator
from studio.refusal import OperationRefused


class Command(BaseCommand):
    help = "Show a code with which the first administrator is made in the browser.  The code shown before is void then."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-new", action="store_true", help="leave a studio in which somebody can sign in, in silence"
        )

    def handle(self, *, if_new, **options):
        try:
            code = first_administrator.new_code()
        except OperationRefused as refusal:
            if if_new:
                return
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            "Nobody can sign in yet. Open the studio in a browser, and make yourself its first administrator "
            f"with this code: {code}"
        )
