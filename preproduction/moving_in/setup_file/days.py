"""The calendar in a set-up.  What it does to due dates is counted when all is stored (applying.py)."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from preproduction.forms.calendar import ClosedDayForm, WorkedDayForm, WorkWeekForm
from preproduction.moving_in.setup_file.fields import Field
from preproduction.moving_in.setup_file.section import Section, Wrong
from preproduction.moving_in.setup_file.single import Single
from studio import recurring
from studio.models import ClosedDay, CompanyPreferences, WorkedDay
from studio.models.preferences import DAY_NAMES


class WorkWeek(Single):
    name, label = "calendar", "Calendar"
    fields = (
        Field(
            "work_week",
            kind=list,
            label="Days of the Work Week",
            choices={name: name for name in DAY_NAMES},
            usual=[],
        ),
    )

    def said(self):
        week = CompanyPreferences.load().work_week
        return {"work_week": [name for day, name in enumerate(DAY_NAMES) if day in week]}

    def store(self, values, by):
        form = WorkWeekForm({"days": [DAY_NAMES.index(name) for name in values["work_week"]]})
        if not form.is_valid():
            raise Wrong({"work_week": " ".join(form.errors["days"])})
        form.change().store(by=by)


class _ClosedDayForm(ClosedDayForm):
    rule = forms.CharField(required=False, max_length=60)

    def clean_rule(self):
        rule = self.cleaned_data["rule"]
        try:
            return recurring.read(rule).rule if rule else ""
        except recurring.NoSuchRule as wrong:
            raise ValidationError(str(wrong)) from wrong


class ClosedDays(Section):
    name, label = "closed_days", "Closed days"
    model = ClosedDay
    key, has_twins = ("first_day", "last_day"), True
    fields = (
        Field("first_day", kind=date, usual=None),
        Field("last_day", kind=date, usual=None),
        Field("name"),
        Field("rule"),
    )

    def rows(self):
        return super().rows().filter(vendor=None)

    def said(self, row):
        return self.normal(super().said(row))

    def normal(self, values):
        is_one_day = values["last_day"] == values["first_day"]
        return {**values, "last_day": None} if is_one_day else values

    def known_as(self, values):
        return values["name"]

    def bound(self, row, data):
        return _ClosedDayForm(data)

    def saved(self, form, row, by):
        return _stored(row or ClosedDay(), form)


class WorkedDays(Section):
    name, label = "worked_days", "Worked days"
    model = WorkedDay
    key = ("day",)
    fields = (Field("day", kind=date, usual=None), Field("name"))

    def known_as(self, values):
        return values["name"] or "Worked day"

    def bound(self, row, data):
        return WorkedDayForm(data, replaced=row)

    def saved(self, form, row, by):
        return _stored(row or WorkedDay(), form)


def _stored(row, form):
    """Store what a valid form says; no change of the calendar for each day, which would read all of them."""
    for name, value in form.cleaned_data.items():
        setattr(row, name, value)
    row.save()
    return row
