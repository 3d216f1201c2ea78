"""Which messages have gone out before: for the same order, by the same trigger or with the same words."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q

from triggers import channels
from triggers.models import Delivery, MessageTemplate, Trigger

GONE = (Delivery.State.SENT, Delivery.State.UNKNOWN)


def gone_out(orders: Iterable[int], triggers: Iterable[Trigger]) -> dict[tuple[int, int], datetime]:
    """Return when the message of a trigger last went out, or may have, by keys of order and trigger.

    Only what somebody would notice getting twice: a task is to be done again where an order comes again, and a program
    is told of everything.  One query, or none where no such trigger is given.
    """
    telling = [channel.key for channel in channels.every() if channel.tells_a_person]
    asked = [trigger.pk for trigger in triggers if not set(telling).isdisjoint(trigger.channels)]
    if not asked:
        return {}
    rows = Delivery.objects.filter(
        order__in=orders, trigger__in=asked, state__in=GONE, channel__in=telling
    ).order_by()
    last = rows.values_list("order", "trigger").annotate(at=Max("finished_at"))
    return {(order, trigger): at for order, trigger, at in last}


def words_gone_out(orders: Iterable[int], template: MessageTemplate) -> dict[int, datetime]:
    """Return when a message with the words of `template` last went out, or may have, by the key of its order.  One query."""
    rows = Delivery.objects.filter(
        Q(template=template) | Q(trigger__template=template), order__in=orders, state__in=GONE
    ).order_by()
    return dict(rows.values_list("order").annotate(at=Max("finished_at")))
