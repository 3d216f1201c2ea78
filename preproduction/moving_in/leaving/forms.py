from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from preproduction.moving_in.leaving.sheets import client_number
from studio import texts
from studio.fields import LineFormField
from studio.models import Client


class EraseForm(forms.Form):
    """Says once more which client is meant: by name, or by number where the name is hard to type."""

    confirm = LineFormField(
        label="Client", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args, client: Client, **kwargs):
        super().__init__(*args, **kwargs)
        self.client, self.number = client, client_number(client)
        # Django shows a help text as markup.
        self.fields["confirm"].help_text = format_html(
            "Type the name, {}, or the number, {}.", client.name, self.number
        )

    def clean_confirm(self) -> str:
        typed = self.cleaned_data["confirm"]
        if texts.unique_key(typed) not in map(texts.unique_key, (self.client.name, self.number)):
            raise ValidationError(f"This is another name. Type {self.client.name}, or {self.number}.")
        return typed
