from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from studio import sealing, second_factors
from studio.kept_forms import rows as kept_forms
from triggers.operations import signing_secrets


class Command(BaseCommand):
    """It lives here and not in studio because it knows the signing secrets of webhooks."""

    help = (
        "Seal the secrets in the database (second factors, webhooks) with a new key, while people go on working.  "
        "The former keys stay in the file, for back-ups that were sealed with them."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forget-former-keys",
            action="store_true",
            help="take them out of the file; then an older back-up comes back without its secrets",
        )

    def handle(self, *, forget_former_keys, verbosity, **options):
        try:
            sealing.add_key()
        except sealing.KeyMissing as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{settings.SECRETS_KEY_FILE} cannot be written ({error.strerror}).") from None
        with transaction.atomic():
            second_factors.seal_again()
            signing_secrets.seal_again()
            kept_forms.seal_again()
        if forget_former_keys:
            sealing.forget_former_keys()
        if verbosity:
            self.stdout.write(
                f"The secrets are sealed with the new key {sealing.key_name()}. Copy {settings.SECRETS_KEY_FILE} "
                "to where your other passwords are: no back-up holds it."
            )
