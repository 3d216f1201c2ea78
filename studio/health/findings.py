from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from studio import dates


class State(models.TextChoices):
    GOOD = "good", "In order"
    LOOK = "look", "Look at this"
    BAD = "bad", "Out of order"


@dataclass(frozen=True)
class Finding:
    """One line of the page.

    sentence: how it is.  way_out: what to do, in a sentence; "" where there is nothing to.
    page:     the name of a page that has more, and words: those of the link to it.
    """

    title: str
    state: State
    sentence: str
    way_out: str = ""
    page: str = ""
    words: str = ""

    @property
    def tone(self) -> str:
        return {State.GOOD: "success", State.LOOK: "warning", State.BAD: "danger"}[self.state]


def findings() -> list[Finding]:
    """Return what settings.HEALTH finds, in its order."""
    return [finding for name in settings.HEALTH for finding in import_string(name)()]


def moment_in_words(moment: datetime) -> str:
    """Return an aware moment as pages show it, in the time zone in force."""
    return dates.moment(timezone.localtime(moment))
