from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from triggers.channels import sms
from triggers.operations import signing_secrets
from triggers.outbox import heartbeat


# A tag of its own, so that only `manage.py health` asks: a database just made has no worker yet.
@checks.register("health", deploy=True)
def worker_comes_round(app_configs, databases=None, **kwargs):
    """E001: nothing is done for triggers."""
    if not databases:
        return []
    seen = heartbeat.last_seen()
    if not heartbeat.is_stopped(seen):
        return []
    return [
        checks.Error(
            f"The worker was last seen at {seen:%Y-%m-%d %H:%M:%S} UTC."
            if seen
            else "The worker has not run yet.",
            hint="Start it: manage.py run_huey.",
            id="triggers.E001",
        )
    ]


@checks.register("health", deploy=True)
def signing_secrets_can_be_read(app_configs, databases=None, **kwargs):
    """E003: webhooks that cannot be signed, and so are not sent."""
    lost = signing_secrets.unreadable() if databases else []
    if not lost:
        return []
    return [
        checks.Error(
            f"The key of {len(lost)} signing secrets is not in {settings.SECRETS_KEY_FILE}.",
            hint="Put the former file back, or make new secrets on the pages of the webhooks.",
            id="triggers.E003",
        )
    ]


@checks.register()
def sms_url_can_be_read(app_configs, **kwargs):
    """E002: every text message would wait for ever."""
    try:
        sms.provider()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="triggers.E002")]
    return []
