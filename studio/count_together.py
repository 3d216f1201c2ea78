"""Several questions in one statement, for pages that ask many."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet

Name = TypeVar("Name", bound=Hashable)


def count_together(questions: Mapping[str, QuerySet]) -> dict[str, int]:
    """Return how many rows each of `questions` finds, by the same names.  One query.

    questions: without an order; a slice of one counts no further than it reaches.
    """
    if not questions:
        return {}
    counts, params = [], []
    for rows in questions.values():
        sql, its_params = _keys_of(rows)
        counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS found)")  # noqa: S608  of querysets
        params += its_params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", params)
        return dict(zip(questions, cursor.fetchone(), strict=True))


def first_together(
    questions: Mapping[Name, QuerySet], *, first: int, most: int
) -> dict[Name, tuple[list[int], int]]:
    """Return the keys of the `first` rows of each of `questions`, and how many rows it has.  One query.

    questions: in an order that holds no two rows for equal.  The keys come in no order of their own.
    most:      of more rows, `most` + 1 are counted.
    """
    found: dict[Name, tuple[list[int], int]] = {name: ([], 0) for name in questions}
    if not questions:
        return found
    parts, params = [], []
    for number, rows in enumerate(questions.values()):
        counted, its_params = _keys_of(rows.order_by()[: most + 1])
        shown, further = _keys_of(rows[:first])
        count = f"(SELECT COUNT(*) FROM ({counted}) AS counted)"  # noqa: S608  of querysets
        parts.append(f"SELECT {number}, shown.pk, {count} FROM ({shown}) AS shown")  # noqa: S608  of querysets
        params += [*its_params, *further]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        names = list(questions)
        for number, key, count in cursor.fetchall():
            found[names[number]] = ([*found[names[number]][0], key], count)
    return found


def _keys_of(rows: QuerySet) -> tuple[str, tuple]:
    """Return the statement that finds the keys of `rows`.  What cannot find anything, such as an empty list, is asked, too."""
    compiler = rows.values("pk").query.get_compiler(connection=connection, elide_empty=False)
    return compiler.as_sql()
