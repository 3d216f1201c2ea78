from triggers.channels import sms
from triggers.channels.base import Channel, Contact, Message, Promise
from triggers.channels.task import columns
from triggers.models import Task, Trigger


class CallChannel(Channel):
    """Puts somebody on the call list, in the transaction that marks the delivery as done."""

    key, label = "call", "Call"
    promise = Promise.EXACTLY_ONCE
    needs = ("task_title", "task_notes", "task_due_in", "caller")
    reaches = Trigger.ANYBODY
    address_noun = "phone number"
    owner_column = "caller"
    is_talk = False  # whoever makes the call writes down what was said

    def phrase(self, name: str) -> str:
        return f"Call {name}"

    def ways(self, contact: Contact) -> tuple[tuple[str, ...], str]:
        phone = contact.phone or contact.mobile
        return (phone,), "" if phone else f"{contact.name} has no phone number."

    def check_address(self, address: str) -> None:
        sms.check_number(address)

    def send(self, message: Message) -> None:
        Task.objects.create(
            kind=Task.Kind.CALL,
            call_name=message.to_name[:200],
            call_number=(message.addresses or ("",))[0][:40],
            **columns(message),
        )
