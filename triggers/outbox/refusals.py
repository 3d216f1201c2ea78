"""An address that takes nothing more, remembered at the client, and the way that is taken instead."""

from studio.models import who_is
from triggers.channels.base import AddressRefused
from triggers.models import Delivery, Refusal, Trigger
from triggers.rules import recipients


def remember(delivery: Delivery, error: AddressRefused) -> bool:
    """Note at the client that an address of theirs refuses what `delivery` sent.  Returns whether it is a client's."""
    if delivery.rule.recipient != Trigger.Recipient.CLIENT:
        return False
    key = delivery.payload["facts"]["client_id"]
    if key is None:
        return False
    client = who_is(key)
    Refusal.objects.get_or_create(
        client_id=client.pk if client else key,
        channel=delivery.channel,
        address=error.address.lower(),
        lifted_at=None,
        defaults={
            "why": Refusal.Why.STOPPED if error.said_stop else Refusal.Why.REFUSED,
            "said": str(error)[:500],
        },
    )
    return True


def other_way(delivery: Delivery) -> str:
    """Return the channel of its trigger by which the client can still be reached; "" if there is none."""
    reach = recipients.reach_of(delivery)
    return "" if reach.problem or reach.channel == delivery.channel else reach.channel
