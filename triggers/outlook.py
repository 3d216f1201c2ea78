"""What a status change would send, in words, before anybody says OK."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from studio.models import Department, User
from triggers.models import Trigger

Recipient = Trigger.Recipient


@dataclass(frozen=True)
class Outlook:
    """What one trigger would do.

    who: who would get it; "" where the order has nobody to give it to.
    """

    trigger: Trigger
    who: str

    @property
    def words(self) -> str:
        return in_words([self])


def outlook(
    triggers: Iterable[Trigger],
    *,
    department: Department | None,
    assigned_user: User | None,
    updated_by: User | None,
    photographer: User | None,
) -> list[Outlook]:
    """Return what `triggers` would do for an order that its new status gives to `department` and `assigned_user`."""

    def who(trigger: Trigger):
        # The same choice as transports.task makes from the keys in the payload.
        match trigger.recipient:
            case Recipient.ASSIGNED_USER:
                return assigned_user or department
            case Recipient.DEPARTMENT_OF_ORDER:
                return department
            case Recipient.UPDATED_BY:
                return updated_by
            case Recipient.PHOTOGRAPHER:
                return photographer
            case _:
                return trigger.user or trigger.department

    return [Outlook(trigger, str(who(trigger) or "")) for trigger in triggers]


def in_words(outlooks: Iterable[Outlook]) -> str:
    """Sum up: "2 tasks for Retouching, 1 task for nobody"; "" for nothing."""
    counts = Counter((each.trigger.get_kind_display(), each.who or "nobody") for each in outlooks)
    return ", ".join(f"{n} {_noun(kind, n)} for {who}" for (kind, who), n in counts.items())


def _noun(kind: str, n: int) -> str:
    noun = kind if kind.isupper() else kind.lower()
    return noun if n == 1 or kind.isupper() else f"{noun}s"
