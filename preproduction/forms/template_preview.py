from django import forms

from triggers import channels


class PreviewForm(forms.Form):
    """What stands in the form of a template just now, and how it is to be looked at.  What is nonsense counts as empty."""

    subject = forms.CharField(required=False, max_length=1_000)
    text = forms.CharField(required=False, max_length=50_000)
    html = forms.CharField(required=False, max_length=50_000)
    letter_layout = forms.CharField(required=False, max_length=10)
    shown_as = forms.ChoiceField(choices=channels.channel_choices, required=False)
    order = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    order_words = forms.CharField(required=False, max_length=100)

    def asked(self) -> dict:
        """Return every value; call after is_valid()."""
        given = {"shown_as": "email", "order": None, **self.cleaned_data}
        for name in ("subject", "text", "html", "letter_layout", "order_words"):
            # Browsers send CR LF; line numbers and letters count one.
            given[name] = (given.get(name) or "").replace("\r\n", "\n").replace("\r", "\n")
        given["shown_as"] = given["shown_as"] or "email"
        return given
