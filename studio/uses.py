"""What uses a record, and so keeps it from being deleted."""

from typing import NamedTuple

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Q

from studio.refusal import OperationRefused


class Use(NamedTuple):
    count: int
    noun: str  # in the number that fits: "1 status", "2 statuses"

    def __str__(self):
        return f"{self.count:,} {self.noun}"


def uses_of(record: models.Model) -> list[Use]:
    """Count the rows of other tables that point at `record` and would be lost or broken without it.

    One query per table that may point at it.  What is deleted along with it (a cascade) is no use.
    """
    by_model: dict[type[models.Model], Q] = {}
    for relation in record._meta.related_objects:
        if relation.many_to_many or relation.on_delete in (models.PROTECT, models.RESTRICT):
            condition = Q(**{relation.field.name: record})
            by_model[relation.related_model] = by_model.get(relation.related_model, Q()) | condition
    counts = (
        (model._meta, model._base_manager.filter(condition).count()) for model, condition in by_model.items()
    )
    return [
        Use(count, str(meta.verbose_name if count == 1 else meta.verbose_name_plural))
        for meta, count in counts
        if count
    ]


def in_words(uses: list[Use]) -> str:
    """Return "12 preproduction orders, 1 status and 2 users"."""
    *first, last = map(str, uses)
    return f"{', '.join(first)} and {last}" if first else last


def delete_unused(record: models.Model, *, way_out: str) -> None:
    """Delete `record` unless something uses it.

    way_out: a sentence that says what to do instead.

    Raises OperationRefused, naming the record and counting what uses it.
    """
    refused = f"“{record}” cannot be deleted: it is used by "
    uses = uses_of(record)
    if uses:
        raise OperationRefused(f"{refused}{in_words(uses)}. {way_out}")
    try:
        with transaction.atomic():
            record.delete()
    except (ProtectedError, IntegrityError):
        # Something began to use it since the count.
        raise OperationRefused(f"{refused}something else by now. {way_out}") from None
