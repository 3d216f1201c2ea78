"""What huey runs.  The rows of the outbox are the truth: a lost job costs a minute, never a message."""

import logging
import traceback

from django.db import transaction
from huey import crontab
from huey.contrib.djhuey import close_db, db_periodic_task, db_task, on_startup

from studio import sent_once
from studio.kept_forms import rows as kept_forms
from studio.models import CompanyPreferences
from triggers import outbox
from triggers.outbox import trials

logger = logging.getLogger(__name__)


@db_task()
def deliver_due():
    try:
        with CompanyPreferences.load().in_force():
            outbox.beat()
            trials.deliver_due()
            while outbox.deliver_due() >= outbox.ROUND:
                pass  # a backlog is done at once, not a round each minute
    except Exception as error:
        # Huey would log the error's words, which may be a client's; the next tick comes within a minute.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("the worker broke off: %s at %s:%s", type(error).__name__, place.filename, place.lineno)


@db_periodic_task(crontab(minute="*"))
def tick():
    deliver_due.call_local()
    sent_once.forget_old()
    trials.forget_old()
    kept_forms.forget_old()


@on_startup()
@close_db
def start():
    """Come round at once: a new worker is seen, and what waited while there was none waits no longer."""
    deliver_due.call_local()


def wake_worker_on_commit():
    """Let the worker look at the outbox as soon as the running transaction has committed.

    Huey's own queue ignores rollback, hence on_commit.  A queue that cannot be written must not fail the page that
    has just committed: the minute's tick finds the rows.
    """
    transaction.on_commit(_wake)


def _wake():
    # Not on_commit(robust=True): its message needs a name that huey's wrapper lacks, and would fail the page.
    try:
        deliver_due()
    except Exception as error:
        logger.warning("the worker could not be woken: %s", type(error).__name__)
