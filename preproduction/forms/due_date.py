from django import forms

from preproduction.forms.version import VersionForm
from studio.fields import DayField, LineFormField, PlainText
from studio.forms.far_days import AsksAboutFarDays


class OfferedDayForm(forms.Form):
    """The day that a link to the page offers: ?due_date=2026-12-10."""

    due_date = DayField(required=False)

    def day(self):
        return self.cleaned_data["due_date"] if self.is_valid() else None


class DueDateForm(AsksAboutFarDays, VersionForm):
    """The status due date, by hand."""

    far_ahead = ("due_date",)

    due_date = DayField(label="Status Due Date", required=False, help_text="Leave it empty for no due date.")
    reason = LineFormField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The lab has asked for two more days"}),
    )

    def __init__(self, *args, order, offered=None, **kwargs):
        initial = {"due_date": offered or order.status_due_date}
        super().__init__(*args, order=order, initial=initial, **kwargs)
        self.fields["due_date"].widget.attrs["autofocus"] = True

    def is_typed(self, name: str) -> bool:
        return name in self.changed_data
