"""A channel that only tests know: all of it is in this file."""

from triggers.channels.base import Channel, Contact, Message, PermanentError, Promise
from triggers.models import Trigger


class PigeonChannel(Channel):
    key, label = "pigeon", "Pigeon"
    promise = Promise.AT_MOST_ONCE
    needs = ("template", "send_at")
    reaches = frozenset({Trigger.Recipient.CLIENT, Trigger.Recipient.ADDRESS})
    cannot_reach = "A pigeon flies to a roof"
    address_noun = "roof"
    is_outward = is_personal = wakes = grows_stale = tells_a_person = True

    def __init__(self):
        self.flown: list[Message] = []

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        roof = contact.typed or contact.postal.partition("\n")[0]
        return (roof,) if roof else (), "" if roof else f"{contact.name} has no roof."

    def phrase(self, name: str) -> str:
        return f"Pigeon up to {name}"

    def send(self, message: Message) -> None:
        if "storm" in message.text:
            raise PermanentError("The pigeon came back wet.")
        self.flown.append(message)
