"""What an administrator wants changed in the calendar, the studio's or a vendor's, as a plain value."""

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from preproduction.models import Status, VendorDuration
from preproduction.models.status import Clock
from studio import maintenance_log
from studio.models import ClosedDay, CompanyPreferences, User, Vendor, WorkedDay

AS_THE_STUDIO = 0  # as a mask: no week of its own


@dataclass(frozen=True)
class CalendarChange:
    """What is to be changed.  Days to remove are keys; a closed day is (first, last, name).

    vendor:         key of the vendor whose days these are; None: the studio's.
    work_week_mask: AS_THE_STUDIO only for a vendor.
    hours:          of a vendor: its cut-off as "17:00" and its time zone, "" as the studio.
    durations:      of a vendor, at statuses by their keys; None for the Default Duration.
    clocks:         keys of all statuses that are to run on the clock of the order's vendor.
    rules_to_add:   closed days that come back: (from, name, rule); they are removed as closed days are.
    What is None, or empty, stays as it is.
    """

    vendor: int | None = None
    work_week_mask: int | None = None
    hours: tuple[str, str] | None = None
    durations: tuple[tuple[int, int | None], ...] = ()
    clocks: tuple[int, ...] | None = None
    closed_to_add: tuple[tuple[date, date, str], ...] = ()
    closed_to_remove: Collection[int] = ()
    rules_to_add: tuple[tuple[date, str, str], ...] = ()
    worked_to_add: tuple[tuple[date, str], ...] = ()
    worked_to_remove: Collection[int] = ()

    @property
    def recounted(self) -> set[tuple[int | None, int]]:
        """Return the (vendor, status) whose orders get another duration."""
        return {(self.vendor, status) for status, _ in self.durations}

    def taken_back(self) -> dict[str, Any]:
        """Return, as JSON for `read`, the change that would take this one back.  Call before `store`."""
        closed = ClosedDay.objects.filter(pk__in=self.closed_to_remove)
        worked = WorkedDay.objects.filter(pk__in=self.worked_to_remove)
        vendor = Vendor.objects.find(self.vendor)
        week = (
            (vendor.work_week_mask or AS_THE_STUDIO) if vendor else CompanyPreferences.load().work_week_mask
        )
        durations = dict(VendorDuration.objects.filter(vendor=self.vendor).values_list("status_id", "days"))
        return {
            "vendor": self.vendor,
            "mask": None if self.work_week_mask is None else week,
            "hours": None if self.hours is None or vendor is None else hours_of(vendor),
            "durations": [[status, durations.get(status)] for status, _ in self.durations],
            "clocks": None if self.clocks is None else sorted(by_vendors_clock()),
            "close": [
                [first.isoformat(), last.isoformat(), name]
                for first, last, name in closed.filter(rule="").values_list("first_day", "last_day", "name")
            ],
            "rules": [
                [first.isoformat(), name, rule]
                for first, name, rule in closed.exclude(rule="").values_list("first_day", "name", "rule")
            ],
            "no_rules": [[first.isoformat(), name, rule] for first, name, rule in self.rules_to_add],
            "open": [[first.isoformat(), last.isoformat(), name] for first, last, name in self.closed_to_add],
            "work": [[day.isoformat(), name] for day, name in worked.values_list("day", "name")],
            "rest": [day.isoformat() for day, _ in self.worked_to_add],
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "CalendarChange":
        """Return the change that `taken_back` wrote."""
        day = date.fromisoformat
        to_remove = [
            ClosedDay.objects.filter(
                vendor=kept["vendor"], first_day=first, last_day=last, name=name, rule=""
            )
            .values_list("pk", flat=True)
            .first()
            for first, last, name in kept["open"]
        ]
        to_remove += [
            ClosedDay.objects.filter(vendor=kept["vendor"], first_day=first, name=name, rule=rule)
            .values_list("pk", flat=True)
            .first()
            for first, name, rule in kept["no_rules"]
        ]
        return cls(
            vendor=kept["vendor"],
            work_week_mask=kept["mask"],
            hours=kept["hours"] and tuple(kept["hours"]),
            durations=tuple((status, days) for status, days in kept["durations"]),
            clocks=None if kept["clocks"] is None else tuple(kept["clocks"]),
            closed_to_add=tuple((day(first), day(last), name) for first, last, name in kept["close"]),
            closed_to_remove=[key for key in to_remove if key is not None],
            rules_to_add=tuple((day(first), name, rule) for first, name, rule in kept["rules"]),
            worked_to_add=tuple((day(first), name) for first, name in kept["work"]),
            worked_to_remove=tuple(
                WorkedDay.objects.filter(day__in=kept["rest"]).values_list("pk", flat=True)
            ),
        )

    def store(self, *, by: User) -> None:
        with ExitStack() as noted:
            for rows in self._touched():
                noted.enter_context(maintenance_log.noting(rows, by=by))
            self._store_days()
            if self.vendor is not None:
                self._store_vendor(self.vendor)
            if self.clocks is not None:
                Status.objects.exclude(pk__in=self.clocks).update(clock=Clock.STUDIO)
                Status.objects.filter(pk__in=self.clocks).update(clock=Clock.VENDOR)

    def _touched(self) -> list[Any]:
        """Return the rows that `store` may write, to note who did."""
        if self.vendor is not None:
            of_vendor = (ClosedDay.objects, VendorDuration.objects)
            return [
                Vendor.objects.filter(pk=self.vendor),
                *(rows.filter(vendor=self.vendor) for rows in of_vendor),
            ]
        touched = [
            CompanyPreferences.objects.all(),
            ClosedDay.objects.filter(vendor=None),
            WorkedDay.objects.all(),
        ]
        return touched if self.clocks is None else [*touched, Status.objects.all()]

    def _store_days(self) -> None:
        if self.work_week_mask is not None and self.vendor is None:
            CompanyPreferences.objects.update_or_create(
                pk=1, defaults={"work_week_mask": self.work_week_mask}
            )
        ClosedDay.objects.filter(pk__in=self.closed_to_remove).delete()
        WorkedDay.objects.filter(pk__in=self.worked_to_remove).delete()
        ClosedDay.objects.bulk_create(
            ClosedDay(vendor_id=self.vendor, first_day=first, last_day=last, name=name)
            for first, last, name in self.closed_to_add
        )
        ClosedDay.objects.bulk_create(
            ClosedDay(vendor_id=self.vendor, first_day=first, last_day=first, name=name, rule=rule)
            for first, name, rule in self.rules_to_add
        )
        WorkedDay.objects.bulk_create(WorkedDay(day=day, name=name) for day, name in self.worked_to_add)

    def _store_vendor(self, vendor: int) -> None:
        rows = Vendor.objects.filter(pk=vendor)
        if self.work_week_mask is not None:
            rows.update(work_week_mask=self.work_week_mask or None)
        if self.hours is not None:
            cut_off, zone = self.hours
            rows.update(cut_off=time.fromisoformat(cut_off) if cut_off else None, time_zone=zone)
        for status, days in self.durations:
            if days is None:
                VendorDuration.objects.filter(vendor=vendor, status=status).delete()
            else:
                VendorDuration.objects.update_or_create(
                    vendor_id=vendor, status_id=status, defaults={"days": days}
                )


def hours_of(vendor: Vendor) -> tuple[str, str]:
    """Return the cut-off and the time zone of `vendor` as a change holds them."""
    return f"{vendor.cut_off:%H:%M}" if vendor.cut_off is not None else "", vendor.time_zone


def by_vendors_clock() -> set[int]:
    return set(Status.objects.filter(clock=Clock.VENDOR).values_list("pk", flat=True))
