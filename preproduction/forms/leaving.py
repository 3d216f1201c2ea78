from django import forms

from preproduction.operations import Belongings, Heirs
from studio.fields import DayField
from studio.models import User
from studio.models.people import UNASSIGNED

NOBODY = "none"
# What is handed over, by the names of Belongings.
LABELS = {
    "orders": "Open orders go to",
    "tasks": "Tasks and calls go to",
    "statuses": "Default User of their statuses",
    "triggers": "User of their triggers",
}


class LeavingForm(forms.Form):
    """Who gets each of what somebody has; asked only for what there is."""

    counted = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, data=None, *, person: User, has: Belongings):
        super().__init__(data, initial={"counted": has.counted()})
        self.people = {str(one.pk): one for one in User.objects.active().exclude(pk=person.pk)}
        choices = [
            ("", "Choose"),
            (NOBODY, UNASSIGNED),
            *((key, str(one)) for key, one in self.people.items()),
        ]
        for name, label in LABELS.items():
            if getattr(has, name).exists():
                self.fields[name] = forms.ChoiceField(
                    label=label,
                    choices=choices,
                    error_messages={"required": f"Choose a person, or {UNASSIGNED}."},
                )

    def heirs(self) -> Heirs:
        chosen = {name: self.people.get(self.cleaned_data.get(name, NOBODY)) for name in LABELS}
        return Heirs(**chosen)


class AwayForm(forms.ModelForm):
    """From when until when somebody is away, and who stands in.  All empty: they are here."""

    class Meta:
        model = User
        fields = ["away_from", "away_until", "stands_in"]
        field_classes = {"away_from": DayField, "away_until": DayField}
        help_texts = {
            "away_until": "The last day away.",
            "stands_in": "Gets the new work that the status list and triggers mean for them.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = User.objects.offered(current=self.instance.stands_in_id).exclude(pk=self.instance.pk)
        self.fields["stands_in"].queryset = others
        self.fields["stands_in"].empty_label = "Nobody"

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("away_from"), cleaned.get("away_until")
        if self.errors:
            return cleaned
        if bool(first) != bool(last):
            self.add_error("away_until" if first else "away_from", "Enter both days, or none.")
        elif first and last < first:
            self.add_error("away_until", "The last day is before the first.")
        elif first and not cleaned.get("stands_in"):
            self.add_error("stands_in", "Choose who gets the new work.")
        return cleaned


class HandOverForm(forms.Form):
    """What the page showed, as Belongings.counted() says it."""

    counted = forms.CharField(max_length=60)
