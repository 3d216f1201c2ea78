"""A vendor that is behind: whose orders, at which status, by how much; and the answer to what that would move."""

from datetime import date

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from preproduction.models import Status
from preproduction.operations import Behind, DueDateMove, Target
from studio.fields import DayField, LineFormField, PlainText
from studio.models import Vendor

SALT = "preproduction.behind"
MOST_DAYS = 260


class BehindForm(forms.Form):
    vendor = forms.ModelChoiceField(Vendor.objects.all(), label="Vendor", empty_label="Choose a vendor")
    status = forms.ModelChoiceField(Status.objects.none(), label="Status", empty_label="Choose a status")
    days = forms.IntegerField(
        label="Business Days More",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "10"}),
        help_text="By the vendor's days, where the status runs on its clock.",
    )
    until = DayField(
        label="Or Not Before", required=False, help_text="A day. Orders due later keep their due date."
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.fields["status"].queryset = Status.objects.filter(is_final=False)

    def clean(self):
        days, until = self.cleaned_data.get("days"), self.cleaned_data.get("until")
        if not self.errors and (days is None) == (until is None):
            self.add_error("days", "Say how many business days more, or the day, and not both.")

    def behind(self) -> Behind:
        return Behind(**self.cleaned_data)


class PutBehindForm(forms.Form):
    """The answer: why, and the plan that the page showed, signed."""

    plan = forms.CharField(max_length=400_000, widget=forms.HiddenInput)
    reason = LineFormField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The lab is two weeks behind"}),
    )

    def clean_plan(self) -> list[Target]:
        try:
            kept = signing.loads(self.cleaned_data["plan"], salt=SALT)
        except signing.BadSignature:
            raise ValidationError("The plan cannot be read. Ask again what would move.") from None
        return [Target(order, version, date.fromisoformat(day)) for order, version, day in kept]


def packed(moves: list[DueDateMove]) -> str:
    """Return the plan as signed text, which PutBehindForm reads back."""
    targets = [
        (move.order.pk, move.order.version, move.after.due_date.isoformat())
        for move in moves
        if move.after.due_date
    ]
    return signing.dumps(targets, salt=SALT, compress=True)
