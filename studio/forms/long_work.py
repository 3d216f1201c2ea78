from urllib.parse import urlencode, urlsplit

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

SALT = "studio.long_work"
ASKED = ("path", "title", "kind", "count")


class LongFileForm(forms.Form):
    """Asks for the file of a long list: what its page said of it, over our signature."""

    asked = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    @classmethod
    def of(cls, path: str, title: str, kind: str, count: int) -> "LongFileForm":
        """path: of the page that answers with the file.  kind: "xlsx" or "pdf".  count: its rows."""
        return cls(initial={"asked": signing.dumps([path, title, kind, count], salt=SALT)})

    def clean_asked(self) -> dict[str, str | int]:
        try:
            asked = signing.loads(self.cleaned_data["asked"], salt=SALT)
        except signing.BadSignature:
            raise ValidationError("Open the list again, and export it from there.") from None
        return dict(zip(ASKED, asked, strict=True))


def without_export(path: str) -> str:
    """Return the address of the page that `path` exports."""
    address = urlsplit(path)
    kept = [(name, value) for name, values in QueryDict(address.query).lists() for value in values]
    query = urlencode([pair for pair in kept if pair[0] != "export"])
    return f"{address.path}?{query}" if query else address.path
