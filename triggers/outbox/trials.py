"""Templates sent to who writes them, as a test: asked for by a page, sent by the worker.

At least once, like any email.  Nothing but the mail server stands against one: no cap, no quiet hours, no pause, for
it reaches nobody but a colleague who has just asked for it.
"""

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.html import escape

from studio.models import User
from triggers.channels.base import Message, PermanentError, TryLater
from triggers.channels.email import EmailChannel
from triggers.models import Delivery, Trial

logger = logging.getLogger(__name__)

MOST_TRIES = 3
AGAIN_AFTER = timedelta(minutes=5)  # longer than a try may take, so it is a worker's lease, too
SAME = timedelta(minutes=1)
KEPT = timedelta(days=1)
CHUNK = 20


def ask(person: User, *, subject: str, text: str, html: str) -> Trial:
    """Store a test for the worker to send to `person`; the same words within a minute are the same test."""
    words = {"to": person.email, "subject": subject, "text": text, "html": html}
    twins = Trial.objects.filter(asked_by=person, asked_at__gt=timezone.now() - SAME, **words)
    return twins.last() or Trial.objects.create(asked_by=person, **words)


def of(person: User) -> list[Trial]:
    """Return the last few that `person` asked for, newest first."""
    return list(Trial.objects.filter(asked_by=person).order_by("-pk")[:3])


def deliver_due() -> None:
    """Send what waits, each once by one worker; what a worker died over is due again by itself."""
    now = timezone.now()
    for trial in Trial.objects.filter(finished_at=None, not_before__lte=now)[:CHUNK]:
        mine = Trial.objects.filter(pk=trial.pk, tries=trial.tries, finished_at=None)
        if mine.update(tries=F("tries") + 1, not_before=now + AGAIN_AFTER):
            _send(trial, is_last=trial.tries + 1 >= MOST_TRIES)


def _send(trial: Trial, *, is_last: bool) -> None:
    """Send one and note how that ended.  Everything is caught: what waits behind it must not be stopped."""
    problem, is_finished = "", True
    try:
        EmailChannel().send(
            Message(
                delivery=Delivery(),  # no trigger stands behind it
                message_id=trial.message_id,
                to_name=str(trial.asked_by),
                addresses=(trial.to,),
                subject=trial.subject,
                text=trial.text,
                html=trial.html,
            )
        )
    except TryLater as error:
        problem, is_finished = str(error), is_last
    except PermanentError as error:
        problem = str(error)
    except Exception as error:
        logger.warning("trial %s cannot be sent: %s", trial.pk, type(error).__name__)
        problem = "It cannot be sent, for a reason of our own."
    finished_at = timezone.now() if is_finished else None
    Trial.objects.filter(pk=trial.pk).update(problem=problem[:500], finished_at=finished_at)


def forget_old() -> None:
    """Remove what has been looked at by now, or never will be."""
    Trial.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()


def forget_about(name: str) -> int:
    """Remove the tests whose words hold `name`, sent or not; return how many there were."""
    named = Q(subject__contains=name) | Q(text__contains=name) | Q(html__contains=escape(name))
    return Trial.objects.filter(named).delete()[0]
