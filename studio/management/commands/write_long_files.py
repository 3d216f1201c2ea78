from django.core.management import BaseCommand

from studio.long_work import files


class Command(BaseCommand):
    help = (
        "Write the files of long lists that people wait for.  The worker starts this; nobody else needs to."
    )

    def handle(self, **options):
        files.write_waiting()
