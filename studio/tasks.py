"""What huey runs for this app.  A job that is lost is a mail to be asked for again."""

import logging

from huey.contrib.djhuey import db_task

from studio.sign_in import forgotten

logger = logging.getLogger(__name__)


@db_task()
def mail_password_link(name, site):
    try:
        forgotten.mail_link(name, site)
    except Exception as error:
        # Huey would log the error's words, which may quote the address.
        logger.error("a mail for a forgotten password was not sent: %s", type(error).__name__)
