from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from preproduction.forms.version import VersionForm
from studio.fields import PlainText

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
FAR = timedelta(days=366)


class DueDateForm(VersionForm):
    """The status due date by hand.  One more than a year ahead is asked about once."""

    due_date = forms.DateField(
        label="Status Due Date",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autofocus": True}, format="%Y-%m-%d"),
        help_text="Leave it empty for no due date.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The lab has asked for two more days"}),
    )
    is_sure = forms.BooleanField(label="Yes, this date", required=False)

    def __init__(self, *args, order, **kwargs):
        super().__init__(*args, order=order, initial={"due_date": order.status_due_date}, **kwargs)
        if not self.is_bound or not self._is_far(self.data.get("due_date", "")):
            del self.fields["is_sure"]

    def clean_due_date(self):
        day = self.cleaned_data["due_date"]
        if day and not FIRST <= day <= LAST:
            raise forms.ValidationError("A date lies between 2000 and 2100.")
        return day

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("due_date")
        if day and "is_sure" in self.fields and not cleaned.get("is_sure"):
            self.add_error(
                "due_date", f"{date_format(day, 'D j M Y')} is more than a year ahead. Is that what you mean?"
            )
        cleaned.pop("is_sure", None)
        return cleaned

    @staticmethod
    def _is_far(typed: str) -> bool:
        try:
            day = forms.DateField().to_python(typed)
        except forms.ValidationError:
            return False
        return bool(day) and timezone.localdate() + FAR < day <= LAST
