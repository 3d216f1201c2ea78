import django_tables2 as tables
from django.db.models import F


class SortedColumn(tables.Column):
    """A column that sorts by `sort_by`, empty values last in either direction, and at the end by primary key.

    sort_by: paths or expressions.
    filled:  a column that says which rows are not empty, where an index begins with it; "" for none.
    """

    def __init__(self, *args, sort_by=(), filled="", **kwargs):
        super().__init__(*args, **kwargs)
        self.filled = [f"-{filled}"] if filled else []
        self.sort_by = [F(term) if isinstance(term, str) else term for term in sort_by]

    def order(self, queryset, is_descending):
        # Where `filled` has put them last, there is nothing to say of empty values, which no index could be read by.
        nulls = {} if self.filled else {"nulls_last": True}
        if is_descending:
            terms = [term.desc(**nulls) for term in self.sort_by]
            return queryset.order_by(*self.filled, *terms, "-pk"), True
        terms = [term.asc(**nulls) for term in self.sort_by]
        return queryset.order_by(*self.filled, *terms, "pk"), True
