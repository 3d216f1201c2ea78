"""The worker's round in the morning: a mail for each who wants one and has something to be told, once a day."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from preproduction import set_up
from preproduction.forecast.work import basis_of, to_forecast
from preproduction.models import MorningMail, MorningRound
from preproduction.morning.facts import Day
from preproduction.morning.mail import message, morning_of
from studio import work_calendar
from studio.models import CompanyPreferences
from triggers import tasks
from triggers.models import Delivery

Scope = MorningMail.Scope
# So long the mails wait for the forecasts of the day.
PATIENCE = timedelta(hours=1)


def go_on() -> bool:
    """Make today's mails, from the studio's hour on; where there was no worker then, as soon as there is one.

    What happened on days without a worker is in the one mail of today.  Return False: there is never more to do.
    """
    preferences = CompanyPreferences.load()
    with preferences.in_force():
        now = timezone.localtime()
        if (
            now.hour < preferences.morning_mail_hour
            or MorningRound.objects.filter(on__gte=now.date()).exists()
        ):
            return False
        day = Day(now.date(), work_calendar.load(preferences))
        if day.calendar.is_business_day(day.today) and not _waits_for_forecasts(now, day, preferences):
            _make(day, preferences)
    return False


def _waits_for_forecasts(now: datetime, day: Day, preferences: CompanyPreferences) -> bool:
    is_patient = now.hour < preferences.morning_mail_hour + PATIENCE.seconds // 3600
    basis = basis_of(preferences, day.calendar, set_up.statuses())
    return is_patient and to_forecast(day.today, preferences.at_risk_below, basis).exists()


@transaction.atomic
def _make(day: Day, preferences: CompanyPreferences) -> None:
    """Store the mails for the worker to send, unless another worker has.  All of them, or none."""
    MorningRound.objects.get_or_create(pk=1)
    mine = MorningRound.objects.filter(Q(on=None) | Q(on__lt=day.today), pk=1).update(on=day.today)
    if not mine:
        return
    wanted = MorningMail.objects.exclude(scope=Scope.OFF).select_related("person")
    rows = [
        _mail(each, day, preferences)
        for each in wanted.filter(person__is_active=True).exclude(person__email="")
    ]
    # Who has had one today, before the day was another elsewhere, gets no other.
    Delivery.objects.bulk_create([row for row in rows if row], ignore_conflicts=True)
    tasks.wake_worker_on_commit()


def _mail(wanted: MorningMail, day: Day, preferences: CompanyPreferences) -> Delivery | None:
    morning = morning_of(wanted.person, wanted.scope, day)
    if not morning.is_worth_a_mail:
        return None
    midnight = datetime.combine(day.today + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())
    return Delivery(
        person=wanted.person,
        on=day.today,
        kind="email",
        channel="email",
        payload={
            "facts": {},
            "fields": {},
            "message": message(morning, day, site=wanted.site, studio=preferences),
            "scope": morning.scope,
            "told": dict(morning.told),
        },
        expires_at=midnight,
    )
