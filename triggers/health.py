"""What of the page Health concerns triggers: the worker, what waits to go out, and the mail account."""

from datetime import timedelta

from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from studio.health.findings import Finding, State, moment_in_words
from triggers import channels
from triggers.checks import signing_secrets_can_be_read
from triggers.models import Breaker, Delivery, MessagePreferences
from triggers.outbox import breakers, heartbeat

WORKER = "Worker"
# A message that could go out does so within a minute or two.
LATE, TOO_LATE = timedelta(minutes=15), timedelta(hours=2)
QUEUE = {"page": "triggers:queue_list", "words": "Trigger Queue"}
EMAIL = "email"
IN_SIGHT_ONLY = ("console", "dummy", "locmem", "filebased")  # Django's, which send nothing


def findings() -> list[Finding]:
    return [_worker(), _oldest_message(), _mail(), *_webhooks()]


def _worker() -> Finding:
    seen = heartbeat.last_seen()
    if not heartbeat.is_stopped(seen):
        return Finding(
            WORKER, State.GOOD, f"It came round on {moment_in_words(seen)}, as it does each minute."
        )
    when = f"was last seen on {moment_in_words(seen)}" if seen else "has not run yet"
    return Finding(
        WORKER,
        State.BAD,
        f"It {when}. Until it runs, no tasks are made, no messages go out and no back-ups are made; nothing is lost.",
        "Start it: manage.py run_huey, or the unit or container of the worker; python3 run.py starts it by itself.",
    )


def _oldest_message() -> Finding:
    now = timezone.now()
    due = Delivery.objects.filter(
        state=Delivery.State.PENDING, channel__in=channels.outward(), not_before__lte=now
    )
    oldest = due.order_by("not_before").values_list("not_before", flat=True).first()
    title, preferences = "Oldest waiting message", MessagePreferences.load()
    if oldest is None:
        return Finding(title, State.GOOD, "No message waits that should have gone out.")
    said = f"One waits since {moment_in_words(oldest)}."
    if preferences.is_paused:
        way_out = (
            f"Messages are paused since {moment_in_words(preferences.paused_at)}; Resume is in the queue."
        )
        return Finding(title, State.LOOK, said, way_out, **QUEUE)
    waited = now - oldest
    state = State.BAD if waited > TOO_LATE else State.LOOK if waited > LATE else State.GOOD
    if state == State.GOOD:
        return Finding(title, state, f"{said} It goes out when the worker comes round.")
    way_out = "See whether the worker runs, and what the queue says of it."
    return Finding(title, state, said, way_out, **QUEUE)


def _mail() -> Finding:
    title, backend = "Mail account", settings.EMAIL_BACKEND
    if any(f".{name}." in backend for name in IN_SIGHT_ONLY):
        said = "There is none: mail goes to the console of the worker, and to nobody."
        return Finding(title, State.LOOK, said, "Set EMAIL_URL where the studio runs.")
    failures = Breaker.objects.filter(key=EMAIL).values_list("failures", flat=True).first() or 0
    way_out = (
        "See what the queue says of them; check EMAIL_URL where the account or its password has changed."
    )
    if failures:
        state = State.BAD if failures >= breakers.FAILURES else State.LOOK
        said = (
            f"The last {failures} could not be handed over."
            if failures > 1
            else "The last could not be handed over."
        )
        return Finding(title, state, said, way_out, **QUEUE)
    last = Delivery.objects.filter(channel=EMAIL, state=Delivery.State.SENT).order_by("-finished_at")
    sent_at = last.values_list("finished_at", flat=True).first()
    said = f"The last went out on {moment_in_words(sent_at)}." if sent_at else "None has gone out yet."
    account = getattr(settings, "EMAIL_HOST", "") if ".smtp." in backend else backend.split(".")[-2]
    return Finding(title, State.GOOD, f"Mail goes out by {account}. {said}")


def _webhooks() -> list[Finding]:
    wrong: list[checks.CheckMessage] = signing_secrets_can_be_read(None, databases=[DEFAULT_DB_ALIAS])
    return [Finding("Webhooks", State.BAD, problem.msg, str(problem.hint)) for problem in wrong]
