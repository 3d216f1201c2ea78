"""Several counts in one statement, for what every page asks."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import QuerySet


def count_together(questions: Mapping[str, QuerySet]) -> dict[str, int]:
    """Return how many rows each of `questions` finds, by the same names.  One query.

    questions: without an order; a slice of one counts no further than it reaches.
    """
    if not questions:
        return {}
    counts, params = [], []
    for rows in questions.values():
        # What cannot find anything, such as an empty list of keys, is asked, too.
        compiler = rows.values("pk").query.get_compiler(connection=connection, elide_empty=False)
        sql, its_params = compiler.as_sql()
        counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS found)")  # noqa: S608  of querysets
        params += its_params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", params)
        return dict(zip(questions, cursor.fetchone(), strict=True))
