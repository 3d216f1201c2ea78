"""Forms of what the studio keeps about others: clients, sessions, vendors, and the small lists of Maintenance."""

from django import forms
from django.db import transaction
from django.utils import timezone

from studio import texts
from studio.fields import DayField
from studio.models import Client, Department, NumberSeries, PhotoSession, SessionType, User, Vendor
from studio.needed_for import without_a_day


class _NamedForm(forms.ModelForm):
    """A record with a unique name, which a new one has no reason to be inactive under."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["is_inactive"]
            self.fields["name"].widget.attrs["autofocus"] = True

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class DepartmentForm(_NamedForm):
    class Meta:
        model = Department
        fields = ["name", "is_inactive"]


class SessionTypeForm(_NamedForm):
    class Meta:
        model = SessionType
        fields = ["name", "is_inactive"]


class VendorForm(_NamedForm):
    website = forms.URLField(label="Website", required=False, assume_scheme="https")

    class Meta:
        model = Vendor
        fields = [
            "name",
            "account_number",
            "contact_name",
            "phone",
            "email",
            "website",
            "address",
            "notes",
            "is_in_house",
            "is_inactive",
        ]


class ClientForm(forms.ModelForm):
    class Meta:
        model = Client
        fields = [
            "name",
            "contact_name",
            "phone",
            "mobile_phone",
            "email",
            "do_not_contact",
            "address",
            "notes",
            "is_inactive",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["is_inactive"]
            self.fields["name"].widget.attrs["autofocus"] = True


class SessionForm(forms.ModelForm):
    """A session of the client it was opened for; the number is given out on saving if none was typed."""

    class Meta:
        model = PhotoSession
        fields = [
            *("client", "number", "date", "session_type", "photographer", "location"),
            *("needed_by", "needed_for", "notes"),
        ]
        # The client is chosen on a page of its own, since a studio has thousands.
        widgets = {"client": forms.HiddenInput}
        error_messages = {"number": {"unique": "Another session has this number."}}
        field_classes = {"date": DayField, "needed_by": DayField}
        help_texts = {"needed_by": "The day what is ordered of it has to be ready; new orders begin with it."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session = self.instance
        self.fields["session_type"].queryset = SessionType.objects.offered(current=session.session_type_id)
        self.fields["photographer"].queryset = User.objects.offered(current=session.photographer_id)
        self.fields["session_type"].empty_label = "Choose a session type"
        self.fields["photographer"].empty_label = "Nobody"
        if session.pk is None:
            self.fields["number"].required = False
            self.fields["number"].help_text = "Assigned automatically if you leave it empty."
            self.initial["date"] = timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        if "needed_by" not in self.errors and (
            sentence := without_a_day(cleaned.get("needed_by"), cleaned.get("needed_for", ""))
        ):
            self.add_error("needed_by", sentence)
        return cleaned

    @transaction.atomic
    def save(self, commit=True):
        if not self.instance.number:
            self.instance.number = NumberSeries.next_number(
                "session",
                taken=lambda number: PhotoSession.objects.filter(
                    number_key=texts.unique_key(number)
                ).exists(),
            )
        return super().save(commit)


class ClientChoice(forms.Form):
    """The client that an address names: /sessions/new/?client=5."""

    client = forms.ModelChoiceField(Client.objects.all(), required=False)

    def chosen(self) -> Client | None:
        return self.cleaned_data["client"] if self.is_valid() else None
