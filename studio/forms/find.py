from django import forms

from studio.fields import PlainText
from studio.forms.search_box import SearchBox


class FindForm(forms.Form):
    """What is looked for everywhere; `go` opens the one thing that is called just so."""

    q = forms.CharField(
        label="Find",
        required=False,
        max_length=100,
        validators=[PlainText()],
        widget=SearchBox("Order, client, session or page", autofocus=True),
    )
    go = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data):
        super().__init__(data)
        self.errors  # noqa: B018  validates; what is nonsense finds nothing

    @property
    def typed(self) -> str:
        return self.cleaned_data.get("q", "")

    @property
    def opens_exact(self) -> bool:
        return bool(self.cleaned_data.get("go"))
