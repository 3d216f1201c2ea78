"""Loads the demo studio: people, clients, sessions, vendors, a status list and two years of orders."""

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from preproduction.demo import names
from preproduction.demo.deliveries import make_history
from preproduction.demo.forecasts import make_forecasts
from preproduction.demo.histories import Storyteller, custom_values, session_days
from preproduction.demo.triggers import make_triggers
from preproduction.models import (
    CustomField,
    CustomValue,
    LateReason,
    Order,
    SavedView,
    Status,
    StatusList,
    VendorDuration,
)
from preproduction.models.status import Clock
from preproduction.operations import store_past_orders
from studio import work_calendar
from studio.models import (
    Client,
    ClosedDay,
    CompanyPreferences,
    Department,
    NumberSeries,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from triggers.models import Task

PASSWORD = "studio-demo"  # noqa: S105  printed in the README; opens nothing but a demo database
LOGINS = ("admin", "manager", "staff")
FIRST_NUMBER = 1001


class DemoRefused(Exception):
    """str() is a sentence for the terminal."""


@transaction.atomic
def load(*, orders: int, seed: int, today: date | None = None) -> bool:
    """Fill an empty database with the demo studio.  Return False, and change nothing, where it is loaded already.

    The same `orders`, `seed` and `today` (studio-local; the real today if None) give the same studio.
    Raises DemoRefused where the database holds a studio's own data.
    """
    preferences = CompanyPreferences.load()
    if preferences.is_demo:
        return False
    holdings = (User, Client, PhotoSession, Order, Status, Department, Vendor)
    if any(model.objects.exists() for model in holdings):
        raise DemoRefused(
            "This database holds a studio's own data; the demo goes into an empty one only. "
            "Set DATABASE_URL to another database to try the demo."
        )
    chance = random.Random(seed)  # noqa: S311  a demo wants repeatable chance, not secrets
    preferences = _preferences()
    with preferences.in_force():
        now = _evening(today) if today else timezone.now()
        today = today or timezone.localdate()
        _calendar(today)
        departments = {name: Department.objects.create(name=name) for name in names.DEPARTMENTS}
        people = _people(departments)
        statuses = _statuses(departments, people)
        vendors = _vendors()
        _own_calendar(vendors, statuses, today)
        sessions = _sessions(chance, today, orders, list(people.values()))
        _custom_fields()
        storyteller = Storyteller(
            chance=chance,
            today=today,
            zone=preferences.zone,
            calendar=work_calendar.load(),
            statuses=statuses,
            vendors=vendors,
            late_reasons=_late_reasons(),
            people=list(User.objects.filter(is_active=True).prefetch_related("departments")),
        )
        pasts = [storyteller.order(session, str(FIRST_NUMBER + n)) for n, session in enumerate(sessions)]
        store_past_orders(pasts)
        CustomValue.objects.bulk_create(list(custom_values(chance, pasts)))
        NumberSeries.objects.create(name="order", last_number=FIRST_NUMBER + orders - 1)
        triggers = make_triggers(statuses, people, now)
        # A chance of its own, so that more messages do not change whose tasks are whose.
        make_history(random.Random(seed), triggers, [people[name] for name in LOGINS], now)  # noqa: S311
        _tasks(chance, today, people)
        _saved_views(people)
        make_forecasts(today=today, calendar=storyteller.calendar, preferences=preferences)
    return True


def _evening(day: date) -> datetime:
    """Return when `day` is over for the demo: the same deliveries are done then, whenever it is loaded."""
    return timezone.make_aware(datetime.combine(day, time(18)))


def _preferences() -> CompanyPreferences:
    return CompanyPreferences.objects.create(
        pk=1,
        name="Hartley & Vane Photography",
        time_zone="America/New_York",
        phone="(609) 555-0100",
        email="hello@hartleyvane.example",
        website="https://hartleyvane.example",
        address="12 Orchard Lane\nMaplewood, NJ 07040",
        is_demo=True,
        is_moved_in=True,
    )


def _calendar(today: date) -> None:
    closed = []
    for year in range(today.year - 2, today.year + 2):
        november = date(year, 11, 1)
        # The fourth Thursday: weekday() of Thursday is 3.
        thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
        closed += [
            (date(year, 1, 1), date(year, 1, 1), "New Year's Day"),
            (date(year, 7, 4), date(year, 7, 4), "Independence Day"),
            (thanksgiving, thanksgiving + timedelta(days=1), "Thanksgiving"),
            (date(year, 12, 24), date(year, 12, 26), "Christmas"),
        ]
    ClosedDay.objects.bulk_create(ClosedDay(first_day=a, last_day=b, name=name) for a, b, name in closed)
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    WorkedDay.objects.create(day=saturday, name="Season Saturday")


def _people(departments) -> dict[str, User]:
    people = {}
    for username, first_name, last_name, role, belongs_to in names.PEOPLE:
        person = User(
            username=username,
            first_name=first_name,
            last_name=last_name,
            role=role,
            email=f"{username}@hartleyvane.example",
            is_active=bool(belongs_to),
            is_demo=True,
        )
        if username in LOGINS:
            person.set_password(PASSWORD)
        else:
            person.set_unusable_password()
        person.save()
        person.departments.set(departments[name] for name in belongs_to)
        people[username] = person
    return people


def _statuses(departments, people) -> list[Status]:
    StatusList.current_version()
    return [
        Status.objects.create(
            position=position,
            description=description,
            default_duration=days,
            default_department=departments.get(department),
            default_user=people.get(user),
            is_initial=initial,
            is_final=final,
            is_inactive=inactive,
        )
        for position, (description, days, department, user, initial, final, inactive) in enumerate(
            names.STATUSES, start=1
        )
    ]


def _vendors() -> list[Vendor]:
    return [
        Vendor.objects.create(
            name=name,
            contact_name=contact,
            email=email,
            phone=phone,
            account_number=account,
            is_in_house=in_house,
        )
        for name, contact, email, phone, account, in_house in names.VENDORS
    ]


def _own_calendar(vendors: list[Vendor], statuses: list[Status], today: date) -> None:
    """Let one lab work from Monday to Thursday, take in until three in Phoenix and close for stocktaking."""
    lab = next(vendor for vendor in vendors if vendor.name == names.LAB_OF_ITS_OWN)
    lab.work_week_mask, lab.cut_off, lab.time_zone = 0b0001111, time(15), "America/Phoenix"
    lab.save(update_fields=["work_week_mask", "cut_off", "time_zone"])
    monday = today + timedelta(days=14 - today.weekday())
    ClosedDay.objects.create(
        vendor=lab, first_day=monday, last_day=monday + timedelta(days=1), name="Stocktaking"
    )
    at_lab = next(status for status in statuses if status.description == names.ON_THE_LABS_CLOCK)
    at_lab.clock = Clock.VENDOR
    at_lab.save(update_fields=["clock"])
    VendorDuration.objects.create(vendor=lab, status=at_lab, days=8)


def _clients(chance: random.Random, count: int) -> list[Client]:
    ordinary = [
        (f"{chance.choice(names.FIRST_NAMES)} {chance.choice(names.LAST_NAMES)}", "") for _ in range(count)
    ]
    clients = []
    for number, (name, contact) in enumerate([*names.SPECIAL_CLIENTS, *ordinary]):
        clients.append(
            Client(
                name=name,
                contact_name=contact,
                email=f"client{number}@mail.example" if chance.random() < 0.85 else "",
                phone=_phone(chance),
                mobile_phone=_phone(chance) if chance.random() < 0.5 else "",
                address=f"{chance.randint(1, 240)} {chance.choice(names.STREETS)}\n{chance.choice(names.CITIES)}",
                do_not_contact=chance.random() < 0.03,
            )
        )
    return Client.objects.bulk_create(clients)


def _phone(chance: random.Random) -> str:
    return f"({chance.choice(names.AREA_CODES)}) 555-01{chance.randint(0, 99):02d}"


def _sessions(chance: random.Random, today: date, orders: int, people: list[User]) -> list[PhotoSession]:
    """Return a session for each order to come; now and then two orders share one."""
    clients = _clients(chance, max(orders // 3, 5))
    types = [SessionType.objects.create(name=name) for name in names.SESSION_TYPES]
    photographers = [person for person in people if person.is_active]
    days = session_days(chance, today, work_calendar.load(), orders)
    sessions, shared = [], []
    for day in days:
        if sessions and chance.random() < 0.08:
            shared.append(sessions[-1])
            continue
        sessions.append(
            PhotoSession(
                number=f"S{day:%y%m}-{len(sessions) + 1:03d}",
                client=chance.choice(clients),
                date=day,
                session_type=chance.choice(types),
                photographer=chance.choice(photographers),
                location=chance.choice(["Studio A", "Studio B", "On location", ""]),
            )
        )
    PhotoSession.objects.bulk_create(sessions, batch_size=500)
    NumberSeries.objects.create(name="session", last_number=1000)
    return sorted([*sessions, *shared], key=lambda session: (session.date, session.pk))


def _custom_fields() -> None:
    for position, label in enumerate(names.CUSTOM_FIELDS, start=1):
        CustomField.objects.create(label=label, position=position)


def _late_reasons() -> dict[str, LateReason]:
    return {
        name: LateReason.objects.create(name=name, position=position)
        for position, name in enumerate(names.LATE_REASONS, start=1)
    }


def _tasks(chance: random.Random, today: date, people: dict[str, User]) -> None:
    """Give the three who can log in something to do: late, today and to come."""
    open_orders = list(Order.objects.open().select_related("department").order_by("pk"))
    chance.shuffle(open_orders)
    titles = [
        "Call the client about the crop",
        "Ask the lab for a delivery date",
        "Send the contact sheet",
        "Check the skin tones of the reprint",
        "Scan the signed order form",
    ]
    logins = [people[name] for name in LOGINS]
    calendar = work_calendar.load()
    tasks = []
    for number, order in enumerate(open_orders[:18]):
        person = logins[number % 3]
        tasks.append(
            Task(
                order=order,
                title=titles[number % len(titles)],
                assigned_user=person if number % 2 else None,
                department=person.departments.first(),
                due_date=calendar.add_business_days(today, number % 9 - 3) if number % 9 - 3 else today,
                created_by=people["manager"],
            )
        )
    Task.objects.bulk_create(tasks)


def _saved_views(people: dict[str, User]) -> None:
    SavedView.objects.create(
        name="Late and mine to chase", owner=people["manager"], is_shared=True, query="late=any"
    )
