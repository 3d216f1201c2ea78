from django import forms

from preproduction.forms.version import VersionForm
from preproduction.promise import PURPOSES
from studio.fields import DayField, LineFormField, PlainText
from studio.forms.far_days import AsksAboutFarDays


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


class NeededByForm(AsksAboutFarDays, VersionForm):
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

    def __init__(self, *args, order, **kwargs):
        now = {"needed_by": order.needed_by, "needed_for": order.needed_for}
        super().__init__(*args, order=order, initial=now, **kwargs)
        self.fields["needed_by"].widget.attrs["autofocus"] = True
        if order.needed_by:
            self.fields["reason"].help_text = "Needed if the day is another one; it stays in History."
        else:
            del self.fields["reason"]

    def is_typed(self, name: str) -> bool:
        return name in self.changed_data

    def clean(self):
        return {"reason": "", **super().clean()}
