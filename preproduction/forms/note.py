from django import forms

from studio.fields import NotesFormField, PlainText


class NoteForm(forms.Form):
    """A note in the history of an order, signed and dated by itself."""

    text = NotesFormField(
        label="Note",
        max_length=2000,
        validators=[PlainText(lines=True)],
        error_messages={"required": "Write the note first."},
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "placeholder": "What colleagues should know",
                "data-shortcut": "n",
                "data-shortcut-words": "Write a note",
            }
        ),
    )
