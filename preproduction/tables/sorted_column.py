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
        end = "-pk" if is_descending else "pk"
        terms = [self._directed(term, queryset.model, is_descending) for term in self.sort_by]
        return queryset.order_by(*self.filled, *terms, end), True

    def _directed(self, term, model, is_descending):
        # Where nothing is empty, or `filled` has put it last, nothing is said of empty values: no index of PostgreSQL
        # could be read by it.
        nulls = {"nulls_last": True} if not self.filled and _may_be_empty(term, model) else {}
        return term.desc(**nulls) if is_descending else term.asc(**nulls)


def _may_be_empty(term, model) -> bool:
    if not isinstance(term, F):
        return True
    for name in term.name.split("__"):
        field = model._meta.get_field(name)
        if field.null:
            return True
        model = field.related_model
    return False
