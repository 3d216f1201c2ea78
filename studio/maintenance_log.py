"""Who changed what in Maintenance, from what to what.

Written by name where something is saved, in the same transaction: `before = words_of(record)`, the change, `note(...)`;
for the rows of a short list, `with noting(rows, by=...):` around it.
Secrets are never in it; where one is set anew, only that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import models, transaction

from studio.models import MaintenanceChange, User

Verb = MaintenanceChange.Verb

# Secrets, and what no page of Maintenance shows or people change.
LEFT_OUT = frozenset(
    {
        "password",
        "sealed_secret",
        "position",
        "last_login",
        "date_joined",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
        "active_since",
        "is_paused",
        "paused_by",
        "paused_at",
    }
)
SET_ANEW = (None, None)
LONGEST = 2000  # characters of one value


def words_of(record: models.Model) -> dict[str, str]:
    """Return {field: its value as people read it} of what Maintenance shows; "" where there is none.

    A query for each reference that is not loaded yet, and for each list of them.
    """
    meta = record._meta
    fields = [*meta.concrete_fields, *meta.many_to_many]
    names = [
        field for field in fields if field.editable and not field.primary_key and field.name not in LEFT_OUT
    ]
    return {field.name: _words(record, field)[:LONGEST] for field in names}


def _words(record, field) -> str:
    if field.many_to_many:
        return ", ".join(sorted(map(str, getattr(record, field.name).all()))) if record.pk else ""
    value = getattr(record, field.name)
    in_words = getattr(record, f"get_{field.name}_display", None)
    if in_words:
        value = in_words()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def note(
    verb: Verb,
    record: models.Model,
    *,
    by: User,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    key: int | None = None,
) -> MaintenanceChange | None:
    """Write down what `by` did to `record`; nothing, where nothing is another than before.

    before, after: as words_of gives them; None where the record was not there yet, or is not there any more.
    key:           of a record that has lost its own by being deleted.
    """
    before, after = before or {}, after or {}
    names = [*after, *(name for name in before if name not in after)]
    changed = {
        name: [before.get(name, ""), after.get(name, "")]
        for name in names
        if before.get(name, "") != after.get(name, "")
    }
    if verb == Verb.CHANGED and not changed:
        return None
    return _write(verb, record, by, changed, key=key)


def note_secret(record: models.Model, field: str, *, by: User) -> MaintenanceChange:
    """Write down that a secret of `record` was set anew, and nothing of what it is."""
    return _write(Verb.CHANGED, record, by, {field: SET_ANEW})


@contextmanager
def noting(rows: models.QuerySet, *, by: User, moved: models.Model | None = None) -> Iterator[None]:
    """Write down what the block does to `rows`, in one transaction with it: those made, changed and deleted.

    rows:  of a short list, for all of them are read twice.
    moved: the row whose place is changed; that others make room for it is no change of theirs.
    """
    with transaction.atomic():
        before = {row.pk: (row, words_of(row)) for row in rows.all()}
        yield
        after = {row.pk: (row, words_of(row)) for row in rows.all()}
        for key in before.keys() - after.keys():
            row, words = before[key]
            note(Verb.DELETED, row, by=by, before=words, key=key)
        for key, (row, words) in after.items():
            if key in before:
                note(Verb.CHANGED, row, by=by, before=before[key][1], after=words)
            else:
                note(Verb.MADE, row, by=by, after=words)
        if moved is not None:
            _note_move(before[moved.pk][0], after[moved.pk][0], by)


def _note_move(before, after, by) -> None:
    if before.position != after.position:
        places = [str(before.position), str(after.position)]
        _write(Verb.MOVED, after, by, {"position": places})


def _write(verb, record, by, changed, *, key=None):
    return MaintenanceChange.objects.create(
        by=by,
        by_name=str(by),
        verb=verb,
        model=record._meta.label_lower,
        key=key or record.pk,
        name=str(record)[:310],
        fields=changed,
    )


def last_change(record: models.Model) -> MaintenanceChange | None:
    if record.pk is None:
        return None
    return MaintenanceChange.objects.filter(model=record._meta.label_lower, key=record.pk).first()
