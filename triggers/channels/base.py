"""What every transport promises, and how it says what went wrong."""

import enum
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from triggers.models import Delivery


class Promise(enum.Enum):
    """What happens to a message whose worker dies while sending it.  The choice is made once, per transport."""

    EXACTLY_ONCE = "a row of our own database, in the transaction that marks the delivery as done"
    AT_LEAST_ONCE = "sent again, with the same id"
    AT_MOST_ONCE = "not sent again; its outcome is unknown, and a person decides"


class PermanentError(Exception):
    """Trying again cannot help.  str() is a sentence for the trigger queue."""


class TryLater(Exception):
    """Trying again may help.  str() is a sentence for the trigger queue.

    after: seconds that the other side asked for, at most a day; None for our own schedule.
    """

    def __init__(self, sentence: str, *, after: int | None = None):
        super().__init__(sentence)
        self.after = after


class OutcomeUnknown(Exception):
    """It may have been sent.  Raised by transports of Promise.AT_MOST_ONCE, where trying again could send twice."""


@dataclass(frozen=True)
class Message:
    """One delivery, addressed and worded: all that a transport needs to know.

    addresses: email addresses, one phone number in E.164, or one URL; () for a task, and for a letter, whose postal
               address is `postal_address`.
    subject:   one line.
    """

    delivery: Delivery
    message_id: UUID
    to_name: str = ""
    addresses: tuple[str, ...] = ()
    postal_address: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    # Whose task or call it becomes.
    department_id: int | None = None
    user_id: int | None = None
    # What a webhook tells, as plain strings.
    data: dict = field(default_factory=dict)


class Transport(Protocol):
    """Code that does one kind of thing."""

    promise: Promise

    def send(self, message: Message) -> None:
        """Do what `message` asks for.

        Raises PermanentError where trying again cannot help, and TryLater where it can; any other exception counts as
        TryLater.  Transports that leave this machine are called outside any transaction; those that promise
        EXACTLY_ONCE inside the one that marks the delivery as done.
        """
