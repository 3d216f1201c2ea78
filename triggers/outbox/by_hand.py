"""Messages that somebody sends by hand: what one would say, and its row.

Such a row has no trigger and no status change: whatever is undone later, it is its own act, unless it went with a batch
to tell of it.  All else stands against it that stands against a trigger's: the pause switch, caps, quiet hours, Do Not
Contact, addresses that take nothing more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from studio.models import CompanyPreferences, User
from triggers import channels, tasks
from triggers.channels.base import PermanentError
from triggers.messages import merge_fields
from triggers.messages import text as message_text
from triggers.messages.lacking import lacking
from triggers.models import Delivery, MessageTemplate, Reason, because
from triggers.models.delivery import MOST_LATE_BY_HAND
from triggers.rules.outlook import Prospect
from triggers.rules.recipients import Reach, reach_among


@dataclass(frozen=True)
class Wanted:
    """What is to be sent: the words, by which channel (its key), and to whom of an order's (Trigger.Recipient)."""

    template: MessageTemplate
    channel: str
    recipient: str

    def row(self, **columns: Any) -> Delivery:
        """Return its row, not stored."""
        return Delivery(
            kind=self.channel,
            channel=self.channel,
            template=self.template,
            recipient=self.recipient,
            **columns,
        )


@dataclass(frozen=True)
class Draft:
    """What would be sent about one order.

    whom:     name and address, as they are shown.
    why_not:  a sentence where nothing can be sent; "" where nothing stands against it.
    lacking:  labels of the merge fields that the words ask for and the order has not.
    gone_out: when the same words went out about the order before; None where they never did.
    """

    whom: str
    subject: str = ""
    text: str = ""
    html: str = ""
    why_not: str = ""
    lacking: tuple[str, ...] = ()
    gone_out: datetime | None = None


def draft(
    wanted: Wanted,
    about: Prospect,
    fields: Mapping[str, str],
    company: CompanyPreferences,
    gone_out: datetime | None = None,
) -> Draft:
    """Return what would be sent.  No query but that of the refusals, and one for each who is away.

    about:  the order; whom it is about has been read already.
    fields: merge fields of the order as it is now.
    """
    reach = reach_among(wanted.row().rule, about)
    template, way = wanted.template, channels.get(wanted.channel)
    values = {**fields, **merge_fields.of_studio(company)}
    parts = [template.text]
    parts += [template.subject] if way.has_subject else []
    parts += [template.html] if way.has_html else []
    try:
        subject, text = (
            message_text.render(template.subject, values, one_line=True) if way.has_subject else "",
            message_text.render(template.text, values),
        )
        html = message_text.render(template.html, values, html=True) if way.has_html else ""
    except PermanentError as error:
        return Draft(_whom(reach), why_not=str(error))
    return Draft(_whom(reach), subject, text, html, _why_not(reach), lacking(parts, values), gone_out)


def send(
    order: Any,
    wanted: Wanted,
    *,
    payload: dict[str, Any],
    by: User,
    waits_for_review: bool = False,
    batch: Any = None,
) -> Delivery:
    """Store the message for the worker to send, and wake it.  Call in a transaction that keeps `order`.

    batch: with what was done to many orders it goes, if it tells of that.
    """
    now = timezone.now()
    row = wanted.row(
        order=order,
        asked_by=by,
        batch=batch,
        payload=payload,
        state=Delivery.State.HELD if waits_for_review else Delivery.State.PENDING,
        **because(Reason.REVIEW if waits_for_review else Reason.NONE),
        not_before=now,
        expires_at=now + MOST_LATE_BY_HAND,
    )
    row.save()
    tasks.wake_worker_on_commit()
    return row


def take_back(orders: Iterable[Any], batch: Any, *, by: User) -> None:
    """Skip what still waits to tell of `batch` about `orders`, for which `by` has undone it."""
    keys = [order.pk for order in orders]
    Delivery.objects.unfinished().filter(order__in=keys, batch=batch).update(
        state=Delivery.State.SKIPPED, finished_at=timezone.now(), **because(Reason.UNDONE, by)
    )


def gone_out(batch: Any, orders: Iterable[Any]) -> list[Delivery]:
    """Return what tells of `batch` about `orders` and was sent, may have been, or is being sent at this moment."""
    State = Delivery.State
    rows = batch.deliveries.for_table().filter(state__in=(State.SENDING, State.SENT, State.UNKNOWN))
    keys = {order.pk for order in orders}
    return [row for row in rows.order_by("pk") if row.order_id in keys]


def why_not(wanted: Wanted, about: Prospect) -> str:
    """Say why nothing can be sent; "" where nothing stands against it."""
    return _why_not(reach_among(wanted.row().rule, about))


def _why_not(reach: Reach) -> str:
    if reach.do_not_contact:
        return f"{reach.name} is marked Do Not Contact."
    return reach.problem


def _whom(reach: Reach) -> str:
    address = ", ".join(reach.addresses) or " ".join(reach.postal_address.split())
    return f"{reach.name}, {address}" if address and address != reach.name else reach.name or "nobody"
