"""Advance Status as a form: one order, or a row of many.

Due Date, department and user follow Change To Status and Date Completed until the user changes them.  Each of them
travels with the value that was last suggested for it; where the two are the same it was not touched, and the server
fills in anew what follows from the status and the date, with scripts on and off alike.
"""

from dataclasses import replace
from datetime import date
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.functional import cached_property

from preproduction import due_dates, operations, stay
from preproduction.forms.choices import LoadedChoiceField, LoadedSelect, Offered
from preproduction.models import Order
from preproduction.operations import AdvancePlan, OperationRefused
from studio.business_days import WorkCalendar
from studio.fields import DayField, PlainText
from studio.forms.far_days import AsksAboutFarDays
from studio.forms.keys import KeysField
from studio.models import User
from triggers import outbox
from triggers.rules.before import gone_out
from triggers.rules.outlook import Outlook, Prospect, outlook
from triggers.rules.refusals import Refusals
from triggers.rules.schedule import Timetable

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
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[PlainText(lines=True)],
    )

    def __init__(
        self,
        data=None,
        *,
        order: Order,
        offered: Offered,
        calendar: WorkCalendar,
        initial: dict | None = None,
        **options,
    ):
        self.order, self.offered, self.calendar = order, offered, calendar
        self.computed: AdvancePlan | None = None  # what follows from the status and the date
        self.refusal: OperationRefused | None = None  # why nothing follows
        self.status_was_shown = False  # what the page showed was for the status that came back
        super().__init__(data, initial=initial, **options)
        self._offer()
        if self.is_bound:
            self.data = self._filled_in(data)
        else:
            self.computed = self._plan()
            self.initial = {**self._defaults(), **(initial or {})}

    def _offer(self) -> None:
        offered, fields = self.offered, self.fields
        fields["to"].offer(offered.statuses_by_key, offered.status_options(self.order.status_id))
        fields["department"].offer(offered.departments, offered.department_options)
        fields["assigned_user"].offer(offered.users, offered.user_options)
        dates = fields["completed_on"].widget.attrs
        dates["max"] = self._latest_day.isoformat()
        if self.order.entered_status_on:
            dates["min"] = self.order.entered_status_on.isoformat()

    @property
    def _latest_day(self) -> date:
        return stay.of(self.order).latest_day(timezone.localdate())

    def _plan(self, **chosen) -> AdvancePlan | None:
        try:
            return operations.plan_advance(
                self.order, calendar=self.calendar, statuses=self.offered.statuses, **chosen
            )
        except OperationRefused as refusal:
            self.refusal = refusal
            return None

    def _defaults(self) -> dict:
        following = self._following()
        return {
            "expected": self.order.version,
            "request_key": uuid4(),
            "completed_on": self._latest_day,
            "to": self.computed.to if self.computed else None,
            "shown_to": str(self.computed.to.pk) if self.computed else "",
            **following,
            **{f"suggested_{name}": value for name, value in following.items()},
        }

    def _following(self) -> dict[str, str]:
        """Return what is suggested for the fields that follow, as the browser sends it."""
        plan = self.computed
        if plan is None:
            return dict.fromkeys(FOLLOWING, "")
        return {
            "due_date": plan.due_date.isoformat() if plan.due_date else "",
            "department": str(plan.department.pk) if plan.department else "",
            "assigned_user": str(plan.assigned_user.pk) if plan.assigned_user else "",
        }

    def _filled_in(self, data):
        """Return `data` with what follows from its status and date, where the user has not changed it."""
        data = data.copy()

        def sent(name):
            return data.get(self.add_prefix(name)) or ""

        try:
            completed_on = self.fields["completed_on"].clean(sent("completed_on"))
        except ValidationError:
            return data
        to = self.offered.statuses_by_key.get(sent("to"))
        self.status_was_shown = sent("to") == sent("shown_to")
        if to:
            self.computed = self._plan(to=to, completed_on=completed_on)
        if to and not self.computed:
            return data
        for name, value in self._following().items():
            # What the page showed for this very status is what its user agreed to; only dates are counted again.
            seen = name != "due_date" and self.status_was_shown
            if not seen and sent(name) == sent(f"suggested_{name}"):
                data[self.add_prefix(name)] = value
            if not seen:
                data[self.add_prefix(f"suggested_{name}")] = value
        data[self.add_prefix("shown_to")] = sent("to")
        return data

    def clean(self):
        if any(field.errors for field in self.hidden_fields()):
            self.add_error(None, "This form did not come back whole. Open Advance Status again.")
        if self.refusal:
            self.refuse(self.refusal)
        return super().clean()

    def refuse(self, refusal: OperationRefused) -> None:
        """Show what the business says at the field it is about."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def forget_errors(self) -> None:
        """Show what is typed as it is: nobody has said OK yet."""
        self._errors = ErrorDict(renderer=self.renderer)

    def plan(self) -> AdvancePlan:
        """Return what the user said OK to."""
        given = self.cleaned_data
        return replace(
            self.computed.with_due_date(given["due_date"]),
            department=given["department"],
            assigned_user=given["assigned_user"],
        )

    def is_typed(self, name: str) -> bool:
        return self.due_date_is_typed

    @property
    def due_date_is_typed(self) -> bool:
        return bool(self.computed) and (self["due_date"].value() or "") != self._following()["due_date"]

    @property
    def explanation_words(self) -> str:
        """Say in a line how the computed due date came about; "" where there is none."""
        if not self.computed or not self.computed.explanation:
            return ""
        return due_dates.in_a_line(self.computed.explanation)

    @property
    def passed_days(self):
        return due_dates.passed_days(self.computed.explanation)

    def prospect(self, *, updated_by: User | None) -> Prospect:
        """Return the order as triggers would find it after this change."""
        order = self.order
        return Prospect(
            client=order.session.client,
            vendor=order.vendor,
            session_type_id=order.session.session_type_id,
            photographer=order.session.photographer,
            from_status_id=order.status_id,
            department=self._chosen("department"),
            assigned_user=self._chosen("assigned_user"),
            updated_by=updated_by,
            due_date=self._due_date(),
            refusals=self.refusals,
        )

    @cached_property
    def refusals(self) -> Refusals:
        """The client's addresses that take nothing more; read when a message is for one of them."""
        return Refusals([self.order.session.client_id])

    def _due_date(self) -> date | None:
        """Return the due date that the form shows now; None where it shows none, or no date."""
        try:
            return self.fields["due_date"].clean(self["due_date"].value())
        except ValidationError:
            return None

    def _chosen(self, name: str):
        """Return the row that field `name` shows now, also where the form as a whole is not valid."""
        return self.fields[name].rows.get(str(self[name].value() or ""))


class AdvanceForm(AdvanceFields):
    updated_by = _owner(label="Status Updated By")
    triggers = KeysField(required=False)
    triggers_shown = KeysField(required=False)
    # The button for those without scripts, who cannot see what follows before they say OK.
    recalculate = _hidden(required=False, max_length=10)

    def __init__(self, data=None, *, by, initial=None, **options):
        options.setdefault("auto_id", "id_advance_%s")
        super().__init__(data, initial={"updated_by": by, **(initial or {})}, **options)
        self.fields["updated_by"].offer(self.offered.users, self.offered.user_options)

    @property
    def wants_recalculation(self) -> bool:
        return bool(self["recalculate"].value())

    @property
    def proofs_missing(self) -> int:
        return self.order.proofs_missing() if self.computed and self.computed.to.is_final else 0

    def outlook(self) -> list[tuple[Outlook, bool]]:
        """Return what the change will send, each with whether it is ticked; unless told, what has not gone out before."""
        ticked, shown = self._keys("triggers"), self._keys("triggers_shown")
        return [
            (each, each.trigger.pk in ticked if each.trigger.pk in shown else not each.gone_out)
            for each in self._outlooks
            if each.is_tried
        ]

    def silent(self) -> list[Outlook]:
        """Return the triggers of the status that will do nothing, each with why not."""
        return [each for each in self._outlooks if not each.is_tried]

    @cached_property
    def _outlooks(self) -> list[Outlook]:
        if self.computed is None:
            return []
        prospect = self.prospect(updated_by=self._chosen("updated_by"))
        triggers = outbox.matching(self.computed.to)
        before = {key: at for (_, key), at in gone_out([self.order.pk], triggers).items()}
        return outlook(triggers, prospect, Timetable(self.calendar), gone_out=before)

    @property
    def left_out(self) -> list[int]:
        """Keys of the triggers that came back without a tick; unseen, of those whose message has gone out before."""
        if self.status_was_shown:
            ticked = self._keys("triggers")
            return [key for key in self._keys("triggers_shown") if key not in ticked]
        return [each.trigger.pk for each, is_ticked in self.outlook() if not is_ticked]

    def _keys(self, name: str) -> list[int]:
        return self.fields[name].to_python(self[name].data) if self.is_bound else []

    def keywords(self) -> dict:
        """Return the keywords of `advance_status` that are not part of the plan."""
        given = self.cleaned_data
        return {
            "expected": given["expected"],
            "request_key": given["request_key"],
            "updated_by": given["updated_by"],
            "note": given["note"],
            "left_out": self.left_out,
        }
