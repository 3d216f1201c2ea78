from django import forms

from studio.fields import PlainText
from studio.models import Client


class PageForm(forms.Form):
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)


class LookForm(forms.Form):
    """Whom to merge a client with."""

    q = forms.CharField(label="Find the other one", max_length=200, required=False, validators=[PlainText()])


class OtherForm(forms.Form):
    """Whom a client is compared with."""

    other = forms.ModelChoiceField(Client.objects.none())

    def __init__(self, *args, client: Client, **options):
        super().__init__(*args, **options)
        self.fields["other"].queryset = Client.objects.exclude(pk=client.pk)


class MergeForm(forms.Form):
    """Which of two stays."""

    stays = forms.ChoiceField(label="Which one stays", widget=forms.RadioSelect)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, one: Client, other: Client, **options):
        super().__init__(*args, **options)
        self.by_key = {str(client.pk): client for client in (one, other)}
        self.fields["stays"].choices = [(key, _said(client)) for key, client in self.by_key.items()]

    def in_turn(self) -> tuple[Client, Client]:
        """Return who stays, and who goes."""
        stays = self.by_key[self.cleaned_data["stays"]]
        (goes,) = (client for client in self.by_key.values() if client != stays)
        return stays, goes


def _said(client: Client) -> str:
    reached = ", ".join(filter(None, (client.phone, client.mobile_phone, client.email)))
    return f"{client}, {reached or 'without phone or email'} (No. {client.pk})"
