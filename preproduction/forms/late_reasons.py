from django import forms

from preproduction.models import LateReason
from studio import texts


class LateReasonForm(forms.ModelForm):
    """A reason why orders are late, on Maintenance."""

    class Meta:
        model = LateReason
        fields = ["name", "is_inactive"]
        help_texts = {"is_inactive": "Not offered any more. Orders that were late by it keep it."}

    def clean(self):
        cleaned = super().clean()
        name = texts.unique_key(cleaned.get("name", ""))
        others = LateReason.objects.active().exclude(pk=self.instance.pk)
        if not cleaned.get("is_inactive") and any(name == texts.unique_key(other.name) for other in others):
            self.add_error("name", "Another active reason has this name.")
        return cleaned


class NewLateReasonForm(LateReasonForm):
    class Meta(LateReasonForm.Meta):
        fields = ["name"]
