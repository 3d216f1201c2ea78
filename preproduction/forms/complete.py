from django import forms

from preproduction.forms.version import VersionForm
from studio.fields import NotesFormField, PlainText


class CompleteForm(VersionForm):
    note = NotesFormField(
        label="Note",
        max_length=2000,
        required=False,
        validators=[PlainText(lines=True)],
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
