from datetime import date

from django import forms

from studio.fields import DayField, LineFormField, PlainText


class SessionWasForm(forms.Form):
    """The day by which a session was needed before, as an address names it: "2026-12-10", or "none"."""

    NO_DAY = "none"
    was = forms.CharField(required=False, max_length=10)

    @property
    def is_known(self) -> bool:
        return bool(self.is_valid() and (self.cleaned_data["was"] == self.NO_DAY or self.day))

    @property
    def day(self) -> date | None:
        try:
            return DayField(required=False).clean(self.cleaned_data.get("was") or "")
        except forms.ValidationError:
            return None


class MovePromisesForm(forms.Form):
    """Why open orders are needed by another day, that of their session.

    was, asked: the day before, as a date and as the address has it; of none no reason is asked.
    """

    was = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    reason = LineFormField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The client has moved the viewing", "autofocus": True}),
        help_text="It stays in the History of each order.",
    )

    def __init__(self, *args, was: date | None, asked: str, **kwargs):
        super().__init__(*args, initial={"was": asked}, **kwargs)
        self.fields["reason"].required = was is not None
