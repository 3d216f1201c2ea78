from triggers.models import Task
from triggers.transports.base import Message, Promise
from triggers.transports.task import columns


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
