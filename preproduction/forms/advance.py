"""Advance Status as a form: one order, or a row of many.

Due Date, department and user follow Change To Status and Date Completed until the user changes them.  Each of them
travels with the value that was last suggested for it; where the two are the same it was not touched, and the server
fills in anew what follows from the status and the date, with scripts on and off alike.
"""

from datetime import date
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone

from preproduction import stay
from preproduction.forms.choices import LoadedChoiceField, LoadedSelect, Offered
from preproduction.models import Order
from preproduction.operations import AdvancePlan, OperationRefused
from studio.fields import DayField, NotesFormField, PlainText
from studio.forms.far_days import AsksAboutFarDays
from studio.forms.keys import KeysField, RequestKeyField

FOLLOWING = ("due_date", "department", "assigned_user")


def _owner(**options):
    """Return a field for somebody whom the change may send something to."""
    return LoadedChoiceField(widget=LoadedSelect(attrs={"class": "advance-owner"}), **options)


def _hidden(field=forms.CharField, **options):
    return field(widget=forms.HiddenInput, **options)


class AdvanceFields(AsksAboutFarDays, forms.Form):
    """What an advance needs, for one order."""

    far_ahead = ("due_date",)

    expected = _hidden(forms.IntegerField, min_value=0, max_value=2**31 - 1)
    request_key = _hidden(forms.UUIDField)
    shown_to = _hidden(required=False, max_length=20)
    suggested_due_date = _hidden(required=False, max_length=20)
    suggested_department = _hidden(required=False, max_length=20)
    suggested_assigned_user = _hidden(required=False, max_length=20)
    completed_on = DayField(label="Date Completed")
    to = LoadedChoiceField(label="Change To Status")
    due_date = DayField(label="Due Date", required=False)
    department = _owner(label="New Status Assigned to Dept", required=False)
    assigned_user = _owner(label="New Status Assigned to User", required=False)
    # Of an order that is late; what was noted before cannot be taken back here.
    late_reason = LoadedChoiceField(label="Late Reason", required=False)
    note = NotesFormField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[PlainText(lines=True)],
    )

    def __init__(self, data=None, *, order: Order, offered: Offered, **options):
        self.order, self.offered = order, offered
        self._suggested: dict[str, str] | None = None  # for the fields that follow, as the browser sends it
        super().__init__(data, **options)
        self._offer()
        # Whether what the page showed was for the status that came back.
        self.status_was_shown = self.is_bound and self._sent("to") == self._sent("shown_to")

    def _offer(self) -> None:
        offered, fields = self.offered, self.fields
        fields["to"].offer(offered.statuses_by_key, offered.status_options(self.order.status_id))
        fields["department"].offer(offered.departments, offered.new_department_options)
        fields["assigned_user"].offer(offered.users, offered.new_user_options)
        self._ask_why_late()
        dates = fields["completed_on"].widget.attrs
        dates["max"] = self._latest_day.isoformat()
        if self.order.entered_status_on:
            dates["min"] = self.order.entered_status_on.isoformat()

    def _ask_why_late(self) -> None:
        order, offered = self.order, self.offered
        reasons = offered.late_reasons_for(order)
        if reasons and (order.late_reason_id or order.is_overdue(timezone.localdate())):
            empty = "" if order.late_reason_id else "None of these"
            options = offered.late_reason_options_for(order, empty=empty)
            self.fields["late_reason"].offer(reasons, options)
            self.fields["late_reason"].initial = order.late_reason_id
        else:
            del self.fields["late_reason"]

    @property
    def _latest_day(self) -> date:
        return stay.of(self.order).latest_day(timezone.localdate())

    def _sent(self, name: str) -> str:
        return self.data.get(self.add_prefix(name)) or ""

    def asked(self) -> dict | None:
        """Return status and date, if somebody has chosen them; None where that is not enough to plan by."""
        if not self.is_bound:
            return {}
        to, completed_on = self.chosen("to"), self._date("completed_on")
        return {"to": to, "completed_on": completed_on} if to and completed_on else None

    def follow(self, plan: AdvancePlan | None) -> None:
        """Fill in what follows from status and date, where the user has not changed it."""
        suggested = _as_sent(plan) if plan else dict.fromkeys(FOLLOWING, "")
        self._suggested = suggested if plan else None
        if self.is_bound:
            self.data = self._followed_by(suggested)
        else:
            self.initial = {
                "expected": self.order.version,
                "request_key": uuid4(),
                "completed_on": self._latest_day,
                "to": plan and plan.to,
                "shown_to": str(plan.to.pk) if plan else "",
                **suggested,
                **{f"suggested_{name}": value for name, value in suggested.items()},
                **self.initial,
            }

    def _followed_by(self, suggested: dict[str, str]):
        data = self.data.copy()
        for name, value in suggested.items():
            # What the page showed for this very status is what its user agreed to; only dates are counted again.
            if name != "due_date" and self.status_was_shown:
                continue
            if self._sent(name) == self._sent(f"suggested_{name}"):
                data[self.add_prefix(name)] = value
            data[self.add_prefix(f"suggested_{name}")] = value
        data[self.add_prefix("shown_to")] = self._sent("to")
        return data

    def clean(self):
        if any(field.errors for field in self.hidden_fields()):
            self.add_error(None, "This form did not come back whole. Open Advance Status again.")
        return super().clean()

    def refuse(self, refusal: OperationRefused) -> None:
        """Show what the business says at the field it is about."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def forget_errors(self) -> None:
        """Show what is typed as it is: nobody has said OK yet."""
        self._errors = ErrorDict(renderer=self.renderer)

    def is_typed(self, name: str) -> bool:
        return self.due_date_is_typed

    @property
    def due_date_is_typed(self) -> bool:
        return bool(self._suggested) and (self["due_date"].value() or "") != self._suggested["due_date"]

    @property
    def shown_due_date(self) -> date | None:
        """The due date that the form shows now; None where it shows none, or no date."""
        return self._date("due_date")

    def chosen(self, name: str):
        """Return the row that field `name` shows now, also where the form as a whole is not valid."""
        field = self.fields[name]
        return field.rows.get(str(field.prepare_value(self[name].value()) or ""))

    def _date(self, name: str) -> date | None:
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None


def _as_sent(plan: AdvancePlan) -> dict[str, str]:
    """Return what `plan` suggests for the fields that follow, as the browser sends it."""
    return {
        "due_date": plan.due_date.isoformat() if plan.due_date else "",
        "department": str(plan.department.pk) if plan.department else "",
        "assigned_user": str(plan.assigned_user.pk) if plan.assigned_user else "",
    }


class AdvanceForm(AdvanceFields):
    request_key = RequestKeyField()
    updated_by = _owner(label="Status Updated By")
    triggers = KeysField(required=False)
    triggers_shown = KeysField(required=False)
    # The button for those without scripts, who cannot see what follows before they say OK.
    recalculate = _hidden(required=False, max_length=10)

    def __init__(self, data=None, *, by, note="", **options):
        super().__init__(data, initial={"updated_by": by, "note": note}, auto_id="id_advance_%s", **options)
        self.fields["updated_by"].offer(self.offered.users, self.offered.user_options)

    @property
    def wants_recalculation(self) -> bool:
        return bool(self["recalculate"].value())

    def keys(self, name: str) -> list[int]:
        """Return the keys of triggers that came back under `name`."""
        return self.fields[name].to_python(self[name].data) if self.is_bound else []
