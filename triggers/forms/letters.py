from django import forms
from django.core.exceptions import ValidationError

from studio.forms.keys import KeysField
from studio.forms.search_box import SearchBox
from studio.search import matching
from triggers.models import Letter

MOST_AT_ONCE = 200


class LetterFilter(forms.Form):
    """Which letters the page shows.  What is nonsense counts as not asked."""

    show = forms.ChoiceField(choices=[("to_print", "To print"), ("printed", "Printed")], required=False)
    q = forms.CharField(
        label="Search",
        max_length=100,
        required=False,
        widget=SearchBox("Name, subject or order"),
    )

    def found(self):
        """Return (whether printed ones are shown, the letters)."""
        asked = self.cleaned_data if self.is_valid() else {}
        is_printed = asked.get("show") == "printed"
        letters = Letter.objects.filter(matching(asked.get("q", ""), "found_by", "order__found_by"))
        return is_printed, letters.filter(printed_at__isnull=not is_printed)


class LettersForm(forms.Form):
    """The letters that were ticked."""

    NOTHING = "Tick the letters first."

    selected = KeysField(error_messages={"required": NOTHING})

    def clean_selected(self):
        keys = self.cleaned_data["selected"]
        if len(keys) > MOST_AT_ONCE:
            raise ValidationError(f"Tick {MOST_AT_ONCE} letters at most.")
        letters = Letter.objects.filter(pk__in=keys).order_by("pk")
        if not letters.exists():
            raise ValidationError(self.NOTHING)
        return letters
