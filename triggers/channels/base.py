"""What a channel is: whom it reaches, what it promises, and how it says what went wrong."""

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from triggers.models import Delivery, MessageTemplate


class Promise(enum.Enum):
    """What happens to a message whose worker dies while sending it.  The choice is made once, per channel."""

    EXACTLY_ONCE = "a row of our own database, in the transaction that marks the delivery as done"
    AT_LEAST_ONCE = "sent again, with the same id"
    AT_MOST_ONCE = "not sent again; its outcome is unknown, and a person decides"


class PermanentError(Exception):
    """Trying again cannot help.  str() is a sentence for the trigger queue."""


class AddressRefused(PermanentError):
    """This address takes nothing more: it does not exist, or who has it wants to be left alone.

    address:   as it was sent to.
    said_stop: whether they said so themselves.
    """

    def __init__(self, sentence: str, address: str, *, said_stop: bool = False):
        super().__init__(sentence)
        self.address, self.said_stop = address, said_stop


class TryLater(Exception):
    """Trying again may help.  str() is a sentence for the trigger queue.

    after: seconds that the other side asked for, at most a day; None for our own schedule.
    """

    def __init__(self, sentence: str, *, after: int | None = None):
        super().__init__(sentence)
        self.after = after


class OutcomeUnknown(Exception):
    """It may have been sent.  Raised by channels of Promise.AT_MOST_ONCE, where trying again could send twice."""


@dataclass(frozen=True)
class Message:
    """One delivery, addressed and worded: all that a channel needs to know.

    addresses: email addresses, one phone number in E.164, or one URL; () for a task, and for a letter, whose postal
               address is `postal_address`.
    subject:   one line.
    """

    delivery: "Delivery"
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
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """Somebody's ways to be reached.

    typed:   the address typed at the trigger, where it is for that.
    client:  the key of the client who it is; None where it is somebody else.
    problem: there is nobody.
    """

    name: str = ""
    emails: tuple[str, ...] = ()
    phone: str = ""
    mobile: str = ""
    postal: str = ""
    typed: str = ""
    problem: str = ""
    do_not_contact: bool = False
    client: int | None = None


class Channel:
    """A way of reaching somebody, or of giving somebody something to do.

    key, label:      for code and the database; for people.
    needs:           columns of a trigger that its form asks for.
    required:        of these, what must be there, each with what is said where it is not.
    reaches:         whom it can be for: values of Trigger.Recipient.
    cannot_reach:    said of anybody else.
    usual_recipient: whom most triggers of it are for.
    address_noun:    what a typed address is; "" where none can be typed.
    owner_column:    the column of a trigger that says whose task it becomes.  "recipient": nobody else is addressed.
    is_postal:       whether it goes to a postal address, which is no address to send to.
    is_outward:      whether it leaves the studio.
    is_personal:     whether somebody has only so many a day.
    wakes:           whether it disturbs people at night.
    grows_stale:     whether it is of no use a day late.
    tells_a_person:  whether somebody would notice getting it twice.
    known_by:        by recipient, the merge field without which it is not likely to go this way.
    has_subject, has_html, has_data, is_signed: what a message of it has.
    is_talk:         whether it stands in an order's Communication once it is done.
    preview:         template that shows its words as they will look.
    """

    key: str
    label: str
    promise: Promise
    needs: tuple[str, ...] = ()
    required: dict[str, str] = {}
    reaches: frozenset[str] = frozenset()
    cannot_reach = ""
    usual_recipient = "client"
    address_noun = ""
    owner_column = ""
    is_postal = is_outward = is_personal = wakes = grows_stale = tells_a_person = False
    known_by: dict[str, str] = {}
    has_subject = True
    has_html = has_data = is_signed = False
    is_talk = True
    preview = "triggers/preview/_letter.html"
    preposition = "to"

    @property
    def is_worded(self) -> bool:
        """Whether its words come from a template; else they are those of the trigger's task."""
        return "template" in self.needs

    def phrase(self, name: str) -> str:
        """Say what one of it is: "Email to Anna"."""
        return f"{self.label} {self.preposition} {name}"

    def noun(self, n: int) -> str:
        """Return what `n` of them are called: "2 emails", "2 SMS"."""
        if self.label.isupper():
            return self.label
        return self.label.lower() + ("" if n == 1 else "s")

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        """Return the addresses of `contact` for this channel, and what is missing, as a sentence."""
        raise NotImplementedError

    def check_address(self, address: str) -> None:
        """Raise ValidationError unless `address`, as typed, is an `address_noun`."""

    def why_not(self, template: "MessageTemplate") -> str:
        """Say what `template` lacks; "" where it will do."""
        return ""

    def breaker_key(self, trigger_id: int | None) -> str:
        """Return what fails as one: the channel, or the receiver of one trigger as "channel:trigger"."""
        return self.key

    def send(self, message: Message) -> None:
        """Do what `message` asks for.

        Raises PermanentError where trying again cannot help, and TryLater where it can; any other exception counts as
        TryLater.  Channels that leave this machine are called outside any transaction; those that promise EXACTLY_ONCE
        inside the one that marks the delivery as done.
        """
        raise NotImplementedError
