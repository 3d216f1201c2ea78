"""What a status change would send, in words, before anybody says OK."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from django.utils import timezone

from studio import dates
from studio.business_days import WorkCalendar
from studio.models import Client, Department, User, Vendor
from triggers import channels
from triggers.models import Trigger
from triggers.rules import schedule
from triggers.rules.conditions import why_not
from triggers.rules.recipients import reach_among
from triggers.rules.refusals import Refusals
from triggers.rules.schedule import Timetable


@dataclass(frozen=True)
class Prospect:
    """An order as a status change would leave it; whom it is about has been read already."""

    client: Client
    vendor: Vendor | None
    session_type_id: int
    photographer: User | None
    from_status_id: int | None
    department: Department | None
    assigned_user: User | None
    updated_by: User | None
    due_date: date | None
    refusals: Refusals
    clock: WorkCalendar | None = None  # whose business days count there; the studio's if None

    @property
    def facts(self) -> dict:
        """Return what conditions look at."""
        return {
            "vendor_id": self.vendor.pk if self.vendor else None,
            "session_type_id": self.session_type_id,
            "from_status_id": self.from_status_id,
        }

    def emails_of(self, department: Department) -> tuple[str, ...]:
        """Say that there are some: who works in a department is looked up when something is sent."""
        return (department.name,)


@dataclass(frozen=True)
class Outlook:
    """What one trigger would do.

    who:      who would get it; "" where there is nobody.
    at:       its moment, where it waits for the due date.
    why_not:  a sentence where it will do nothing; "" where it will.
    is_tried: whether it fires at all; with a reason why not, that will be found when it is tried.
    gone_out: when its message went out for this order before; None where it never did.
    """

    trigger: Trigger
    channel: str
    who: str
    at: datetime | None = None
    why_not: str = ""
    is_tried: bool = True
    gone_out: datetime | None = None

    @property
    def words(self) -> str:
        """Say what it would do: "Email to Anna Smith", "Task for Retouching on June 12"."""
        way = channels.get(self.channel)
        return f"{way.label} {way.preposition} {self.who or 'nobody'}{self._when}"

    @property
    def before(self) -> str:
        """Say when it went out before: "went out on Wed 10 Jun already"; "" where it never did."""
        return f"went out on {_day(self.gone_out)} already" if self.gone_out else ""

    @property
    def _when(self) -> str:
        return f" on {_day(self.at)}" if self.at else ""


def _day(moment: datetime) -> str:
    day = timezone.localtime(moment).date()
    return dates.without_year(day) if day.year == timezone.localdate().year else dates.written(day)


def outlook(
    triggers: Iterable[Trigger],
    prospect: Prospect,
    timetable: Timetable | None = None,
    *,
    gone_out: Mapping[int, datetime] = MappingProxyType({}),
) -> list[Outlook]:
    """Return what `triggers` would do for an order.

    timetable: where many are looked at; it is read once then.
    gone_out:  when messages of triggers, by their keys, went out for this order before.
    """
    timetable = timetable or Timetable()
    found = [_outlook(trigger, prospect, timetable) for trigger in triggers]
    return [replace(each, gone_out=gone_out.get(each.trigger.pk)) for each in found]


def in_words(outlooks: Iterable[Outlook]) -> str:
    """Sum up what will be done: "2 tasks for Retouching, 1 email to Anna Smith"; "" for nothing."""
    counts = Counter((each.channel, each.who) for each in outlooks if each.is_tried)
    found = ((channels.get(key), who, n) for (key, who), n in counts.items())
    return ", ".join(f"{n} {way.noun(n)} {way.preposition} {who or 'nobody'}" for way, who, n in found)


def _outlook(trigger: Trigger, prospect: Prospect, timetable: Timetable) -> Outlook:
    reach = reach_among(trigger, prospect)
    who = "" if reach.problem else reach.name
    at, reason = None, why_not(trigger, prospect.facts)
    if not reason and trigger.waits_for_due_date:
        planned = schedule.plan(
            trigger,
            reached_at=timezone.now(),
            due_date=prospect.due_date,
            is_on_hold=False,
            timetable=timetable,
            clock=prospect.clock,
        )
        at, reason = (None, planned.reason.label) if planned.is_skipped else (planned.not_before, "")
    if not reason and reach.do_not_contact and trigger.respects_do_not_contact:
        reason = f"{reach.name} is marked Do Not Contact."
    return Outlook(trigger, reach.channel, who, at, reason or reach.problem, is_tried=not reason)
