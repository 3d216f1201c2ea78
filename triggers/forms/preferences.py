from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from triggers.channels.base import PermanentError
from triggers.channels.wire import http
from triggers.models import MessagePreferences, Reason
from triggers.rules import schedule


class MessagePreferencesForm(forms.ModelForm):
    class Meta:
        model = MessagePreferences
        fields = [
            "fires_at",
            "quiet_from",
            "quiet_until",
            "most_per_recipient",
            "most_per_hour",
            "in_house_receivers",
        ]
        labels = {"quiet_until": "Quiet hours until"}
        help_texts = {
            "fires_at": "The time of day at which triggers fire that count days from a due date. Studio time.",
            "quiet_from": "Messages that may not go out at night wait until the quiet hours are over.",
            "quiet_until": "The same time in both: there are no quiet hours.",
            "most_per_recipient": "What is more is held for review, and the administrators are told.",
            "most_per_hour": "Of the whole studio: the brake if something goes round in circles.",
            "in_house_receivers": "One to a line, such as http://192.168.1.20:8080. "
            "Other webhooks go to public https addresses only.",
        }
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs={"type": "time"})
            for name in ("fires_at", "quiet_from", "quiet_until")
        } | {"in_house_receivers": forms.Textarea(attrs={"rows": 3})}

    def clean_in_house_receivers(self):
        """Keep each once, a line for each."""
        lines = [
            line.strip() for line in self.cleaned_data["in_house_receivers"].splitlines() if line.strip()
        ]
        for line in lines:
            try:
                http.read_origin(line)
            except PermanentError as error:
                raise ValidationError(f"“{line[:80]}”: {error}") from None
        return "\n".join(dict.fromkeys(lines))

    @transaction.atomic
    def save(self, commit=True):
        """Write the columns of this form only: the pause switch is the queue's."""
        MessagePreferences.objects.get_or_create(pk=1)
        self.instance._state.adding = False
        self.instance.save(update_fields=self._meta.fields)
        if "fires_at" in self.changed_data:
            schedule.replan_all(Reason.MOVED_BY_HOUR)
        elif {"quiet_from", "quiet_until"} & set(self.changed_data):
            schedule.look_again()
        return self.instance
