import django_tables2 as tables
from django.db.models import F


class SortedColumn(tables.Column):
    """A column that sorts by `sort_by`, empty values last in either direction, and at the end by primary key.

    sort_by: paths or expressions.
    """

    def __init__(self, *args, sort_by=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.sort_by = [F(term) if isinstance(term, str) else term for term in sort_by]

    def order(self, queryset, is_descending):
        if is_descending:
            return queryset.order_by(*(term.desc(nulls_last=True) for term in self.sort_by), "-pk"), True
        return queryset.order_by(*(term.asc(nulls_last=True) for term in self.sort_by), "pk"), True
