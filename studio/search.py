"""Search boxes: which rows hold the words somebody typed.  Words are compared as texts.py says."""

from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When

from studio import phones, texts
from studio.search_index import Needles, SearchIndex

MOST_KEYS = 1000  # of a search, named one by one; more are left to the database
# Rows in which there is one hit or more on average: a list that shows or counts the first few meets them on its way.
OFTEN = 50


def ways(typed: str) -> list[Needles]:
    """Return the ways in which a row can hold what was typed: all its words, or the phone number that it is.

    None of them: nothing was typed, and every row does.
    """
    words = texts.words(typed)
    runs = phones.looked_for(typed, settings.SMS_REGION)
    both = [words, [runs] if runs else []]
    return [way for n, way in enumerate(both) if way and way not in both[:n]]


def matching(typed: str, *paths: str) -> Q:
    """Return the condition that one of `paths` holds what was typed; of several words each may be in another.

    paths: to columns with a stored form for searching ("found_by", "order__session__client__found_by").
    """
    either = Q()
    for needles in ways(typed):
        each = Q()
        for spellings in needles:
            found = Q()
            for path in paths:
                for spelling in spellings:
                    found |= Q(**{f"{path}__contains": spelling})
            each &= found
        either |= each
    return either


def indexed(typed: str, index: SearchIndex) -> Q:
    """Return the condition that the line of a row in `index` holds what was typed.  One query, if anything was.

    Few keys are named, so that a list is read by them.  Of many that lie close together the list's own rows are looked
    at in their turn, until it has enough; of others the database makes a list.
    """
    found = ways(typed)
    if not found:
        return Q()
    keys = index.keys(found, at_most=MOST_KEYS + 1)
    if len(keys) <= MOST_KEYS:
        return Q(pk__in=keys)
    is_often = max(keys) < OFTEN * MOST_KEYS
    return Q(index.row_by_row(found)) if is_often else Q(pk__in=index.subquery(found))


def finds_few(found: Q) -> bool:
    """Whether `found`, of `indexed`, names the keys of what it finds, or nothing was searched for."""
    return all(isinstance(each, tuple) and isinstance(each[1], list) for each in found.children)


def exact_names_first(rows: QuerySet, typed: str) -> QuerySet:
    """Return `rows`, in their order, but first those of just the name or number that was typed."""
    columns = {field.name for field in rows.model._meta.get_fields()}
    same = {"name_sorted": texts.sort_key(typed), "number_key": texts.unique_key(typed)}
    exact = Q(*((name, key) for name, key in same.items() if name in columns), _connector=Q.OR)
    return exact_first(rows, exact) if typed and exact else rows


def exact_first(rows: QuerySet, exact: Q) -> QuerySet:
    """Return `rows`, in their order, but first those that are just what was typed."""
    order = rows.query.order_by or rows.model._meta.ordering
    return rows.order_by(Case(When(exact, then=Value(0)), default=Value(1)), *order)
