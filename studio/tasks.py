"""What huey runs for this app.  A job that is lost is a mail to be asked for again, or long work a minute later."""

import logging

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from studio.backups import nightly
from studio.sign_in import forgotten

logger = logging.getLogger(__name__)


@db_task()
def mail_password_link(name, site):
    try:
        forgotten.mail_link(name, site)
    except Exception as error:
        # Huey would log the error's words, which may quote the address.
        logger.error("a mail for a forgotten password was not sent: %s", type(error).__name__)


@db_task()
def go_on_with_long_work():
    """Do a piece of each work that settings.LONG_WORK names, and come back for the next after whatever waits now.

    Each is called without arguments, knows from its own rows what there is to do, and returns whether there is more.
    """
    more = False
    for name in settings.LONG_WORK:
        try:
            more = import_string(name)() or more
        except Exception as error:
            # Huey would log the error's words, which may be a client's; the next tick comes within a minute.
            logger.error("%s broke off: %s", name, type(error).__name__)
    if more:
        go_on_with_long_work()


@db_periodic_task(crontab(minute="*"))
def tick():
    go_on_with_long_work.call_local()


@db_periodic_task(crontab(minute="*"))
def back_up_if_due():
    nightly.start_if_due()


def wake_for_long_work():
    """Let the worker look for long work as soon as the running transaction has committed."""
    transaction.on_commit(_wake)


def _wake():
    try:
        go_on_with_long_work()
    except Exception as error:  # a queue that cannot be written must not fail a page that has just committed
        logger.warning("the worker could not be woken: %s", type(error).__name__)
