from django import forms

PAGE_SIZES = ("25", "50", "100")
USUAL_SIZE = 50


# What an address calls the last page: nobody has to know how many there are.
LAST = "last"
FURTHEST = 10**9


class PageField(forms.IntegerField):
    def to_python(self, value):
        number = -1 if value == LAST else super().to_python(value)
        return number and min(max(number, -FURTHEST), FURTHEST)


class ListPageForm(forms.Form):
    """Which part of a list an address asks for, in which order, or as which file.  What makes no sense is ignored."""

    page = PageField(required=False)
    per_page = forms.ChoiceField(required=False, choices=[(size, size) for size in PAGE_SIZES])
    columns = forms.CharField(required=False, max_length=1000)
    sort = forms.CharField(required=False, max_length=50)
    export = forms.ChoiceField(required=False, choices=[("xlsx", "Excel"), ("pdf", "PDF")])

    def _asked(self, name):
        self.errors  # noqa: B018  validates
        return self.cleaned_data.get(name)

    @property
    def page_number(self) -> int:
        """The page from 1; or, counted from the end, -1 for the last, -2 for the one before it."""
        return self._asked("page") or 1

    def page_of(self, count: int) -> int:
        """Return the number, from 1, of the page that is asked for in a list of `count` rows, or of the nearest one."""
        pages = -(-count // self.page_size) or 1
        number = self.page_number if self.page_number > 0 else pages + 1 + self.page_number
        return min(max(number, 1), pages)

    @property
    def page_size(self) -> int:
        return int(self._asked("per_page") or USUAL_SIZE)

    @property
    def file_kind(self) -> str:
        return self._asked("export") or ""

    @property
    def columns_asked(self) -> str:
        return self._asked("columns") or ""

    def sort_of(self, table_class, default: str, without=(), further=None) -> str:
        """Return the sort that was asked for if the table declares such a column and shows it, else `default`.

        further: columns that this table has beside those it declares, by name.
        """
        asked = self._asked("sort") or ""
        name = asked.removeprefix("-")
        column = {**table_class.base_columns, **(further or {})}.get(name)
        sortable = column is not None and column.orderable is not False and name not in without
        return asked if sortable else default
