"""Whether the studio can be worked in: the database answers, its migrations are applied, what guards it is in place.

Asked by machines (studio/probes.py) every few seconds, and by `manage.py health`, which asks for more besides.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


class Problem(NamedTuple):
    """sentence: what is wrong, without a client's words.  way_out: what to do about it, in a sentence."""

    sentence: str
    way_out: str


def problems(*, tags: Sequence[str] = (), deployment: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with the database, in the order in which it is to be mended.  About ten small queries.

    tags:       of further system checks to be asked; the apps register what they watch over.
    deployment: whether those for deployments are asked, too.
    """
    try:
        missing = missing_migrations()
    except Error as error:
        yield Problem(
            f"The database does not answer ({type(error).__name__}).",
            "Is it running, and is DATABASE_URL right?",
        )
        return
    if missing:
        # Tables may be missing, too, so nothing more is asked.
        yield Problem(f"Migrations are not applied: {', '.join(missing)}.", "Run manage.py migrate.")
        return
    for found in checks.run_checks(
        tags=[checks.Tags.database, *tags],
        include_deployment_checks=deployment,
        databases=[DEFAULT_DB_ALIAS],
    ):
        if found.level >= checks.ERROR:
            yield Problem(found.msg, str(found.hint))


def missing_migrations() -> list[str]:
    """Return those that this program has and the database has not seen, such as "studio.0002_triggers"."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in _known() if (app, name) not in applied]


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """Return all that this program was started with, in an order in which they can be applied."""
    graph = MigrationLoader(None).graph
    ordered = [node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)]
    return tuple(dict.fromkeys(ordered))
