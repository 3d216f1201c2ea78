from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from studio.logo import NotALogo, read_logo
from studio.models import CompanyPreferences


class PreferencesForm(forms.ModelForm):
    website = forms.URLField(label="Website", required=False, assume_scheme="https")
    new_logo = forms.FileField(
        label="Logo",
        required=False,
        help_text="PNG or JPEG, 2 MB at most.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    remove_logo = forms.BooleanField(label="Remove the logo", required=False)

    class Meta:
        model = CompanyPreferences
        fields = [
            "name",
            "phone",
            "email",
            "website",
            "paper",
            "date_style",
            "address",
            "rush_percent",
            "at_risk_below",
            "morning_mail_hour",
            "require_second_factor",
            "sign_out_after",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_new_logo(self):
        upload = self.cleaned_data["new_logo"]
        if not upload:
            return None
        try:
            return read_logo(upload)
        except NotALogo as refusal:
            raise ValidationError(str(refusal)) from refusal

    @transaction.atomic
    def save(self, commit=True):
        """Write the columns of this form only: the work week is the calendar page's."""
        stored, _ = CompanyPreferences.objects.get_or_create(pk=1)
        old_logo = stored.logo.name
        preferences = super().save(commit=False)
        if self.cleaned_data.get("new_logo"):
            preferences.logo = self.cleaned_data["new_logo"]
        elif self.cleaned_data.get("remove_logo"):
            preferences.logo = ""
        preferences.save(update_fields=[*self._meta.fields, "logo"])
        if old_logo and old_logo != preferences.logo.name:
            storage = stored.logo.storage
            transaction.on_commit(lambda: storage.delete(old_logo))
        return preferences
