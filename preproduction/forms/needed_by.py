from datetime import date

from django import forms

from preproduction.forecast import safe_day
from preproduction.forecast.safe_day import SafeDay
from preproduction.forms.version import VersionForm
from preproduction.promise import PURPOSES
from studio.fields import DayField, LineFormField, PlainText
from studio.forms.far_days import AsksAboutFarDays, MeantField


class PurposeInput(forms.TextInput):
    """A line of text with what is mostly typed to choose from."""

    template_name = "preproduction/_purpose_input.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["choices"] = PURPOSES
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}-choices"
        return context


def day_field() -> DayField:
    return DayField(label="Needed By", required=False, help_text="The day the whole order has to be ready.")


def purpose_field() -> LineFormField:
    return LineFormField(
        label="Needed For", max_length=100, required=False, validators=[PlainText()], widget=PurposeInput
    )


class AsksAboutSafeDay:
    """For a form with Needed By: a day that the studio's own history says cannot be kept is asked about once.

    safe_day: what is offered instead, after validation; None where nothing is asked.
    """

    safe_day: date | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["knowingly"] = MeantField()

    def find_safe_day(self, cleaned: dict) -> SafeDay | None:
        raise NotImplementedError

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        knowingly, asked = cleaned.pop("knowingly", ""), cleaned.get("needed_by")
        if asked and self.is_typed("needed_by") and asked.isoformat() != knowingly:
            found = self.find_safe_day(cleaned)
            if found and (why := found.why_not(asked)):
                self.safe_day = found.day
                self.add_error("needed_by", f"{why} Send it again if it is meant.")
                self.data = self.data.copy()
                self.data[self.add_prefix("knowingly")] = asked.isoformat()
        return cleaned


class NeededByForm(AsksAboutSafeDay, AsksAboutFarDays, VersionForm):
    """By when all of an order has to be ready."""

    far_ahead = ("needed_by",)
    far_back = ("needed_by",)

    needed_by = day_field()
    needed_for = purpose_field()
    reason = LineFormField(
        label="Reason",
        max_length=200,
        required=False,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The client has moved the viewing"}),
    )

    def __init__(self, *args, order, calendar, **kwargs):
        self.order, self.calendar = order, calendar
        now = {"needed_by": order.needed_by, "needed_for": order.needed_for}
        super().__init__(*args, order=order, initial=now, **kwargs)
        self.fields["needed_by"].widget.attrs["autofocus"] = True
        if order.needed_by:
            self.fields["reason"].help_text = "Needed if the day is another one; it stays in History."
        else:
            del self.fields["reason"]

    def is_typed(self, name: str) -> bool:
        return name in self.changed_data

    def find_safe_day(self, cleaned):
        return safe_day.of_order(self.order, self.calendar)

    def clean(self):
        return {"reason": "", **super().clean()}
