"""Forms of Company Preferences > Calendar.  Each makes a CalendarChange, which is previewed before it is stored."""

from dataclasses import asdict
from datetime import date

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from preproduction.models.status import Clock
from preproduction.operations import CalendarChange
from preproduction.operations.calendar_change import by_vendors_clock
from studio import public_holidays, recurring
from studio.fields import DayField, LineFormField, PlainText
from studio.models import ClosedDay, WorkedDay

DAYS = (
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
)
LONGEST_CLOSURE = 366  # days
LONGEST_NAME = 80
SALT = "preproduction.calendar"


class WorkWeekForm(forms.Form):
    days = forms.TypedMultipleChoiceField(
        label="Days of the Work Week",
        choices=DAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
        error_messages={
            "required": "Tick at least one day: in a week without a business day nothing would ever be due."
        },
    )

    def change(self) -> CalendarChange:
        return CalendarChange(work_week_mask=sum(1 << day for day in self.cleaned_data["days"]))


class ClocksForm(forms.Form):
    """Which of `statuses` run on the clock of the order's vendor; for the others it stays as it is."""

    statuses = forms.TypedMultipleChoiceField(
        label="On the clock of the order's vendor",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )

    def __init__(self, data=None, *, statuses):
        offered = [status for status in statuses if not status.is_final]
        super().__init__(
            data, initial={"statuses": [each.pk for each in offered if each.clock == Clock.VENDOR]}
        )
        self.fields["statuses"].choices = [(status.pk, str(status)) for status in offered]

    def change(self) -> CalendarChange:
        kept = by_vendors_clock() - {key for key, _ in self.fields["statuses"].choices}
        return CalendarChange(clocks=tuple(sorted({*self.cleaned_data["statuses"], *kept})))


class ClosedDayForm(forms.Form):
    first_day = DayField(label="First Day")
    last_day = DayField(label="Last Day", required=False, help_text="Empty: one day only.")
    name = LineFormField(label="Name", max_length=LONGEST_NAME, validators=[PlainText()])
    replaced: ClosedDay | None = None

    @classmethod
    def of(cls, day: ClosedDay, data=None) -> "ClosedDayForm":
        """Return the form that changes `day`."""
        form = cls(data, initial={"first_day": day.first_day, "last_day": day.last_day, "name": day.name})
        form.replaced = day
        return form

    def clean(self):
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and not last and "last_day" not in self.errors:
            self.cleaned_data["last_day"] = last = first
        if first and last and last < first:
            self.add_error("last_day", "The last day is before the first.")
        elif first and last and (last - first).days >= LONGEST_CLOSURE:
            self.add_error("last_day", "Close a year at a time at most.")

    def change(self) -> CalendarChange:
        asked = self.cleaned_data
        return CalendarChange(
            closed_to_add=((asked["first_day"], asked["last_day"], asked["name"]),),
            closed_to_remove=(self.replaced.pk,) if self.replaced else (),
            vendor=self.replaced.vendor_id if self.replaced else None,
        )


class RecurringForm(forms.Form):
    """Closed days that come back, in words: every year on a day, or a weekday by its place in a month or in each."""

    on = forms.ChoiceField(
        label="Comes back",
        choices=[("day", "Every year on a day"), ("weekday", "On a weekday of a month")],
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
        initial="day",
    )
    day = forms.TypedChoiceField(
        label="Day",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Day"), *((n, n) for n in range(1, 32))],
    )
    place = forms.TypedChoiceField(
        label="Which", coerce=int, choices=list(recurring.PLACES.items()), initial=1
    )
    weekday = forms.TypedChoiceField(label="Weekday", coerce=int, choices=DAYS, initial=0)
    month = forms.TypedChoiceField(
        label="Month",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Each month"), *enumerate(recurring.MONTH_NAMES, start=1)],
        initial=1,
    )
    start = DayField(label="From", help_text="The first day it may fall on.")
    name = LineFormField(label="Name", max_length=LONGEST_NAME, validators=[PlainText()])

    def __init__(self, *args, today: date, vendor: int | None = None, **kwargs):
        super().__init__(*args, **{"initial": {"start": today}, **kwargs})
        self.vendor = vendor
        self.replaced: tuple[int, ...] = ()

    @classmethod
    def of(cls, day: ClosedDay, data=None) -> "RecurringForm":
        """Return the form that changes `day`."""
        said = recurring.read(day.rule)
        initial = {
            **said._asdict(),
            "on": "weekday" if said.day is None else "day",
            "start": day.first_day,
            "name": day.name,
        }
        form = cls(data, today=day.first_day, vendor=day.vendor_id, initial=initial)
        form.replaced = (day.pk,)
        return form

    def clean(self):
        asked = self.cleaned_data
        if self.errors:
            return
        if asked["on"] == "day" and asked["month"] is None:
            self.add_error("month", "Choose the month in which it comes back every year.")
        elif asked["on"] == "day" and asked["day"] is None:
            self.add_error("day", "Choose the day of the month.")
        elif not recurring.days_of(self._recurring().rule, asked["start"]):
            self.add_error("day", "There is no such day in that month.")

    def _recurring(self) -> recurring.Recurring:
        asked = self.cleaned_data
        if asked["on"] == "day":
            return recurring.Recurring(asked["month"], day=asked["day"])
        return recurring.Recurring(asked["month"], place=asked["place"], weekday=asked["weekday"])

    def change(self) -> CalendarChange:
        asked = self.cleaned_data
        added = (asked["start"], asked["name"], self._recurring().rule)
        return CalendarChange(vendor=self.vendor, rules_to_add=(added,), closed_to_remove=self.replaced)


class WorkedDayForm(forms.Form):
    day = DayField(label="Day")
    name = LineFormField(label="Name", max_length=LONGEST_NAME, required=False, validators=[PlainText()])

    def __init__(self, *args, replaced: WorkedDay | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.replaced = replaced

    def clean_day(self):
        day = self.cleaned_data["day"]
        if WorkedDay.objects.filter(day=day).exclude(pk=self.replaced and self.replaced.pk).exists():
            raise ValidationError("This day is marked as worked already.")
        return day

    def change(self) -> CalendarChange:
        return CalendarChange(
            worked_to_add=((self.cleaned_data["day"], self.cleaned_data["name"]),),
            worked_to_remove=(self.replaced.pk,) if self.replaced else (),
        )


class HolidayCountryForm(forms.Form):
    """Whose public holidays to offer, and of which year."""

    country = forms.ChoiceField(label="Country")
    subdivision = forms.ChoiceField(label="State or region", required=False)
    year = forms.TypedChoiceField(label="Year", coerce=int)

    def __init__(self, data, *, this_year: int):
        super().__init__(data or None, initial={"year": this_year})
        self.fields["country"].choices = [("", "Choose a country"), *public_holidays.countries()]
        self.fields["year"].choices = [(year, year) for year in range(this_year - 1, this_year + 6)]
        country = self["country"].value()
        known = country in dict(public_holidays.countries())
        regions = public_holidays.subdivisions(country) if known else []
        self.fields["subdivision"].choices = [("", "The whole country"), *regions]
        if not regions:
            del self.fields["subdivision"]

    def clean(self):
        # Left over from the country chosen before.
        if "subdivision" in self.errors:
            del self.errors["subdivision"]
            self.cleaned_data["subdivision"] = ""

    def offered(self) -> list[tuple[date, str]]:
        asked = self.cleaned_data
        found = public_holidays.of(asked["country"], asked.get("subdivision", ""), asked["year"])
        return [(day, name[:LONGEST_NAME]) for day, name in found]


class HolidaysForm(forms.Form):
    """Which of the offered holidays to close on."""

    days = forms.MultipleChoiceField(error_messages={"required": "Tick the holidays to close on."})

    def __init__(self, data, *, offered: list[tuple[date, date, str]]):
        """offered: closed days as (first, last, name)."""
        super().__init__(data)
        self.offered = {_key(first, last): (first, last, name) for first, last, name in offered}
        self.fields["days"].choices = [(key, days[2]) for key, days in self.offered.items()]

    def change(self) -> CalendarChange:
        ticked = set(self.cleaned_data["days"])
        return CalendarChange(
            closed_to_add=tuple(days for key, days in self.offered.items() if key in ticked)
        )


def _key(first: date, last: date) -> str:
    """Return closed days as a form sends them: "2026-12-25", "2026-12-24..2026-12-26"."""
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


class ApplyForm(forms.Form):
    """The answer to a preview.  It carries the change, signed, and the calendar that the preview compared with."""

    MOVE, LEAVE = "move", "leave"

    change = forms.CharField(max_length=50_000)
    seen = forms.CharField(max_length=16)
    decision = forms.ChoiceField(
        choices=[(MOVE, "Apply to all open orders"), (LEAVE, "Leave open orders as they are")]
    )

    def clean_change(self):
        try:
            return _unpacked(signing.loads(self.cleaned_data["change"], salt=SALT))
        except signing.BadSignature:
            raise ValidationError("The change cannot be read. Make it again.") from None


def packed(change: CalendarChange) -> str:
    """Return `change` as signed text, which ApplyForm reads back."""
    values = asdict(change)
    for name in ("closed_to_add", "rules_to_add", "worked_to_add"):
        values[name] = [[str(part) for part in row] for row in values[name]]
    return signing.dumps(values, salt=SALT, compress=True)


def _unpacked(values: dict) -> CalendarChange:
    day = date.fromisoformat
    return CalendarChange(
        vendor=values["vendor"],
        work_week_mask=values["work_week_mask"],
        hours=values["hours"] and tuple(values["hours"]),
        durations=tuple((status, days) for status, days in values["durations"]),
        clocks=None if values["clocks"] is None else tuple(values["clocks"]),
        closed_to_add=tuple((day(first), day(last), name) for first, last, name in values["closed_to_add"]),
        closed_to_remove=tuple(values["closed_to_remove"]),
        rules_to_add=tuple((day(first), name, rule) for first, name, rule in values["rules_to_add"]),
        worked_to_add=tuple((day(worked), name) for worked, name in values["worked_to_add"]),
        worked_to_remove=tuple(values["worked_to_remove"]),
    )
