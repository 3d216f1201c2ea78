"""What of the studio stands on each of its papers."""

import logging
from typing import Any

from studio.models import CompanyPreferences

logger = logging.getLogger(__name__)


def letterhead(preferences: CompanyPreferences) -> dict[str, Any]:
    """Return the arguments of every function of `pdf` that say whose paper it is."""
    return {"studio_name": preferences.name, "paper": preferences.paper, "logo": logo_of(preferences)}


def logo_of(preferences: CompanyPreferences) -> bytes | None:
    """Return the logo's picture; None if there is none, or if its file is gone."""
    if not preferences.logo.name:
        return None
    try:
        with preferences.logo.storage.open(preferences.logo.name) as file:
            return bytes(file.read())
    except OSError:
        # A back-up brings the database back, and sometimes not the files beside it.
        logger.warning("The logo's file cannot be read: %s", preferences.logo.name)
        return None
