from triggers.channels.base import Message, Promise
from triggers.channels.task import columns
from triggers.models import Task


class CallTransport:
    """Puts somebody on the call list, in the transaction that marks the delivery as done."""

    promise = Promise.EXACTLY_ONCE

    def send(self, message: Message) -> None:
        Task.objects.create(
            kind=Task.Kind.CALL,
            call_name=message.to_name[:200],
            call_number=(message.addresses or ("",))[0][:40],
            **columns(message),
        )
