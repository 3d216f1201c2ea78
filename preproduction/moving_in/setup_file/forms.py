from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from preproduction.moving_in.setup_file import reading, ready_made

SALT = "preproduction.set_up"


class ChooseForm(forms.Form):
    """A set-up to look at: a file, or one of the ready-made lists.  `text` holds it then."""

    file = forms.FileField(
        label="Set-up file",
        required=False,
        help_text="A .toml file, such as this page makes. 1 MB at most.",
        error_messages={"empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    ready_made = forms.ChoiceField(required=False, choices=ready_made.choices)

    text = ""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ready_made"):
            self.text = ready_made.text_of(cleaned["ready_made"])
        elif cleaned.get("file"):
            self.text = self._text(cleaned["file"])
        elif not self.errors:
            self.add_error("file", "Choose a file.")
        return cleaned

    def _text(self, file) -> str:
        try:
            return reading.read_text(file.read(reading.MOST_BYTES + 1))
        except reading.Unreadable as unreadable:
            raise ValidationError({"file": unreadable.sentences}) from None


class ApplyForm(forms.Form):
    """The answer to a rehearsal.  It carries the file, signed, and stands for the set-up that it was compared with."""

    MOVE, LEAVE = "move", "leave"

    set_up = forms.CharField()
    seen = forms.CharField(max_length=32)
    decision = forms.ChoiceField(
        choices=[(MOVE, "Apply, to open orders too"), (LEAVE, "Apply, and leave open orders as they are")]
    )

    def clean_set_up(self):
        try:
            return signing.loads(self.cleaned_data["set_up"], salt=SALT)
        except signing.BadSignature:
            raise ValidationError("The set-up cannot be read. Upload it again.") from None


def packed(text: str) -> str:
    """Return the text of a set-up as signed text, which ApplyForm reads back."""
    return signing.dumps(text, salt=SALT, compress=True)
