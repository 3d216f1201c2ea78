from django import forms
from django.db.models import QuerySet

from studio.forms.search_box import SearchBox
from studio.search import exact_names_first, matching

LARGEST_VERSION = 2**63 - 1
NOT_SENT = -1  # as the version of a form that lost its own: older than any


class ListVersionForm(forms.Form):
    """The version of an ordered list, which every form of its page carries."""

    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_VERSION)

    def __init__(self, data):
        super().__init__(data)
        self.errors  # noqa: B018  validates

    @property
    def expected(self) -> int:
        version = self.cleaned_data.get("version")
        return NOT_SENT if version is None else version


class ListFilter(forms.Form):
    """What the address of a list asks for: words, inactive rows too, an order, a page, a file."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=SearchBox(),
    )
    inactive = forms.BooleanField(label="Show inactive", required=False)
    sort = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, data, *, with_inactive: bool):
        super().__init__(data)
        self._address = data
        self.auto_id = "filter_%s"
        if not with_inactive:
            del self.fields["inactive"]
        self.is_valid()  # what is nonsense counts as not asked

    def _asked(self, name: str):
        return self.cleaned_data.get(name) or ""

    def narrow(self, rows: QuerySet, search: tuple[str, ...]) -> QuerySet:
        """Return the rows asked for: those with the words, and without the inactive ones unless they are shown.

        search: paths to the stored forms that are looked into.
        """
        if "inactive" in self.fields and not self.shows_inactive:
            rows = rows.active()
        return rows.filter(matching(self._asked("q"), *search))

    def exact_first(self, rows: QuerySet) -> QuerySet:
        """Return `rows`, in their order, but first those of just the name or number that is looked for."""
        return exact_names_first(rows, self._asked("q"))

    @property
    def shows_inactive(self) -> bool:
        return bool(self._asked("inactive"))

    @property
    def is_narrowing(self) -> bool:
        return bool(self._asked("q"))

    @property
    def sort_by(self) -> str:
        return self._asked("sort")

    @property
    def page(self) -> str:
        return self._address.get("page", "1")

    @property
    def export(self) -> str:
        """Return "xlsx", "pdf" or nothing."""
        asked = self._address.get("export", "")
        return asked if asked in ("xlsx", "pdf") else ""


class ExportForm(forms.Form):
    """What the address of any list may ask for besides its filters: a file, a page.  Nonsense counts as not asked."""

    export = forms.ChoiceField(choices=[("xlsx", "Excel"), ("pdf", "PDF")], required=False)
    page = forms.CharField(required=False, max_length=20)

    def __init__(self, data):
        super().__init__(data)
        self.is_valid()

    @property
    def kind(self) -> str:
        return self.cleaned_data.get("export") or ""

    @property
    def page_number(self) -> str:
        return self.cleaned_data.get("page") or "1"
