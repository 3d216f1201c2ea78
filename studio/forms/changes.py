from datetime import datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from studio.fields import DayField
from studio.models import MaintenanceChange, User, kind_words


class ChangeFilter(forms.Form):
    """Which changes of Maintenance are listed: of a kind, by a person, of some days.  What is nonsense counts as not asked."""

    model = forms.ChoiceField(label="Kind", required=False)
    by = forms.ModelChoiceField(User.objects.all(), label="Who", required=False, empty_label="Everybody")
    first_day = DayField(label="From", required=False)
    last_day = DayField(label="To", required=False)
    # Of one record, as its page links here.
    key = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data, auto_id="filter_%s")
        kinds = MaintenanceChange.objects.order_by().values_list("model", flat=True).distinct()
        kinds = sorted(((name, kind_words(name)) for name in kinds), key=lambda kind: kind[1])
        self.fields["model"].choices = [("", "Everything"), *kinds]
        self.is_valid()

    @property
    def asked(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def found(self) -> QuerySet[MaintenanceChange]:
        asked = self.asked
        rows = MaintenanceChange.objects.filter(
            **{name: asked[name] for name in ("model", "by", "key") if name in asked}
        )
        if "first_day" in asked:
            rows = rows.filter(made_at__gte=_midnight(asked["first_day"]))
        if "last_day" in asked:
            rows = rows.filter(made_at__lt=_midnight(asked["last_day"] + timedelta(days=1)))
        return rows

    def words(self) -> str:
        """Say what is asked for, for the head of a file."""
        kinds = dict(self.fields["model"].choices)
        return ", ".join(
            f"{self.fields[name].label}: {kinds[value] if name == 'model' else value}"
            for name, value in self.asked.items()
            if name != "key"
        )


def _midnight(day):
    """Return the moment at which `day` begins in the studio's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
